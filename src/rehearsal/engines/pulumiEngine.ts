import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RunError } from "@pulumi/pulumi";
import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import type { LoadedAccess } from "../../load/loadAccess";
import { UserError } from "../../messages/userError";
import { program } from "../../program";
import type { Target } from "../../stack/target";
import { configurationOf } from "./configuration";
import type { Applied, Changes, Engine } from "./engine";
import { changesOf, errorsOf } from "./pulumiEvents";
import { createPrivateStack, pluginVersion, pulumiAvailable } from "./pulumiWorkspace";
import { startStandIn } from "./standIn";

/** Names the engine to use: `pulumi` or `stand-in`. */
export const ENGINE_VARIABLE = "ONE_ENV_ENGINE";

/**
 * The engine to rehearse with: the one that `ONE_ENV_ENGINE` names, else the real one where it is installed, else the
 * stand-in.
 *
 * @throws UserError when the variable names neither, or one that is not installed
 */
export async function startEngine(target: Target): Promise<Engine> {
  const available = pulumiAvailable(target.warehouse);
  const chosen = process.env[ENGINE_VARIABLE] || (available ? "pulumi" : "stand-in");
  switch (chosen) {
    case "pulumi":
      if (available) return startPulumi(target);
      throw new UserError(
        `${ENGINE_VARIABLE} is \`pulumi\`, but the CLI or its plugin is not installed`,
        `put \`pulumi\` on the PATH and run \`pulumi plugin install resource ${target.warehouse} ${pluginVersion(target.warehouse)}\``,
      );
    case "stand-in":
      return startStandIn(target);
    default:
      throw new UserError(`${ENGINE_VARIABLE} is \`${chosen}\``, "set it to `pulumi` or `stand-in`, or leave it out");
  }
}

/** The real engine can also say what it would do. */
export interface PulumiEngine extends Engine {
  /** What an apply would change after reading the warehouse back (`pulumi preview --refresh`). */
  preview(access: LoadedAccess): Promise<Changes>;
  /** Reads the warehouse back and applies: what somebody dropped comes back (`pulumi up --refresh`). */
  mend(access: LoadedAccess): Promise<Changes>;
  /** `pulumi destroy --run-program`; the hooks of what is deleted are the program's. */
  destroy(access: LoadedAccess, runProgram?: boolean): Promise<Changes>;
  /** The state of the stack as it lies on disk. */
  state(): Promise<string>;
}

/** The `pulumi` CLI through its Automation API, with the program running in this process. */
export async function startPulumi(target: Target): Promise<PulumiEngine> {
  let refusal: unknown;
  /** What the program is to apply when the CLI calls it. */
  let current: LoadedAccess | undefined;
  const { stack, close } = await createPrivateStack(async () => {
    try {
      return await program(current);
    } catch (error) {
      refusal = error;
      throw error;
    }
  });
  let running: Promise<unknown> = Promise.resolve();
  /** Runs one command of the CLI and tells what went wrong in the words of the program or of the engine. */
  const attempt = async <T>(access: LoadedAccess, run: (onEvent: (event: EngineEvent) => void) => Promise<T>) => {
    const events: EngineEvent[] = [];
    refusal = undefined;
    current = access;
    await configure(stack, target);
    try {
      const command = run((event) => events.push(event));
      running = command.catch(() => {});
      return { result: await command, changes: changesOf(events) };
    } catch (error) {
      if (RunError.isInstance(refusal)) throw new UserError(refusal.message);
      throw new Error(errorsOf(events).join("\n") || (error as Error).message, { cause: refusal ?? error });
    }
  };
  return {
    name: "pulumi",
    async apply(access) {
      const { result, changes } = await attempt(access, (onEvent) => stack.up({ onEvent, color: "never" }));
      return { changes, outputs: outputsOf(result.outputs) };
    },
    async preview(access) {
      const { changes } = await attempt(access, (onEvent) => stack.preview({ onEvent, color: "never", refresh: true }));
      return changes;
    },
    async mend(access) {
      const { changes } = await attempt(access, (onEvent) => stack.up({ onEvent, color: "never", refresh: true }));
      return changes;
    },
    async destroy(access, runProgram = true) {
      const { changes } = await attempt(access, (onEvent) => stack.destroy({ onEvent, color: "never", runProgram }));
      return changes;
    },
    async state() {
      const backend = fileURLToPath(stack.workspace.envVars.PULUMI_BACKEND_URL as string);
      const { name } = await stack.workspace.projectSettings();
      return readFileSync(join(backend, ".pulumi", "stacks", name, `${stack.name}.json`), "utf8");
    },
    async close() {
      // A command that is still running would create the directory again.
      await running;
      await close();
    },
  };
}

async function configure(stack: Stack, target: Target): Promise<void> {
  await stack.setAllConfig(await configurationOf(target));
}

function outputsOf(outputs: OutputMap): Applied["outputs"] {
  return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value])) as Applied["outputs"];
}
