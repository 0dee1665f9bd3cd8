/**
 * Who an organization's people are in Entra, which its work items do not tell.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { headerOf, NoSuccess } from "../http/answer.ts";
import { createHttpClient, type HttpOptions } from "../http/client.ts";
import { Unreachable } from "../network.ts";

/** Documented: people are told of by a host of their own. */
const HOST = "vssps.dev.azure.com";
/** A network may let nobody there: longer is not waited for. */
const PATIENCE_MS = 20_000;
const Page = z.looseObject({
  value: z.array(
    z.looseObject({
      origin: z.string().nullish(),
      originId: z.string().nullish(),
      principalName: z.string().nullish(),
      mailAddress: z.string().nullish(),
    }),
  ),
});

/**
 * Entra object ids of an organization's people, by what they are called in fields of work items (assumed: the principal
 * name, or the mail address), both in lower case. Empty where the organization does not tell: who cannot be found so is
 * found by mail.
 */
export async function entraIdsOf(
  organization: string,
  options: Omit<HttpOptions, "host">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const http = createHttpClient({ ...options, host: HOST });
  const ids = new Map<string, string>();
  const doing = "list the organization's people";
  const enough = AbortSignal.timeout(PATIENCE_MS);
  try {
    for (let token: string | undefined = ""; token !== undefined;) {
      const url = new URL(`https://${HOST}/${encodeURIComponent(organization)}/_apis/graph/users`);
      url.searchParams.set("subjectTypes", "aad");
      url.searchParams.set("api-version", "7.1-preview.1");
      if (token !== "") url.searchParams.set("continuationToken", token);
      const { text, headers } = await http.send({
        ...{ method: "GET", url, doing, repeatable: true },
        signal: AbortSignal.any([signal, enough]),
      });
      for (const { origin, originId, principalName, mailAddress } of Page.parse(JSON.parse(text)).value) {
        if (origin !== "aad" || !originId) continue;
        for (const name of [mailAddress, principalName]) if (name) ids.set(name.toLowerCase(), originId.toLowerCase());
      }
      token = headerOf(headers, "x-ms-continuationtoken");
    }
    return ids;
  } catch (error) {
    signal.throwIfAborted();
    const isTold = error instanceof NoSuccess || error instanceof z.ZodError || error instanceof SyntaxError;
    if (!isTold && !(error instanceof Unreachable) && !enough.aborted) throw error;
    return new Map();
  }
}
