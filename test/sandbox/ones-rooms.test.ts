import { beforeEach, describe, expect, it } from "@jest/globals";
import type { FastifyInstance } from "fastify";
import { directory } from "../../sandbox/directory/index.ts";
import { onesHost, onesKey, onesResources } from "../../sandbox/hosts/ones/index.ts";
import type { Resource } from "../../sandbox/hosts/ones/resources.ts";
import { createWorld } from "../../sandbox/world.ts";
import type { World } from "../../sandbox/world.ts";

let world: World;
let ones: FastifyInstance;
beforeEach(() => {
  world = createWorld({ users: 5 });
  ones = onesHost(world);
});

async function call<T = Record<string, unknown>>(method: "GET" | "POST" | "PATCH", path: string, body?: object) {
  const { statusCode, json } = await ones.inject({
    method,
    url: `/API/external/resource/v1/${path}`,
    headers: { authorization: onesKey(world) },
    ...(body && { payload: body }),
  });
  return { status: statusCode, body: json<T>() };
}

interface List {
  items: Resource[];
  total: number;
}

describe("resources", () => {
  it("begin as an administrator typed them in: known by address alone, by name alone, and no room at all", async () => {
    const { body } = await call<List>("GET", "resources");
    const rooms = [...directory(world).rooms.rooms.values()];
    const byAddress = body.items.filter(({ email }) => rooms.some((room) => room["emailAddress"] === email));
    const byName = body.items.filter(({ name }) => rooms.some((room) => room["displayName"] === name));

    expect(body.total).toBe(5);
    expect(byAddress).toHaveLength(3);
    expect(byName).toHaveLength(1);
    expect(byName[0]?.email).toBeNull();
    expect(new Set(body.items.map(({ id }) => id)).size).toBe(5);
    expect(body.items.every(({ externalId }) => externalId === null)).toBe(true);
  });

  it("are created, read, changed and retired", async () => {
    const room = { name: "Aula", email: "aula@contoso.com", capacity: 0, floor: "G", equipment: ["Projector"] };
    const created = await call("POST", "resources", { ...room, externalId: "place", areas: [1] });
    const id = String(created.body["id"]);
    expect(created).toMatchObject({ status: 200, body: { ...room, externalId: "place", areas: [1], enabled: true } });

    const changed = await call("PATCH", `resources/${id}`, { capacity: 12, enabled: false });
    expect(changed.body).toEqual({ ...created.body, capacity: 12, enabled: false });
    expect((await call("GET", `resources/${id}`)).body).toEqual(changed.body);
    expect(onesResources(world).resources.map((each) => String(each.id))).toContain(id);
  });

  it("may share name and address", async () => {
    const twin = { name: "Atlas", email: "atlas@contoso.com" };
    await call("POST", "resources", twin);
    expect((await call("POST", "resources", twin)).status).toBe(200);
  });

  it("come in pages of at most 50", async () => {
    for (let index = 0; index < 60; index++) await call("POST", "resources", { name: `Room ${index}` });

    const pages = await Promise.all([1, 2, 3].map((page) => call<List>("GET", `resources?page=${page}&pageSize=100`)));
    expect(pages.map(({ body }) => body.items.length)).toEqual([50, 15, 0]);
    expect(new Set(pages.flatMap(({ body }) => body.items.map(({ id }) => id))).size).toBe(65);
    expect(pages[0]?.body.total).toBe(65);
  });

  it.each([
    ["POST", "resources", {}, 400, "name is required"],
    ["POST", "resources", { name: "x", seats: 3 }, 400, "seats"],
    ["POST", "resources", { name: "x", capacity: "3" }, 400, "capacity"],
    ["POST", "resources", { name: "x", capacity: -1 }, 400, "capacity"],
    ["POST", "resources", { name: "x", areas: [77] }, 400, "no area 77"],
    ["PATCH", "resources/2", { id: 9 }, 400, "id"],
    ["PATCH", "resources/999", { name: "x" }, 404, "Resource not found"],
    ["POST", "areas", {}, 400, "name is required"],
    ["POST", "areas", { name: "RECEPTION" }, 409, "taken"],
    ["PATCH", "areas/999", { name: "x" }, 404, "Area not found"],
  ] as const)("%s %s %j is refused with %i", async (method, path, body, status, words) => {
    const before = structuredClone(onesResources(world));
    const answer = await call(method, path, body);

    expect(answer.status).toBe(status);
    expect(answer.body["message"]).toContain(words);
    expect(onesResources(world)).toEqual(before);
  });
});

describe("areas", () => {
  it("are listed, created, read and renamed; the administrator's own is there before", async () => {
    expect((await call("GET", "areas")).body).toEqual({
      items: [{ id: 1, externalId: null, name: "Reception" }],
      total: 1,
    });
    const { body } = await call("POST", "areas", { name: "Rooms Seattle 1", externalId: "list" });
    await call("PATCH", `areas/${String(body["id"])}`, { name: "Seattle" });
    expect((await call("GET", `areas/${String(body["id"])}`)).body).toEqual({ ...body, name: "Seattle" });
    expect((await call("PATCH", `areas/${String(body["id"])}`, { name: "seattle" })).status).toBe(200);
  });
});

it("needs the key", async () => {
  const { statusCode } = await ones.inject({ method: "GET", url: "/API/external/resource/v1/resources" });
  expect(statusCode).toBe(401);
});

it.each([0, 2])("a world of %i rooms has a server too", (rooms) => {
  expect(onesResources(createWorld({ users: 5, rooms })).resources.length).toBeGreaterThan(0);
});
