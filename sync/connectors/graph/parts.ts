/**
 * What a `$batch` answers, and whether that is all that was asked for. Pure.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { Garbled } from "../http/answer.ts";
import type { Purpose } from "./errors.ts";

const Answer = z.looseObject({
  responses: z.array(
    z.looseObject({
      id: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.unknown()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});
export type Part = z.infer<typeof Answer>["responses"][number];

/**
 * By the ids of the parts. A part of success that holds nothing tells nothing: what does not exist is told by 404.
 *
 * @throws Garbled where it is not as documented, or a part is missing
 */
export function partsOf(answer: unknown, ids: Iterable<string>, host: string, { doing }: Purpose): Map<string, Part> {
  const read = Answer.safeParse(answer);
  if (!read.success) throw new Garbled(`${host} did not answer a batch as documented when asked to ${doing}.`);
  const parts = new Map(read.data.responses.map((part) => [part.id, part]));
  for (const id of ids) {
    const part = parts.get(id);
    if (part === undefined || isEmpty(part)) throw new Garbled(`${host} left out a part when asked to ${doing}.`);
  }
  return parts;
}

/** Success without what was asked for. */
export function isEmpty({ status, body }: Pick<Part, "status"> & { readonly body?: unknown }): boolean {
  return status < 300 && (body === undefined || body === null);
}
