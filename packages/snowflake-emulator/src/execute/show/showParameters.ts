/** SHOW PARAMETERS: the value in force, and the level at which it was set ("SHOW PARAMETERS", "Parameters"). */

import { type Parameter, type ParameterLevel, parametersOf } from "../../catalog/parameters";
import { parameterLevelOf } from "../../catalog/properties";
import type { Securable } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { unknownToEmulator } from "../../errors";
import { requireObject, type Viewer } from "../../privileges/resolve";
import type { ShowParameters } from "../../sql/show";
import { matchesLike } from "../query/patterns";
import { columnsOf, table } from "../statements/results";

/** Where a parameter may have been set, the narrowest place first. */
type Levels = readonly { readonly level: string; readonly parameters: ReadonlyMap<string, string> }[];

export function showParameters({ like, reference }: ShowParameters, viewer: Viewer): Result {
  const object = reference ? requireObject({ ...viewer, asGrantor: true }, reference) : undefined;
  const level: ParameterLevel | undefined = object ? parameterLevelOf(object.kind) : "SESSION";
  if (!level) throw unknownToEmulator(`parameters of ${object?.kind}`);
  const levels = object ? levelsOf(object, viewer) : sessionLevels(viewer);
  const rows = [...parametersOf(level).values()]
    .filter(({ name }) => like === null || matchesLike(name, like, { ignoreCase: true }))
    .map((parameter) => row(parameter, levels));
  return table(columnsOf("key value default level description type"), rows);
}

function row({ name, default: otherwise, type }: Parameter, levels: Levels) {
  const set = levels.find(({ parameters }) => parameters.has(name));
  return [name, set?.parameters.get(name) ?? otherwise, otherwise, set?.level ?? "", "", type];
}

function levelsOf(object: Securable, viewer: Viewer): Levels {
  const { self } = viewer.context.session.account;
  const account = { level: "ACCOUNT", parameters: self.parameters };
  switch (object.kind) {
    case "ACCOUNT":
      return [account];
    case "USER":
    case "WAREHOUSE":
    case "DATABASE":
      return [{ level: object.kind, parameters: object.parameters }, account];
    case "SCHEMA":
    case "FUNCTION":
    case "PROCEDURE":
      return [{ level: object.kind, parameters: object.parameters }, ...levelsOf(object.parent, viewer)];
    default:
      throw unknownToEmulator(`parameters of ${object.kind}`);
  }
}

function sessionLevels({ context }: Viewer): Levels {
  const { parameters, user, account } = context.session;
  return [
    { level: "SESSION", parameters },
    { level: "USER", parameters: user.parameters },
    { level: "ACCOUNT", parameters: account.self.parameters },
  ];
}

/** The value of a session parameter in force. */
export function sessionParameter(viewer: Viewer, name: string): string {
  const set = sessionLevels(viewer).find(({ parameters }) => parameters.has(name));
  return set?.parameters.get(name) ?? parametersOf("SESSION").get(name)?.default ?? "";
}
