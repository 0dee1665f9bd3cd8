import type { FastifyRequest } from "fastify";
import { VaultError } from "./errors.ts";

/** Documented: the most that one page of a list holds, and the default. */
const PAGE = 25;

/** One page of a list, with a link to the next one. */
export function page(request: FastifyRequest, items: readonly unknown[]): object {
  const query = request.query as Record<string, string>;
  const size = Number(query["maxresults"] ?? PAGE);
  // Published: 1 to 25. Assumed: the words.
  if (!Number.isInteger(size) || size < 1 || size > PAGE) {
    throw new VaultError(400, "BadParameter", `maxresults must be from 1 to ${PAGE}.`);
  }
  const start = Number(query["$skiptoken"] ?? 0) || 0;
  const next = new URL(request.url, `https://${request.hostname}`);
  next.searchParams.set("$skiptoken", String(start + size));
  return { value: items.slice(start, start + size), nextLink: start + size < items.length ? next.href : null };
}
