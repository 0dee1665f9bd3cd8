/** The client, its reads and its writes against the stand-in's Azure DevOps, with the faults that it can have. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { changeBehaviours } from "../../../sandbox/behaviours.ts";
import { azureDevOpsBehaviour } from "../../../sandbox/hosts/azure-devops/behaviour.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../../../sandbox/hosts/azure-devops/organization.ts";
import { deleteItem, updateItem as edit } from "../../../sandbox/hosts/azure-devops/saves.ts";
import { seedBigProject } from "../../../sandbox/hosts/azure-devops/seed.ts";
import { SOMEBODY, tracking } from "../../../sandbox/hosts/azure-devops/tracking.ts";
import type { Sandbox } from "../../../sandbox/server.ts";
import {
  type AzureDevOpsClient,
  createAzureDevOpsClient,
  createItem,
  fieldStep,
  idsFound,
  longTextSteps,
  parentLinksSince,
  parentSteps,
  readItem,
  type ReadItem,
  readItems,
  revisionsSince,
  type Step,
  updateItem,
} from "../../../sync/connectors/azure-devops/index.ts";
import { loadOf, paceMs } from "../../../sync/connectors/azure-devops/load.ts";
import { Transport } from "../../../sync/connectors/azure-devops/transport.ts";
import { createHttpClient } from "../../../sync/connectors/http/client.ts";
import type { HttpEvent } from "../../../sync/connectors/http/events.ts";
import { Gate } from "../../../sync/connectors/http/gate.ts";
import { inOneTenant } from "../../sandbox/in-one-tenant.ts";

const signal = AbortSignal.timeout(120_000);
const HOST = "dev.azure.com";
const ROOT = `https://${HOST}/${ORGANIZATION}`;

let sandbox: Sandbox;
let client: AzureDevOpsClient;
let events: HttpEvent[];
let pauses: number[];

inOneTenant({ users: 20 }, (started) => (sandbox = started));
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.requests.mark();
  client = open();
});

/** A client that waits by its own clock, so that nobody waits here. */
function open(token = newToken(), mend = "Make a new token."): AzureDevOpsClient {
  events = [];
  pauses = [];
  let now = 0;
  const gate = new Gate({
    now: () => now,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  });
  const proof = () => Promise.resolve({ personalToken: token });
  return createAzureDevOpsClient({
    organization: ORGANIZATION,
    proof,
    mend,
    gate,
    onEvent: (event) => events.push(event),
  });
}

function newToken(scopes?: string[]): string {
  const end = new Date(sandbox.world.now().getTime() + 24 * 60 * 60 * 1000);
  return createPersonalAccessToken(sandbox.world, end, scopes ? { scopes } : {});
}

function behave(changes: object): () => void {
  const usual = { ...azureDevOpsBehaviour(sandbox.world) };
  changeBehaviours(sandbox.world, { azureDevOps: changes });
  return () => void changeBehaviours(sandbox.world, { azureDevOps: usual });
}

function make(title: string, parent: number | null = null, type = "Epic", steps: Step[] = []): Promise<ReadItem> {
  const wanted = { project: "Rollout", type, parent, steps: [fieldStep("System.Title", title), ...steps] };
  return createItem(client, wanted, {}, signal);
}

/** What a person does meanwhile. */
function byHand(id: number, ...document: { op: "add"; path: string; value: unknown }[]): void {
  edit(tracking(sandbox.world), id, document, { by: SOMEBODY });
}

function requests(): string[] {
  return sandbox.requests
    .entries()
    .filter(({ method }) => method !== "OPTIONS")
    .map(({ method, path }) => `${method} ${path.replace(`/${ORGANIZATION}`, "")}`);
}

