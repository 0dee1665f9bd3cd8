/**
 * Subscriptions of service hooks, and the history of what was delivered.
 *
 * @packageDocumentation
 */
import { listed } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { AzureDevOpsError, invalidArgument } from "./errors.ts";
import { EVENTS, hooks, sendTest } from "./hooks.ts";
import type { Notification, Subscription } from "./hooks.ts";
import { identityOf, identityRef } from "./identities.ts";
import { azureDevOpsTime } from "./time.ts";

/** Documented: what was secret is not told again; the mask is assumed. */
const MASK = "********";

function answer({ caller, home }: Call, subscription: Subscription): object {
  const { failures: _, consumerInputs, ...shown } = subscription;
  const who = identityRef(identityOf(caller));
  const { basicAuthPassword, ...inputs } = consumerInputs;
  return {
    ...shown,
    consumerInputs: { ...inputs, ...(basicAuthPassword !== undefined && { basicAuthPassword: MASK }) },
    probationRetries: subscription.status === "onProbation" ? subscription.failures : 0,
    createdBy: who,
    modifiedBy: who,
    modifiedDate: subscription.createdDate,
    url: `https://dev.azure.com/${home.name}/_apis/hooks/subscriptions/${subscription.id}`,
  };
}

function found({ world, params }: Call): Subscription {
  const known = hooks(world).data.subscriptions.find(({ id }) => id === params["id"]?.toLowerCase());
  if (known) return known;
  const message = `VS40006: The subscription ${params["id"]} does not exist.`;
  throw new AzureDevOpsError(404, "SubscriptionNotFoundException", message);
}

type Body = Partial<Omit<Subscription, "id" | "createdDate" | "failures">>;

function checked(body: Body): Required<Omit<Body, "status">> {
  const { publisherId, eventType, consumerId, consumerActionId, resourceVersion = "1.0" } = body;
  const { publisherInputs = {}, consumerInputs = {} } = body;
  if (publisherId !== "tfs" || eventType === undefined || !EVENTS.includes(eventType)) {
    throw invalidArgument(`The event '${eventType}' of the publisher '${publisherId}' is unknown.`);
  }
  if (consumerId !== "webHooks" || consumerActionId !== "httpRequest") {
    throw invalidArgument(`The action '${consumerActionId}' of the consumer '${consumerId}' is unknown.`);
  }
  const { url } = consumerInputs;
  if (url === undefined || !URL.canParse(url)) throw invalidArgument("The input 'url' of the consumer is not valid.");
  return { publisherId, eventType, consumerId, consumerActionId, resourceVersion, publisherInputs, consumerInputs };
}

function create(call: Call): object {
  const wanted = checked(call.body ?? {});
  const createdDate = azureDevOpsTime(call.world.now().toISOString());
  const subscription: Subscription = {
    id: crypto.randomUUID(),
    status: "enabled",
    ...wanted,
    createdDate,
    failures: 0,
  };
  hooks(call.world).data.subscriptions.push(subscription);
  return answer(call, subscription);
}

/** A password that comes back masked is the one that it was (assumed). Somebody who saves it enables it. */
function replace(call: Call): object {
  const subscription = found(call);
  const body = (call.body ?? {}) as Body;
  const { basicAuthPassword } = subscription.consumerInputs;
  const wanted = checked(body);
  const inputs = wanted.consumerInputs;
  const keeps = inputs["basicAuthPassword"] === MASK && basicAuthPassword !== undefined;
  Object.assign(subscription, wanted, keeps && { consumerInputs: { ...inputs, basicAuthPassword } });
  subscription.status = body.status === "disabledByUser" ? "disabledByUser" : "enabled";
  subscription.failures = 0;
  return answer(call, subscription);
}

function remove(call: Call): object {
  const { data } = hooks(call.world);
  data.subscriptions.splice(data.subscriptions.indexOf(found(call)), 1);
  return call.reply.status(204).send();
}

function notificationAnswer({
  id,
  subscriptionId,
  eventType,
  status,
  result,
  createdDate,
  detail,
}: Notification): object {
  return {
    id,
    subscriptionId,
    status,
    result,
    createdDate,
    modifiedDate: createdDate,
    details: { eventType, errorMessage: detail },
  };
}

function history(call: Call): object {
  const { id } = found(call);
  const own = hooks(call.world).data.notifications.filter(({ subscriptionId }) => subscriptionId === id);
  return listed(own.map(notificationAnswer));
}

/** Documented: tries out a subscription that exists, or one that is yet to be made. */
function test(call: Call): object {
  const { subscriptionId, details } = (call.body ?? {}) as { subscriptionId?: string; details?: Body };
  const { data } = hooks(call.world);
  const known = data.subscriptions.find(({ id }) => id === subscriptionId?.toLowerCase());
  const createdDate = azureDevOpsTime(call.world.now().toISOString());
  const tried = known ?? {
    id: "00000000-0000-0000-0000-000000000000",
    status: "enabled" as const,
    ...checked({ consumerId: "webHooks", consumerActionId: "httpRequest", publisherId: "tfs", ...details }),
    createdDate,
    failures: 0,
  };
  return notificationAnswer(sendTest(call.world, tried));
}

const read = { scope: "vso.hooks" } as const;
const write = { scope: "vso.hooks_write" } as const;
const one = "/hooks/subscriptions/:id";

export const hookRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/hooks/subscriptions",
    ...read,
    handler: (call) => listed(hooks(call.world).data.subscriptions.map((each) => answer(call, each))),
  },
  { method: "POST", path: "/hooks/subscriptions", ...write, handler: create },
  { method: "GET", path: one, ...read, handler: (call) => answer(call, found(call)) },
  { method: "PUT", path: one, ...write, handler: replace },
  { method: "DELETE", path: one, ...write, handler: remove },
  { method: "GET", path: `${one}/notifications`, ...read, handler: history },
  { method: "POST", path: "/hooks/testnotifications", ...write, handler: test },
];
