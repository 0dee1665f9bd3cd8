import { chunks } from "../../model/chunks.ts";
import { isPassingStatus, retryAfterMs } from "../http/answer.ts";
import { httpEvent } from "../http/events.ts";
import { patienceMs } from "../http/patience.ts";
import { pump } from "../../model/pump.ts";
import { sleep } from "../../model/sleep.ts";
import type { Call, GraphClient } from "./client.ts";
import { failureOf } from "./errors.ts";
import { type Part, partsOf } from "./parts.ts";

/** What Graph takes in one `$batch`. */
const BATCH_SIZE = 20;
/** Batches under way at once: enough to hide the way to Graph and back, few enough for its limits. */
const CONCURRENCY = 4;
/** Milliseconds before parts are asked for again that do not say when: growing up to the longest. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Rounds in which a pause that is shorter than one of our own is believed. */
const BELIEVED = 5;
/** How often a part is asked for that is not busy and fails all the same. */
const MAX_FAILURES = 6;

/** A read; with a body it is a question, which changes nothing either. */
interface Read {
  /** Under `/v1.0`. */
  readonly url: string;
  readonly body?: object;
}

/**
 * Reads many paths, 20 in a request. Parts are throttled one by one: those are asked for again, the others are not.
 *
 * @param paths under `/v1.0`
 * @param isAbsent whether a failure of a part says, besides 404, that there is no such thing
 * @returns the bodies in the order of the paths; `undefined` for what does not exist
 * @throws what a single request would throw, when a part fails in another way
 */
export function batchGet(
  client: GraphClient,
  paths: readonly string[],
  call: Call,
  isAbsent?: (failure: Error) => boolean,
): Promise<unknown[]> {
  return batchRead(
    client,
    paths.map((url) => ({ url })),
    call,
    isAbsent,
  );
}

/** The same of reads that are questions. */
export async function batchRead(
  client: GraphClient,
  reads: readonly Read[],
  call: Call,
  isAbsent: (failure: Error) => boolean = () => false,
): Promise<unknown[]> {
  const bodies = new Array<unknown>(reads.length).fill(undefined);
  await pump(chunks(reads, BATCH_SIZE).entries(), CONCURRENCY, async ([at, some]) => {
    const found = await oneBatch(client, some, call, isAbsent);
    for (const [index, body] of found.entries()) bodies[at * BATCH_SIZE + index] = body;
  });
  return bodies;
}

async function oneBatch(
  client: GraphClient,
  reads: readonly Read[],
  call: Call,
  isAbsent: (failure: Error) => boolean,
): Promise<unknown[]> {
  const bodies = new Array<unknown>(reads.length).fill(undefined);
  let open = reads.map((_, index) => index);
  let failures = 0;
  const until = performance.now() + patienceMs();
  for (let round = 0; open.length > 0; round++) {
    const requests = open.map((index) => partOf(index, reads[index], call));
    const ids = requests.map(({ id }) => id);
    const parts = partsOf(await client.post("/$batch", { requests }, call), ids, client.host, call);
    const now = client.answeredAt?.();
    const again = open.filter((index) => isPassingStatus(parts.get(String(index))?.status ?? 0));
    const wait = Math.max(0, ...again.map((index) => waitFor(parts.get(String(index)), round, now)));
    if (again.some((index) => !isBusy(parts.get(String(index))))) failures += 1;
    const isOver = failures > MAX_FAILURES || performance.now() + wait > until;
    for (const index of open) {
      const part = parts.get(String(index));
      if (part === undefined || part.status === 404) continue;
      if (part.status < 300) bodies[index] = part.body;
      else if (isOver || !again.includes(index)) {
        const failure = failureOf(client.host, part.status, part.body, call);
        if (!isAbsent(failure)) throw failure;
      }
    }
    // What failed for good, and was not thrown, is done without.
    if (isOver || again.length === 0) break;
    if (again.some((index) => isBusy(parts.get(String(index))))) client.pause?.(wait);
    const why = `${again.length} of ${open.length} parts of a batch were not answered`;
    httpEvent({ kind: "wait", host: client.host, milliseconds: wait, why });
    await sleep(wait, call.signal);
    open = again;
  }
  return bodies;
}

/** Documented: a body needs its type. */
function partOf(index: number, { url, body }: Partial<Read> = {}, { headers }: Call) {
  const id = String(index);
  if (body === undefined) return { id, method: "GET", url, ...(headers && { headers }) };
  return { id, method: "POST", url, headers: { "Content-Type": "application/json", ...headers }, body };
}

/** Graph wants to be left alone, whatever is asked of it. */
function isBusy(part: Part | undefined): boolean {
  return part?.status === 429 || part?.status === 503;
}

/**
 * Milliseconds.
 *
 * @param now when it was answered, by the clock that a date is of
 */
function waitFor(part: Part | undefined, round: number, now: number | undefined): number {
  const own = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** round);
  for (const [name, value] of Object.entries(part?.headers ?? {})) {
    const asked = name.toLowerCase() === "retry-after" ? retryAfterMs(value, now) : undefined;
    // Who asks for no pause again and again would be asked without one for as long as there is patience, or as there are tries.
    if (asked !== undefined) return round < (isBusy(part) ? BELIEVED : 1) ? asked : Math.max(asked, own);
  }
  return own;
}
