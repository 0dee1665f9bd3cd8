/** Resources of ONES as a target of rooms: what every target does, and areas that stand for room lists. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { ONES_HOST, onesKey, onesResources } from "../../../sandbox/hosts/ones/index.ts";
import type { OnesResources } from "../../../sandbox/hosts/ones/resources.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import type { AreaOfList } from "../../../sync/connectors/ones/areas.ts";
import { createOnesRoomsTarget } from "../../../sync/connectors/ones/resources.ts";
import { parseRoutes } from "../../../sync/connectors/ones/routes.ts";
import type { Target } from "../../../sync/model/types.ts";
import { inOneTenant } from "../../sandbox/in-one-tenant.ts";
import { throughProxy } from "./hosts.ts";
import { describeTarget } from "./target-suite.ts";

const FIELDS = ["name", "email", "capacity", "floor", "equipment", "areas"];
const signal = AbortSignal.timeout(60_000);

describeTarget("ONES' resources", async () => {
  const sandbox = await startSandbox({ users: 5, provider: false });
  const leave = throughProxy(sandbox);
  return {
    open: () => targetOf(sandbox, [], ["name", "email", "floor"]),
    required: ({ name, mail }) => ({ name, email: mail }),
    text: "floor",
    refused: "flor",
    async close() {
      await leave();
      await sandbox.stop();
    },
  };
});

function targetOf(
  sandbox: Sandbox,
  lists: readonly AreaOfList[],
  fields: readonly string[] = FIELDS,
  written?: object,
) {
  return createOnesRoomsTarget({
    baseUrl: `https://${ONES_HOST}`,
    keyName: "tenantwire",
    key: async () => onesKey(sandbox.world),
    fields,
    routes: parseRoutes(written),
    lists: () => lists,
  });
}

describe("areas", () => {
  let sandbox: Sandbox;
  let ones: OnesResources;
  let target: Target;
  let made = 0;
  const berlin = { id: "b1", address: "berlin@contoso.com", name: "Rooms Berlin" };
  const paris = { id: "p1", address: "paris@contoso.com", name: "Rooms Paris" };

  inOneTenant({ users: 5 }, (started) => {
    sandbox = started;
    ones = onesResources(sandbox.world);
  });
  beforeEach(() => {
    ones.areas.splice(1);
    target = targetOf(sandbox, [berlin, paris]);
  });

  const area = (name: string) => ones.areas.find((each) => each.name === name);
  const resource = (id: string) => ones.resources.find((each) => String(each.id) === id);
  const requests = () => sandbox.requests.entries().filter(({ host }) => host === ONES_HOST);
  async function create(areas: string | null, equipment: string | null = null): Promise<string> {
    const number = (made += 1);
    const fields = { name: `Room ${number}`, email: `r${number}@contoso.com`, capacity: 4, areas, equipment };
    const { id = "" } = await target.create({ sourceId: `room-${number}`, label: "", fields }, signal);
    return id;
  }

  it("are made for the lists that rooms are in, once, and never before", async () => {
    expect(area("Rooms Berlin")).toBeUndefined();

    const ids = await Promise.all([create("Rooms Berlin"), create("Rooms Berlin; Rooms Paris"), create(null)]);

    const [b, p] = [area("Rooms Berlin")?.id, area("Rooms Paris")?.id];
    expect(ids.map((id) => resource(id)?.areas)).toEqual([[b], [b, p], []]);
    expect(ones.areas).toHaveLength(3);
    expect((await target.get(ids[1], signal))?.fields?.["areas"]).toBe("Rooms Berlin; Rooms Paris");
  });

  it("of other people are left alone, and stay with their resources", async () => {
    const [desk] = ones.resources;
    const id = String(desk?.id);

    await target.update(id, { areas: "Rooms Berlin" }, signal);
    expect(resource(id)?.areas).toEqual([1, area("Rooms Berlin")?.id]);
    expect((await target.get(id, signal))?.fields?.["areas"]).toBe("Rooms Berlin");

    await target.update(id, { areas: null }, signal);
    expect(resource(id)?.areas).toEqual([1]);
    expect(area("Reception")).toEqual({ id: 1, externalId: null, name: "Reception" });
  });

  it("are renamed with their list", async () => {
    const id = await create("Rooms Berlin");
    target = targetOf(sandbox, [{ ...berlin, name: "Rooms Mitte" }, paris]);
    expect((await target.get(id, signal))?.fields?.["areas"]).toBe("Rooms Berlin");

    await target.update(id, { areas: "Rooms Mitte" }, signal);

    expect(ones.areas.map(({ name }) => name)).toEqual(["Reception", "Rooms Mitte"]);
    expect((await target.get(id, signal))?.fields?.["areas"]).toBe("Rooms Mitte");
  });

  it("are called by the list's address too where a person's area has its name", async () => {
    target = targetOf(sandbox, [{ ...berlin, name: "Reception" }]);

    const id = await create("Reception");

    expect(ones.areas.map(({ name }) => name)).toEqual(["Reception", "Reception (berlin@contoso.com)"]);
    expect((await target.get(id, signal))?.fields?.["areas"]).toBe("Reception");
    expect((await targetOf(sandbox, [{ ...berlin, name: "Reception" }]).get(id, signal))?.fields?.["areas"]).toBe(
      "Reception",
    );
  });

  it("stay with a list that cannot be read any more", async () => {
    const id = await create("Rooms Berlin");
    target = targetOf(sandbox, []);

    await target.update(id, { areas: "Rooms Berlin", capacity: 7 }, signal);

    expect(resource(id)).toMatchObject({ capacity: 7, areas: [area("Rooms Berlin")?.id] });
    await expect(target.update(id, { areas: "Unheard of" }, signal)).rejects.toThrow(
      "No room list is called Unheard of",
    );
  });

  it("are not asked for where they are not mapped", async () => {
    sandbox.requests.mark();
    target = targetOf(sandbox, [berlin], ["name", "capacity"]);
    await target.check(["name", "capacity"], signal);
    await target.update("2", { capacity: 9 }, signal);

    expect(requests().filter(({ path }) => path.includes("areas"))).toEqual([]);
    expect(resource("2")?.areas).toEqual([1]);
  });

  it("equipment is a list there and one text here, in any order", async () => {
    const id = await create(null, "Projector; Video bar");
    expect(resource(id)?.equipment).toEqual(["Projector", "Video bar"]);
    resource(id)?.equipment.reverse();
    expect((await target.get(id, signal))?.fields?.["equipment"]).toBe("Projector; Video bar");
  });
});

it.each<[object, string]>([
  [{ rooms: { lst: {} } }, 'tenantwire:ones.routes.rooms.lst: not a setting; did you mean "list"?'],
  [
    { rooms: { areas: { update: { path: "areas" } } } },
    'tenantwire:ones.routes.rooms.areas.update.path: expected a path, below API/external/, with {id} in it, found "areas"',
  ],
])("refuses the routes %j", (routes, message) => {
  expect(() => parseRoutes(routes)).toThrow(expect.objectContaining({ name: "SettingsError", message }));
});

it("says which routes are missing before anything is written", async () => {
  const sandbox = await startSandbox({ users: 5, provider: false });
  const leave = throughProxy(sandbox);
  try {
    const elsewhere = { rooms: { list: { path: "rooms" } } };
    await expect(targetOf(sandbox, [], FIELDS, elsewhere).check(FIELDS, signal)).rejects.toThrow(
      "has no API/external/rooms. The vendor does not publish its routes for resources: write those of the server's API document under tenantwire:ones.routes.rooms",
    );
    const noAreas = { rooms: { areas: { list: { path: "zones" } } } };
    await expect(targetOf(sandbox, [], FIELDS, noAreas).check(FIELDS, signal)).rejects.toThrow(
      "has no API/external/zones",
    );
  } finally {
    await leave();
    await sandbox.stop();
  }
});