describe("the way there", () => {
  it("asks for no resource areas, for each area once, and says who asks for what", async () => {
    await make("One");
    await make("Two");

    const options = sandbox.requests.entries().filter(({ method }) => method === "OPTIONS");
    expect(options.map(({ path }) => path)).toEqual([`/${ORGANIZATION}/_apis/wit`]);
    expect(requests()).toEqual(Array(2).fill("POST /Rollout/_apis/wit/workItems/$Epic"));
    expect(events).toContainEqual(expect.objectContaining({ kind: "answer", host: HOST, status: 200 }));
  });

  it("waits for 429 as long as it is told, and asks again: writes too", async () => {
    sandbox.faults.add({ host: HOST, path: "*/workItems/*", times: 1, then: { status: 429, retryAfter: 7 } });

    const { id } = await make("After a wait");

    expect(pauses).toEqual([7000]);
    expect(id).toBeGreaterThan(0);
  });

  it("waits before the next request where a success says so", async () => {
    await make("Before");
    const restore = behave({ loadLimit: 10, loadOfRequest: 6, loadOfItem: 0 });
    const token = newToken(["vso.work"]);
    await sandbox.advance(6 * 60_000);
    client = open(token);
    for (let times = 0; times < 3; times += 1) await readItem(client, 1, signal);

    // The last answer was a success, and asked for a pause: the next request keeps to it.
    restore();
    await readItem(client, 1, signal);
    expect(pauses).toEqual([12_000]);
  });

  it("slows down before it is delayed: the headers that tell how near the limit is were read by nobody", async () => {
    const token = newToken(["vso.work"]);
    await sandbox.advance(6 * 60_000);
    const restore = behave({ loadLimit: 100, loadOfRequest: 1, loadOfItem: 0 });
    const events: HttpEvent[] = [];
    const waits: (readonly [why: string, patience: number | undefined])[] = [];
    const slow = createAzureDevOpsClient({
      ...{
        organization: ORGANIZATION,
        mend: "Make a new token.",
        proof: () => Promise.resolve({ personalToken: token }),
      },
      onEvent: (event) => events.push(event),
      gate: new Gate({
        now: () => sandbox.world.now().getTime(),
        sleep: (milliseconds) => sandbox.advance(milliseconds),
        onWait: (_milliseconds, why, patience) => waits.push([why, patience]),
      }),
    });
    try {
      for (let times = 0; times < 150; times += 1) await readItem(slow, 1, signal);
    } finally {
      restore();
      await sandbox.advance(6 * 60_000);
    }

    const loads = events.filter((event) => event.kind === "load");
    expect(loads[0]).toEqual({
      ...{ kind: "load", host: HOST, resource: "WorkItemTracking" },
      ...{ used: 50, limit: 100, delayedMs: 0 },
    });
    expect(Math.max(...loads.map(({ used }) => used))).toBeLessThan(100);
    expect(loads.filter(({ delayedMs }) => delayedMs > 0)).toEqual([]);
    expect(waits[0]).toEqual(["it counts a load of 81 TSTU, and delays from 100 on", undefined]);
  });

  it("repeats a query that broke off, and no write that may have been done", async () => {
    const { id, rev } = await make("Broken");
    const broken = { host: HOST, times: 1, then: { cut: 10 } } as const;
    sandbox.faults.add({ ...broken, path: "*/wiql" });
    sandbox.faults.add({ ...broken, path: "*/workitemsbatch" });

    for await (const _ids of idsFound(client, "[System.Title] = 'Broken'", "Rollout", signal));
    for await (const { items } of readItems(client, [id], signal)) expect(items.map((item) => item.id)).toEqual([id]);
    sandbox.faults.add({ ...broken, method: "PATCH" });
    await expect(
      updateItem(client, { id, rev }, [fieldStep("System.Title", "Done")], {}, signal),
    ).rejects.toMatchObject({
      became: "unknown",
    });

    expect((await readItem(client, id, signal))?.rev).toBe(2);
  });

  it.each<[what: string, setUp: () => AzureDevOpsClient, error: object]>([
    [
      "a token that ended",
      () => open("x".repeat(52)),
      { name: "CredentialError", message: expect.stringContaining("Make a new token.") },
    ],
    [
      "a token that may not",
      () => open(newToken(["vso.project"])),
      {
        name: "CredentialError",
        message: expect.stringMatching(/refused it when asked to read work item 1: Make a new token\..*TF400813/),
      },
    ],
    [
      "a page for signing in that comes as a success",
      () => {
        sandbox.faults.add({ host: HOST, path: "*/workItems/*", then: { status: 203 } });
        return client;
      },
      {
        name: "CredentialError",
        message: `The organization ${ORGANIZATION} of Azure DevOps refused it when asked to read work item 1: Make a new token.`,
      },
    ],
  ])("%s is told in words", async (_what, setUp, error) => {
    const other = setUp();

    await expect(readItem(other, 1, signal)).rejects.toMatchObject(error);
  });

  it("stops when it is told to", async () => {
    const stop = AbortSignal.abort(new Error("enough"));

    await expect(readItem(client, 1, stop)).rejects.toThrow("enough");
  });
});

