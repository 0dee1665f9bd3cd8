/** Changes of the settings in the time line of the runs: which part, when first seen, by whom. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { Outputs } from "../../../contract/outputs.ts";
import { noteSettings, readSettingsChanges } from "../../../sync/run/settings-changes.ts";
import { deployedOutputs } from "../../review/deployed-outputs.ts";
import { World } from "../access/people.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

async function note(change?: (outputs: Outputs) => void): Promise<unknown> {
  world.clock.advance(1_000);
  await noteSettings(world.store, deployedOutputs(change), { now: world.clock.now, by: "kim" });
  return readSettingsChanges(await world.store.read());
}

it("are noted once each, by the part that changed, and a renewed credential is none", async () => {
  expect(await note()).toEqual([]);
  expect(await note((outputs) => (outputs.credentials.secrets = []))).toEqual([]);

  const limited = (outputs: Outputs) => (outputs.sync = { users: { guests: false } });
  await note(limited);
  expect(await note(limited)).toEqual([{ at: "2026-03-02T08:00:03.000Z", by: "kim", changed: ["sync.users"] }]);
  expect(await note()).toHaveLength(2);
});

it("wait where another process notes them", async () => {
  await note();
  const held = await world.store.lock("settings");

  expect(await note((outputs) => (outputs.sync = { rooms: {} }))).toEqual([]);
  await held.release();
  expect(await note((outputs) => (outputs.sync = { rooms: {} }))).toHaveLength(1);
});
