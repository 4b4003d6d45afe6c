// `node -r …/typescript.cjs -e "…"` runs our sources as they are, in a real process of its own, without a build.
// The compiler takes longer to load than most of these processes run: what one has compiled, the next finds.
const { createHash } = require("node:crypto");
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

// `import("./x.js")`, as the build needs it, means x.ts here.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const ours = request.startsWith(".") && parent?.filename?.endsWith(".ts");
  return resolveFilename(ours ? request.replace(/\.js$/, "") : request, parent, ...rest);
};

require.extensions[".ts"] = (module, file) => {
  const source = readFileSync(file, "utf8");
  module._compile(cached(source) ?? compiled(source), file);
};

function cached(source) {
  try {
    return readFileSync(placeOf(source), "utf8");
  } catch {
    return undefined;
  }
}

function compiled(source) {
  const { ModuleKind, ScriptTarget, transpileModule } = require("typescript");
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  const { outputText } = transpileModule(source, { compilerOptions });
  const place = placeOf(source);
  if (place) {
    writeFileSync(`${place}.${process.pid}`, outputText);
    renameSync(`${place}.${process.pid}`, place);
  }
  return outputText;
}

function placeOf(source) {
  const directory = process.env.ONE_ENV_TEST_COMPILED;
  return directory && join(directory, createHash("sha256").update(source).digest("hex"));
}
