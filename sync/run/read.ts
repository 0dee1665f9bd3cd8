/** Reading both sides into the scratch. */
import type { Run } from "./context.ts";
import { CursorExpired } from "../../contract/errors.ts";
import { fromJson } from "../model/json.ts";
import type { Json, Link, ReadMode, ReadResult } from "../model/types.ts";

/** How a source was read, and how that ended. */
export interface ReadOutcome extends ReadResult {
  readonly mode: ReadMode;
}

/** Reads the source; a delta read whose cursor has expired becomes a full one. */
export async function readSource(run: Run, mode: ReadMode, cursor: Json | undefined): Promise<ReadOutcome> {
  try {
    return { mode, ...(await readPages(run, mode, cursor)) };
  } catch (error) {
    if (!(error instanceof CursorExpired) || mode === "full") throw error;
    run.scratch.objects.clearSources();
    return { mode: "full", ...(await readPages(run, "full", undefined)) };
  }
}

async function readPages(run: Run, mode: ReadMode, cursor: Json | undefined): Promise<ReadResult> {
  const { scratch, state, partitions, dryRun, signal } = run;
  const request = {
    mode,
    isLinked: async (id: string) =>
      scratch.links.bySource(id) !== undefined || (await state.get(partitions.links, id)) !== undefined,
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

/** Lists the target; returns how many objects it has. */
export async function listTarget({ target, scratch, signal, progress }: Run): Promise<number> {
  let listed = 0;
  for await (const page of target.list(signal)) {
    for (const object of page) scratch.objects.putTarget(object);
    listed += page.length;
    progress({ phase: "list", done: listed });
  }
  return listed;
}

/** Copies the links of the state. */
export async function copyLinks({ state, partitions, scratch }: Run): Promise<void> {
  for await (const page of state.list(partitions.links)) {
    for (const { value } of page) scratch.links.copy(fromJson<Link>(value));
  }
}
