/** What a run does with a source, as little of it as tests of the source need. */
import type { ReadMode, Source, Item } from "../../../../sync/model/types.ts";
import type { Json } from "../../../../sync/model/json-value.ts";
import type { StateStore } from "../../../../sync/state/session.ts";

export interface Reading {
  readonly objects: Item[];
  readonly cursor: Json;
  /** Absent where it was killed. */
  readonly complete?: boolean;
  /** What the read told besides; nothing where it was killed. */
  readonly notes?: readonly string[];
  readonly protected?: ReadonlySet<string>;
}

export interface ReadingOptions {
  readonly mode: ReadMode;
  readonly cursor?: Json;
  readonly linked?: (id: string) => boolean;
  readonly dryRun?: boolean;
  /** The run is killed after so many pages. */
  readonly killedAfter?: number;
  readonly signal?: AbortSignal;
}

/** Reads to the end, or until the run is killed: then there is no cursor. */
export async function readAll(source: Source, store: StateStore, options: ReadingOptions): Promise<Reading> {
  const { mode, cursor, linked = () => false, dryRun = false, killedAfter = Infinity, signal } = options;
  const state = dryRun ? await store.read() : await store.lock("users");
  const objects: Item[] = [];
  try {
    const pages = source.read({
      mode,
      ...(cursor === undefined ? {} : { cursor }),
      isLinked: async (id) => linked(id),
      state,
      dryRun,
      signal: signal ?? AbortSignal.timeout(60_000),
      onProgress: () => undefined,
    });
    for (let page = 1; ; page += 1) {
      if (page > killedAfter) {
        await pages.return({ complete: false, cursor: null, notes: [] });
        return { objects, cursor: null };
      }
      const next = await pages.next();
      if (next.done) return { objects, ...next.value };
      objects.push(...next.value);
    }
  } finally {
    if ("release" in state) await (state as { release(): Promise<void> }).release();
  }
}

/** By id, the last word on each. */
export function byId(objects: readonly Item[]): Map<string, Item> {
  return new Map(objects.map((object) => [object.id, object]));
}

export function reasonOf(object: Item | undefined): string | undefined {
  return object?.why;
}
