/**
 * Asking both sides to tell of what changes, and taking that back.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../../contract/errors.ts";
import type { ApiClient } from "../../../connectors/api.ts";
import type { AzureDevOpsClient, AzureDevOpsConnection } from "../../../connectors/azure-devops/index.ts";
import { ITEM_EVENTS, subscribe, subscriptionStatus, unsubscribe } from "../../../connectors/azure-devops/hooks.ts";
import { addPlanEvent, hasPlanEvent, removePlanEvent } from "../../../connectors/oneplan/events.ts";
import { fromJson, toJson } from "../../../model/json.ts";
import type { State } from "../../../state/session.ts";
import { type LineWanted, integrationLine } from "../integration-line.ts";
import { EVENTS_PARTITION, hashOf, newSecret, pathOf, type Subscribed } from "./addresses.ts";
import { command, fill } from "../../../../contract/this-stack.ts";

export interface Subscribing extends LineWanted {
  readonly connection: AzureDevOpsConnection;
  readonly azureDevOps: AzureDevOpsClient;
  readonly oneplan: ApiClient;
  readonly signal: AbortSignal;
}

/** For taking back what was made, once the command has failed or was ended. */
const TAKEN_BACK_MS = 30_000;

export async function subscribedIn(state: Pick<State, "get">, sync: string): Promise<Subscribed | undefined> {
  const known = await state.get(EVENTS_PARTITION, sync);
  return known === undefined ? undefined : fromJson<Subscribed>(known);
}

/**
 * Subscribes to work items of each project and to plans. What was made is taken back where a part of it is refused.
 *
 * @param address where a proxy hands requests on to this machine, without a slash at the end
 * @throws SettingsError where it is done already
 */
export async function turnOn(subscribing: Subscribing, state: State, address: string): Promise<void> {
  const { sync, connection, azureDevOps, oneplan, organization, signal } = subscribing;
  if ((await subscribedIn(state, sync)) !== undefined) {
    throw new SettingsError(
      `Events of ${organization.name} are on already: ${command("plans events off")} takes them back.`,
    );
  }
  const secrets = { "azure-devops": newSecret(), oneplan: newSecret() };
  const hooks: string[] = [];
  let event: string | undefined;
  try {
    for (const name of organization.projects) {
      const { id: projectId = "" } = await azureDevOps.ask(`find the project ${name}`, signal, ({ core }) =>
        core.getProject(name),
      );
      const url = address + pathOf("azure-devops", secrets["azure-devops"]);
      for (const eventType of ITEM_EVENTS)
        hooks.push(await subscribe(connection, { projectId, eventType, url }, signal));
    }
    const integration = await integrationLine(oneplan, subscribing, state, false, signal);
    event = await addPlanEvent(oneplan, { url: address + pathOf("oneplan", secrets.oneplan), integration }, signal);
    const hashes = { "azure-devops": hashOf(secrets["azure-devops"]), oneplan: hashOf(secrets.oneplan) };
    const value = toJson({ hashes, hooks, event } satisfies Subscribed);
    await state.commit([{ partition: EVENTS_PARTITION, key: sync, value }]);
  } catch (error) {
    // Also where somebody ended it: an address that nobody remembers would be sent to for good.
    const until = AbortSignal.timeout(TAKEN_BACK_MS);
    for (const id of hooks) await unsubscribe(connection, id, until);
    if (event !== undefined) await removePlanEvent(oneplan, event, until);
    throw error;
  }
}

export async function turnOff({ sync, connection, oneplan, signal }: Subscribing, state: State): Promise<boolean> {
  const known = await subscribedIn(state, sync);
  if (!known) return false;
  for (const id of known.hooks) await unsubscribe(connection, id, signal);
  if (await hasPlanEvent(oneplan, known.event, signal)) await removePlanEvent(oneplan, known.event, signal);
  await state.commit([{ partition: EVENTS_PARTITION, key: sync }]);
  return true;
}

/** What is wrong with the subscriptions: sentences. Azure DevOps turns a hook off whose receiver does not answer (documented). */
export async function eventFaults(subscribing: Subscribing, state: Pick<State, "get">): Promise<string[]> {
  const { sync, connection, oneplan, organization, signal } = subscribing;
  const known = await subscribedIn(state, sync);
  if (!known)
    return [
      `Events of ${organization.name} are off: ${command("plans events on", "--address", fill("address"))} asks for them.`,
    ];
  const mend = `${command("plans events off")} and then on makes them anew.`;
  const faults: string[] = [];
  for (const id of known.hooks) {
    const status = await subscriptionStatus(connection, id, signal);
    if (status !== "enabled")
      faults.push(`The service hook ${id} of ${organization.name} is ${status ?? "gone"}: ${mend}`);
  }
  if (!(await hasPlanEvent(oneplan, known.event, signal))) {
    faults.push(`The event ${known.event} of OnePlan is gone: ${mend}`);
  }
  return faults;
}
