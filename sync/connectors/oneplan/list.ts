import { JSONParser } from "@streamparser/json";
import { ConnectionError } from "../../../contract/errors.ts";
import { jsonIn } from "../../model/json.ts";
import { sleep } from "../../model/sleep.ts";
import type { ApiClient, Query } from "../api.ts";
import { Garbled } from "../http/answer.ts";
import { httpEvent } from "../http/events.ts";
import { Unreachable } from "../network.ts";

/** How often a list is begun anew that broke off in the middle, and milliseconds before the first time. */
const TRIES = 4;
const FIRST_WAIT_MS = 300;

interface List {
  readonly path: string;
  readonly query: Query;
  readonly doing: string;
  /** What its elements are, for messages; by default resources. */
  readonly what?: string;
}

/** Ids of elements that are remembered of a list that may have to be begun anew. */
const REMEMBERED = 50_000;

/**
 * The elements of a list, as they come in: OnePlan has no pages. One that breaks off is asked for anew; of an element that
 * comes again then, by its id, the first counts. Of a list so long that nobody could hold its ids, what comes late may
 * come twice: a sync takes an object that it was given before as it is now.
 */
export async function* listElements(
  client: ApiClient,
  { path, query, doing, what }: List,
  signal: AbortSignal,
): AsyncGenerator<readonly unknown[], void, void> {
  const seen = new Set<unknown>();
  for (let tries = 1; ; tries += 1) {
    try {
      const bytes = await client.stream(path, query, doing, signal);
      for await (const elements of arrayElements(bytes, client.host, what)) {
        const fresh = elements.filter((element) => {
          if (typeof element !== "object" || element === null) throw noList(client.host, what);
          const { id } = element as { readonly id?: unknown };
          if (id === undefined) return true;
          if (seen.has(id)) return false;
          if (seen.size < REMEMBERED) seen.add(id);
          return true;
        });
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (tries > TRIES || !(error instanceof Unreachable) || !error.transient || !error.begun) throw error;
      const milliseconds = FIRST_WAIT_MS * 2 ** (tries - 1);
      httpEvent({ kind: "wait", host: client.host, milliseconds, why: error.message });
      await sleep(milliseconds, signal);
    }
  }
}

/**
 * The elements of one long JSON array.
 *
 * @param host for messages
 * @param what they are, for messages
 * @throws ConnectionError when it is no array, or ends before its end
 */
export async function* arrayElements(
  bytes: AsyncIterable<Uint8Array>,
  host: string,
  what = "resources",
): AsyncGenerator<readonly unknown[], void, void> {
  const rest = bytes[Symbol.asyncIterator]();
  const { held, isWhole } = await begun(rest);
  const whole = isWhole ? jsonIn(Buffer.concat(held).toString("utf8")) : undefined;
  if (Array.isArray(whole)) {
    for (let at = 0; at < whole.length; at += PAGE) yield whole.slice(at, at + PAGE) as unknown[];
    return;
  }
  // It is long, or it is no list: what exactly is wrong with it is found on the way.
  let elements: unknown[] = [];
  let failure: Error | undefined;
  let first: number | undefined;
  const parser = new JSONParser({ paths: ["$.*"], keepStack: false, stringBufferSize: STRING_BUFFER });
  parser.onValue = ({ value }) => elements.push(value);
  parser.onError = (error) => (failure ??= error);
  for await (const chunk of afterAll(held, rest)) {
    first ??= chunk.find((byte) => !WHITE_SPACE.has(byte));
    // `null` or `{}` would look like a list without elements.
    if (first !== undefined && first !== OPENING_BRACKET) failure ??= new TypeError("not an array");
    else parser.write(chunk);
    if (failure) break;
    if (elements.length === 0) continue;
    yield elements;
    elements = [];
  }
  if (failure) {
    throw noList(host, what, failure);
  }
  if (!parser.isEnded) {
    throw new Garbled(`${host} broke off in the middle of its list of ${what}: try again.`);
  }
}

/** What comes until it ends, or is too much to hold. */
async function begun(bytes: AsyncIterator<Uint8Array>): Promise<{ held: Uint8Array[]; isWhole: boolean }> {
  const held: Uint8Array[] = [];
  for (let size = 0; size <= SHORT;) {
    const next = await bytes.next();
    if (next.done === true) return { held, isWhole: true };
    held.push(next.value);
    size += next.value.length;
  }
  return { held, isWhole: false };
}

async function* afterAll(held: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  // What is parsed is held no longer.
  for (let piece = held.shift(); piece !== undefined; piece = held.shift()) yield piece;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function noList(host: string, what = "resources", cause?: unknown): ConnectionError {
  const words = `${host} did not answer with a list of ${what}: check OnePlan's address in the settings.`;
  return new ConnectionError(words, { cause });
}

/** Bytes of a list that is parsed at once, in a tenth of the time: of some twenty thousand people. */
const SHORT = 8 * 1024 * 1024;
const PAGE = 250;
/** Bytes; with a buffer for strings the parser is a tenth faster. */
const STRING_BUFFER = 64 * 1024;
const OPENING_BRACKET = "[".charCodeAt(0);
/** As in JSON. */
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
