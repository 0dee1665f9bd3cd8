import { z } from "zod";
import { jsonIn } from "../../../model/json.ts";
import type { Sender } from "./addresses.ts";

/** What an event is believed of: which item it is about. All else is read again. */
interface ItemEvent {
  readonly item: string;
  /** Of the event itself, where it has one: the same once more is a repetition. */
  readonly event?: string;
  /** When it is said to have been sent. */
  readonly at?: string;
}

const AzureDevOps = z.looseObject({
  id: z.guid(),
  createdDate: z.string().nullish(),
  resource: z.looseObject({ id: z.int().nonnegative().nullish(), workItemId: z.int().nonnegative().nullish() }),
});
const OnePlan = z.looseObject({ Id: z.guid() });

/** @returns undefined where it is none of the published forms */
export function itemEventIn(body: string, sender: Sender): ItemEvent | undefined {
  const value = jsonIn(body);
  if (sender === "oneplan") {
    const plan = OnePlan.safeParse(value).data;
    return plan && { item: plan.Id.toLowerCase() };
  }
  const event = AzureDevOps.safeParse(value).data;
  // Of an update `id` is the update's, and `workItemId` the item's (published).
  const item = event && (event.resource.workItemId ?? event.resource.id);
  if (event === undefined || item === undefined || item === null) return undefined;
  return { item: String(item), event: event.id, ...(event.createdDate && { at: event.createdDate }) };
}
