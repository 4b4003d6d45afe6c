import { chosenWarehouse } from "../chosenWarehouse";
import type { Command } from "../commander";
import { addWarehouseOptions, startedWarehouse, type WarehouseOptions, wordsOf } from "../warehouseOptions";

/** `one-env local start|stop|status`: a warehouse that stays up, for trying things by hand. */
export function define(local: Command) {
  const servers = wordsOf(({ server }) => server, ", or ");
  local.description(`keep ${servers}, up in the background, for trying things by hand`);

  const start = local
    .command("start")
    .description("start it (or find it running) and print where it is and how to deploy to it");
  addWarehouseOptions(start, "local start", startedWarehouse()).action(async (options) => {
    const { warehouse, own } = chosenWarehouse("local start", options);
    console.log(await (await warehouse.local()).start(process.cwd(), own));
  });

  local
    .command("stop")
    .description(`stop it; ${wordsOf(({ leaves }) => leaves, ", ")}`)
    .addOption(startedWarehouse())
    .option("--wipe", "remove what stays of it as well")
    .action(async ({ wipe = false, ...options }) => {
      const wasRunning = await (await localOf(options)).stop(process.cwd(), wipe);
      console.log(`${wasRunning ? "stopped" : "not running"}${wipe ? ", data removed" : ""}`);
    });

  local
    .command("status")
    .description("print where it is, or `not running` (exit code 1)")
    .addOption(startedWarehouse())
    .action(async (options) => {
      const found = await (await localOf(options)).status(process.cwd());
      console.log(found ?? "not running");
      if (found === undefined) process.exitCode = 1;
    });
}

function localOf(options: WarehouseOptions) {
  return chosenWarehouse("local start", options).warehouse.local();
}
