/** Events to a browser that watches: for as long as whoever watches may. @packageDocumentation */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Who watches is looked at again before each event, and so often where none comes: roles change in other processes too. */
const LOOKED_AT_EVERY_MS = 15_000;

export interface Event {
  /** The last one: the page is to be opened anew. */
  readonly isLast: boolean;
  /** The part of the page that is new. */
  readonly text: string;
}

export interface Stream {
  /** Ends when the signal says so: the browser went away, or the process ends. */
  readonly events: (until: AbortSignal) => AsyncIterable<Event>;
  /** Whether who watches is still signed in, and still may. */
  readonly stillMay: () => Promise<boolean>;
  readonly closing: AbortSignal;
  /** Lets time pass. */
  readonly pause: (milliseconds: number, until: AbortSignal) => Promise<void>;
}

/** In the form of server-sent events. */
export function sendEvents(request: FastifyRequest, reply: FastifyReply, stream: Stream): FastifyReply {
  const closed = new AbortController();
  request.raw.once("close", () => closed.abort());
  return reply
    .header("cache-control", "no-store")
    .type("text/event-stream")
    .send(Readable.from(frames(stream, AbortSignal.any([closed.signal, stream.closing]))));
}

async function* frames({ events, stillMay, pause }: Stream, signal: AbortSignal): AsyncGenerator<string, void, void> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const iterator = events(until)[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const came = await firstOf(next, (signal) => pause(LOOKED_AT_EVERY_MS, signal), until);
      if (until.aborted) return;
      if (!(await stillMay())) return yield frame({ isLast: true, text: "" });
      if (came === undefined) continue;
      if (came.done) return;
      yield frame(came.value);
      next = iterator.next();
    }
  } finally {
    over.abort();
    // Nobody waits for it any more.
    next.catch(() => undefined);
  }
}

/** Undefined: nothing came in that time. */
async function firstOf<T>(
  coming: Promise<T>,
  pause: (until: AbortSignal) => Promise<void>,
  until: AbortSignal,
): Promise<T | undefined> {
  const came = new AbortController();
  const passed = pause(AbortSignal.any([until, came.signal])).then(() => undefined);
  try {
    return await Promise.race([coming, passed]);
  } finally {
    came.abort();
  }
}

function frame({ isLast, text }: Event): string {
  return `event: ${isLast ? "ended" : "progress"}\ndata: ${text.replaceAll(/\r?\n/g, "\ndata: ")}\n\n`;
}
