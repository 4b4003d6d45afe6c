import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { makePrivateDirectory } from "../../os/privateDirectory";

/** The version of the provider's plugin that its SDK asks for: its own. */
export function pluginVersion(warehouse: string): string {
  return require(`@pulumi/${warehouse}/package.json`).version;
}

/** Whether the CLI and the provider's plugin are on this machine. Looks for files only, so it costs nothing. */
export function pulumiAvailable(warehouse: string): boolean {
  const plugin =
    existsSync(join(pluginsOf(pulumiHome()), `resource-${warehouse}-v${pluginVersion(warehouse)}`)) ||
    onPath(`pulumi-resource-${warehouse}`);
  return plugin && onPath("pulumi");
}

/** A stack of its own: state, settings and Pulumi's home in a private directory that goes when it is closed or we do. */
export interface PrivateStack {
  readonly stack: Stack;
  close(): Promise<void>;
}

export async function createPrivateStack(program: PulumiFn): Promise<PrivateStack> {
  const directory = makePrivateDirectory("one-env-pulumi-");
  try {
    return { stack: await createStack(directory.path, program), close: directory.close };
  } catch (error) {
    await directory.close();
    throw error;
  }
}

async function createStack(directory: string, program: PulumiFn): Promise<Stack> {
  const make = (name: string) => {
    const path = join(directory, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  const [workDir, home, state] = [make("work"), make("home"), make("state")];
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
