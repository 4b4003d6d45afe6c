import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const emulator = fileURLToPath(new URL("packages/snowflake-emulator/src/emulator.ts", import.meta.url));

export default defineConfig({
  resolve: { alias: { "snowflake-access-emulator": emulator } },
  test: {
    include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
    globalSetup: "test/support/build.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