describe("reading", () => {
  it("ids come in pages of 20,000, whether $top helps or not", async () => {
    seedBigProject(sandbox.world, { name: "Big", items: 45_000 });
    const sizes = async () => {
      const pages: number[] = [];
      const seen = new Set<number>();
      for await (const ids of idsFound(client, "[System.TeamProject] = @project", "Big", signal)) {
        pages.push(ids.length);
        ids.forEach((id) => seen.add(id));
      }
      expect(seen.size).toBe(45_000);
      return pages;
    };

    expect(await sizes()).toEqual([20_000, 20_000, 5000]);
    const restore = behave({ queryTop: "doesNotHelp" });
    expect((await sizes()).reduce((sum, size) => sum + size)).toBe(45_000);
    restore();
  });

  it("items come in batches of 200, with their links; what a batch leaves out is asked for by itself", async () => {
    const [first, forgotten, gone] = [await make("First"), await make("Forgotten"), await make("Gone")];
    const child = await make("Child", first.id, "Feature");
    deleteItem(tracking(sandbox.world), gone.id, { by: SOMEBODY });
    const restore = behave({ batchForgets: [forgotten.id], omitted: "absent" });
    sandbox.requests.mark();

    const pages = [];
    const ids = [forgotten.id, gone.id, child.id, 4_000_000];
    for await (const page of readItems(client, ids, signal)) pages.push(page);
    restore();

    expect(pages).toMatchObject([
      { items: [{ id: forgotten.id }, { id: child.id, relations: [{}] }], missing: [gone.id, 4_000_000] },
    ]);
    expect(requests()).toEqual([
      "POST /_apis/wit/workItemsBatch",
      ...[forgotten.id, gone.id, 4_000_000].map((id) => `GET /_apis/wit/workItems/${id}`),
    ]);
  });

  it("costs one request for 200 items", async () => {
    const ids = Array.from({ length: 450 }, (_, at) => at + 1);
    sandbox.requests.mark();

    const sizes = [];
    for await (const { items } of readItems(client, ids, signal)) sizes.push(items.length);

    expect([sizes, requests()]).toEqual([[200, 200, 50], Array(3).fill("POST /_apis/wit/workItemsBatch")]);
  });

  it("tells which long texts are Markdown", async () => {
    const { id } = await make("Text", null, "Epic", longTextSteps("System.Description", "# Title", "Markdown"));

    expect(await readItem(client, id, signal)).toMatchObject({
      multilineFieldsFormat: { "System.Description": "Markdown" },
    });
  });

  it("changes come by watermark, once each; a move at the parent comes by its link", async () => {
    const { id: from } = await make("From");
    const { id: child } = await make("Child", from, "Feature");
    const wanted = { project: "Rollout", watermark: undefined as string | undefined, fields: ["System.Title"] };
    const since = async () => {
      const ids: [number | undefined, number | undefined][] = [];
      for await (const { values, watermark } of revisionsSince(client, wanted, signal)) {
        ids.push(...values.map(({ id, rev }) => [id, rev] as [number | undefined, number | undefined]));
        wanted.watermark = watermark;
      }
      return ids;
    };
    let linksFrom: string | undefined;
    const links = async () => {
      const found = [];
      for await (const { values, watermark } of parentLinksSince(client, "Rollout", linksFrom, signal)) {
        found.push(...values);
        linksFrom = watermark;
      }
      return found;
    };
    await since();
    await links();
    expect([await since(), await links()]).toEqual([[], []]);

    byHand(child, { op: "add", path: "/fields/System.Title", value: "Changed" });
    expect([await since(), await links()]).toEqual([[[child, 2]], []]);
    const { id: other } = await make("Other");
    await since();
    const [parent] = [await readItem(client, child, signal)];
    if (!parent) throw new Error("gone");
    await updateItem(client, parent, parentSteps(parent, null, ROOT), {}, signal);
    await since();
    byHand(other, {
      op: "add",
      path: "/relations/-",
      value: { rel: "System.LinkTypes.Hierarchy-Forward", url: `${ROOT}/_apis/wit/workItems/${child}` },
    });

    expect(await since()).toEqual([[other, 2]]);
    const type = "System.LinkTypes.Hierarchy";
    expect(await links()).toEqual([
      { type, source: from, target: child, isActive: false },
      { type, source: other, target: child, isActive: true },
    ]);
    const restore = behave({ linkRows: "attributes" });
    linksFrom = undefined;
    expect(await links()).toContainEqual({ type, source: other, target: child, isActive: true });
    restore();
  });
});

