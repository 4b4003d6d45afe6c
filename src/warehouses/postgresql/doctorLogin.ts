import { DatabaseError } from "pg";
import type { DatedAccess } from "../../access/dated";
import { unknownLogin } from "../../environment/doctor";
import type { DoctorFinding } from "../../environment/finding";
import { quote } from "../../messages/quote";
import { reasonOf } from "./connect";
import { NO_PASSWORD } from "./environment";

const NOT_DEPLOYED = "if it is right, the roster is not deployed yet: ask for a `pulumi up`";

/** Why somebody does not get in, and what to do about it. */
export function explainLogin(
  error: unknown,
  access: DatedAccess,
  user: string,
  password: string | undefined,
): DoctorFinding {
  const wrong = (text: string, help: string): DoctorFinding => ({ ok: false, text, help });
  const { code, message = "" } = error as { code?: string; message?: string };
  // The driver's words, and the server's: a password may be in ~/.pgpass as well, so its absence here says nothing.
  if (/client password must be a|empty password/.test(message))
    return wrong("there is no password", "set PGPASSWORD, or give --url");
  if (!(error instanceof DatabaseError)) {
    const help = /ssl|tls|certificate/i.test(message)
      ? "check PGSSLMODE: disable, require, verify-ca or verify-full"
      : "check PGHOST and PGPORT, and whether this network may reach it";
    return wrong(`cannot reach the warehouse: ${reasonOf(error)}`, help);
  }
  switch (code) {
    case "28P01":
    case "28000": {
      const unknown = unknownLogin(access, user);
      if (unknown) return unknown;
      const help =
        password === NO_PASSWORD
          ? "PGPASSWORD is the placeholder: `one-env env --with-secrets`, or ask for the password"
          : `\`pulumi stack output credentials --show-secrets\` has the password; ${NOT_DEPLOYED}`;
      return wrong(`wrong password for ${quote(user)}: ${message}`, help);
    }
    case "42501":
      return (
        unknownLogin(access, user) ??
        wrong(`${quote(user)} may not connect: ${message}`, "its membership is missing: ask for a `pulumi up`")
      );
    case "53300":
      return wrong(`no connection is left: ${message}`, "close other sessions; the roster limits `connections`");
    case "3D000":
      return wrong(message, "check PGDATABASE");
    default:
      return wrong(`cannot log in: ${reasonOf(error)}`, "show this to whoever runs the warehouse");
  }
}
