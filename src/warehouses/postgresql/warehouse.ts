import type { Warehouse } from "../warehouse";
import { COMMANDS } from "./commandLine";

/** PostgreSQL, and services that are one. */
export const postgresql: Warehouse = {
  title: "PostgreSQL",
  server: "a PostgreSQL",
  throwaway: "a throw-away PostgreSQL",
  leaves: "PostgreSQL's data stays for the next start",
  userVariable: "PGUSER",
  commands: COMMANDS,

  stack: async () => (await import("./stack.js")).stack,
  environment: async () => (await import("./environment.js")).environment,
  withAdopter: async (...words) => (await import("./adopter.js")).withAdopter(...words),
  withAuditor: async (...words) => (await import("./auditor.js")).withAuditor(...words),
  ciClient: async (own) => (await import("./ci.js")).ciClient(own),
  diagnose: async (...words) => (await import("./doctor.js")).diagnose(...words),
  withGuard: async (...words) => (await import("./guard.js")).withGuard(...words),
  local: async () => (await import("./local.js")).local,
  startTestServer: async (_identities, own) => (await import("./rehearsal/testServer.js")).startTestServer(own),
  standIn: async () => (await import("./standin/backend.js")).backend,
  attacks: async () => (await import("./rehearsal/attacks/corpus.js")).CORPUS,
};
