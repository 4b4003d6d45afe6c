// How long PostgreSQL's preflight takes in a large warehouse: `npm run build && node bench/preflight.mjs [roles] [schemas]`.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const dist = (module) => require(`../dist/src/${module}.js`);
const { startCluster } = dist("warehouses/postgresql/server/cluster");
const { examine } = dist("warehouses/postgresql/preflight/examine");
const { stateOf } = dist("warehouses/postgresql/deploy/stackState");
const { deriveAccess } = dist("access/derive");

const TABLES = 50;
const ROUNDS = 5;
const [roles = 1000, schemas = 100] = process.argv.slice(2).map(Number);

const numbered = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const member = { rotation: 1, limits: {} };
const roster = {
  file: "team.yaml",
  sources: numbered(schemas, (n) => ({ name: `source${n}` })),
  developers: numbered(roles, (n) => ({ name: `dev${n}`, share: "private", ...member })),
  services: [{ name: "airflow", duty: "prod", ...member }],
  limits: { developer: {}, prod: {}, ci: {}, reader: {} },
  expect: [],
  positions: new Map(),
};

const cluster = await startCluster({ admin: "managed" });
try {
  const client = await cluster.connect(cluster.admin);
  const { rows } = await client.query("select version()");
  await client.query(numbered(roles, (n) => `create role dev${n} login`).join("; "));
  await client.query("create role legacy");
  for (let n = 0; n < schemas; n++) {
    const tables = numbered(TABLES, (t) => `create table prod_source${n}.t${t} (id int, a text, b text, c text)`);
    const grant = `grant select on all tables in schema prod_source${n} to legacy`;
    await client.query([`create schema prod_source${n}`, ...tables, grant].join("; "));
  }
  const plan = deriveAccess(roster, new Date());
  const deployment = { plan, state: stateOf([]), settings: { database: cluster.database, team: "", passwordSeed: "" } };
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { findings } = await examine(client, deployment);
    times.push([Math.round(performance.now() - start), findings.length]);
  }
  const [best, findings] = times.sort(([a], [b]) => a - b)[0];
  console.log(`${rows[0].version.split(" on ")[0]}: ${roles} roles, ${schemas} schemas, ${schemas * TABLES} tables`);
  console.log(`preflight: ${best} ms, ${findings} findings (best of ${ROUNDS})`);
  await client.end();
} finally {
  await cluster.stop();
}
