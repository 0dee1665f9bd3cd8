import { setTimeout as delay } from "node:timers/promises";
import { JSONParser } from "@streamparser/json";
import { ConnectionError } from "../../../contract/errors.ts";
import type { ApiClient, Query } from "../api.ts";
import { Garbled } from "../http/answer.ts";
import { httpEvent } from "../http/events.ts";
import { Unreachable } from "../network.ts";

/** How often a list is begun anew that broke off in the middle, and milliseconds before the first time. */
const TRIES = 4;
const FIRST_WAIT_MS = 300;

export interface List {
  readonly path: string;
  readonly query: Query;
  readonly doing: string;
  /** What its elements are, for messages; by default resources. */
  readonly what?: string;
}

/**
 * The elements of a list, as they come in: OnePlan has no pages. One that breaks off is asked for anew; of an element that
 * comes again then, by its id, the first counts.
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
          return id === undefined || (!seen.has(id) && seen.add(id));
        });
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (tries > TRIES || !(error instanceof Unreachable) || !error.transient || !error.begun) throw error;
      const milliseconds = FIRST_WAIT_MS * 2 ** (tries - 1);
      httpEvent({ kind: "wait", host: client.host, milliseconds, why: error.message });
      await delay(milliseconds, undefined, { signal });
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
  let elements: unknown[] = [];
  let failure: Error | undefined;
  let first: number | undefined;
  const parser = new JSONParser({ paths: ["$.*"], keepStack: false, stringBufferSize: STRING_BUFFER });
  parser.onValue = ({ value }) => elements.push(value);
  parser.onError = (error) => (failure ??= error);
  for await (const chunk of bytes) {
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

function noList(host: string, what = "resources", cause?: unknown): ConnectionError {
  const words = `${host} did not answer with a list of ${what}: check OnePlan's address in the settings.`;
  return new ConnectionError(words, { cause });
}

/** Bytes; with a buffer for strings the parser is a tenth faster. */
const STRING_BUFFER = 64 * 1024;
const OPENING_BRACKET = "[".charCodeAt(0);
/** As in JSON. */
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
