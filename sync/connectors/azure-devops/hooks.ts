/**
 * Service hooks: what an organization tells of its work items as it happens.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ApiError, unlessAbsent } from "../api.ts";
import { documented } from "../documented.ts";
import { API_VERSION, apiOf, type AzureDevOpsConnection } from "./connection.ts";

/** Documented: the events of work items; comments are not carried. */
export const ITEM_EVENTS: readonly string[] = ["created", "updated", "deleted", "restored"].map(
  (kind) => `workitem.${kind}`,
);

const VERSION = `api-version=${API_VERSION}`;
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
  const answer = await apiOf(connection).write("POST", `_apis/hooks/subscriptions?${VERSION}`, body, doing, signal);
  return documented(Subscription, answer, `Azure DevOps (${connection.organization})`, doing).id;
}

/** Published states: `enabled`, `onProbation`, `disabledByUser`, `disabledBySystem`; `undefined` where it is gone. */
export async function subscriptionStatus(
  connection: AzureDevOpsConnection,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = `_apis/hooks/subscriptions/${id}`;
  const query = { "api-version": API_VERSION };
  const answer = await unlessAbsent(() => apiOf(connection).get(path, query, "look at a service hook", signal));
  return Subscription.safeParse(answer).data?.status ?? undefined;
}

export async function unsubscribe(connection: AzureDevOpsConnection, id: string, signal: AbortSignal): Promise<void> {
  try {
    const path = `_apis/hooks/subscriptions/${id}?${VERSION}`;
    await apiOf(connection).write("DELETE", path, {}, "take a service hook away", signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}
