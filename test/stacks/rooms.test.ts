/** Rooms in a stack's settings: which faults they can have, and what follows from them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parse as parseYaml } from "yaml";
import { declaredRegistrations } from "../../stacks/registrations.ts";
import { defaultFileRoomFields, defaultOnesRoomFields } from "../../contract/room-properties.ts";
import { SettingsError } from "../../contract/errors.ts";
import { parseRoutes } from "../../sync/connectors/ones/routes.ts";
import { parseRoomsSettings } from "../../sync/kinds/rooms/settings.ts";
import { parseWritten } from "./agreement.ts";
import { changed, everything, type Written } from "./written.ts";

function withRooms(): Written {
  return {
    ...everything(),
    ones: { baseUrl: "https://ones.contoso.com/", key: { secret: "onesKey" }, rooms: {} },
    files: { rooms: { path: "rooms.jsonl", format: "jsonl", scope: "specified", tags: ["quiet"] } },
  };
}

function parse(written: Written) {
  return parseWritten(written, { oneplanKey: "x", onesKey: "y" });
}

function linesOf(written: Written): string[] {
  try {
    parse(written);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/ \(stacks\/Pulumi\.contoso\.yaml\)$/, ""));
  }
  throw new Error("These settings were accepted.");
}

it("have defaults, and files need no users", () => {
  const { ones, files } = parse(withRooms());
  expect(ones?.rooms).toEqual({ scope: "all", workspaces: false, fields: defaultOnesRoomFields });
  expect(files).toEqual({
    rooms: {
      path: "rooms.jsonl",
      format: "jsonl",
      scope: "specified",
      tags: ["quiet"],
      workspaces: false,
      fields: defaultFileRoomFields,
    },
  });
});

it.each<[readonly (string | number)[], unknown, string[]]>([
  [
    ["ones", "rooms", "scope"],
    "some",
    ['tenantwire:ones.rooms.scope: "some" is not known here; expected one of all, specified'],
  ],
  [
    ["ones", "rooms", "scope"],
    "specified",
    [
      "tenantwire:ones.rooms.addresses: missing; scope: specified needs at least one of addresses, lists, buildings, tags",
    ],
  ],
  [["ones", "rooms", "tags"], ["quiet"], ["tenantwire:ones.rooms.tags: only with scope: specified; leave it out"]],
  [
    ["files", "rooms", "tags"],
    [],
    ["tenantwire:files.rooms.tags: expected a list of at least one: a tag of rooms, found an empty list"],
  ],
  [
    ["files", "rooms", "addresses"],
    ["a@contoso.com", "A@contoso.com"],
    ["tenantwire:files.rooms.addresses[1]: the same as [0]"],
  ],
  [
    ["files", "rooms", "fields"],
    { name: "displayNam" },
    ['tenantwire:files.rooms.fields.name: "displayNam" is not known here; did you mean "displayName"?'],
  ],
  [["files", "rooms", "path"], undefined, ["tenantwire:files.rooms.path: missing; expected the file's path"]],
  [["files"], {}, ["tenantwire:files.users: missing; say what is written to a file: users, rooms"]],
])("%j = %j", (path, value, lines) => {
  expect(linesOf(changed(withRooms(), path, value))).toEqual(lines);
});

it("of ONES need its server and key", () => {
  expect(linesOf({ ...everything(), ones: { rooms: {} } })).toEqual(
    expect.arrayContaining([
      "tenantwire:ones.baseUrl: missing; expected the root of the ONES server, such as https://ones.contoso.com",
      "tenantwire:ones.key: missing; expected settings: name, secret, expires",
    ]),
  );
});

describe("the permissions of the sync identity", () => {
  const cloud = (name: string) => changed(withRooms(), ["tenant", "cloud"], name);
  const without = (written: Written) => changed(changed(written, ["ones", "rooms"], undefined), ["files"], undefined);
  it.each([
    ["rooms", withRooms(), ["Place.Read.All"]],
    ["rooms where a cloud may have no places", cloud("21Vianet"), ["Place.Read.All", "User.ReadBasic.All"]],
    ["no rooms", without(withRooms()), []],
  ])("with %s", (_, written, expected) => {
    const sync = declaredRegistrations(parse(written)).find(({ name }) => name === "sync");
    const users = ["GroupMember.Read.All", "User.Read.All"];
    expect(sync?.permissions.application).toEqual([...expected, ...users].sort());
  });
});

describe("docs/sync-rooms.md", () => {
  const text = readFileSync(new URL("../../docs/sync-rooms.md", import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block ?? "");

  it.each<[number, string]>(blocks.map((block, index) => [index, block]))(
    "shows settings that can be written: %d",
    (_, block) => {
      const shown = Object.entries(parseYaml(block) as Written).map(([key, value]) => [
        key.replace("tenantwire:", ""),
        value,
      ]);
      const written = { ...everything(), ones: undefined, ...(Object.fromEntries(shown) as Written) };
      if (written.ones === undefined) delete (written as Written)["ones"];
      const secrets = { oneplanKey: "x", ...(written.ones !== undefined && { onesKey: "y" }) };

      const settings = parseWritten(written, secrets);

      expect(() => parseRoutes(settings.ones?.routes)).not.toThrow();
      expect(() => parseRoomsSettings(settings.sync)).not.toThrow();
    },
  );
});
