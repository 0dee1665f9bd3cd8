/**
 * The demo's rooms: all of them to ONES, then only those that the settings name, one with another capacity and one
 * that is gone.
 *
 * @packageDocumentation
 */
import { readFileSync, writeFileSync } from "node:fs";
import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import { ONES_HOST } from "../hosts/ones/index.ts";
import type { World } from "../world.ts";
import type { Stack } from "../stack.ts";
import { type RunReport, settingsFile, tenantwire } from "./commands.ts";
import type { Steps } from "./steps.ts";

/** What the report tells of them, a line each. */
export async function syncRooms(steps: Steps, stack: Stack, world: World): Promise<readonly string[]> {
  const { rooms } = directory(world);
  const addresses = [...rooms.rooms.values()].map((room) => text(room, "emailAddress"));
  // The host of ONES came after the first deployment. That it is meant is said once, and remembered.
  const all = await sync(steps, stack, "--allow-host", ONES_HOST);

  const [changed = "", gone = "", left = "", ...others] = addresses;
  await steps.run("pulumi up -s sandbox", async () => {
    specify(settingsFile(stack), [changed, gone, ...others]);
    await stack.up();
    return { result: undefined, said: `${addresses.length - 1} rooms specified, ${left} is not among them` };
  });
  await steps.run("a day in the building", async () => {
    rooms.change(changed, { capacity: 99 });
    rooms.remove(gone);
    return { result: undefined, said: "1 room has 99 seats now, 1 room is gone" };
  });
  const some = await sync(steps, stack);
  // Missing is not gone: only the next complete read that does not have it retires it.
  const last = await sync(steps, stack);
  return [all, some, last].map(
    ({ counts }) =>
      `${`${counts.create} created, ${counts.link} linked`.padEnd(24)} ${counts.update} updated, ${counts.disable} retired, ${counts.fail} for a person`,
  );
}

function sync(steps: Steps, stack: Stack, ...more: readonly string[]): Promise<RunReport> {
  return steps.run("tenantwire sync rooms -s sandbox", async () => {
    const result = await tenantwire<RunReport>(stack, ["sync", "rooms", "-s", "sandbox", ...more, "--json"]);
    const { create, link, update, disable } = result.counts;
    const said = `${create} created, ${link} linked, ${update} updated, ${disable} retired`;
    return { result, said, ...(more.length > 0 && { detail: [`${more.join(" ")}: said once, and remembered`] }) };
  });
}

/** A room that is gone is retired at once here: a story has no two days to wait. */
function specify(file: string, addresses: readonly string[]): void {
  const written = readFileSync(file, "utf8");
  const after = written
    .replace(/rooms: \{ scope: all \}/, `rooms: { scope: specified, addresses: [${addresses.join(", ")}] }`)
    .replace(/^config:\n( +)/m, `$&tenantwire:sync: { rooms: { retireAfter: { hours: 0, reads: 1 } } }\n$1`);
  if (!after.includes("specified") || !after.includes("retireAfter")) {
    throw new Error("The settings file looks different now: the rooms could not be specified.");
  }
  writeFileSync(file, after);
}
