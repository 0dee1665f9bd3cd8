/**
 * Who changed an object, by the directory's audit log (documented: directoryAudit, filter by target).
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { PermissionError } from "../../contract/errors.ts";
import { printable } from "../../contract/text/printable.ts";
import { type Call, type GraphClient, GraphError } from "../../sync/connectors/graph/index.ts";

const text = z.string().nullish();
const Audits = z.looseObject({
  value: z.array(
    z.looseObject({
      activityDateTime: z.string(),
      activityDisplayName: text,
      initiatedBy: z
        .looseObject({
          user: z.looseObject({ id: text, userPrincipalName: text, displayName: text }).nullish(),
          app: z.looseObject({ displayName: text, servicePrincipalId: text }).nullish(),
        })
        .nullish(),
    }),
  ),
});

export interface Actor {
  /** Name of the person or the application. */
  readonly who: string;
  /** What the log calls it: `Update application`. */
  readonly did: string;
  readonly at: string;
}

/** So many entries of one object are asked for; more happened to it is rare between two looks. */
const ENTRIES = 20;

/**
 * @param since only what came after it; ISO 8601
 * @returns the newest first; `undefined` where the log may not be read or the tenant has none
 */
export async function actorsOf(
  client: GraphClient,
  objectIds: readonly string[],
  since: string,
  signal: AbortSignal,
): Promise<Actor[] | undefined> {
  const call: Call = { doing: "read who changed a registration", needs: ["AuditLog.Read.All"], signal };
  const filter = objectIds.map((id) => `targetResources/any(t:t/id eq '${id}')`).join(" or ");
  try {
    const path = `/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}&$top=${ENTRIES}`;
    const answer = Audits.safeParse(await client.get(path, call));
    if (!answer.success) return undefined;
    // The log may tell whole seconds.
    const from = Math.floor(Date.parse(since) / 1000) * 1000;
    return answer.data.value
      .filter(({ activityDateTime }) => Date.parse(activityDateTime) >= from)
      .map(({ activityDateTime, activityDisplayName, initiatedBy }) => ({
        who: printable(
          initiatedBy?.user?.userPrincipalName ??
            initiatedBy?.user?.displayName ??
            initiatedBy?.app?.displayName ??
            "somebody whom the log does not name",
        ),
        did: printable(activityDisplayName ?? "changed it"),
        at: activityDateTime,
      }))
      .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  } catch (error) {
    // Tenants without a licence for it are refused too.
    if (error instanceof PermissionError || error instanceof GraphError) return undefined;
    throw error;
  }
}
