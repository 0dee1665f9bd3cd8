import { afterEach, beforeEach } from "@jest/globals";
import type { Sandbox } from "../../../../sandbox/server.ts";
import { inOneTenant } from "../../../sandbox/in-one-tenant.ts";
import { PlansBench } from "./bench.ts";

/**
 * One stand-in tenant for all tests of a file, and a project of its own for each. Not in the bench's file, which the
 * simulation also runs without Jest.
 *
 * @param hand is given the bench of the next test; it is closed after that test
 */
export function inNewProjects(hand: (bench: PlansBench) => void): void {
  let sandbox: Sandbox;
  let bench: PlansBench;

  inOneTenant({ users: 20 }, (started) => (sandbox = started));
  beforeEach(() => {
    bench = new PlansBench(sandbox);
    hand(bench);
  });
  afterEach(() => bench.close());
}