describe("writing", () => {
  it("is one patch under the revision that it was made for: who comes second is stale, and writes nothing", async () => {
    const item = await make("Mine");
    byHand(item.id, { op: "add", path: "/fields/System.Title", value: "Theirs" });

    await expect(updateItem(client, item, [fieldStep("System.Title", "Mine again")], {}, signal)).rejects.toMatchObject(
      {
        name: "AzureDevOpsError",
        became: "stale",
        code: "VS403351",
      },
    );
    expect((await readItem(client, item.id, signal))?.fields?.["System.Title"]).toBe("Theirs");
  });

  it("a parent changes in one patch, whatever other links there are", async () => {
    const [old, next, related] = [await make("Old"), await make("Next"), await make("Related")];
    const child = await make("Child", old.id, "Feature");
    byHand(child.id, { op: "add", path: "/relations/-", value: { rel: "System.LinkTypes.Related", url: related.url } });
    const read = await readItem(client, child.id, signal);
    if (!read) throw new Error("gone");

    const moved = await updateItem(client, read, parentSteps(read, next.id, ROOT), {}, signal);
    const again = await readItem(client, child.id, signal);

    expect(moved.rev).toBe(read.rev + 1);
    expect(again?.relations?.map(({ rel, url }) => [rel, url])).toEqual(
      expect.arrayContaining([
        ["System.LinkTypes.Hierarchy-Reverse", next.url],
        ["System.LinkTypes.Related", related.url],
      ]),
    );
    expect(again?.relations).toHaveLength(2);
    expect(parentSteps(again ?? {}, next.id, ROOT)).toEqual([]);
  });

  it.each<[what: string, steps: Step[], code: string, words: string]>([
    ["a state that there is not", [fieldStep("System.State", "Doing")], "TF401320", "Rule Error for field State"],
    ["a field that there is not", [fieldStep("Custom.Size", 1)], "TF51535", "Cannot find field Custom.Size"],
    ["an area that there is not", [fieldStep("System.AreaPath", "Rollout\\Nowhere")], "TF401347", "Invalid tree name"],
  ])("%s is refused with its code, and told", async (_what, steps, code, words) => {
    const item = await make("Kept");

    await expect(updateItem(client, item, steps, {}, signal)).rejects.toMatchObject({
      became: "rejected",
      code,
      message: expect.stringContaining(words),
    });
  });

  it("an item that has all the revisions it may have is refused for good, and any other 500 leaves open what became of it", async () => {
    const item = await make("Full");
    const write = () => updateItem(client, item, [fieldStep("System.Title", "More")], {}, signal);
    const restore = behave({ revisionLimit: 1 });

    await expect(write()).rejects.toMatchObject({
      status: 500,
      became: "rejected",
      message: expect.stringContaining(`does not change work item ${item.id} any more, which has 1 revisions`),
    });

    restore();
    sandbox.faults.add({ host: HOST, method: "PATCH", times: 1, then: { status: 500 } });
    await expect(write()).rejects.toMatchObject({ status: 500, became: "unknown" });
  });

  it("an item that is gone is a refusal, never an answer", async () => {
    await expect(updateItem(client, { id: 4_000_000, rev: 1 }, [], {}, signal)).rejects.toMatchObject({
      status: 404,
      code: "TF401232",
    });
  });

  it("can be tried without being done", async () => {
    const item = await make("Tried");

    await updateItem(client, item, [fieldStep("System.Title", "x")], { validateOnly: true }, signal);

    expect((await readItem(client, item.id, signal))?.rev).toBe(1);
  });

  it("takes tags away too", async () => {
    const item = await make("Tagged", null, "Epic", [fieldStep("System.Tags", "a; b")]);

    const changed = await updateItem(client, item, [fieldStep("System.Tags", "b")], {}, signal);
    const none = await updateItem(client, changed, [fieldStep("System.Tags", null)], {}, signal);

    expect([changed, none].map(({ fields }) => fields?.["System.Tags"] as unknown)).toEqual(["b", undefined]);
  });
});

