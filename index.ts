import { program } from "./src/program";

// Pulumi runs this file and calls what it exports; what happens is in src/program.ts.
export = program;
