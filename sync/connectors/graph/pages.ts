import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import { Garbled } from "../http/answer.ts";
import type { Call, GraphClient } from "./client.ts";

/** Of a page only the envelope is checked: a hundred thousand objects go through here. */
const Page = z.looseObject({
  value: z.custom<readonly unknown[]>(Array.isArray),
  "@odata.nextLink": z.string().nullish(),
  "@odata.deltaLink": z.string().nullish(),
  // What is no number says nothing.
  "@odata.count": z.int().nonnegative().optional().catch(undefined),
});

interface GraphPage {
  readonly value: readonly unknown[];
  /** How many there are on all pages, where that is asked for; on the first page only. */
  readonly count?: number;
  /** Where the next round of a delta query starts; on its last page only. */
  readonly deltaLink?: string;
}

/**
 * Follows a collection to its end. The next page is asked for while the caller works on this one.
 *
 * @param path first page: under `/v1.0`, or a whole URL that Graph gave
 */
export async function* pages(client: GraphClient, path: string, call: Call): AsyncGenerator<GraphPage, void, void> {
  const given = new AbortController();
  const signal = AbortSignal.any([call.signal, given.signal]);
  const seen = new Set<string>();
  const asking: Call = { ...call, signal, check: (answer) => void envelopeOf(client, answer, call) };
  const fetchPage = async (url: string) => parsePage(client, await client.get(url, asking), call);
  try {
    let next: ReturnType<typeof fetchPage> | undefined = fetchPage(path);
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof fetchPage>> = await next;
      // Who follows a link twice follows it for ever.
      if (page.nextLink !== undefined && seen.has(page.nextLink)) throw leadsBack(client, call);
      if (page.nextLink !== undefined) seen.add(page.nextLink);
      next = page.nextLink === undefined ? undefined : fetchPage(page.nextLink);
      // It fails when it is awaited, not before.
      next?.catch(() => undefined);
      if (next) await sent();
      yield page;
    }
  } finally {
    given.abort();
  }
}

/**
 * A request that was just begun is on its way, which what the caller does with a page would hold up otherwise: undici
 * takes one turn of the event loop to look at a connection that it uses again.
 */
async function sent(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function leadsBack({ host }: GraphClient, { doing }: Call): ConnectionError {
  return new ConnectionError(
    `${host} gave a page whose next one is a page of before, when asked to ${doing}: the list has no end, and what was read of it is not taken for whole. Try again.`,
  );
}

function envelopeOf(client: GraphClient, body: unknown, call: Call): z.infer<typeof Page> {
  const page = Page.safeParse(body);
  if (page.success) return page.data;
  throw noPage(client, call);
}

/** Success that is no page is an answer that is not whole. */
export function noPage({ host }: GraphClient, { doing }: Call): Garbled {
  return new Garbled(`${host} did not answer with a page when asked to ${doing}.`);
}

function parsePage(client: GraphClient, body: unknown, call: Call): GraphPage & { readonly nextLink?: string } {
  const page = envelopeOf(client, body, call);
  const { value, "@odata.nextLink": nextLink, "@odata.deltaLink": deltaLink, "@odata.count": count } = page;
  // The next run goes on from it: one that leads nowhere would fail every run from then on.
  if (deltaLink != null && (!URL.canParse(deltaLink) || new URL(deltaLink).host !== client.host)) {
    throw new ConnectionError(
      `${client.host} gave no address of its own to go on from, when asked to ${call.doing}: try again.`,
    );
  }
  return {
    value,
    ...(nextLink != null && { nextLink }),
    ...(deltaLink != null && { deltaLink }),
    ...(count !== undefined && { count }),
  };
}
