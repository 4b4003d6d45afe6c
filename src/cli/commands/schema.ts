import { writeText } from "../../os/files";
import { renderJsonSchema } from "../../roster/jsonSchema";
import type { Command } from "../commander";
import { EXIT, type ExitCode, finish } from "../exit";

/** `one-env schema`. */
export function define(command: Command) {
  return command
    .description("Prints the JSON schema of team.yaml, which editors use to complete and check it.")
    .option("-o, --out <file>", "write it to a file")
    .action(({ out }) => finish(schema(out)));
}

function schema(out: string | undefined): ExitCode {
  if (out === undefined) process.stdout.write(renderJsonSchema());
  else writeText(out, renderJsonSchema());
  return EXIT.fine;
}
