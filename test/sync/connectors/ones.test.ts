/** What is particular to ONES: the key's two forms, pages, and a route table that need not be right. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import { parseRoutes } from "../../../sync/connectors/ones/routes.ts";
import { createOnesTarget } from "../../../sync/connectors/ones/users.ts";
import type { Target } from "../../../sync/model/types.ts";
import { type Received, type Reply, startTestHosts, type TestHosts } from "./hosts.ts";

const HOST = "ones.contoso.com";
const signal = AbortSignal.timeout(30_000);
const ADA = "6f1c7a0e-0000-4000-8000-00000000ada1";

let hosts: TestHosts;
let routes: Record<string, Reply | ((request: Received) => Reply)>;
beforeEach(async () => {
  hosts = await startTestHosts();
  routes = { "GET system/v1/information": { body: {} }, "GET user/v1/users": { body: { items: [] } } };
  hosts.answer(HOST, (request) => {
    const path = request.url.split("?")[0]?.replace("/API/external/", "");
    const route = routes[`${request.method} ${path}`];
    return (typeof route === "function" ? route(request) : route) ?? { status: 404, body: "no such route" };
  });
});
afterEach(() => hosts.close());

function target(written?: object, key = "t0k3n"): Target {
  return createOnesTarget({
    baseUrl: `https://${HOST}`,
    keyName: "tenantwire",
    key: async () => key,
    fields: ["userName", "email", "cardNumber"],
    defaultGroups: ["Staff"],
    routes: parseRoutes(written),
  });
}

const ada = {
  sourceId: ADA,
  label: "Ada",
  fields: { userName: "ada", email: "ada@contoso.com", cardNumber: "007" },
  keys: {},
};

function written(): unknown[] {
  return hosts.received.filter(({ method }) => method !== "GET").map(({ method, url, body }) => [method, url, body]);
}

async function ids(from: Target): Promise<string[]> {
  const found: string[] = [];
  for await (const page of from.list(signal)) found.push(...page.map(({ id }) => id));
  return found;
}

describe("the key", () => {
  it.each([
    ["raw", "t0k3n"],
    ["basic", `Basic ${Buffer.from("t0k3n:").toString("base64")}`],
  ])("is sent %s", async (authentication, header) => {
    await target({ authentication }, "t0k3n\n").check([], signal);
    expect(hosts.received[0]?.headers.authorization).toBe(header);
    expect(hosts.received[0]?.url).toBe("/API/external/system/v1/information");
  });

  it.each([
    ["raw", "basic"],
    ["basic", "raw"],
  ])("that is refused %s may be wanted %s", async (authentication, other) => {
    routes["GET system/v1/information"] = { status: 401 };
    await expect(target({ authentication }).check([], signal)).rejects.toMatchObject({
      name: "CredentialError",
      message: expect.stringContaining(`try authentication: ${other} in tenantwire:ones.routes`) as unknown,
    });
  });

  it.each(["", "with a space", "naïve"])("that cannot be one is not sent: %j", async (key) => {
    const thrown: unknown = await target({}, key)
      .check([], signal)
      .catch((error: unknown) => error);
    expect(String(thrown)).toContain("is empty, or has characters that no key has");
    if (key !== "") expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(key);
    expect(hosts.received).toEqual([]);
  });
});

describe("pages", () => {
  it("are asked for until one is empty, however few come at once, and nobody comes twice", async () => {
    const pages = [[{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 3 }], [{ id: 4 }], []];
    routes["GET user/v1/users"] = ({ query }) => ({ body: { items: pages[Number(query.get("page")) - 1] } });

    expect(await ids(target())).toEqual(["1", "2", "3", "4"]);
    expect(hosts.received.map(({ url }) => url)).toContain("/API/external/user/v1/users?page=4&pageSize=100");
  });

  it.each<[string, object]>([
    ["that are all the same", { id: 1 }],
    ["of users without an id", { key: 1 }],
  ])("%s are no list without an end", async (_, user) => {
    routes["GET user/v1/users"] = { body: { items: [user] } };
    await expect(ids(target())).rejects.toThrow("correct list.pageParameter or properties.id");
  });

  it("are none where the settings say so", async () => {
    routes["GET people"] = { body: [{ no: "a" }, { no: "b" }] };
    const list = { path: "people", items: "", pageParameter: "", sizeParameter: "" };

    expect(await ids(target({ list, properties: { id: "no" } }))).toEqual(["a", "b"]);
    expect(hosts.received.map(({ url }) => url)).toEqual(["/API/external/people"]);
  });

  it.each<[string, Reply, string]>([
    ["no such route", { status: 404, body: "x" }, "has no API/external/user/v1/users. The vendor does not publish"],
    ["another answer", { body: { data: [] } }, 'did not answer with a list under "items"'],
    ["nothing", { body: null }, 'did not answer with a list under "items"'],
  ])("are known not to be there before anything is written: %s", async (_, reply, message) => {
    routes["GET user/v1/users"] = reply;
    await expect(target().check([], signal)).rejects.toThrow(message);
  });
});

describe("a user", () => {
  it("is written by the routes and names of the settings, with the default groups when new and never again", async () => {
    routes["PUT people"] = { body: { no: 7 } };
    routes["POST people/7/change"] = { body: {} };
    const ones = target({
      create: { method: "PUT", path: "people" },
      update: { method: "POST", path: "people/{id}/change" },
      properties: { id: "no", externalId: "entra", cardNumber: "badge", enabled: "on", groups: "teams" },
    });

    expect(await ones.create(ada, signal)).toEqual({ id: "7" });
    await ones.update("7", { cardNumber: "008" }, signal);
    await ones.setActive("7", false, signal);
    await ones.adopt("7", ADA, signal);

    expect(written()).toEqual([
      [
        "PUT",
        "/API/external/people",
        { userName: "ada", email: "ada@contoso.com", badge: "007", entra: ADA, on: true, teams: ["Staff"] },
      ],
      ["POST", "/API/external/people/7/change", { badge: "008" }],
      ["POST", "/API/external/people/7/change", { on: false }],
      ["POST", "/API/external/people/7/change", { entra: ADA }],
    ]);
  });

  it("whose creation is answered without an id is for reading back to find", async () => {
    routes["POST user/v1/users"] = { body: null };
    expect(await target().create(ada, signal)).toEqual({});
  });

  it("is looked up in one listing for all between two writes, and in a new one after a failed listing", async () => {
    const lists = () => hosts.received.filter(({ method }) => method === "GET").length;
    const ones = target();
    await ones.find("mail", "a@contoso.com", signal);
    await ones.find("externalId", ADA, signal);
    expect(lists()).toBe(1);

    routes["PATCH user/v1/users/7"] = { body: {} };
    await ones.adopt("7", ADA, signal);
    routes["GET user/v1/users"] = { status: 400 };
    await expect(ones.find("externalId", ADA, signal)).rejects.toThrow("answered 400");
    routes["GET user/v1/users"] = { body: { items: [] } };
    expect(await ones.find("externalId", ADA, signal)).toEqual([]);
  });
});

it.each<[unknown, string]>([
  [{ lst: {} }, 'tenantwire:ones.routes.lst: not a setting; did you mean "list"?'],
  [
    { authentication: "bearer" },
    'tenantwire:ones.routes.authentication: "bearer" is not known here; expected one of raw, basic',
  ],
  [
    { get: { path: "people" } },
    'tenantwire:ones.routes.get.path: expected a path, below API/external/, with {id} in it, found "people"',
  ],
  [
    { list: { path: "https://elsewhere.com/users" } },
    'tenantwire:ones.routes.list.path: expected a path below API/external/, found "https://elsewhere.com/users"',
  ],
  [
    "x",
    'tenantwire:ones.routes: expected settings: authentication, list, get, create, update, properties, rooms, found "x"',
  ],
])("refuses the routes %j", (routes, message) => {
  expect(() => parseRoutes(routes)).toThrow(expect.objectContaining({ name: "SettingsError", message }));
});
