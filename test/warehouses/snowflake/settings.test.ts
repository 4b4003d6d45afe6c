import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { readConnection, readSettings, SECRET_KEYS } from "../../../src/warehouses/snowflake/settings";
import { accept } from "../../../src/warehouses/stackSettings";
import { bareHalf, newKey, publicHalf } from "../../support/snowflake";

const [key, other] = [newKey(), newKey()] as [string, string];
const GOOD = {
  "one-environment:warehouse": "snowflake",
  "snowflake:organizationName": "ACME",
  "snowflake:accountName": "DEV",
  "snowflake:user": "DEPLOYER",
  "snowflake:privateKey": key,
};
const SMALL = { size: "XSMALL", autoSuspend: 60, creditQuota: 100 };

function read(config: Record<string, string>) {
  pulumi.runtime.setAllConfig(config, [...SECRET_KEYS]);
  return accept(readSettings());
}

const withKeys = (publicKeys: unknown) => ({ ...GOOD, "one-environment:publicKeys": JSON.stringify(publicKeys) });

test("what is not configured has a default", () => {
  expect(read(GOOD)).toEqual({
    settings: {
      database: "ANALYTICS",
      team: "team.yaml",
      people: "managed",
      publicKeys: {},
      parentRole: "SYSADMIN",
      resourceMonitors: true,
      warehouses: { developer: SMALL, prod: SMALL, ci: SMALL, reader: SMALL },
    },
    connection: {
      organizationName: "ACME",
      accountName: "DEV",
      user: "DEPLOYER",
      privateKey: key,
      keyInEnvironment: false,
    },
  });
});

test("names are taken in upper case", () => {
  const { settings } = read({
    ...GOOD,
    "one-environment:database": "lake",
    "one-environment:networkPolicy": "office",
    "one-environment:parentRole": "deployer",
  });
  expect(settings).toMatchObject({ database: "LAKE", networkPolicy: "OFFICE", parentRole: "DEPLOYER" });
});

test("one duty's compute may be set in part", () => {
  const { settings } = read({
    ...GOOD,
    "one-environment:warehouses": '{"ci": {"size": "large"}, "prod": {"creditQuota": 5}}',
  });
  expect(settings).toMatchObject({
    warehouses: { ci: { ...SMALL, size: "LARGE" }, prod: { ...SMALL, creditQuota: 5 }, developer: SMALL },
  });
});

test("keys come as PEM or as its base64, one or two, and are kept on one line", () => {
  const { settings } = read(withKeys({ ana: publicHalf(key), jobs: [`${bareHalf(key)}\n`, publicHalf(other)] }));
  expect(settings).toMatchObject({ publicKeys: { ana: [bareHalf(key)], jobs: [bareHalf(key), bareHalf(other)] } });
});

const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "pem" });
const short = publicHalf(newKey(1024));

test.each([
  ["nonsense", "is no public key: PEM, or the base64 between its header and footer, is needed"],
  [elliptic, "is of type ec: Snowflake takes RSA keys"],
  [short, "has 1024 bits: Snowflake takes keys of 2048 bits and more"],
  [key, "is a private key: keep it secret, and give `openssl rsa -in key.p8 -pubout`"],
  [[publicHalf(key), bareHalf(key)], "has the same key twice"],
  [[], "must have one key or two"],
  [7, "must be a key or a list of two"],
])("a bad key is told without being printed (%#)", (given, problem) => {
  expect(() => read(withKeys({ jobs: given }))).toThrow(`config \`one-environment:publicKeys.jobs\` ${problem}`);
});

test("a third key is one too many", () => {
  const three = [key, other, newKey()].map(publicHalf);
  expect(() => read(withKeys({ jobs: three }))).toThrow(
    "config `one-environment:publicKeys.jobs` has more than two keys, and Snowflake keeps two",
  );
});

test("everything wrong is told at once, by key", () => {
  const config = {
    "one-environment:warehouse": "snowflake",
    "one-environment:database": "my-db",
    "one-environment:people": "some",
    "one-environment:publicKeys": "no structure",
    "one-environment:resourceMonitors": "maybe",
    "one-environment:warehouses":
      '{"ci": {"size": "huge", "autoSuspend": 1, "colour": "red"}, "prod": {"creditQuota": 0}, "dev": {}}',
    "snowflake:port": "port",
    "snowflake:protocol": "gopher",
    "snowflake:privateKey": "",
  };
  const problems = [
    "config `one-environment:database` must have letters, digits and `_` only, and start with no digit",
    "config `one-environment:people` must be `managed` or `external`",
    "config `one-environment:publicKeys` is not a structure; set it with `pulumi config set --path`",
    "config `one-environment:resourceMonitors` must be `true` or `false`",
    "config `one-environment:warehouses.prod.creditQuota` must be 1 or more",
    "config `one-environment:warehouses.ci.size` must be one of `XSMALL`, `SMALL`, `MEDIUM`, `LARGE`, `XLARGE`, `XXLARGE`, `XXXLARGE`, `X4LARGE`, `X5LARGE`, `X6LARGE`",
    "config `one-environment:warehouses.ci.autoSuspend` must be 30 seconds or more",
    "config `one-environment:warehouses.ci.colour` is unknown",
    "config `one-environment:warehouses.dev` is unknown",
    "config `snowflake:organizationName` is missing, and so is SNOWFLAKE_ORGANIZATION_NAME in the environment",
    "config `snowflake:accountName` is missing, and so is SNOWFLAKE_ACCOUNT_NAME in the environment",
    "config `snowflake:user` is missing, and so is SNOWFLAKE_USER in the environment",
    "config `snowflake:port` must be a port number",
    "config `snowflake:protocol` must be `http` or `https`",
    "config `snowflake:privateKey` is empty",
  ];
  let told = "";
  try {
    read(config);
  } catch (error) {
    told = (error as Error).message;
  }
  expect(told.split("\n").sort()).toEqual(problems.sort());
});

test("a private key that cannot be read is told without being printed", () => {
  expect(() => read({ ...GOOD, "snowflake:privateKey": "secret nonsense" })).toThrow(
    /^config `snowflake:privateKey` cannot be read: an RSA key as PEM is needed, and its passphrase if it has one$/,
  );
});

test("the environment stands in for what is not configured, and a key there stays out of the state", () => {
  pulumi.runtime.setAllConfig({ "snowflake:user": "CONFIGURED" });
  const environment = {
    SNOWFLAKE_ORGANIZATION_NAME: "ACME",
    SNOWFLAKE_ACCOUNT_NAME: "DEV",
    SNOWFLAKE_USER: "OTHER",
    SNOWFLAKE_ROLE: "deployer",
    SNOWFLAKE_PRIVATE_KEY: key,
  };
  expect(readConnection(environment)).toEqual({
    ok: true,
    value: {
      organizationName: "ACME",
      accountName: "DEV",
      user: "CONFIGURED",
      role: "DEPLOYER",
      privateKey: key,
      keyInEnvironment: true,
    },
  });
});

test("an encrypted key is opened with its passphrase", () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const encrypted = { ...GOOD, "snowflake:privateKey": privateKey };
  expect(() => read(encrypted)).toThrow("config `snowflake:privateKey` cannot be read");
  const { connection } = read({ ...encrypted, "snowflake:privateKeyPassphrase": "open" });
  expect(connection).toMatchObject({ privateKey: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/) });
});
