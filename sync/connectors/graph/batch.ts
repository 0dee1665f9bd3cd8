import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import type { Call, GraphClient } from "./client.ts";
import { refusal } from "./errors.ts";

/** What Graph takes in one `$batch`. */
export const BATCH_SIZE = 20;
/** How often parts that were throttled are asked for again. */
const MAX_ROUNDS = 10;
/** Seconds; when a throttled part does not say. */
const DEFAULT_WAIT = 3;
const MAX_WAIT = 180;

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
type Part = z.infer<typeof Answer>["responses"][number];

/**
 * Reads many paths, 20 in a request. Parts are throttled one by one: those are asked for again, the others are not.
 *
 * @param paths under `/v1.0`
 * @returns the bodies in the order of the paths; `undefined` for what does not exist (404)
 * @throws what a single request would throw, when a part fails in another way
 */
export async function batchGet(client: GraphClient, paths: readonly string[], call: Call): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (let start = 0; start < paths.length; start += BATCH_SIZE) {
    bodies.push(...(await oneBatch(client, paths.slice(start, start + BATCH_SIZE), call)));
  }
  return bodies;
}

async function oneBatch(client: GraphClient, paths: readonly string[], call: Call): Promise<unknown[]> {
  const bodies = new Array<unknown>(paths.length).fill(undefined);
  let open = paths.map((_, index) => index);
  for (let round = 0; open.length > 0; round++) {
    const requests = open.map((index) => ({
      id: String(index),
      method: "GET",
      url: paths[index],
      ...(call.headers && { headers: call.headers }),
    }));
    const parts = parseAnswer(client, await client.post("/$batch", { requests }, call), call);
    const again = open.filter((index) => isThrottled(parts.get(String(index))));
    for (const index of open) {
      const part = parts.get(String(index));
      if (part === undefined) throw new ConnectionError(`${client.host} left out a part when asked to ${call.doing}.`);
      if (part.status === 404) continue;
      if (part.status < 300) bodies[index] = part.body;
      else if (!isThrottled(part) || round === MAX_ROUNDS) throw refusal(client.host, part.status, part.body, call);
    }
    if (again.length > 0) {
      const waits = again.map((index) => secondsToWait(parts.get(String(index))));
      await delay(Math.max(...waits) * 1000, undefined, { signal: call.signal });
    }
    open = again;
  }
  return bodies;
}

function parseAnswer(client: GraphClient, body: unknown, call: Call): Map<string, Part> {
  const answer = Answer.safeParse(body);
  if (!answer.success) {
    throw new ConnectionError(`${client.host} did not answer a batch as documented when asked to ${call.doing}.`);
  }
  return new Map(answer.data.responses.map((part) => [part.id, part]));
}

function isThrottled(part: Part | undefined): boolean {
  return part?.status === 429 || part?.status === 503 || part?.status === 504;
}

function secondsToWait(part: Part | undefined): number {
  for (const [name, value] of Object.entries(part?.headers ?? {})) {
    if (name.toLowerCase() !== "retry-after") continue;
    const seconds = Number(value);
    if (Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds, MAX_WAIT);
  }
  return DEFAULT_WAIT;
}
