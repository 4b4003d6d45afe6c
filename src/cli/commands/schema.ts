import { writeText } from "../../os/files";
import { renderJsonSchema } from "../../roster/jsonSchema";
import { EXIT, type ExitCode } from "../exit";

/** `one-env schema`. */
export function runSchema({ out }: { out?: string }): ExitCode {
  if (out === undefined) process.stdout.write(renderJsonSchema());
  else writeText(out, renderJsonSchema());
  return EXIT.fine;
}
