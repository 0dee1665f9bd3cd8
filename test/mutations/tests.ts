/**
 * The planner's tests in a thread of their own, once for every fault that it is sent. What a fault may change is loaded
 * anew each time, and the faulty file has its text from the message: no copy, no new process.
 */
import { readdirSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort } from "node:worker_threads";
import { expect } from "expect";
import { describe, getState, it, resetState, run, setState } from "jest-circus";
import { repository } from "../../sandbox/project.ts";

/** A file and what it holds in place of its own text. */
export interface Faulty {
  readonly file: string;
  readonly text: string;
}

const TESTS = join(repository, "test/sync/planner");
/** First the one that caught the last fault: it is the likeliest to catch its neighbour. */
let names = readdirSync(TESTS).filter((name) => name.endsWith(".test.ts"));
/** What imports the planner; nothing in `contract` does. */
const ANEW = ["sync/", "test/sync/"].map((folder) => pathToFileURL(join(repository, folder)).href);
const globals = pathToFileURL(join(repository, "test/runner/globals.js")).href;

let round = 0;
let faulty: { readonly url: string; readonly text: string } | undefined;

Object.assign(globalThis, { [Symbol.for("tenantwire.jest")]: { describe, expect, it } });
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "@jest/globals") return { url: globals, shortCircuit: true };
    const found = next(specifier, context);
    return ANEW.some((folder) => found.url.startsWith(folder)) ? { ...found, url: `${found.url}?${round}` } : found;
  },
  load(url, context, next) {
    if (faulty === undefined || url !== `${faulty.url}?${round}`) return next(url, context);
    return { format: "module-typescript", source: faulty.text, shortCircuit: true };
  },
});

parentPort?.on("message", (given: Faulty | undefined) => {
  void passes(given).then((result) => parentPort?.postMessage(result));
});

/** A file that fails decides: those after it are not run. */
async function passes(given: Faulty | undefined): Promise<boolean> {
  round += 1;
  faulty = given && { text: given.text, url: pathToFileURL(join(repository, given.file)).href };
  for (const name of names) {
    if (await filePasses(name)) continue;
    names = [name, ...names.filter((each) => each !== name)];
    return false;
  }
  return true;
}

async function filePasses(name: string): Promise<boolean> {
  resetState();
  // A busy machine is no fault: it is the thread whose time is limited.
  setState({ ...getState(), testTimeout: 600_000 });
  try {
    await import(pathToFileURL(join(TESTS, name)).href);
  } catch {
    // Faulty code that cannot be loaded fails its tests.
    return false;
  }
  const { testResults, unhandledErrors } = await run();
  if (testResults.length === 0) throw new TypeError(`${name} has no tests.`);
  return unhandledErrors.length === 0 && testResults.every(({ errors }) => errors.length === 0);
}
