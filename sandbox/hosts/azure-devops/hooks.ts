/**
 * Service hooks: subscriptions, what happened, and its delivery (documented: envelope, events, states).
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { deliver } from "../loopback.ts";
import { fieldChanges, itemAnswer, relationAnswer } from "./answers.ts";
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { fieldNamed } from "./fields.ts";
import { identityText } from "./identities.ts";
import { fieldPath } from "./nodes.ts";
import { ORGANIZATION } from "./organization.ts";
import { addressOf } from "./relations.ts";
import { azureDevOpsTime } from "./time.ts";
import { newest, projectById, stateOf, textValue, tracking, typeName } from "./tracking.ts";
import type { Happening, Tracking } from "./tracking.ts";

export interface Subscription {
  readonly id: string;
  status: "enabled" | "onProbation" | "disabledByUser" | "disabledBySystem";
  publisherId: string;
  eventType: string;
  resourceVersion: string;
  consumerId: string;
  consumerActionId: string;
  publisherInputs: Readonly<Record<string, string>>;
  /** With the password of a web hook as it was given. */
  consumerInputs: Readonly<Record<string, string>>;
  readonly createdDate: string;
  /** Failed deliveries in a row. */
  failures: number;
}

export interface Notification {
  readonly id: number;
  readonly subscriptionId: string;
  readonly eventType: string;
  status: "queued" | "completed";
  result: "pending" | "succeeded" | "failed";
  readonly createdDate: string;
  /** What the receiver answered, or why it was not reached. */
  detail: string;
}

export interface HooksData {
  readonly subscriptions: Subscription[];
  readonly notifications: Notification[];
}

export const EVENTS: readonly string[] = ["created", "updated", "deleted", "restored", "commented"].map(
  (kind) => `workitem.${kind}`,
);

interface Hooks {
  readonly data: HooksData;
  /** Deliveries wait for the ones before them. */
  queue: Promise<void>;
}

const opened = new WeakMap<World, Hooks>();

/** The hooks of a world, which begin to listen when they are first asked for. */
export function hooks(world: World): Hooks {
  let known = opened.get(world);
  if (!known) {
    const data = world.section<HooksData>("azure-devops-hooks", () => ({ subscriptions: [], notifications: [] }));
    const begun: Hooks = (known = { data, queue: Promise.resolve() });
    opened.set(world, begun);
    tracking(world).listeners.push((happening) => notify(world, begun, happening));
  }
  return known;
}

function notify(world: World, store: Hooks, happening: Happening): void {
  for (const subscription of store.data.subscriptions) {
    if (!isActive(subscription) || !isWanted(tracking(world), subscription, happening)) continue;
    const { deliveries } = azureDevOpsBehaviour(world);
    const event = eventOf(world, happening);
    for (let times = 0; times < deliveries; times += 1) send(world, store, subscription, event);
  }
}

function isActive({ status }: Subscription): boolean {
  return status === "enabled" || status === "onProbation";
}

/** Documented: what a subscription may be limited to. An empty input limits nothing. */
function isWanted(store: Tracking, { eventType, publisherInputs }: Subscription, { kind, item }: Happening): boolean {
  const { projectId, areaPath, workItemType, changedFields } = publisherInputs;
  const revision = newest(item);
  const project = projectById(store, revision.projectId);
  const type = typeName(revision);
  const area = fieldPath(stateOf(store, project).trees.areas, revision.areaId, project.name);
  const changed = fieldNamed(changedFields ?? "")?.referenceName ?? changedFields;
  return (
    eventType === `workitem.${kind}` &&
    (!projectId || projectId === project.id) &&
    (!workItemType || workItemType.toLowerCase() === type.toLowerCase()) &&
    (!areaPath || `${area}\\`.toLowerCase().startsWith(`${areaPath.replace(/\\$/, "")}\\`.toLowerCase())) &&
    (!changed || kind !== "updated" || changed in fieldChanges(store, item, revision.rev))
  );
}

interface Event {
  readonly eventType: string;
  readonly resource: object;
  readonly text: string;
  readonly projectId: string;
}

