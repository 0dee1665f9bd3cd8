import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { type Sandbox, startSandbox } from "../../../../sandbox/server.ts";
import { throughProxy } from "../../connectors/hosts.ts";
import { PlansBench } from "./bench.ts";

/**
 * One stand-in tenant for all tests of a file, and a project of its own for each. Not in the bench's file, which the
 * simulation also runs without Jest.
 *
 * @param hand is given the bench of the next test; it is closed after that test
 */
export function inNewProjects(hand: (bench: PlansBench) => void): void {
  let sandbox: Sandbox;
  let leave: () => Promise<void>;
  let bench: PlansBench;

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 20, provider: false });
    leave = throughProxy(sandbox);
  });
  afterAll(async () => {
    await leave();
    await sandbox.stop();
  });
  beforeEach(() => {
    bench = new PlansBench(sandbox);
    hand(bench);
  });
  afterEach(() => bench.close());
}
