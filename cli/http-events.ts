/**
 * What is told of requests while a command runs, on standard error: with `--verbose` each of them, each retry and each
 * wait, without bodies; without it only a wait that somebody would wonder about.
 *
 * @packageDocumentation
 */
import { subscribe } from "node:diagnostics_channel";
import { duration } from "../contract/words.ts";
import { printable } from "../contract/text/printable.ts";
import { HTTP_EVENTS, type HttpEvent } from "../sync/connectors/http/client.ts";

/** Shorter waits are nobody's concern. */
const NOTICED_MS = 5_000;

export function tellHttpEvents(verbose: boolean): void {
  subscribe(HTTP_EVENTS, (event) => {
    const line = lineOf(event as HttpEvent, verbose);
    if (line !== undefined) process.stderr.write(`${printable(line)}\n`);
  });
}

/** Undefined: it is not told. */
export function lineOf(event: HttpEvent, verbose: boolean): string | undefined {
  if (event.kind === "wait") {
    if (!verbose && event.milliseconds < NOTICED_MS) return undefined;
    return `Waiting ${duration(event.milliseconds)} for ${event.host}: ${event.why}`;
  }
  if (!verbose) return undefined;
  if (event.kind === "retry") return `Again: ${event.host}${event.path}: ${event.why}`;
  const { method, host, path, status, milliseconds, id } = event;
  return `${method} ${host}${path} ${status} in ${milliseconds} ms${id}`;
}