describe("the steps to another parent", () => {
  const link = (rel: string, id: number) => ({ rel, url: `${ROOT}/_apis/wit/workItems/${id}` });
  const [up, down] = ["System.LinkTypes.Hierarchy-Reverse", "System.LinkTypes.Hierarchy-Forward"];
  const added = (id: number) => ({ op: "add", path: "/relations/-", value: link(up, id) });

  it.each<[what: string, relations: { rel: string; url: string }[], parent: number | null, steps: object[]]>([
    ["none to one", [link(down, 3)], 7, [added(7)]],
    ["one to another", [link(down, 3), link(up, 5)], 7, [{ op: "remove", path: "/relations/1" }, added(7)]],
    ["one to none", [link(up, 5)], null, [{ op: "remove", path: "/relations/0" }]],
    ["none to none", [], null, []],
    ["where it is", [link(up, 7)], 7, []],
    ["a child of that number is no parent", [link(down, 7)], 7, [added(7)]],
  ])("%s", (_what, relations, parent, steps) => {
    expect(parentSteps({ relations }, parent, ROOT)).toEqual(steps);
  });
});

describe("the load that headers tell of", () => {
  const date = "Mon, 02 Mar 2026 08:00:00 GMT";
  const inFourMinutes = String(Date.parse("2026-03-02T08:04:00Z") / 1000);
  const given = { date, "x-ratelimit-resource": "Core", "x-ratelimit-limit": "200" };
  const load = (remaining: string, reset = inFourMinutes) =>
    loadOf({ ...given, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset });
  const used = (of: number) => ({ resource: "Core", used: of, limit: 200, delayedMs: 0, goneInMs: 240_000 });

  it.each<[what: string, load: ReturnType<typeof loadOf>, expected: ReturnType<typeof loadOf>]>([
    ["as the other side's clock says", load("150"), used(50)],
    ["gone already", load("150", "1"), { ...used(50), goneInMs: 0 }],
    ["no longer than the window", load("150", "9999999999"), { ...used(50), goneInMs: 300_000 }],
    ["no reset", load("150", "soon"), { ...used(50), goneInMs: 300_000 }],
    ["more left than there is", load("201"), used(0)],
    [
      "held back",
      loadOf({
        ...given,
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": inFourMinutes,
        "x-ratelimit-delay": "1.250",
      }),
      { ...used(200), delayedMs: 1250 },
    ],
    ["nothing", loadOf({ date }), undefined],
    ["no number", load("many"), undefined],
    ["below nothing", load("-1"), undefined],
    ["a limit of nothing", loadOf({ ...given, "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0" }), undefined],
  ])("%s", (_what, load, expected) => {
    expect(load).toEqual(expected);
  });

  it.each([
    [0, 0],
    [160, 0],
    [180, 26_667],
    [200, 48_000],
  ])("of %i from 200: a pause of %i ms, until a fifth is free again", (of, pause) => {
    expect(paceMs(used(of))).toBe(pause);
  });
});

it.each([
  "https://elsewhere.example/contoso/_apis/wit/wiql",
  "http://dev.azure.com/contoso/_apis/wit/wiql",
  "https://dev.azure.com/fabrikam/_apis/wit/wiql",
  "https://dev.azure.com/contoso/../fabrikam/_apis/wit/wiql",
  "https://dev.azure.com/contosofabrikam/_apis/wit/wiql",
  "https://dev.azure.com:444/contoso/_apis/wit/wiql",
  "https://dev.azure.com@elsewhere.example/contoso/_apis/wit/wiql",
])("an address that an answer leads to, and that is not the organization's, gets no proof: %s", async (address) => {
  const proofs: string[] = [];
  const gate = new Gate();
  const authorization = () => {
    proofs.push(address);
    return Promise.resolve("Bearer proof");
  };
  const transport = new Transport({
    ...{ gate, organization: ORGANIZATION, root: ROOT, mend: "Make a new token." },
    http: createHttpClient({ host: HOST, authorization, gate }),
  });

  const asked = transport.for({ doing: "read", signal }, () => transport.get(address, {}));

  await expect(asked).rejects.toThrow(
    /^The organization contoso of Azure DevOps sends us on to .* when asked to read: /,
  );
  expect(proofs).toEqual([]);
});
