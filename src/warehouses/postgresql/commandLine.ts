import type { CommandWords, WarehouseCommand, WarehouseOption } from "../options";
import { DEFAULT_PLACE, NO_PASSWORD } from "./environment";

const URL_OPTION: WarehouseOption = {
  flags: "--url <url>",
  description: "database and login (default: PGHOST, PGUSER, …)",
  decides: true,
};

/** `managed` has CREATEROLE and owns the database, but is no superuser. */
const ADMINS = ["managed", "superuser"];

/** Options and help of commands that only PostgreSQL has. */
export const COMMANDS: Readonly<Partial<Record<WarehouseCommand, CommandWords>>> = {
  adopt: {
    options: [
      URL_OPTION,
      {
        flags: "--include-used",
        description: "give a developer also what others' tables, views and functions use",
      },
    ],
    help: `all is done in one transaction, as PGHOST, PGUSER, … or --url log in. What is adopted is closed to everybody whom
the roster does not name, and opened to its readers; in production that goes for everything. What is left alone:
  what belongs to somebody whom the admin cannot act for, such as a superuser
  in production: what runs with its owner's rights, unless --keep-definer is given: SECURITY DEFINER routines, and views of
    a restricted source elsewhere. Without it a developer gets such routines as ones that run with their caller's rights
  a developer's: what lies there and others' triggers, defaults, views … use: its new owner could change what they do.
    --include-used gives it all the same
Members of extensions are the extension's.`,
    examples: [
      "PGHOST=… PGUSER=… PGPASSWORD=… PGDATABASE=analytics one-env adopt prod",
      'one-env adopt alice --url "$ADMIN_URL" --apply',
    ],
  },
  audit: {
    options: [URL_OPTION],
    help: `logs in as PGHOST, PGUSER, … or --url say: as the deploying admin, for whom the statements are made. It reads the
catalog in one read-only transaction.`,
    examples: ["PGHOST=… PGUSER=… PGPASSWORD=… PGDATABASE=analytics one-env audit"],
  },
  ci: { options: [URL_OPTION] },
  doctor: {
    options: [URL_OPTION],
    help: "logs in as PGUSER, PGPASSWORD, … say. Everything happens in transactions that are rolled back.",
  },
  env: {
    options: [
      { flags: "--database <name>", description: `default is PGDATABASE, else ${DEFAULT_PLACE.database}` },
      { flags: "--host <host>", description: `default is PGHOST, else ${DEFAULT_PLACE.host}` },
      { flags: "--port <port>", description: `default is PGPORT, else ${DEFAULT_PLACE.port}` },
      { flags: "--sslmode <mode>", description: `default is PGSSLMODE, else ${DEFAULT_PLACE.sslmode}` },
      {
        flags: "--with-secrets",
        description: "read the password from the stack's outputs, with the Pulumi CLI, and print it",
      },
    ],
    help: `PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE, DATABASE_URL
Without --with-secrets nothing secret is read or printed: PGPASSWORD is
  ${NO_PASSWORD}
(--format github leaves it out: it would take the place of a secret), and DATABASE_URL has no password.`,
    examples: ['eval "$(one-env env --who alice --format shell --with-secrets)"'],
  },
  guard: {
    options: [URL_OPTION],
    help: `logs in as PGHOST, PGUSER, … or --url say. Seeing takes pg_read_all_stats, ending pg_signal_backend; the deploying
admin joins the role of a session that it may not end otherwise, and leaves it again. A prod service sees who blocks
production, and ends that with unblock.end_blocker. On every database of the server; old snapshots in this one.`,
    examples: ['one-env guard --end --url "$GUARD_URL"'],
  },
  "local start": {
    options: [
      {
        flags: "--admin <kind>",
        description: "who deploys: managed (CREATEROLE only, as in a cloud service; default) or superuser",
        choices: ADMINS,
      },
    ],
  },
  rehearse: {
    options: [
      { flags: "--admin <kind>", description: "account that deploys to it (default: managed)", choices: ADMINS },
    ],
  },
  repair: {
    options: [URL_OPTION],
    help: `logs in as PGHOST, PGUSER, … or --url say: as the deploying admin. All is done in one transaction, which waits for no
lock longer than 10 seconds. What only a superuser may do is printed as a comment.`,
    examples: ['one-env repair --url "$ADMIN_URL" --apply'],
  },
};
