import { randomBytes } from "node:crypto";
import { accessSync, closeSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { runWithLifeline } from "./lifeline";

/** The version of the provider's plugin that its SDK asks for: its own. */
export const PLUGIN_VERSION: string = require("@pulumi/postgresql/package.json").version;

/** Whether the CLI and the provider's plugin are on this machine. Looks for files only, so it costs nothing. */
export async function pulumiAvailable(): Promise<boolean> {
  const plugin =
    existsSync(join(pluginsOf(pulumiHome()), `resource-postgresql-v${PLUGIN_VERSION}`)) ||
    onPath("pulumi-resource-postgresql");
  return plugin && onPath("pulumi");
}

/** A stack of its own: state, settings and Pulumi's home in a private directory that goes when it is closed or we do. */
export interface PrivateStack {
  readonly stack: Stack;
  close(): Promise<void>;
}

export async function createPrivateStack(program: PulumiFn): Promise<PrivateStack> {
  const directory = mkdtempSync(join(tmpdir(), "one-env-pulumi-"));
  const log = openSync("/dev/null", "w");
  const lifeline = runWithLifeline(directory, "exec tail -f /dev/null", {
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    log,
    user: undefined,
  });
  closeSync(log);
  try {
    return { stack: await createStack(directory, program), close: lifeline.cut };
  } catch (error) {
    await lifeline.cut();
    throw error;
  }
}

async function createStack(directory: string, program: PulumiFn): Promise<Stack> {
  const [workDir, home, state] = ["work", "home", "state"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [workDir, home, state]) mkdirSync(path, { mode: 0o700 });
  // Pulumi notes in its home which stack is selected where; the plugins are all that we need of the real one.
  if (existsSync(pluginsOf(pulumiHome()))) symlinkSync(pluginsOf(pulumiHome()), pluginsOf(home));
  const backend = `file://${state}`;
  return LocalWorkspace.createStack(
    { projectName: "one-environment", stackName: "rehearsal", program },
    {
      workDir,
      pulumiHome: home,
      secretsProvider: "passphrase",
      projectSettings: { name: "one-environment", runtime: "nodejs", backend: { url: backend } },
      envVars: {
        PULUMI_BACKEND_URL: backend,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        // The state is worth nothing after a crash, and writing it at every step takes most of the time.
        PULUMI_EXPERIMENTAL: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
      },
    },
  );
}

function pulumiHome(): string {
  return process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
}

function pluginsOf(home: string): string {
  return join(home, "plugins");
}

function onPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => isExecutable(join(directory, command)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
