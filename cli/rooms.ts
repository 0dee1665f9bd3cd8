/**
 * `tenantwire rooms`: every room, where it stands and why, and what the target has besides. Reads only, and takes no
 * lock.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { worldClock } from "../components/clock.ts";
import { roomsSync } from "../sync/kinds/rooms/index.ts";
import { type RoomStandings, roomStandings } from "../sync/kinds/rooms/states.ts";
import { renderStandings } from "./terminal/room-states.ts";
import { wantsColor } from "./color.ts";
import type { Outputs } from "../contract/outputs.ts";
import type { State } from "../sync/index.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { type OutputsSource, loadOutputs } from "./outputs.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { rooms } from "./sync-rooms.ts";

export interface RoomsOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/** The rooms of each target that is declared. */
export async function listRooms(options: RoomsOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(rooms, outputs, options);
  const now = await worldClock();
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  let standings: readonly TargetStandings[];
  try {
    standings = await standingsOf(outputs, targets, options, { state: await store.read(), signal, now });
  } finally {
    await store.close();
  }
  const color = wantsColor();
  process.stdout.write(
    options.json
      ? `${printableJson(targets.length > 1 ? standings : standings[0])}\n`
      : standings.map((each) => renderStandings(each, { color, targetName: each.target })).join("\n"),
  );
}

export interface LookingAtRooms {
  readonly state: State;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** Where the rooms of one target stand. */
export type TargetStandings = RoomStandings & { readonly target: string };

/** @throws what would stop a run */
export async function standingsOf(
  outputs: Outputs,
  targets: readonly (string | undefined)[],
  options: HostOptions,
  { state, signal, now }: LookingAtRooms,
): Promise<readonly TargetStandings[]> {
  const reach = reachOf(outputs, options, async () => state);
  const standings: TargetStandings[] = [];
  for (const target of targets) {
    const { definition } = roomsSync({ outputs, environment: process.env, reach, target, now });
    standings.push({ target: definition.target.name, ...(await roomStandings({ definition, state, signal })) });
  }
  return standings;
}
