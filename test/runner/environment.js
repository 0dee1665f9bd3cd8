import { ModernFakeTimers } from "@jest/fake-timers";
import { ModuleMocker } from "jest-mock";
import { compiledFolder } from "../../sandbox/engine/cache.ts";

// For all the programs that tests start: what Node compiled of them is kept, half of the time of a start. Not for this
// process, which loads what is ours under new addresses for each file of tests.
process.env["NODE_COMPILE_CACHE"] ||= compiledFolder(process.env);

/** Where `jest.setTimeout` leaves its word. */
const TIMEOUT = Symbol.for("TEST_TIMEOUT_SYMBOL");

/** Enough to see the test's own line from within its helpers. */
const FRAMES = 20;

/** The process itself, put back as it was after each file of tests. */
export default class ProcessEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  // The older kind, which nobody uses here.
  fakeTimers = null;
  #env = { ...process.env };
  #folder = process.cwd();
  #exit = process.exit;

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  /**
   * Node's own stack traces: a source's types are taken away in place, so that its lines are right. Jest's follow source
   * maps, with a hundred calls for each error, and Pulumi's SDK reads a stack for each promise: half of what a program
   * under its mocks took.
   */
  async setup() {
    Error.prepareStackTrace = undefined;
    Error.stackTraceLimit = FRAMES;
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
    process.chdir(this.#folder);
    process.exit = this.#exit;
    delete globalThis[TIMEOUT];
  }

  exportConditions() {
    return ["node", "node-addons"];
  }

  getVmContext() {
    return null;
  }
}
