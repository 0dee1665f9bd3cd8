/** What is wrong in settings that only a sync reads is told with the file and the line of it, as everywhere. */
import { afterEach, expect, it } from "@jest/globals";
import { settingsLines } from "../../contract/settings-lines.ts";
import { workFor } from "../../contract/this-stack.ts";
import { parseAccessSettings } from "../../sync/kinds/access/settings.ts";
import { parsePlansSettings } from "../../sync/kinds/plans/settings.ts";
import { checkRoomProperties, parseRoomsSettings } from "../../sync/kinds/rooms/settings.ts";
import { checkClearOnEmpty, checkMappedProperties, parseUsersSettings } from "../../sync/kinds/users/settings.ts";
import { parseRoutes } from "../../sync/connectors/ones/routes.ts";
import { strategiesOf } from "../../sync/schedule/strategies.ts";

const FILE = `config:
  tenantwire:sync:
    users:
      filter: city eq
      fullEveryDays: never
      clearOnEmpty:
        Stray: keep
    rooms:
      retireAfter:
        hours: -1
    plans:
      fullEveryDays: never
    access:
      fullEveryDays: never
    strategies:
      rooms:
        schedule: none
  tenantwire:ones:
    routes:
      authentication: none
    rooms:
      fields:
        name: nickname
    users:
      fields:
        name: nickname
`;

afterEach(() => workFor({}));

const users = (settings: object) => parseUsersSettings({ users: settings }, "oneplan");

it.each<[string, number, () => unknown]>([
  ["tenantwire:sync.users.fullEveryDays", 5, () => users({ fullEveryDays: "never" })],
  ["tenantwire:sync.users.filter", 4, () => users({ filter: "city eq" })],
  [
    "tenantwire:sync.users.clearOnEmpty.Stray",
    7,
    () => checkClearOnEmpty(users({ clearOnEmpty: { Stray: "keep" } }), ["name"]),
  ],
  ["tenantwire:ones.users.fields.name", 26, () => checkMappedProperties({ name: "nickname" }, ["ones", "users"])],
  ["tenantwire:sync.rooms.retireAfter.hours", 10, () => parseRoomsSettings({ rooms: { retireAfter: { hours: -1 } } })],
  ["tenantwire:ones.rooms.fields.name", 23, () => checkRoomProperties({ name: "shoeSize" }, ["ones", "rooms"])],
  ["tenantwire:sync.plans.fullEveryDays", 12, () => parsePlansSettings({ plans: { fullEveryDays: "never" } })],
  ["tenantwire:sync.access.fullEveryDays", 14, () => parseAccessSettings({ access: { fullEveryDays: "never" } })],
  ["tenantwire:ones.routes.authentication", 20, () => parseRoutes({ authentication: "none" })],
  ["tenantwire:sync.strategies.rooms", 16, () => strategiesOf({ strategies: { rooms: { schedule: "none" } } }, [])],
])("%s: line %i", (place, line, parse) => {
  const said = () => {
    try {
      return String(parse());
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  expect(said()).toContain(`${place}: `);
  expect(said()).not.toContain(".yaml");

  workFor({ stack: "contoso", settings: () => ({ file: "stacks/Pulumi.contoso.yaml", lineOf: settingsLines(FILE) }) });
  expect(said()).toContain(`${place}: `);
  expect(said()).toContain(`(stacks/Pulumi.contoso.yaml:${line})`);
});
