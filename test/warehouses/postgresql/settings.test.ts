import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { readSettings, SECRET_KEYS } from "../../../src/warehouses/postgresql/settings";
import { accept } from "../../../src/warehouses/stackSettings";

const GOOD = {
  "one-environment:passwordSeed": "0123456789abcdef",
  "postgresql:host": "db.example.com",
  "postgresql:username": "admin",
};

function read(config: Record<string, string>, secretKeys: readonly string[] = SECRET_KEYS) {
  pulumi.runtime.setAllConfig(config, [...secretKeys]);
  return accept(readSettings());
}

test("what is not configured has a default", () => {
  expect(read(GOOD)).toEqual({
    settings: {
      database: "analytics",
      team: "team.yaml",
      passwordSeed: "0123456789abcdef",
    },
    connection: {
      host: "db.example.com",
      port: 5432,
      username: "admin",
      sslmode: "require",
      superuser: true,
      connectTimeout: 30,
    },
  });
});

test("everything wrong is told at once, by key", () => {
  const config = {
    "postgresql:port": "port",
    "postgresql:sslmode": "prefer",
    "postgresql:superuser": "maybe",
  };
  expect(() => read(config)).toThrow(
    [
      "config `one-environment:passwordSeed` is missing",
      "config `postgresql:host` is missing",
      "config `postgresql:port` must be a port number",
      "config `postgresql:username` is missing",
      "config `postgresql:sslmode` must be `disable`, `require`, `verify-ca` or `verify-full`",
      "config `postgresql:superuser` must be `true` or `false`",
    ].join("\n"),
  );
});

test("a short seed is refused", () => {
  expect(() => read({ ...GOOD, "one-environment:passwordSeed": "short" })).toThrow(
    "config `one-environment:passwordSeed` must have at least 16 characters",
  );
});

test("a secret in plain text is refused: the stack's file is committed", () => {
  const config = { ...GOOD, "postgresql:password": "correct horse" };
  expect(() => read(config, ["postgresql:password"])).toThrow(
    /^config `one-environment:passwordSeed` is in plain text; set it with `pulumi config set --secret`$/,
  );
  expect(() => read(config, ["one-environment:passwordSeed"])).toThrow(
    /^config `postgresql:password` is in plain text; set it with `pulumi config set --secret`$/,
  );
  expect(() => read(config)).not.toThrow();
});

test("logins that are accepted are a list, as a structure or as text", () => {
  const config = { ...GOOD, "one-environment:acceptLosing": '["zabbix"]' };
  expect(read(config)).toMatchObject({ settings: { acceptLosing: ["zabbix"] } });
  expect(() => read({ ...config, "one-environment:acceptKeeping": "zabbix" })).toThrow(
    "config `one-environment:acceptKeeping` is not a structure; set it with `pulumi config set --path`",
  );
  expect(() => read({ ...config, "one-environment:acceptKeeping": "5" })).toThrow(
    "config `one-environment:acceptKeeping` must be a list of logins",
  );
});
