import { type LoadedAccess, loadAccess } from "../../src/load/loadAccess";

/** What a roster, given as YAML text, means now. */
export function loaded(yaml: string): LoadedAccess {
  return loadAccess({ text: yaml, label: "team.yaml" }, new Date());
}
