/**
 * Receives events, on loopback alone: a proxy in front has the certificate. What an event says is not believed but for
 * the item that it is about, and nobody is told whether an address was nearly right.
 *
 * @packageDocumentation
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { ownerOf, type Sender } from "./addresses.ts";
import type { Known } from "./known-addresses.ts";
import { toldIn } from "./told.ts";

/** Bytes; an event with all texts of an item in it is cut, and its item is not known then. */
const BODY_LIMIT = 1024 * 1024;
/** Events that are remembered, so that one that comes again is none. */
const REMEMBERED = 10_000;
/** Older ones are repetitions of somebody who kept them; both products try for minutes only. */
const TOO_OLD_MS = 60 * 60 * 1000;

export interface ReceiverOptions {
  readonly known: () => Promise<Known>;
  readonly onItem: (sync: string, sender: Sender, item: string) => void;
  readonly now: () => Date;
}

export function createReceiver({ known, onItem, now }: ReceiverOptions): Server {
  const seen = new Set<string>();
  const isRepeated = (event: string | undefined, at: string | undefined): boolean => {
    if (at !== undefined && !(Math.abs(now().getTime() - Date.parse(at)) < TOO_OLD_MS)) return true;
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
  const receive = async (request: IncomingMessage): Promise<number> => {
    // As it was sent: no way round within it is walked.
    const owner = request.method === "POST" ? ownerOf(request.url ?? "", await known()) : undefined;
    if (owner === undefined) return 404;
    const told = toldIn(await bodyOf(request), owner.sender);
    if (told === undefined) return 400;
    // Who sends it again is content, and nothing happens.
    if (!isRepeated(told.event, told.at)) onItem(owner.sync, owner.sender, told.item);
    return 202;
  };
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    void receive(request)
      .catch(() => 400)
      .then((status) => response.writeHead(status, { connection: "close" }).end());
  });
  server.maxConnections = 100;
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) return "";
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
