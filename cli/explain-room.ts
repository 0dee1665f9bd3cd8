/**
 * `tenantwire explain room`: why a room is or is not in the target. Reads only, and takes no lock.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { worldClock } from "../stacks/clock.ts";
import { explainRoom as explain, type RoomExplanation, UnknownRoom } from "../sync/kinds/rooms/explain.ts";
import { renderRoom } from "./terminal/explain-room.ts";
import { roomsSync } from "../sync/kinds/rooms/index.ts";
import { wantsColor } from "./color.ts";
import type { ExplainOptions } from "./explain.ts";
import { reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs } from "./outputs.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { rooms } from "./sync-rooms.ts";

/** An explanation for each target that is declared. */
export async function explainRoom(asked: string, options: ExplainOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(rooms, outputs, options);
  const now = await worldClock();
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  const explained: (RoomExplanation & { readonly target: string; readonly source: string })[] = [];
  let unknown: UnknownRoom | undefined;
  try {
    const state = await store.read();
    const reach = reachOf(outputs, options, async () => state);
    for (const target of targets) {
      const { definition, properties } = roomsSync({ outputs, environment: process.env, reach, target, now });
      try {
        const explanation = await explain({ definition, properties, state, asked, signal, now });
        explained.push({ target: definition.target.name, source: definition.source.name, ...explanation });
      } catch (error) {
        // A room that is gone is known only where it was synced to.
        if (!(error instanceof UnknownRoom)) throw error;
        unknown = error;
      }
    }
  } finally {
    await store.close();
  }
  if (explained.length === 0 && unknown) throw unknown;
  const look = { color: wantsColor(), now: now() };
  process.stdout.write(
    options.json
      ? `${printableJson(targets.length > 1 ? explained : explained[0])}\n`
      : explained
          .map((each) => renderRoom(each, { ...look, sourceName: each.source, targetName: each.target }))
          .join("\n"),
  );
}
