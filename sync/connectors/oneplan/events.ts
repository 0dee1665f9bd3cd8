/**
 * Events: what OnePlan tells of plans as they are saved. Only an id travels, and nothing is signed.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import type { ApiClient } from "../api.ts";
import { documented } from "../documented.ts";
import { called } from "./client.ts";

/** Read in the vendor's connector: the list of plans, and the only trigger whose number is known (inferred: updates). */
const PLANS = 0;
const UPDATES = [1];

const Event = z.looseObject({ Id: z.guid() });

/** @param integration id of the integration: OnePlan tells of plans that go with something by it only */
export async function addPlanEvent(
  client: ApiClient,
  { url, integration }: { readonly url: string; readonly integration: string },
  signal: AbortSignal,
): Promise<string> {
  const doing = "add an event";
  const body = {
    List: PLANS,
    EventUrl: url,
    IntegrationId: integration,
    Strategy: "OnePlanPublish",
    Triggers: UPDATES,
  };
  const answer = await client.write("POST", `events/bylist/${PLANS}`, body, doing, signal);
  return documented(Event, answer, called(client), doing).Id.toLowerCase();
}

export async function hasPlanEvent(client: ApiClient, id: string, signal: AbortSignal): Promise<boolean> {
  const listed = z.array(Event).safeParse(await client.get("events", {}, "list the events", signal));
  return (listed.data ?? []).some(({ Id }) => Id.toLowerCase() === id);
}

export async function removePlanEvent(client: ApiClient, id: string, signal: AbortSignal): Promise<void> {
  await client.write("DELETE", `events/${encodeURIComponent(id)}`, {}, "take an event away", signal);
}
