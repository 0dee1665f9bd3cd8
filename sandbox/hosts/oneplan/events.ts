/**
 * Events: what OnePlan tells others after a save. Only an id travels (read: the vendor's connector); nothing is signed.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { deliver } from "../loopback.ts";
import { oneplanBehaviour } from "./behaviour.ts";
import { caselessBody, textOf } from "./body.ts";
import { planData } from "./plan-store.ts";
import type { EventLine, EventSubscription, Plan } from "./plan-model.ts";

/** Inferred: the only number that is known is the one of updates. */
const UPDATE = 1;
/** The list of plans. */
const PLANS = 0;

const queues = new WeakMap<World, Promise<void>>();

/** Settles when everything that is on its way has arrived. */
export function eventsDelivered(world: World): Promise<void> {
  return queues.get(world) ?? Promise.resolve();
}

/**
 * Tells the subscriptions of a saved plan. One that belongs to an integration hears of plans that are connected by it
 * only (documented: it runs for linked items).
 *
 * @param through the integration of the task that was saved, where it was one
 */
export function planSaved(world: World, plan: Plan, through?: string): void {
  const data = planData(world);
  const { eventDeliveries } = oneplanBehaviour(world);
  for (const event of Object.values(data.events)) {
    if (event.List !== PLANS || !event.Triggers.includes(UPDATE)) continue;
    const connected = [through, ...plan.Integrations.map(({ IntegrationId }) => IntegrationId)];
    if (event.IntegrationId !== null && !connected.includes(event.IntegrationId)) continue;
    const body = JSON.stringify({ Id: plan.id, Name: plan.Name });
    for (let times = 0; times < eventDeliveries; times += 1) send(world, event, plan, body);
  }
}

function send(world: World, event: EventSubscription, plan: Plan, body: string): void {
  const line: EventLine = {
    EventId: event.Id,
    Timestamp: world.now().toISOString(),
    PlanId: plan.id,
    Result: "Pending",
  };
  planData(world).eventLog.push(line);
  queues.set(
    world,
    eventsDelivered(world).then(async () => {
      ({ detail: line.Result } = await deliver(event.EventUrl, body));
    }),
  );
}

/** Documented: EventPost. Triggers are told by number (read: the vendor's connector). */
export function saveEvent(
  world: World,
  body: unknown,
  id: string | undefined,
  list: number | undefined,
): EventSubscription {
  const request = caselessBody(body);
  const number = (name: string) => {
    const value = request.get(name);
    return typeof value === "number" ? value : undefined;
  };
  const triggers = request.get("triggers");
  const { events } = planData(world);
  const before = id === undefined ? undefined : events[id.toLowerCase()];
  const event: EventSubscription = {
    Id: before?.Id ?? crypto.randomUUID(),
    List: list ?? number("list") ?? before?.List ?? PLANS,
    EventUrl: textOf(request, "EventUrl") ?? before?.EventUrl ?? "",
    IntegrationId: textOf(request, "IntegrationId")?.toLowerCase() ?? before?.IntegrationId ?? null,
    Strategy: textOf(request, "Strategy") ?? before?.Strategy ?? null,
    Triggers: Array.isArray(triggers) ? triggers.map(Number) : (before?.Triggers ?? []),
    Filter: textOf(request, "Filter") ?? before?.Filter ?? null,
    Type: number("type") ?? before?.Type ?? 0,
  };
  events[event.Id] = event;
  return event;
}
