import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { log } from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { program } from "../src/program";
import { record } from "../src/standin/record";
import { SECRET_KEYS } from "../src/warehouses/postgresql/settings";
import { loaded } from "./support/loaded";

/** With warnings alone. */
const ROSTER = "sources: [stripe]\ndevelopers: [{ name: zoe, expires: 2020-01-01 }]\n";

let directory: string;
const warn = vi.spyOn(log, "warn").mockResolvedValue();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "one-env-program-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  warn.mockClear();
});

/** How the program ends: nobody listens there, so it comes as far as its first look at the warehouse. */
function run(...given: Parameters<typeof program>): Promise<string> {
  const config = {
    "one-environment:team": join(directory, "team.yaml"),
    "one-environment:passwordSeed": "0123456789abcdef",
    "postgresql:host": "127.0.0.1",
    "postgresql:port": "1",
    "postgresql:username": "admin",
    "postgresql:password": "secret",
    "postgresql:sslmode": "disable",
  };
  const values = Object.entries(config).map(([key, value]) => [key, { value, secret: SECRET_KEYS.includes(key) }]);
  return record(Object.fromEntries(values), () => program(...given)).then(() => "deployed", String);
}

test("the program reads the roster that the configuration names, and warns of it", async () => {
  expect(await run()).toContain("team.yaml:1:1: cannot read the roster: there is no such file");
  writeFileSync(join(directory, "team.yaml"), ROSTER);
  expect(await run()).toContain("127.0.0.1:1");
  expect(warn.mock.calls.map(([message]) => message.split("\n")[0]?.replace(directory, ""))).toEqual([
    "/team.yaml:1:1: warning: no service has duty `prod`: nobody can deploy prod",
    "/team.yaml:2:27: warning: the access of `zoe` ended on 2020-01-01",
  ]);
});

test("it reads none when it is given one, whose warnings have been told", async () => {
  expect(await run(loaded(ROSTER))).toContain("127.0.0.1:1");
  expect(warn).not.toHaveBeenCalled();
});
