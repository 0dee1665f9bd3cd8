/**
 * Which credential of a registration signed in last, and when. Documented: `reports/appCredentialSignInActivities`, beta,
 * in the global cloud only, AuditLog.Read.All.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { PermissionError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { type Call, type GraphClient, GraphError, pages } from "../../sync/connectors/graph/index.ts";

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
    if (error instanceof PermissionError || error instanceof GraphError) return undefined;
    throw error;
  }
}
