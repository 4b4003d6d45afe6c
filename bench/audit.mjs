// How long PostgreSQL's audit takes in a large warehouse that has the roster's roles, schemas and tables, and not all of the rest:
// `npm run build && node bench/audit.mjs [roles] [sources] [tables in each]`. A developer has one schema of their own and
// one for each source, so that 90 developers with 20 sources make 1890 schemas; strangers make up the other roles.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const dist = (module) => require(`../dist/src/${module}.js`);
const { startCluster } = dist("warehouses/postgresql/server/cluster");
const { audit } = dist("warehouses/postgresql/audit/audit");
const { deriveAccess } = dist("access/derive");
const { accessPaths } = dist("access/paths");

const ROUNDS = 5;
const SCHEMAS = 2000;
const [roles = 1000, sources = 20, tables = 1000] = process.argv.slice(2).map(Number);

const numbered = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const member = { rotation: 1, limits: {} };
const developers = Math.floor(SCHEMAS / (sources + 1)) - 1;
const roster = {
  file: "team.yaml",
  sources: numbered(sources, (n) => ({ name: `source${n}` })),
  developers: numbered(developers, (n) => ({ name: `dev${n}`, share: "private", ...member })),
  services: [{ name: "airflow", duty: "prod", ...member }],
  limits: { developer: {}, prod: {}, ci: {}, reader: {} },
  expect: [],
  positions: new Map(),
};
const now = new Date();
const plan = deriveAccess(roster, now);

const cluster = await startCluster({ admin: "superuser" });
try {
  const client = await cluster.connect(cluster.admin);
  const { rows } = await client.query("select version()");
  const strangers = Math.max(0, roles - plan.roles.length - plan.identities.length);
  await client.query(
    [
      ...[...plan.roles, ...plan.identities].map(({ name }) => `create role ${name}`),
      ...numbered(strangers, (n) => `create role stranger${n}`),
      ...[...plan.roles, ...plan.identities].flatMap(({ name, memberOf }) =>
        memberOf.map(({ role }) => `grant ${role} to ${name}`),
      ),
      ...plan.schemas.map(({ name, owner }) => `create schema ${name} authorization ${owner}`),
    ].join("; "),
  );
  for (const { role, target } of plan.grants.filter(({ privilege }) => privilege === "read")) {
    const made = numbered(
      target === "prod" ? 0 : tables,
      (t) => `create table ${target}.t${t} (id int, a text, b text)`,
    );
    await client.query(
      ["begin", "set local role prod", ...made, `grant usage on schema ${target} to ${role}`].join("; ") +
        `; grant select on all tables in schema ${target} to ${role}; commit`,
    );
  }
  await client.query("vacuum analyze");
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await client.query("begin isolation level repeatable read, read only");
    const findings = await audit(client, { roster, paths: accessPaths(plan) }, {}, now);
    await client.query("rollback");
    times.push([Math.round(performance.now() - start), findings.length]);
  }
  const [best, findings] = [...times].sort(([a], [b]) => a - b)[0];
  const counts = `${roles} roles, ${plan.schemas.length} schemas, ${sources * tables} tables`;
  console.log(`${rows[0].version.split(" on ")[0]}: ${counts}`);
  console.log(`audit: ${best} ms, ${findings} findings (best of ${ROUNDS}: ${times.map(([ms]) => ms).join(", ")})`);
  await client.end();
} finally {
  await cluster.stop();
}
