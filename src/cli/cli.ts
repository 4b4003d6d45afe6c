#!/usr/bin/env node
/** What `one-env` runs: the program, and how it ends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../messages/userError";
import { exitCodeFor } from "./exit";
import { defineProgram } from "./program";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `one-env … | head` closes the pipe before all is written: no error.
  if (error.code === "EPIPE") return;
  process.exit(exitCodeFor(new UserError(`cannot write to stdout: ${error.code}`)));
});

// From dist/src/cli, where the build puts this file.
const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));

defineProgram(version)
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeFor(error);
  });
