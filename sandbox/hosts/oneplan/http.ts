/**
 * What every route of OnePlan shares: queries whose letter case does not matter, answers that are always JSON.
 *
 * @packageDocumentation
 */
import type { FastifyReply } from "fastify";

/** Letter case of names does not matter (assumed: .NET). */
export function caselessQuery(query: unknown): ReadonlyMap<string, string> {
  const entries = Object.entries(query as Record<string, string | string[]>);
  return new Map(entries.map(([key, value]) => [key.toLowerCase(), String(value)]));
}

/** JSON, also where fastify would send nothing (null) or plain text (a string). */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(value ?? null));
}

export function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type("text/plain; charset=utf-8").send(text);
}

/** Items that go out in one piece of a list. */
const LIST_CHUNK = 500;

/** One bare array however long it is (documented), in pieces, so that a hundred thousand do not wait for each other. */
export function* jsonArray<T>(items: readonly T[], answer: (item: T) => unknown): Generator<string> {
  yield "[";
  for (let start = 0; start < items.length; start += LIST_CHUNK) {
    const part = items.slice(start, start + LIST_CHUNK).map((item) => JSON.stringify(answer(item)));
    yield `${start === 0 ? "" : ","}${part.join(",")}`;
  }
  yield "]";
}
