// How long CI's functions take with many runs open: `npm run build && node bench/ci.mjs [runs] [sources]`.
//
// Four times the runs may take four times as long, and some more: what a schema costs must not grow with their number.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const dist = (module) => require(`../dist/src/${module}.js`);
const { startCluster } = dist("warehouses/postgresql/server/cluster");
const { CI_FUNCTIONS, functionBody } = dist("warehouses/postgresql/deploy/functionSpecs");
const { ciFilling } = dist("warehouses/postgresql/deploy/ciFunctions");
const { literal } = dist("warehouses/postgresql/quote");

const [runs = 400, sources = 3] = process.argv.slice(2).map(Number);
const MOST_GROWTH = 8;

const cluster = await startCluster();
try {
  const { user } = cluster.superuser;
  await inSession((client) => client.query(definitions(user)));
  const quarter = await measure(Math.ceil(runs / 4));
  const whole = await measure(runs);
  console.log(`${runs} runs × ${sources} sources, milliseconds; and how many times as long as a quarter of them takes`);
  for (const [part, ms] of Object.entries(whole)) {
    const growth = ms / quarter[part];
    console.log(`${part.padEnd(7)}${ms.toFixed(0).padStart(7)}${growth.toFixed(1).padStart(6)}`);
    // An open counts the runs that there are; the roster bounds them.
    if (part !== "open" && growth > MOST_GROWTH) process.exitCode = 1;
  }
} finally {
  await cluster.stop();
}

/** Milliseconds of opening so many runs, of listing and of reaping them, each in a session of its own. */
async function measure(count) {
  const timed = (work) =>
    inSession(async (client) => {
      const start = performance.now();
      await work(client);
      return performance.now() - start;
    });
  // What earlier rounds have left behind in the catalog is not to count.
  await inSession((client) => client.query("vacuum"));
  const open = await timed(async (client) => {
    for (let run = 0; run < count; run++) await client.query("select * from ci.open($1)", [`r${run}`]);
  });
  const leases = await timed((client) => client.query("select * from ci.leases()"));
  const reap = await timed(async (client) => {
    const { rowCount } = await client.query("select * from ci.reap('0')");
    if (rowCount !== count * (sources + 1)) throw new Error(`reaped ${rowCount} schemas`);
  });
  return { open, leases, reap };
}

async function inSession(work) {
  const client = await cluster.connect(cluster.superuser);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Schema `ci` as the program declares it, for the user who is connected. */
function definitions(user) {
  const service = { name: user, duty: "ci", limits: { schemaTtl: 86_400_000, runs: runs + 1 } };
  const names = Array.from({ length: sources }, (_, index) => `source_${index}`);
  const filling = ciFilling({ identities: [service] }, names);
  const functions = CI_FUNCTIONS.map(({ name, args, returns, securityDefiner }) => {
    const parameters = args.map((arg) => `${arg.name} ${arg.type}`).join(", ");
    const body = literal(functionBody(name, filling));
    return `create function ci.${name}(${parameters}) returns ${returns} language plpgsql ${securityDefiner ? "security definer" : ""} as ${body}`;
  });
  return ["create schema ci", ...functions].join(";\n");
}
