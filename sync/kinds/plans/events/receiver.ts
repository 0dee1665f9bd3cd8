/**
 * Receives events, on whatever server it is registered with: a proxy in front has the certificate. What an event says is
 * not believed but for the item that it is about, and nobody is told whether an address was nearly right.
 *
 * @packageDocumentation
 */
import type { FastifyInstance } from "fastify";
import { ownerOf, type Sender } from "./addresses.ts";
import { withOffset } from "../../../connectors/values.ts";
import type { Known } from "./known-addresses.ts";
import { itemEventIn } from "./item-event.ts";

/** Bytes; what is longer is not read. */
const BODY_LIMIT = 1024 * 1024;
/** Events that are remembered, so that one that comes again is none. */
const REMEMBERED = 10_000;
/** Older ones are repetitions of somebody who kept them; both products try for minutes only. */
const TOO_OLD_MS = 60 * 60 * 1000;

interface ReceiverOptions {
  readonly known: () => Promise<Known>;
  readonly onItem: (sync: string, sender: Sender, item: string) => void;
  readonly now: () => Date;
}

/** A plugin with the two addresses; answers have no body. */
export function eventReceiver({ known, onItem, now }: ReceiverOptions) {
  const seen = new Set<string>();
  const isRepeated = (event: string | undefined, at: string | undefined): boolean => {
    if (at !== undefined && !(Math.abs(now().getTime() - Date.parse(withOffset(at))) < TOO_OLD_MS)) return true;
    if (event === undefined) return false;
    if (seen.has(event)) return true;
    seen.add(event);
    if (seen.size > REMEMBERED)
      for (const first of seen) {
        seen.delete(first);
        break;
      }
    return false;
  };
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "string", bodyLimit: BODY_LIMIT }, (_request, body, done) => {
      done(null, body);
    });
    app.setErrorHandler((_error, _request, reply) => reply.status(400).send());
    // Whatever a proxy leaves of its own path before the address.
    app.post("/*", async ({ url, body }, reply) => {
      // As it was sent: no way round within it is walked.
      const owner = ownerOf(url, await known());
      if (owner === undefined) return reply.status(404).send();
      const event = itemEventIn(typeof body === "string" ? body : "", owner.sender);
      if (event === undefined) return reply.status(400).send();
      // Who sends it again is content, and nothing happens.
      if (!isRepeated(event.event, event.at)) onItem(owner.sync, owner.sender, event.item);
      return reply.status(202).send();
    });
  };
}
