/** Events of both sides, delivered by the stand-in's hosts to the real receiver, which starts runs of what changed. */
import type { Server } from "node:http";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import { Agent, fetch } from "undici";
import { describe, expect, it } from "@jest/globals";
import { httpServer } from "../../../../cli/http-server.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../../../../sandbox/hosts/azure-devops/organization.ts";
import { hooks } from "../../../../sandbox/hosts/azure-devops/hooks.ts";
import { eventsDelivered } from "../../../../sandbox/hosts/oneplan/events.ts";
import { createAzureDevOpsClient } from "../../../../sync/connectors/azure-devops/index.ts";
import { createOnePlanClient } from "../../../../sync/connectors/oneplan/client.ts";
import { hashOf, newSecret, ownerOf, pathOf, type Subscribed } from "../../../../sync/kinds/plans/events/addresses.ts";
import { Coalescing } from "../../../../sync/kinds/plans/events/coalescing.ts";
import { type Known, KnownAddresses } from "../../../../sync/kinds/plans/events/known-addresses.ts";
import { eventReceiver } from "../../../../sync/kinds/plans/events/receiver.ts";
import {
  eventFaults,
  subscribedIn,
  type Subscribing,
  turnOff,
  turnOn,
} from "../../../../sync/kinds/plans/events/subscriptions.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const SYNC = "plans-contoso";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

function subscribing(): Subscribing {
  const { world } = bench.sandbox;
  const { name: keyName, value } = world.oneplanKey;
  const personalToken = createPersonalAccessToken(world, new Date(world.now().getTime() + 86_400_000));
  const connection = {
    organization: ORGANIZATION,
    proof: () => Promise.resolve({ personalToken }),
    mend: "Make a new token.",
  };
  return {
    ...{ sync: SYNC, organization: bench.organization, integrationId: undefined, isShared: false, connection },
    azureDevOps: createAzureDevOpsClient(connection),
    oneplan: createOnePlanClient({ baseUrl: "https://my.oneplan.ai", keyName, key: () => Promise.resolve(value) }),
    signal: new AbortController().signal,
  };
}

interface Listening {
  readonly address: string;
  readonly items: string[];
  readonly server: Server;
  close(): Promise<void>;
}

async function listen(known: () => Known, onItem: (item: string) => void = () => undefined): Promise<Listening> {
  const items: string[] = [];
  const app = httpServer(false);
  app.setNotFoundHandler((_request, reply) => reply.status(404).send());
  await app.register(
    eventReceiver({
      known: () => Promise.resolve(known()),
      onItem: (sync, sender, item) => {
        items.push(`${sync} ${sender} ${item}`);
        onItem(item);
      },
      now: () => bench.sandbox.world.now(),
    }),
  );
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  return { address, items, server: app.server, close: () => app.close() };
}

