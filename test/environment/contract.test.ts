import { expect, test } from "vitest";
import { contractOf } from "../../src/environment/contract";
import { runPrefix } from "../../src/environment/run";
import { DEFAULT_PLACE, NO_PASSWORD, variablesOf } from "../../src/warehouses/postgresql/environment";
import { pathsOf, rosterOf } from "../support/access";
import { teamYaml } from "../support/team";

const { identities } = pathsOf(rosterOf(teamYaml()));
const identity = (name: string) => identities.get(name) ?? expect.fail(`no ${name}`);

test("each duty has its own contract; only prod services execute side effects", () => {
  expect(contractOf(identity("jobs"), undefined)).toEqual({
    env: "prod",
    schemaPrefix: "prod",
    sideEffects: "execute",
  });
  expect(contractOf(identity("ana"), undefined)).toEqual({ env: "dev", schemaPrefix: "ana", sideEffects: "log" });
  expect(contractOf(identity("runner"), "42")).toEqual({
    env: "ci",
    schemaPrefix: "ci_42",
    sideEffects: "log",
    run: "42",
  });
  expect(contractOf(identity("charts"), undefined)).toEqual({ env: "dev", sideEffects: "log" });
});

test("CI needs a run, and nobody else has one", () => {
  expect(() => contractOf(identity("runner"), undefined)).toThrow("help: say which: --run <run>");
  expect(() => contractOf(identity("ana"), "42")).toThrow("`ana` is no CI service");
});

test("bad runs are refused with the nearest good one, never mended", () => {
  expect(() => runPrefix("PR-12")).toThrow(
    "bad run `PR-12`\n  help: a run is 1 to 20 lower-case letters and digits, in words joined by single underscores: `pr_12`",
  );
  for (const bad of ["", "_", "a__b", "a_", "é", "x".repeat(21), "42; drop", "a\n"]) {
    expect(() => runPrefix(bad), bad).toThrow("bad run");
  }
  expect(runPrefix("x".repeat(20))).toBe(`ci_${"x".repeat(20)}`);
});

test("without a password there is a placeholder, and a URL whose users fall back on PGPASSWORD", () => {
  const variables = variablesOf("ana", contractOf(identity("ana"), undefined), DEFAULT_PLACE);
  expect(variables).toEqual({
    ENV: "dev",
    SCHEMA_PREFIX: "ana",
    SIDE_EFFECTS: "log",
    PGHOST: "localhost",
    PGPORT: "5432",
    PGDATABASE: "analytics",
    PGUSER: "ana",
    PGPASSWORD: NO_PASSWORD,
    PGSSLMODE: "require",
    DATABASE_URL: "postgresql://ana@localhost:5432/analytics?sslmode=require",
  });
});

test("what a URL gives a meaning of its own is encoded", () => {
  const contract = contractOf(identity("ana"), undefined);
  const place = { host: "::1", port: "1", database: "a/b?c", sslmode: "disable" };
  const { DATABASE_URL = "" } = variablesOf("ana", contract, place, "p@ss:/#");
  const url = new URL(DATABASE_URL);
  expect(url.hostname).toBe("[::1]");
  expect(decodeURIComponent(url.password)).toBe("p@ss:/#");
  expect(decodeURIComponent(url.pathname)).toBe("/a/b?c");
  const socket = variablesOf("ana", contract, { ...place, host: "/run/pg" }).DATABASE_URL;
  expect(socket).toBe("postgresql://ana@%2Frun%2Fpg:1/a%2Fb%3Fc?sslmode=disable");
});
