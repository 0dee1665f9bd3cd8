import { JSONParser } from "@streamparser/json";
import { ConnectionError } from "../../../contract/errors.ts";

/**
 * The elements of one long JSON array, as they come in: OnePlan has no pages.
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
    throw new ConnectionError(
      `${host} did not answer with a list of ${what}: check OnePlan's address in the settings.`,
      { cause: failure },
    );
  }
  if (!parser.isEnded) {
    throw new ConnectionError(`${host} broke off in the middle of its list of ${what}: try again.`);
  }
}

/** Bytes; with a buffer for strings the parser is a tenth faster. */
const STRING_BUFFER = 64 * 1024;
const OPENING_BRACKET = "[".charCodeAt(0);
/** As in JSON. */
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