describe("an address", () => {
  const secret = newSecret();
  const known = new Map([[SYNC, { hashes: { "azure-devops": hashOf(secret), oneplan: hashOf(newSecret()) } }]]);

  it.each<[string, string, boolean]>([
    ["the one that was told", pathOf("azure-devops", secret), true],
    ["that of the other side", pathOf("oneplan", secret), false],
    [
      "the one that was told, with a proxy's path before it",
      `/tenantwire/hooks${pathOf("azure-devops", secret)}`,
      true,
    ],
    ["one with a query behind it", `${pathOf("azure-devops", secret)}?x=1`, false],
    ["one that is walked round to", `/azure-devops/x/..${pathOf("azure-devops", secret)}%2e`, false],
    ["one in percent signs", pathOf("azure-devops", `%${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`), false],
    ["one of another host", `http://elsewhere.example${pathOf("azure-devops", secret)}`, false],
    ["one with two slashes", `/${pathOf("azure-devops", secret)}`, false],
    ["one with more behind it", `${pathOf("azure-devops", secret)}/x`, false],
    ["one in other letters", pathOf("azure-devops", secret.toUpperCase()), false],
    ["one without a secret", "/azure-devops/", false],
    ["its hash", pathOf("azure-devops", hashOf(secret)), false],
  ])("%s", (_, path, isKnown) => {
    expect(ownerOf(path, known) !== undefined).toBe(isKnown);
  });

  it("says the same to whoever is wrong, whatever they send", async () => {
    const receiver = await listen(() => known);
    const event = (id: string, createdDate = bench.sandbox.world.now().toISOString()) =>
      JSON.stringify({ id, createdDate, resource: { id: 3, workItemId: 12 } });
    const [one, other, old] = [0, 1, 2].map(() => crypto.randomUUID());
    const post = async (path: string, body: string, method = "POST") => {
      const sent = { method, dispatcher: new Agent(), ...(method === "POST" && { body }) };
      const answer = await fetch(receiver.address + path, sent);
      return `${answer.status} ${await answer.text()}`;
    };
    const right = pathOf("azure-devops", secret);

    expect(await post("/", "")).toBe("404 ");
    expect(await post(pathOf("azure-devops", newSecret()), event(one ?? ""))).toBe("404 ");
    expect(await post(right, "", "GET")).toBe("404 ");
    expect(await post(right, "{")).toBe("400 ");
    expect(await post(right, JSON.stringify({ id: one, resource: { workItemId: "1; DROP" } }))).toBe("400 ");
    expect(await post(right, " ".repeat(2 * 1024 * 1024)).catch(() => "400 ")).toBe("400 ");
    expect(receiver.items).toEqual([]);
    expect(await post(right, event(one ?? ""))).toBe("202 ");
    // Again, and one that somebody kept.
    expect(await post(right, event(one ?? ""))).toBe("202 ");
    expect(await post(right, event(old ?? "", "2020-01-01T00:00:00Z"))).toBe("202 ");
    expect(await post(right, event(other ?? ""))).toBe("202 ");
    await receiver.close();

    expect(receiver.items).toEqual([`${SYNC} azure-devops 12`, `${SYNC} azure-devops 12`]);
  });
});

it("addresses that come and go are noticed, and the state is read no more often than every ten seconds", async () => {
  let at = 0;
  let reads = 0;
  let stored: Known | undefined = new Map();
  const secret = newSecret();
  const known = new Map([[SYNC, { hashes: { "azure-devops": hashOf(secret), oneplan: "" } }]]);
  const addresses = new KnownAddresses(
    new Map(),
    () => {
      reads += 1;
      return stored ? Promise.resolve(stored) : Promise.reject(new Error("the disk is gone"));
    },
    () => new Date(at),
  );

  stored = known;
  for (let count = 0; count < 1000; count += 1) expect((await addresses.current()).size).toBe(0);
  at += 10_000;
  const many = await Promise.all(Array.from({ length: 1000 }, () => addresses.current()));
  expect(new Set(many)).toEqual(new Set([known]));
  stored = undefined;
  at += 10_000;
  expect(await addresses.current()).toBe(known);
  stored = new Map();
  at += 10_000;
  expect((await addresses.current()).size).toBe(0);
  expect(reads).toBe(3);
});

