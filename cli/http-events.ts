/**
 * What is told of requests while a command runs, on standard error: with `--verbose` each of them, each retry, each wait
 * and the load that answers tell of, without bodies; without it only a wait that somebody would wonder about.
 *
 * @packageDocumentation
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { duration } from "../contract/words.ts";
import { printable } from "../contract/text/printable.ts";
import { requestName } from "../sync/connectors/http/answer.ts";
import { HTTP_EVENTS, type HttpEvent } from "../sync/connectors/http/events.ts";

/** Shorter waits are nobody's concern. */
const NOTICED_MS = 5_000;

/**
 * @param now the clock of the lines with `--verbose`; without it only waits are told, as they come
 * @returns ends it
 */
export function tellHttpEvents(now?: () => Date): () => void {
  const tell = (event: HttpEvent) => {
    const line = lineOf(event, now?.());
    if (line !== undefined) process.stderr.write(`${printable(line)}\n`);
  };
  const channels = {
    [HTTP_EVENTS]: (event: unknown) => tell(event as HttpEvent),
    ...(now && channelsOfLibraries(tell)),
  };
  for (const [channel, heard] of Object.entries(channels)) subscribe(channel, heard);
  return () => {
    for (const [channel, heard] of Object.entries(channels)) unsubscribe(channel, heard);
  };
}

/** @param at when it happened, with `--verbose`; undefined: it is not told */
export function lineOf(event: HttpEvent, at?: Date): string | undefined {
  const words = wordsOf(event);
  if (at) return `${at.toISOString().slice(11, 19)}Z ${words}`;
  return event.kind === "wait" && event.milliseconds >= NOTICED_MS ? words : undefined;
}

function wordsOf(event: HttpEvent): string {
  switch (event.kind) {
    case "wait": {
      const { milliseconds, host, why, patience } = event;
      const end = patience === undefined ? "" : ` (given up if nothing works for ${duration(patience)} more)`;
      return `Waiting ${duration(milliseconds)} for ${host}: ${why}${end}`;
    }
    case "load": {
      const { host, resource, used, limit, delayedMs } = event;
      const delayed = delayedMs > 0 ? `, held back for ${duration(delayedMs)}` : "";
      return `Load on ${host}: ${used} of ${limit} TSTU${resource && ` of ${resource}`}${delayed}`;
    }
    case "retry":
      return `Again: ${event.host}${event.path}: ${event.why}`;
    case "no answer":
      return `${event.method} ${event.host}${event.path} no answer: ${event.why}`;
    case "answer":
      return `${event.method} ${event.host}${event.path} ${event.status} in ${event.milliseconds} ms${event.id}`;
  }
}

interface OfRequest {
  readonly request: ClientRequest;
}

/** Azure's libraries sign in, read vaults and keep state by Node's own client, which tells of each request. */
function channelsOfLibraries(tell: (event: HttpEvent) => void): Readonly<Record<string, (message: unknown) => void>> {
  const begun = new WeakMap<ClientRequest, number>();
  return {
    "http.client.request.start": (message) => {
      begun.set((message as OfRequest).request, performance.now());
    },
    "http.client.response.finish": (message) => {
      const { request, response } = message as OfRequest & { readonly response: IncomingMessage };
      const milliseconds = Math.round(performance.now() - (begun.get(request) ?? performance.now()));
      const id = requestName(response.headers);
      tell({ kind: "answer", ...asked(request), status: response.statusCode ?? 0, milliseconds, id });
    },
    "http.client.request.error": (message) => {
      const { request, error } = message as OfRequest & { readonly error: Error };
      tell({ kind: "no answer", ...asked(request), why: error.message });
    },
  };
}

/** Without what is asked for by query: a signature may stand there. */
function asked({ method, host, path }: ClientRequest) {
  return { method, host, path: path.split("?", 1)[0] ?? "" };
}
