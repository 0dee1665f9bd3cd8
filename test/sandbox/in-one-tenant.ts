import { afterAll, beforeAll } from "@jest/globals";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/server.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";

/**
 * One stand-in tenant for all tests of a file, or of a `describe`, which reach its hosts under their own names. It ends
 * before whatever an `afterAll` after this call ends.
 *
 * @param hand is given the tenant before the first test, and waited for
 */
export function inOneTenant(options: Omit<SandboxOptions, "provider">, hand: (sandbox: Sandbox) => unknown): void {
  let sandbox: Sandbox;
  let leave: () => Promise<void>;

  beforeAll(async () => {
    sandbox = await startSandbox({ ...options, provider: false });
    leave = throughProxy(sandbox);
    await hand(sandbox);
  });
  afterAll(async () => {
    await leave();
    await sandbox.stop();
  });
}
