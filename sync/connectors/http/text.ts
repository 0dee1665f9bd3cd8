/**
 * The text of an answer: UTF-8, as JSON is, or what the answer says that it is. Pure.
 *
 * @packageDocumentation
 */
import { TextDecoder } from "node:util";
import { type Headers, headerOf } from "./answer.ts";

/** Without a byte order mark, which some services begin with and no reader of JSON takes. */
export function textIn(bytes: Uint8Array, headers: Headers): string {
  return decoderOf(headers).decode(bytes);
}

/** The same of an answer that comes in parts: as UTF-8. */
export async function* asUtf8(parts: AsyncIterable<Uint8Array>, headers: Headers): AsyncGenerator<Uint8Array> {
  const decoder = decoderOf(headers);
  if (decoder.encoding === "utf-8") yield* withoutMark(parts);
  else {
    for await (const part of parts) yield Buffer.from(decoder.decode(part, { stream: true }), "utf8");
    yield Buffer.from(decoder.decode(), "utf8");
  }
}

function decoderOf(headers: Headers): TextDecoder {
  const [, charset = "utf-8"] = /;\s*charset="?([\w.:-]+)/i.exec(headerOf(headers, "content-type") ?? "") ?? [];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

const MARK = Buffer.from("\ufeff", "utf8");

async function* withoutMark(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = Buffer.alloc(0);
  let isFirst = true;
  for await (const part of parts) {
    if (!isFirst) {
      yield part;
      continue;
    }
    first = Buffer.concat([first, part]);
    if (first.length < MARK.length) continue;
    isFirst = false;
    yield first.subarray(first.indexOf(MARK) === 0 ? MARK.length : 0);
  }
  if (isFirst) yield first;
}
