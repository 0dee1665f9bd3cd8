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

it("are about a thousand, and the oldest go", async () => {
  await note();
  const state = await world.store.lock("settings");
  for (let start = 0; start < 1_099; start += 50) {
    const keys = Array.from(
      { length: Math.min(50, 1_099 - start) },
      (_, index) => `2025-${String(start + index).padStart(6, "0")}`,
    );
    const value = { at: "2025-01-01T00:00:00.000Z", by: "kim", changed: ["sync.users"] };
    await state.commit(keys.map((key) => ({ partition: "settings-changes", key, value })));
  }
  await state.release();
  await note((outputs) => (outputs.sync = { rooms: {} }));

  expect(await readSettingsChanges(await world.store.read())).toHaveLength(1_000);
  const last = (await readSettingsChanges(await world.store.read())).at(-1);
  expect(last).toMatchObject({ changed: ["sync.rooms"] });
});
