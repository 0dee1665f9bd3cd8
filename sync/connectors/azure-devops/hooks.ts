/**
 * Service hooks: what an organization tells of its work items as it happens.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import { ApiError } from "../api.ts";
import { apiOf, type AzureDevOpsConnection, rootOf } from "./connection.ts";

/** Documented: the events of work items; comments are not carried. */
export const ITEM_EVENTS: readonly string[] = ["created", "updated", "deleted", "restored"].map(
  (kind) => `workitem.${kind}`,
);

const VERSION = "api-version=7.1-preview.1";
const Subscription = z.looseObject({ id: z.guid(), status: z.string().nullish() });

/** Makes a subscription that posts events of a project to an address. Returns its id. */
export async function subscribe(
  connection: AzureDevOpsConnection,
  { projectId, eventType, url }: { readonly projectId: string; readonly eventType: string; readonly url: string },
  signal: AbortSignal,
): Promise<string> {
  const doing = "make a service hook";
  const body = {
    publisherId: "tfs",
    eventType,
    resourceVersion: "1.0",
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    publisherInputs: { projectId },
    // As little as can be: what is told is read again anyhow.
    consumerInputs: { url, resourceDetailsToSend: "minimal", messagesToSend: "none", detailedMessagesToSend: "none" },
  };
  const client = apiOf(connection, rootOfConnection(connection));
  const answer = await client.write("POST", `_apis/hooks/subscriptions?${VERSION}`, body, doing, signal);
  const parsed = Subscription.safeParse(answer);
  if (parsed.success) return parsed.data.id;
  throw new ConnectionError(
    `Azure DevOps (${connection.organization}) did not answer as documented when asked to ${doing}.`,
  );
}

/** Published states: `enabled`, `onProbation`, `disabledByUser`, `disabledBySystem`; `undefined` where it is gone. */
export async function subscriptionStatus(
  connection: AzureDevOpsConnection,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const client = apiOf(connection, rootOfConnection(connection));
    const answer = await client.get(
      `_apis/hooks/subscriptions/${id}`,
      { "api-version": "7.1-preview.1" },
      "look at a service hook",
      signal,
    );
    return Subscription.safeParse(answer).data?.status ?? undefined;
  } catch (error) {
    if (error instanceof ApiError && error.isAbsence) return undefined;
    throw error;
  }
}

export async function unsubscribe(connection: AzureDevOpsConnection, id: string, signal: AbortSignal): Promise<void> {
  try {
    const client = apiOf(connection, rootOfConnection(connection));
    await client.write("DELETE", `_apis/hooks/subscriptions/${id}?${VERSION}`, {}, "take a service hook away", signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}

function rootOfConnection({ organization, root = rootOf(organization) }: AzureDevOpsConnection): string {
  return root;
}
