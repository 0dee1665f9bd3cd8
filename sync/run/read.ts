/** Reading both sides into the scratch. */
import type { Run } from "./context.ts";
import { CursorExpired, FullReadCheaper } from "../../contract/errors.ts";
import {
  isActive,
  type Item,
  type Link,
  linkFromJson,
  otherSide,
  type ReadMode,
  type ReadResult,
  type Samples,
} from "../model/types.ts";
import { storedLink } from "./link-book.ts";
import type { Json } from "../model/json-value.ts";

/** How a source was read, and how that ended. */
export interface ReadOutcome extends ReadResult {
  readonly mode: ReadMode;
  /** Why it was read in another mode than was decided, if so. */
  readonly modeReason?: string;
}

/** Reads the source; a delta read whose cursor has expired becomes a full one. */
export async function readSource(run: Run, mode: ReadMode, cursor: Json | undefined): Promise<ReadOutcome> {
  try {
    const read = await readPages(run, mode, cursor);
    return { mode: read.whole ? "full" : mode, ...read };
  } catch (error) {
    if (!(error instanceof CursorExpired) || mode === "full") throw error;
    run.scratch.objects.clearSources();
    const modeReason =
      error instanceof FullReadCheaper
        ? error.message
        : `${run.source.name} no longer accepts where the last run ended (the cursor has expired)`;
    return { mode: "full", modeReason, ...(await readPages(run, "full", undefined)) };
  }
}

/**
 * Asks by id for those linked whom a full read did not give, before it is believed that they are gone.
 *
 * @param isAsked whether one of them is asked for, by the link
 * @param isKept whether an answer counts as read
 * @returns how many are there all the same: the read was not complete, whatever it said
 */
export async function askForUnread(
  run: Run,
  isAsked: (link: Link) => boolean,
  isKept: (item: Item) => boolean,
): Promise<number> {
  const { scratch, source, signal, side } = run;
  await copyLinks(run);
  let there = 0;
  for (const page of scratch.objects.unread()) {
    signal.throwIfAborted();
    const ids = page.flatMap(({ link }) => (link && isAsked(link) ? [link[otherSide(side)].id] : []));
    if (ids.length === 0) continue;
    for (const item of await source.fetch(ids, signal)) {
      if (isKept(item)) scratch.objects.putSource(item);
      if (isActive(item)) there += 1;
    }
  }
  return there;
}

async function readPages(run: Run, mode: ReadMode, cursor: Json | undefined): Promise<ReadResult> {
  const { scratch, state, dryRun, signal } = run;
  const request = {
    mode,
    isLinked: async (id: string) =>
      scratch.links.bySource(id) !== undefined || (await storedLink(run, id)) !== undefined,
    state,
    dryRun,
    signal,
    onProgress: (progress: { readonly read: number; readonly total?: number }) =>
      run.progress({ phase: "read", done: progress.read, ...(progress.total && { total: progress.total }) }),
  };
  const pages = run.source.read(cursor === undefined ? request : { ...request, cursor });
  for (;;) {
    const next = await pages.next();
    if (next.done === true) return next.value;
    for (const object of next.value) scratch.objects.putSource(object);
  }
}

export interface Listed {
  /** How many objects the target has. */
  readonly objects: number;
  readonly samples: Samples;
}

/** Lists the target. */
export async function listTarget({ target, scratch, signal, progress }: Run): Promise<Listed> {
  const samples: Record<string, string | null> = Object.fromEntries(target.matchBy.map((each) => [each, null]));
  let objects = 0;
  for await (const page of target.list(signal)) {
    for (const object of page) {
      scratch.objects.putTarget(object);
      for (const attribute in object.keys) if (object.keys[attribute] !== "") samples[attribute] ??= object.id;
    }
    objects += page.length;
    progress({ phase: "list", done: objects });
  }
  return { objects, samples };
}

/** Copies the links of the state, once. */
export async function copyLinks({ state, partitions, scratch }: Run): Promise<void> {
  if (scratch.links.isWhole) return;
  for await (const page of state.list(partitions.links)) {
    for (const { value } of page) scratch.links.copy(linkFromJson(value));
  }
  scratch.links.isWhole = true;
}
