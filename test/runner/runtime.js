import { readFileSync } from "node:fs";
import { createRequire, registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import JestRuntime from "jest-runtime";

const REPOSITORY = new URL("../../", import.meta.url).href;
const GLOBALS = new URL("globals.js", import.meta.url).href;

/** How many files of tests this process has begun. */
let run = 0;

/** Sources without their types, by what they were with them. */
const stripped = new Map();

/**
 * Test files are loaded by Node itself. Jest's own loader compiles every library anew for each of them, and runs them in
 * a context where each global is looked up through a proxy: half of the processor's time of a run.
 *
 * What is ours is new for each file of tests, as with Jest: a module's state is that file's own. Libraries are shared by
 * the files that a worker runs.
 */
class NodeRuntime extends JestRuntime {
  constructor(...args) {
    super(...args);
    run += 1;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    globalThis[Symbol.for("tenantwire.jest")] = this.jestGlobals.cjsGlobals(path);
    return import(own(pathToFileURL(path).href));
  }

  requireModule(from, name = from) {
    return createRequire(from)(name);
  }

  /** The framework: it collects the tests of one file. */
  requireInternalModule(from, name = from) {
    const require = createRequire(from);
    delete require.cache[require.resolve(name)];
    return require(name);
  }

  /** Node's own is right here. */
  installGetBuiltinModule() {}
}

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@jest/globals") return { url: own(GLOBALS), format: "module", shortCircuit: true };
    const resolved = next(specifier, context);
    return isOurs(resolved.url) ? { ...resolved, url: own(resolved.url) } : resolved;
  },
  load(url, context, next) {
    const [file, ofRun] = url.split("?run=");
    if (ofRun === undefined || !file.endsWith(".ts")) return next(url, context);
    return { format: "module", source: withoutTypes(readFileSync(fileURLToPath(file), "utf8")), shortCircuit: true };
  },
});

function isOurs(url) {
  return url.startsWith(REPOSITORY) && !url.includes("/node_modules/") && /\.[jt]s$/.test(url);
}

function withoutTypes(source) {
  const known = stripped.get(source) ?? stripTypeScriptTypes(source);
  stripped.set(source, known);
  return known;
}

function own(url) {
  return `${url}?run=${run}`;
}

// By this name `require` gives the class itself, which is what Jest asks for.
export { NodeRuntime as "module.exports" };
