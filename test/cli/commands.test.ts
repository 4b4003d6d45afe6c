/** A command is one file and one line: the line says of the file what is true, and only the file that is called is loaded. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { Command, Help } from "../../src/cli/commander";
import { COMMANDS } from "../../src/cli/program";

const nameOf = (usage: string) => usage.split(" ")[0] ?? "";

describe.each(COMMANDS)("%s", (usage, _summary, load) => {
  test("is called as the list says", async () => {
    const command = new Command(nameOf(usage));
    (await load()).define(command);
    expect(new Help().subcommandTerm(command)).toBe(usage);
    expect(command.description()).not.toBe("");
  });
});

test("the help loads no command, and a command no other", () => {
  const loadedBy = (...words: string[]) => {
    const script = `
      process.argv.splice(1, 0, ...${JSON.stringify(words)});
      process.on("exit", () => {
        const files = Object.keys(require.cache).flatMap((file) => /cli.commands.(\\w+)\\.js$/.exec(file)?.[1] ?? []);
        console.error("loaded:" + files.join());
      });
      require(${JSON.stringify(resolve("dist/src/cli/cli.js"))});`;
    const merged = execFileSync("sh", ["-c", `"$0" -e "$1" 2>&1`, process.execPath, script], { encoding: "utf8" });
    return /loaded:(.*)/
      .exec(merged)?.[1]
      ?.split(",")
      .filter((name) => name !== "");
  };
  expect(loadedBy("--help")).toEqual([]);
  expect(loadedBy("matrix", "--help")).toEqual(["matrix"]);
});
