/**
 * Which credential of a registration signed in last, and when: the evidence that an old one is used by nobody.
 * Documented: `reports/appCredentialSignInActivities`, beta, in the global cloud only, AuditLog.Read.All.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { PermissionError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { type Call, type GraphClient, GraphRefusal, pages } from "../../sync/connectors/graph/index.ts";

const Activity = z.looseObject({
  keyId: z.string(),
  signInActivity: z.looseObject({ lastSignInDateTime: z.string().nullish() }).nullish(),
});

/** Key id -> instant of its last sign-in. What is not in it has not signed in since the report began. */
export type SignIns = ReadonlyMap<string, string>;

/** @returns undefined: this cloud has no such report, or it may not be read */
export async function lastSignIns(
  client: GraphClient,
  { cloud }: Outputs["tenant"],
  clientId: string,
  signal: AbortSignal,
): Promise<SignIns | undefined> {
  if (cloud !== "Microsoft") return undefined;
  const call: Call = { doing: "read when credentials signed in", needs: ["AuditLog.Read.All"], signal };
  const filter = encodeURIComponent(`appId eq '${clientId}'`);
  const path = `https://${client.host}/beta/reports/appCredentialSignInActivities?$filter=${filter}`;
  const found = new Map<string, string>();
  try {
    for await (const { value } of pages(client, path, call)) {
      for (const each of value) {
        const { keyId, signInActivity } = Activity.parse(each);
        const last = signInActivity?.lastSignInDateTime;
        if (last) found.set(keyId.toLowerCase(), last);
      }
    }
    return found;
  } catch (error) {
    // A tenant without the licence is refused too.
    if (error instanceof PermissionError || error instanceof GraphRefusal) return undefined;
    throw error;
  }
}

/** A credential that is to go, beside the one that readers should have by now. */
export interface Retiring {
  readonly keyId: string;
  readonly current: { readonly keyId: string; readonly key: string } | undefined;
}

/**
 * Whether the report shows that nobody uses a credential any more: the one after it signs in, and this one has not since.
 * Pure.
 *
 * @returns undefined: it shows that; else why not, in one sentence
 */
export function stillInUse({ keyId, current }: Retiring, signIns: SignIns): string | undefined {
  const last = signIns.get(keyId.toLowerCase());
  if (current === undefined) {
    return last === undefined ? undefined : `It signed in on ${last.slice(0, 10)}.`;
  }
  const newer = signIns.get(current.keyId.toLowerCase());
  if (newer === undefined) {
    return "The current one has not signed in yet, so that nothing shows that its readers have it.";
  }
  if (last === undefined || last < newer.slice(0, 10)) {
    return last !== undefined && last.slice(0, 10) >= current.key
      ? `It signed in on ${last.slice(0, 10)}, after the current one was made: somebody reads an old copy.`
      : undefined;
  }
  return `It signed in on ${last.slice(0, 10)}, as the current one does.`;
}
