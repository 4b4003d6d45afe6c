import { readFileSync } from "node:fs";
import type { Connection } from "./settings";

/** libpq's `sslmode` in the terms of Node's TLS. */
export function tls({ sslmode, sslrootcert }: Pick<Connection, "sslmode" | "sslrootcert">) {
  if (sslmode === "disable") return false;
  const ca = sslrootcert === undefined ? {} : { ca: readFileSync(sslrootcert, "utf8") };
  switch (sslmode) {
    case "require":
      return { ...ca, rejectUnauthorized: false };
    case "verify-ca":
      return { ...ca, checkServerIdentity: () => undefined };
    case "verify-full":
      return ca;
  }
}
