import type { AccessPlan } from "../../../access/plan";
import type { Settings } from "../settings";

/** What a deployment should be told about its keys; nothing of it stands in the way. */
export function keyWarnings({ identities }: AccessPlan, { publicKeys, people }: Settings): string[] {
  const isDeclared = (name: string) =>
    identities.some((identity) => identity.name === name && !(people === "external" && identity.duty === "developer"));
  const keyless = identities.filter(({ name, duty }) => duty !== "developer" && publicKeys[name] === undefined);
  const idle = Object.keys(publicKeys).filter((name) => !isDeclared(name));
  return [
    ...keyless.map(
      ({ name }) =>
        `service \`${name}\` cannot log in: config \`one-environment:publicKeys.${name}\` has no key for it`,
    ),
    ...idle.map(
      (name) =>
        `config \`one-environment:publicKeys.${name}\` is of no use: this deployment makes no user of that name`,
    ),
  ];
}
