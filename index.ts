import { program } from "./src/program";

// Pulumi runs this file; what happens is in src/program.ts.
const outputs = program();

export const credentials = outputs.then((out) => out.credentials);
export const access = outputs.then((out) => out.access);
export const schemas = outputs.then((out) => out.schemas);
