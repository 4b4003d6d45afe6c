import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { READ_STACK, type StackResource } from "../../src/stack/stackOutputs";
import { SECRET_KEYS } from "../../src/warehouses/postgresql/settings";
import { DEFAULT_WAREHOUSE, WAREHOUSES } from "../../src/warehouses/registry";
import { readStack } from "../../src/warehouses/stackSettings";

const ROLE = "postgresql:index/role:Role";
/** What Pulumi itself notes of a stack whose first deployment was refused. */
const BARE: StackResource = { type: "pulumi:pulumi:Stack", outputs: {} };
const DEPLOYED: StackResource[] = [
  BARE,
  { type: ROLE, outputs: { name: "alice", login: true } },
  { type: ROLE, outputs: { name: "airflow", login: true } },
  { type: ROLE, outputs: { name: "prod", login: false } },
];

/** What is said of a configuration to a stack that has deployed some resources. */
async function refusal(config: Record<string, string>, deployed: readonly StackResource[]) {
  const outputs = Object.fromEntries(deployed.map((resource, i) => [`urn:${i}`, resource]));
  const call = ({ token }: pulumi.runtime.MockCallArgs) => (token === READ_STACK ? { outputs } : {});
  const newResource = ({ inputs }: pulumi.runtime.MockResourceArgs) => ({ id: "", state: inputs });
  await pulumi.runtime.setMocks({ call, newResource }, "one-environment", "dev", false, "organization");
  pulumi.runtime.setAllConfig(config, [...SECRET_KEYS]);
  return readStack(WAREHOUSES, DEFAULT_WAREHOUSE).then(
    () => "",
    (error: Error) => error.message,
  );
}

const LOST = [
  "config `one-environment:passwordSeed` is missing",
  "config `postgresql:host` is missing",
  "config `postgresql:username` is missing",
].join("\n");

test("a new stack is told to make a seed", async () => {
  expect(await refusal({}, [BARE])).toBe(`${LOST}
  help: stack \`dev\` has deployed nothing yet: set it up as README.md says, "Deploy it"; on PostgreSQL the seed of its passwords is made with \`pulumi config set --secret passwordSeed "$(openssl rand -base64 32)"\``);
});

test("a stack that is deployed is told to bring its configuration back, and to make no seed", async () => {
  expect(await refusal({}, DEPLOYED)).toBe(`${LOST}
  help: stack \`dev\` is deployed, so its configuration is not new but lost here: bring Pulumi.dev.yaml back, from git or with \`pulumi config refresh\`, and make no new seed, which would give 2 logins a new password (docs/operations.md, "The stack's file")`);
});

test("so is one on Snowflake, which has no seed", async () => {
  const schema = { type: "snowflake:index/schema:Schema", outputs: { name: "PROD" } };
  expect(await refusal({ "one-environment:warehouse": "snowflake" }, [BARE, schema])).toMatch(
    /from git or with `pulumi config refresh` \(docs\/operations\.md, "The stack's file"\)$/,
  );
});

test("what is there and wrong is no reason to look for it elsewhere", async () => {
  const config = { "one-environment:passwordSeed": "short", "postgresql:host": "h", "postgresql:username": "admin" };
  expect(await refusal(config, DEPLOYED)).toBe(
    "config `one-environment:passwordSeed` must have at least 16 characters",
  );
});

test("what else is wrong depends on the warehouse, so a wrong one is told alone", async () => {
  expect(await refusal({ "one-environment:warehouse": "oracle" }, [BARE])).toBe(
    "config `one-environment:warehouse` must be `postgresql` or `snowflake`",
  );
});