describe("what is sent", () => {
  const secret = newSecret();
  const known = new Map([[SYNC, { hashes: { "azure-devops": hashOf(secret), oneplan: hashOf(secret) } }]]);
  const id = "11111111-1111-4111-8111-111111111111";

  it.each<[string, string, string, string, string]>([
    ["PUT", "azure-devops", "a method that is none of theirs", JSON.stringify({ id, resource: { id: 1 } }), "404"],
    ["POST", "azure-devops", "no JSON", "<event/>", "400"],
    ["POST", "azure-devops", "very deep JSON", "[".repeat(500_000), "400"],
    ["POST", "azure-devops", "an item that is no number", JSON.stringify({ id, resource: { id: "1" } }), "400"],
    ["POST", "azure-devops", "an item below nothing", JSON.stringify({ id, resource: { id: -1 } }), "400"],
    ["POST", "azure-devops", "a number that is none", `{"id":"${id}","resource":{"id":1e999}}`, "400"],
    ["POST", "azure-devops", "an event of no form", JSON.stringify({ id: "x", resource: { id: 1 } }), "400"],
    ["POST", "azure-devops", "a prototype", `{"__proto__":{"id":"${id}","resource":{"id":1}}}`, "400"],
    ["POST", "oneplan", "a plan by a path", JSON.stringify({ Id: "../../config", Name: "x" }), "400"],
    ["POST", "oneplan", "a list of plans", JSON.stringify([{ Id: id }]), "400"],
    ["POST", "oneplan", "a plan of the other side's form", JSON.stringify({ id, resource: { id: 1 } }), "400"],
  ])("by %s to %s is not believed: %s", async (method, sender, _, body, status) => {
    const receiver = await listen(() => known);

    const answer = await fetch(`${receiver.address}/${sender}/${secret}`, { method, body, dispatcher: new Agent() });

    expect([String(answer.status), await answer.text(), receiver.items]).toEqual([status, "", []]);
    await receiver.close();
  });

  it("arrives with the path that a proxy leaves before it", async () => {
    const receiver = await listen(() => known);
    const body = JSON.stringify({ id, resource: { id: 1 } });

    const answer = await fetch(`${receiver.address}/tenantwire/hooks/azure-devops/${secret}`, {
      ...{ method: "POST", body, dispatcher: new Agent() },
    });

    expect([answer.status, receiver.items]).toEqual([202, [`${SYNC} azure-devops 1`]]);
    await receiver.close();
  });

  it.each(["UTC", "America/New_York"])("is as old as it is, where its time names no offset (%s)", async (zone) => {
    const receiver = await listen(() => known);
    const before = process.env["TZ"];
    process.env["TZ"] = zone;
    const sent = async (minutes: number) => {
      const createdDate = new Date(bench.sandbox.world.now().getTime() - minutes * 60_000)
        .toISOString()
        .replace("Z", "");
      const body = JSON.stringify({ id: crypto.randomUUID(), createdDate, resource: { id: minutes } });
      await fetch(`${receiver.address}/azure-devops/${secret}`, { method: "POST", body, dispatcher: new Agent() });
    };
    try {
      await sent(1);
      await sent(240);
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }

    expect(receiver.items).toEqual([`${SYNC} azure-devops 1`]);
    await receiver.close();
  });

  it("is believed in nothing but which item it is about", async () => {
    const receiver = await listen(() => known);
    const lies = {
      ...{ id, createdDate: bench.sandbox.world.now().toISOString(), eventType: "workitem.deleted" },
      resource: { workItemId: 7, url: "https://elsewhere.example/", fields: { "System.Title": { newValue: "Lie" } } },
    };

    const body = JSON.stringify(lies);
    const answer = await fetch(`${receiver.address}/azure-devops/${secret}`, {
      ...{ method: "POST", body, dispatcher: new Agent() },
    });

    expect([answer.status, receiver.items]).toEqual([202, [`${SYNC} azure-devops 7`]]);
    await receiver.close();
  });

  it("is waited for no longer than it may take, and whoever sends slowly keeps nobody out", async () => {
    const receiver = await listen(() => known);
    const { hostname, port } = new URL(receiver.address);
    const slow = Array.from({ length: 20 }, () => connect(Number(port), hostname));
    for (const socket of slow) {
      socket.on("error", () => undefined);
      socket.write(`POST /azure-devops/${secret} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{`);
    }

    const body = JSON.stringify({ id, resource: { id: 1 } });
    const answer = await fetch(`${receiver.address}/azure-devops/${secret}`, {
      ...{ method: "POST", body, dispatcher: new Agent() },
    });

    expect(answer.status).toBe(202);
    expect([receiver.server.requestTimeout, receiver.server.headersTimeout]).toEqual([30_000, 10_000]);
    for (const socket of slow) socket.destroy();
    await receiver.close();
  });
});

