import { spawnSync } from "node:child_process";

/** A Python of one's own choice, such as that of a virtual environment with psycopg in it. */
const VARIABLE = "ONE_ENV_PYTHON";

/**
 * The Python to run examples with, if it has these modules; otherwise says in plain words that what needs it is skipped.
 */
export function findPython(...modules: string[]): string | undefined {
  const python = process.env[VARIABLE] || "python3";
  const { status } = spawnSync(python, ["-c", modules.map((name) => `import ${name}`).join("; ")]);
  if (status === 0) return python;
  const what = modules.length === 0 ? "is not on PATH" : `has no ${modules.join(", ")}`;
  console.warn(`skipped: ${python} ${what}; set ${VARIABLE} to a Python that has it`);
  return undefined;
}
