import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** dbt as somebody runs it in a shell of theirs. */
export interface DbtShell {
  /** The interpreter that has dbt. */
  readonly python: string;
  /** With dbt_project.yml and profiles.yml; logs and artifacts stay in it. */
  readonly project: string;
  /** What `one-env env` has set. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How dbt ended; dbt prints what went wrong to stdout. */
export interface DbtRun {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the real dbt. */
export async function dbt({ python, project, variables }: DbtShell, ...words: string[]): Promise<DbtRun> {
  const env = {
    PATH: process.env.PATH,
    HOME: project,
    DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
    NO_COLOR: "1",
    ...variables,
  };
  const child = spawn(python, ["-m", "dbt.cli.main", ...words, "--profiles-dir", "."], { cwd: project, env });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, output: output + errors };
}
