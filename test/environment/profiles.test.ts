import { expect, test } from "vitest";
import { parse } from "yaml";
import { renderProfile, renderSharedProfile, targetOf } from "../../src/environment/profiles";
import { environment } from "../../src/warehouses/postgresql/environment";
import { pathsOf, rosterOf } from "../support/access";
import { type Team, teamYaml } from "../support/team";

const postgresql = environment.dbtLogin;
const identitiesOf = (changed: Partial<Team> = {}) => pathsOf(rosterOf(teamYaml(changed))).identities;
const target = (name: string, changed: Partial<Team> = {}) => {
  const identity = identitiesOf(changed).get(name);
  return identity ? targetOf(identity) : expect.fail(`no ${name}`);
};
const written = (text: string) => parse(text).one_environment;

test("each identity has the one target that it may build, and a reader none", () => {
  expect(target("ana")).toMatchObject({ name: "dev", schema: "ana" });
  expect(target("jobs")).toMatchObject({ name: "prod", schema: "prod" });
  expect(target("runner")).toMatchObject({ name: "ci", schema: "ci_{{ env_var('CI_RUN') }}" });
  expect(target("charts")).toBeUndefined();
});

test("threads leave one connection free, are four at most and one at least", () => {
  const threads = (limit: string) => target("ana", { limits: `developer: { ${limit} }` })?.threads;
  expect(
    ["connections: 8", "connections: 5", "connections: 3", "connections: 1", "statement_timeout: 1h"].map(threads),
  ).toEqual([4, 4, 2, 1, 4]);
});

test("the login is read from the environment and never written down", () => {
  const ana = target("ana") ?? expect.fail();
  expect(written(renderProfile(ana, postgresql))).toEqual({
    target: "dev",
    outputs: {
      dev: {
        type: "postgres",
        host: "{{ env_var('PGHOST', 'localhost') }}",
        port: "{{ env_var('PGPORT', '5432') | as_number }}",
        user: "{{ env_var('PGUSER') }}",
        password: "{{ env_var('PGPASSWORD') }}",
        dbname: "{{ env_var('PGDATABASE', 'analytics') }}",
        sslmode: "{{ env_var('PGSSLMODE', 'require') }}",
        schema: "ana",
        threads: 4,
      },
    },
  });
});

test("the shared profile has everybody's target once, and the default one is the login's", () => {
  const services = ["name: jobs, duty: prod", "name: loads, duty: prod, limits: { connections: 2 }"];
  const { target, outputs } = written(renderSharedProfile([...identitiesOf({ services }).values()], postgresql));
  expect(target).toBe("{{ env_var('PGUSER') }}");
  expect(Object.keys(outputs)).toEqual(["ana", "ben", "prod"]);
  expect(outputs.ben.schema).toBe("ben");
  expect(outputs.prod.threads).toBe(1);
});

test("names that YAML would take for something else stay names", () => {
  const { outputs } = written(
    renderSharedProfile(
      [...identitiesOf({ developers: ['name: "yes"', 'name: "null1"'], sources: ["sales"] }).values()],
      postgresql,
    ),
  );
  expect(Object.keys(outputs)).toContain("yes");
  expect(outputs.yes.schema).toBe("yes");
});
