import { readFileSync } from "node:fs";
import { UserError } from "../../messages/userError";
import type { Connection } from "./settings";

/** libpq's `sslmode` in the terms of Node's TLS. @throws UserError when the certificate cannot be read */
export function tls({ sslmode, sslrootcert }: Pick<Connection, "sslmode" | "sslrootcert">) {
  if (sslmode === "disable") return false;
  const ca = sslrootcert === undefined ? {} : { ca: readCertificate(sslrootcert) };
  switch (sslmode) {
    case "require":
      return { ...ca, rejectUnauthorized: false };
    case "verify-ca":
      return { ...ca, checkServerIdentity: () => undefined };
    case "verify-full":
      return ca;
  }
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`cannot read certificate \`${file}\`: ${(error as NodeJS.ErrnoException).code}`);
  }
}