function eventOf(world: World, { kind, item }: Happening): Event {
  const store = tracking(world);
  const revision = newest(item);
  const title = textValue(revision, "System.Title");
  const type = typeName(revision);
  const text = `${type} #${item.id} (${title}) was ${kind} by ${revision.by.displayName}`;
  const shown = itemAnswer(store, item, revision, { expand: "fields", version: 7.1 });
  return { eventType: `workitem.${kind}`, projectId: revision.projectId, text, resource: resourceOf() };

  /** Documented: of an update, `id` is the update's and `workItemId` the item's. */
  function resourceOf(): object {
    if (kind !== "updated") return shown;
    const update = item.updates.at(-1);
    const { added, removed } = update ?? {};
    return {
      id: item.updates.length,
      workItemId: item.id,
      rev: revision.rev,
      revisedBy: { id: revision.by.id, name: identityText(revision.by), displayName: revision.by.displayName },
      revisedDate: azureDevOpsTime(revision.at),
      fields: fieldChanges(store, item, revision.rev),
      ...((added || removed) && {
        relations: {
          ...(added && { added: added.map(relationAnswer) }),
          ...(removed && { removed: removed.map(relationAnswer) }),
        },
      }),
      revision: shown,
      url: `${addressOf(item.id)}/updates/${item.updates.length}`,
    };
  }
}

/** What a subscription gets when it is tried out: an event of its kind that nothing happened for. */
export function sendTest(world: World, subscription: Subscription): Notification {
  const resource = { id: 0, workItemId: 0, rev: 1, url: addressOf(0) };
  const event = { eventType: subscription.eventType, resource, text: "This is a test.", projectId: "" };
  return send(world, hooks(world), subscription, event);
}

function send(world: World, store: Hooks, subscription: Subscription, event: Event): Notification {
  const at = world.now().toISOString();
  const notification: Notification = {
    id: store.data.notifications.length + 1,
    subscriptionId: subscription.id,
    eventType: event.eventType,
    status: "queued",
    result: "pending",
    createdDate: azureDevOpsTime(at),
    detail: "",
  };
  store.data.notifications.push(notification);
  const container = (id: string) => ({ id, baseUrl: `https://dev.azure.com/${ORGANIZATION}/` });
  const message = { text: event.text, html: event.text, markdown: event.text };
  const body = JSON.stringify({
    subscriptionId: subscription.id,
    notificationId: notification.id,
    id: crypto.randomUUID(),
    eventType: event.eventType,
    publisherId: "tfs",
    message,
    detailedMessage: message,
    resource: event.resource,
    resourceVersion: "1.0",
    resourceContainers: { collection: container(world.guid("azure devops")), project: container(event.projectId) },
    createdDate: notification.createdDate,
  });
  store.queue = store.queue.then(() => sendNow(world, subscription, notification, body));
  return notification;
}

async function sendNow(
  world: World,
  subscription: Subscription,
  notification: Notification,
  body: string,
): Promise<void> {
  const { consumerInputs } = subscription;
  const answer = await deliver(consumerInputs["url"] ?? "", body, headersOf(consumerInputs));
  notification.status = "completed";
  notification.result = answer.isGood ? "succeeded" : "failed";
  notification.detail = answer.detail;
  subscription.failures = answer.isGood ? 0 : subscription.failures + 1;
  if (!isActive(subscription)) return;
  // Documented: the states; after how many failures is assumed.
  const { hookFailures } = azureDevOpsBehaviour(world);
  if (answer.isGood) subscription.status = "enabled";
  else subscription.status = subscription.failures >= hookFailures ? "disabledBySystem" : "onProbation";
}

function headersOf({ httpHeaders = "", basicAuthUsername, basicAuthPassword }: Subscription["consumerInputs"]) {
  const given = httpHeaders
    .split(/\r?\n/)
    .map((line) => /^\s*([^:\s]+)\s*:\s*(.*)$/.exec(line))
    .flatMap((match) => (match?.[1] && match[2] !== undefined ? [[match[1], match[2]] as const] : []));
  const basic = `Basic ${Buffer.from(`${basicAuthUsername ?? ""}:${basicAuthPassword ?? ""}`).toString("base64")}`;
  return { ...(basicAuthUsername !== undefined && { authorization: basic }), ...Object.fromEntries(given) };
}