describe("events", () => {
  it("gather: one run for many, one more for what came meanwhile, and again where another run was at it", async () => {
    const runs: string[][] = [];
    const waits: number[] = [];
    let busy = true;
    const gathering = new Coalescing({
      run: async ({ items }) => {
        runs.push([...items]);
        if (runs.length === 1) gathering.add(SYNC, "3");
        const isDone = runs.length !== 2 || !busy;
        if (runs.length === 2) busy = false;
        return isDone;
      },
      sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
      signal: new AbortController().signal,
    });

    for (const item of ["1", "2", "1"]) gathering.add(SYNC, item);
    await gathering.idle();

    expect(runs).toEqual([["1", "2"], ["3"], ["3"]]);
    expect(waits).toEqual([2_000, 15_000]);
  });

  it("that come just when the run before them has ended wait for no other event", async () => {
    // Between the end of a run and the next turn of the process there is room for several steps.
    for (let steps = 0; steps < 12; steps += 1) {
      const ran: string[] = [];
      const coalescing: Coalescing = new Coalescing({
        run: ({ items }) => {
          ran.push(...items);
          let ended = Promise.resolve();
          for (let step = 0; step < steps; step += 1) ended = ended.then(() => undefined);
          if (items.has("1")) void ended.then(() => coalescing.add(SYNC, "2"));
          return Promise.resolve(true);
        },
        sleep: () => Promise.resolve(),
        signal: new AbortController().signal,
      });
      coalescing.add(SYNC, "1");
      await setImmediate();
      await coalescing.idle();
      expect([steps, ran]).toEqual([steps, ["1", "2"]]);
    }
  });

  it("of both sides carry one item within a run, although each comes twice", async () => {
    const epic = bench.item("Epic", "Before");
    await bench.run();
    bench.behave({ azureDevOps: { deliveries: 2 }, oneplan: { eventDeliveries: 2 } });
    let runs = 0;
    const gathering = new Coalescing({
      run: async () => {
        runs += 1;
        expect((await bench.run({ trigger: "event" })).status).toBe("Success");
        return true;
      },
      sleep: () => Promise.resolve(),
      signal: new AbortController().signal,
    });
    const known = new Map<string, Subscribed>();
    const receiver = await listen(
      () => known,
      (item) => gathering.add(SYNC, item),
    );
    const session = await bench.store.lock(SYNC);
    await turnOn(subscribing(), session, receiver.address);
    await session.release();
    const subscribed = await subscribedIn(await bench.store.read(), SYNC);
    if (!subscribed) throw new Error("Nothing is remembered.");
    known.set(SYNC, subscribed);
    expect(JSON.stringify(subscribed)).not.toContain(
      hooks(bench.sandbox.world).data.subscriptions[0]?.consumerInputs["url"],
    );
    expect(await eventFaults(subscribing(), await bench.store.read())).toEqual([]);

    bench.edit(epic, { "System.Title": "Told by Azure DevOps" });
    await hooks(bench.sandbox.world).queue;
    await gathering.idle();
    expect(bench.plan(epic).Name).toBe("Told by Azure DevOps");
    expect(receiver.items).toContain(`${SYNC} azure-devops ${epic}`);

    bench.editPlan(bench.plan(epic).id, { Name: "Told by OnePlan" });
    await eventsDelivered(bench.sandbox.world);
    await gathering.idle();
    await hooks(bench.sandbox.world).queue;
    await gathering.idle();
    expect(bench.value(epic, "System.Title")).toBe("Told by OnePlan");
    expect(receiver.items).toContain(`${SYNC} oneplan ${bench.plan(epic).id}`);
    // An echo of its own write is one more look, and no more writes.
    expect(runs).toBeLessThan(10);

    const off = await bench.store.lock(SYNC);
    expect(await turnOff(subscribing(), off)).toBe(true);
    expect(await turnOff(subscribing(), off)).toBe(false);
    await off.release();
    expect(hooks(bench.sandbox.world).data.subscriptions).toEqual([]);
    expect(Object.values(bench.data.events)).toEqual([]);
    await receiver.close();
  }, 60_000);

  it("leave nothing on either side where they could not be remembered", async () => {
    const session = await bench.store.lock(SYNC);
    const full = new Proxy(session, {
      get(of, name) {
        if (name === "commit") return () => Promise.reject(new Error("the disk is full"));
        const own: unknown = Reflect.get(of, name);
        return typeof own === "function" ? (own.bind(of) as unknown) : own;
      },
    });

    await expect(turnOn(subscribing(), full, "http://127.0.0.1:1")).rejects.toThrow("the disk is full");

    await session.release();
    expect(hooks(bench.sandbox.world).data.subscriptions).toEqual([]);
    expect(Object.values(bench.data.events)).toEqual([]);
  });

  it("that nobody received any more are told of", async () => {
    const session = await bench.store.lock(SYNC);
    await turnOn(subscribing(), session, "http://127.0.0.1:1");
    await session.release();
    const [subscription] = hooks(bench.sandbox.world).data.subscriptions;
    if (subscription) subscription.status = "disabledBySystem";

    const faults = await eventFaults(subscribing(), await bench.store.read());

    expect(faults).toEqual([
      `The service hook ${subscription?.id} of contoso is disabledBySystem: npx --no-install tenantwire plans events off -s <stack> and then on makes them anew.`,
    ]);
    const off = await bench.store.lock(SYNC);
    await turnOff(subscribing(), off);
    await off.release();
  });
});
