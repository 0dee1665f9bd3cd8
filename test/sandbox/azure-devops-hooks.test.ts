import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { hooks } from "../../sandbox/hosts/azure-devops/hooks.ts";
import { linked, PARENT, set, startOrganization } from "./azure-devops-client.ts";
import type { Organization } from "./azure-devops-client.ts";

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    eventType: string;
    subscriptionId: string;
    resource: Record<string, unknown> & { id: number };
    resourceContainers: { project: { id: string } };
  };
}

interface Subscription {
  readonly id: string;
  readonly status: string;
  readonly consumerInputs: Record<string, string>;
}

let home: Organization;
let receiver: Server;
let deliveries: Delivery[];
let answer: number;

beforeAll(async () => {
  home = await startOrganization();
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Delivery["body"];
      deliveries.push({ headers: request.headers, body });
      response.writeHead(answer).end();
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
});
afterAll(async () => {
  await home.stop();
  receiver.close();
});
beforeEach(async () => {
  home.behave({});
  answer = 200;
  for (const { id } of await list()) await home.ask("DELETE", `/_apis/hooks/subscriptions/${id}`);
  await delivered();
  deliveries = [];
});

/** Waits until everything that is on its way has arrived. */
function delivered(): Promise<void> {
  return hooks(home.sandbox.world).queue;
}

function address(): string {
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
}

async function list(): Promise<Subscription[]> {
  return (await home.ask("GET", "/_apis/hooks/subscriptions")).json<{ value: Subscription[] }>().value;
}

async function subscribe(eventType: string, publisherInputs = {}, consumerInputs = {}): Promise<Subscription> {
  const body = {
    publisherId: "tfs",
    eventType,
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    publisherInputs,
    consumerInputs: { url: address(), ...consumerInputs },
  };
  return (await home.ask("POST", "/_apis/hooks/subscriptions", { body })).json<Subscription>();
}

describe("a subscription", () => {
  it("delivers what happened, with its headers and its sign-in", async () => {
    const { id } = await subscribe(
      "workitem.created",
      {},
      { httpHeaders: "x-key: of my own", basicAuthUsername: "hook", basicAuthPassword: "secret" },
    );

    const item = await home.create("Task", "Told");
    await delivered();

    expect(deliveries).toMatchObject([
      {
        headers: { "x-key": "of my own", authorization: `Basic ${Buffer.from("hook:secret").toString("base64")}` },
        body: { eventType: "workitem.created", subscriptionId: id, resource: { id: item.id, rev: 1 } },
      },
    ]);
    const [shown] = await list();
    expect(shown?.consumerInputs["basicAuthPassword"]).toBe("********");
  });

  it("tells of an update by the update's id, with what changed and which links", async () => {
    await subscribe("workitem.updated");
    const parent = await home.create("Epic", "Parent");
    const item = await home.create("Feature", "Before");

    await home.update(item.id, set("System.Title", "After"), linked(PARENT, parent.id));
    await delivered();

    expect(deliveries.map(({ body }) => body.resource)).toMatchObject([
      {
        id: 2,
        workItemId: item.id,
        rev: 2,
        fields: { "System.Title": { oldValue: "Before", newValue: "After" } },
        relations: { added: [{ rel: PARENT }] },
        revision: { id: item.id, rev: 2 },
      },
    ]);
  });

  it.each(["deleted", "restored", "commented"])("tells of what was %s", async (kind) => {
    await subscribe(`workitem.${kind}`);
    const item = await home.create("Task", "Told");

    await home.wit.addComment({ text: "Said" }, "Rollout", item.id);
    await home.wit.deleteWorkItem(item.id);
    await home.wit.restoreWorkItem({ isDeleted: false }, item.id);
    await delivered();

    expect(deliveries.map(({ body }) => [body.eventType, body.resource.id])).toEqual([[`workitem.${kind}`, item.id]]);
  });

  it("is silent about what it is not for, and where silence was asked for", async () => {
    const core = await home.connect(home.newToken()).getCoreApi();
    const { id: projectId } = await core.getProject("Integrations");
    await subscribe("workitem.created", { projectId });
    await subscribe("workitem.created", { workItemType: "Bug" });
    await subscribe("workitem.updated", { changedFields: "System.State" });

    const item = await home.create("Task", "Unheard");
    await home.update(item.id, set("System.Title", "Unheard too"));
    const document = [set("System.State", "Active")];
    await home.wit.updateWorkItem(undefined, document, item.id, undefined, false, false, true);
    await delivered();

    expect(deliveries).toEqual([]);
    await home.update(item.id, set("System.State", "Closed"));
    await home.create("Bug", "Heard", [], "Integrations");
    await delivered();
    expect(deliveries).toHaveLength(3);
  });

  it("may deliver twice", async () => {
    home.behave({ deliveries: 2 });
    await subscribe("workitem.created");
    await home.create("Task", "Twice");
    await delivered();

    expect(deliveries.map(({ body }) => body.resource.id)).toHaveLength(2);
  });

  it("whose receiver fails is on probation, then disabled by the system, until somebody saves it", async () => {
    home.behave({ hookFailures: 2 });
    const subscription = await subscribe("workitem.created");
    const status = async () => (await list())[0]?.status;
    answer = 500;

    await home.create("Task", "1");
    await delivered();
    expect(await status()).toBe("onProbation");
    await home.create("Task", "2");
    await delivered();
    expect(await status()).toBe("disabledBySystem");
    await home.create("Task", "3");
    await delivered();
    expect(deliveries).toHaveLength(2);

    const history = await home.ask("GET", `/_apis/hooks/subscriptions/${subscription.id}/notifications`);
    expect(history.json<{ value: unknown[] }>().value).toMatchObject([{ result: "failed" }, { result: "failed" }]);
    answer = 200;
    await home.ask("PUT", `/_apis/hooks/subscriptions/${subscription.id}`, {
      body: { ...subscription, status: "enabled" },
    });
    await home.create("Task", "4");
    await delivered();
    expect([await status(), deliveries.length]).toEqual(["enabled", 3]);
  });

  it("elsewhere than on loopback is never delivered to", async () => {
    const { id } = await subscribe("workitem.created", {}, { url: "https://hooks.example.com/a" });
    await home.create("Task", "Stays here");
    await delivered();

    const history = await home.ask("GET", `/_apis/hooks/subscriptions/${id}/notifications`);
    expect(history.json<{ value: unknown[] }>().value).toMatchObject([
      { result: "failed", details: { errorMessage: "The stand-in tenant delivers to loopback only." } },
    ]);
    expect(home.sandbox.requests.counts().refused).toEqual({});
  });

  it("can be tried out", async () => {
    const { id } = await subscribe("workitem.updated");

    await home.ask("POST", "/_apis/hooks/testnotifications", { body: { subscriptionId: id } });
    await delivered();

    expect(deliveries).toMatchObject([{ body: { eventType: "workitem.updated", subscriptionId: id } }]);
  });
});
