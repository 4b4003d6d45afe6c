/** How dbt logs in to a warehouse: keys of a target in profiles.yml, each read from the environment. */
export interface DbtLogin {
  readonly output: Readonly<Record<string, string>>;
  /** Who logs in, in the roster's spelling. */
  readonly user: string;
}

/** dbt's way to read an environment variable; without a fallback dbt says which one is missing. */
export function variable(name: string, fallback?: string, filter?: string): string {
  const words = [name, ...(fallback === undefined ? [] : [fallback])].map((word) => `'${word}'`).join(", ");
  return `{{ env_var(${words})${filter === undefined ? "" : ` | ${filter}`} }}`;
}
