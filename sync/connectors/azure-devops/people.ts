/**
 * Who an organization's people are in Entra, which its work items do not tell.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { API_VERSION } from "./connection.ts";
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
 * name, or the mail address), both in lower case. A principal name is one person's; a mail address that is somebody else's
 * principal name, or that several have, as of an account for administration, is left out. Empty where the organization does
 * not tell: who cannot be found so is found by mail.
 */
export async function entraIdsOf(
  organization: string,
  options: Omit<HttpOptions, "host">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const http = createHttpClient({ ...options, host: HOST });
  const [byName, byMail] = [new Map<string, string>(), new Map<string, Set<string>>()];
  const doing = "list the organization's people";
  const enough = AbortSignal.timeout(PATIENCE_MS);
  try {
    for (let token: string | undefined = ""; token !== undefined;) {
      const url = new URL(`https://${HOST}/${encodeURIComponent(organization)}/_apis/graph/users`);
      url.searchParams.set("subjectTypes", "aad");
      url.searchParams.set("api-version", API_VERSION);
      if (token !== "") url.searchParams.set("continuationToken", token);
      const { text, headers } = await http.send({
        ...{ method: "GET", url, doing, repeatable: true },
        signal: AbortSignal.any([signal, enough]),
      });
      for (const { origin, originId, principalName, mailAddress } of Page.parse(JSON.parse(text)).value) {
        if (origin !== "aad" || !originId) continue;
        const id = originId.toLowerCase();
        if (principalName) byName.set(principalName.toLowerCase(), id);
        const mail = mailAddress?.toLowerCase();
        if (mail) byMail.set(mail, (byMail.get(mail) ?? new Set()).add(id));
      }
      token = headerOf(headers, "x-ms-continuationtoken") || undefined;
    }
    const alone = [...byMail].flatMap(([mail, [id = "", other]]) =>
      other === undefined && !byName.has(mail) ? [[mail, id] as const] : [],
    );
    // Who has both is called by the principal name: what comes last counts.
    return new Map([...alone, ...byName]);
  } catch (error) {
    signal.throwIfAborted();
    const isAnswered = error instanceof NoSuccess || error instanceof z.ZodError || error instanceof SyntaxError;
    if (!isAnswered && !(error instanceof Unreachable) && !enough.aborted) throw error;
    return new Map();
  }
}
