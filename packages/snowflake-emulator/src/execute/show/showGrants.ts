/** SHOW GRANTS and SHOW FUTURE GRANTS. */

import type { Container, FutureGrant, Grant, Role, Routine, Securable } from "../../catalog/securables";
import type { Result } from "../../catalog/session";
import { pathOf, requireObject, type Viewer } from "../../privileges/resolve";
import { printName, printPath } from "../../sql/names";
import type { ShowGrants } from "../../sql/show";
import type { Row } from "../../sql/types";
import { containerOf, roleNamed, userNamed } from "../statements/grants";
import { columnsOf, table } from "../statements/results";

const GRANTS = "created_on:time privilege granted_on name granted_to grantee_name grant_option granted_by";
const FUTURE = "created_on:time privilege grant_on name grant_to grantee_name grant_option";
const ROLE_GRANTS = "created_on:time role granted_to grantee_name granted_by";

export function showGrants(statement: ShowGrants, viewer: Viewer): Result {
  const { account, user } = viewer.context.session;
  switch (statement.of) {
    case "mine":
      return table(columnsOf(ROLE_GRANTS), rolesHeld(user));
    case "on": {
      const object = requireObject({ ...viewer, asGrantor: true }, statement.reference);
      return table(columnsOf(GRANTS), grantsOn(object));
    }
    case "to":
      if (statement.kind === "USER")
        return table(columnsOf(ROLE_GRANTS), rolesHeld(userNamed(account, statement.name)));
      return table(columnsOf(GRANTS), grantsTo(viewer, roleNamed(account, statement.name)));
    case "of":
      return table(columnsOf(ROLE_GRANTS), holdersOf(viewer, roleNamed(account, statement.name)));
    case "futureIn": {
      const container = containerOf(statement.container, { ...viewer, asGrantor: true });
      return table(
        columnsOf(FUTURE),
        container.futureGrants.map((grant) => futureRow(container, grant)),
      );
    }
    case "futureTo": {
      const role = roleNamed(account, statement.name);
      const containers = [...account.databases.values(), ...account.schemas()];
      const rows = containers.flatMap((container) =>
        container.futureGrants.filter(({ to }) => to === role).map((grant) => futureRow(container, grant)),
      );
      return table(columnsOf(FUTURE), rows);
    }
  }
}

/** Ownership shows as a grant of the owner to itself. */
export function withOwnership({ owner, createdOn, grants }: Securable): Grant[] {
  const ownership = owner ? [{ privilege: "OWNERSHIP", to: owner, by: owner, grantOption: true, createdOn }] : [];
  return [...ownership, ...grants];
}

function grantsOn(object: Securable): Row[] {
  return withOwnership(object).map((grant) => row(object, grant));
}

function grantsTo({ context }: Viewer, role: Role): Row[] {
  const rows = [...context.session.account.securables()].flatMap((object) =>
    withOwnership(object)
      .filter(({ to }) => to === role)
      .map((grant) => row(object, grant)),
  );
  const held = role.holds.map((each) =>
    row(each.role, { privilege: "USAGE", to: role, by: each.by, grantOption: false, createdOn: each.createdOn }),
  );
  return [...rows, ...held];
}

function row(object: Securable, { privilege, to, by, grantOption, createdOn }: Grant): Row {
  const kind = object.kind.replaceAll(" ", "_");
  return [new Date(createdOn), privilege, kind, nameOf(object), "ROLE", to.name, String(grantOption), by?.name ?? ""];
}

/** An object's name; a routine's with its arguments and result: `DB.S."F(A VARCHAR):NUMBER"`. */
function nameOf(object: Securable): string {
  if (object.kind !== "FUNCTION" && object.kind !== "PROCEDURE") return printPath(pathOf(object));
  return `${printPath(pathOf(object).slice(0, 2))}.${quoteRoutine(object)}`;
}

function quoteRoutine({ name, arguments: args, returns }: Routine): string {
  const listed = args.map((each) => `${each.name} ${each.type.name}`).join(", ");
  return `"${name}(${listed}):${returns === "TABLE" ? "TABLE" : returns.name}"`;
}

function futureRow(container: Container, { privilege, kind, to, grantOption, createdOn }: FutureGrant): Row {
  const word = kind.replaceAll(" ", "_");
  const name = `${printPath(pathOf(container))}.<${word}>`;
  return [new Date(createdOn), privilege, word, name, "ROLE", to.name, String(grantOption)];
}

function rolesHeld(holder: Parameters<typeof userRow>[0]): Row[] {
  return holder.holds.map((held) => userRow(holder, held));
}

function userRow(
  holder: Pick<Role, "name" | "holds"> & { readonly kind: "ROLE" | "USER" },
  held: Role["holds"][number],
): Row {
  return [new Date(held.createdOn), held.role.name, holder.kind, printName(holder.name), held.by?.name ?? ""];
}

function holdersOf({ context }: Viewer, role: Role): Row[] {
  const { roles, users } = context.session.account;
  return [...roles.values(), ...users.values()].flatMap((holder) =>
    holder.holds.filter((held) => held.role === role).map((held) => userRow(holder, held)),
  );
}
