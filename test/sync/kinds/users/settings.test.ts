import { describe, expect, it } from "@jest/globals";
import { SettingsError } from "../../../../contract/errors.ts";
import { checkMappedProperties, parseUsersSettings } from "../../../../sync/kinds/users/settings.ts";

describe("parseUsersSettings", () => {
  it.each([[undefined], [{}], [{ users: {} }]])("has defaults for %j", (sync) => {
    expect(parseUsersSettings(sync, "oneplan")).toMatchObject({
      disabledAccountsAreInactive: true,
      fullEveryDays: 7,
      limits: { disable: { percent: 10 } },
      guests: true,
      exclude: [],
      protected: [],
      clearOnEmpty: {},
    });
    expect(parseUsersSettings(sync, "oneplan")).not.toHaveProperty("filter");
  });

  it("reads the filter", () => {
    expect(parseUsersSettings({ users: { filter: "city eq 'Zurich'" } }, "oneplan").filter).toEqual({
      op: "eq",
      property: "city",
      value: "Zurich",
    });
  });

  it("takes what is written", () => {
    const users = { disabledAccountsAreInactive: false, fullEveryDays: 1, limits: { disable: { count: 3 } } };
    expect(parseUsersSettings({ users }, "oneplan")).toMatchObject({
      disabledAccountsAreInactive: false,
      fullEveryDays: 1,
      limits: { disable: { count: 3, percent: 10 } },
    });
  });

  it.each<[unknown, string]>([
    [{ user: {} }, 'tenantwire:sync.user: not a setting; did you mean "users"?'],
    [
      { users: { fullEveryDay: 1 } },
      'tenantwire:sync.users.fullEveryDay: not a setting; did you mean "fullEveryDays"?',
    ],
    [
      { users: { limits: { disabled: {} } } },
      'tenantwire:sync.users.limits.disabled: not a setting; did you mean "disable"?',
    ],
    [
      { users: { limits: { disable: { percents: 5 } } } },
      'tenantwire:sync.users.limits.disable.percents: not a setting; did you mean "percent"?',
    ],
    [
      { users: { zzz: 1 } },
      "tenantwire:sync.users.zzz: not a setting; the settings here are disabledAccountsAreInactive, fullEveryDays, limits, filter, guests, exclude, protected, clearOnEmpty, targets",
    ],
    [
      { users: { filter: "" } },
      "tenantwire:sync.users.filter: at character 1: it ends where a property of an Entra user, a function or not was expected",
    ],
    [
      { users: { filter: ["city"] } },
      "tenantwire:sync.users.filter: expected a filter expression, such as department eq 'Sales', found a list of 1",
    ],
    [{ users: { guests: "no" } }, 'tenantwire:sync.users.guests: expected true or false, found "no"'],
    [{ users: { exclude: "ada" } }, 'tenantwire:sync.users.exclude: expected a list of people, found "ada"'],
    [
      { users: { protected: ["ada", " "] } },
      'tenantwire:sync.users.protected[1]: expected an object id, a user principal name or a mail address, found " "',
    ],
    [
      { users: { protected: Array<string>(201).fill("ada") } },
      "tenantwire:sync.users.protected: expected a list of at most 200 accounts, found a list of 201",
    ],
    [
      { users: { clearOnEmpty: { Title: "kep" } } },
      'tenantwire:sync.users.clearOnEmpty.Title: "kep" is not known here; did you mean "keep"?',
    ],
    [
      { users: { limits: { disable: { percent: 200 } } } },
      "tenantwire:sync.users.limits.disable.percent: expected a number from 0 to 100, found 200",
    ],
    [{ users: { fullEveryDays: "7" } }, 'tenantwire:sync.users.fullEveryDays: expected a number of days, found "7"'],
    [{ users: { targets: { onse: {} } } }, 'tenantwire:sync.users.targets.onse: not a setting; did you mean "ones"?'],
    [
      { users: { targets: { ones: { fullEveryDays: "7" } } } },
      'tenantwire:sync.users.targets.ones.fullEveryDays: expected a number of days, found "7"',
    ],
    [
      { users: { targets: { oneplan: { limits: { disabled: {} } } } } },
      'tenantwire:sync.users.targets.oneplan.limits.disabled: not a setting; did you mean "disable"?',
    ],
    [
      { users: { targets: { oneplan: { filter: "citty eq 'Bern'" } } } },
      'tenantwire:sync.users.targets.oneplan.filter: at character 1: "citty" is not known; did you mean "city"?',
    ],
    ["users", 'tenantwire:sync: expected settings: users, rooms, plans, access, timeZone, strategies, found "users"'],
    [
      { users: { fullEveryDays: "7", disabledAccountsAreInactive: 1 } },
      'tenantwire:sync.users.disabledAccountsAreInactive: expected true or false, found 1\ntenantwire:sync.users.fullEveryDays: expected a number of days, found "7"',
    ],
  ])("refuses %j", (sync, message) => {
    expect(() => parseUsersSettings(sync, "oneplan")).toThrow(new SettingsError(message.split("\n")));
  });
});

describe("settings of one target", () => {
  const sync = {
    users: {
      guests: false,
      limits: { disable: { count: 3 } },
      protected: ["ada"],
      targets: { ones: { limits: { failures: { count: 5 } }, protected: [] }, file: {} },
    },
  };

  it.each(["oneplan", "file"] as const)("leave %s as it is", (target) => {
    const settings = parseUsersSettings(sync, target);
    expect(settings).toMatchObject({ guests: false, limits: { disable: { count: 3 } }, protected: ["ada"] });
    expect(settings.pathOf("limits")).toEqual(["sync", "users", "limits"]);
  });

  it("take the place of those for all, one by one and whole", () => {
    const settings = parseUsersSettings(sync, "ones");
    expect(settings).toMatchObject({
      guests: false,
      limits: { disable: { count: 500 }, failures: { count: 5 } },
      protected: [],
    });
    expect(settings.pathOf("limits")).toEqual(["sync", "users", "targets", "ones", "limits"]);
    expect(settings.pathOf("guests")).toEqual(["sync", "users", "guests"]);
  });
});

describe("checkMappedProperties", () => {
  it("takes every property of the table", () => {
    expect(() => checkMappedProperties({ name: "displayName", Site: "extensionAttribute15" })).not.toThrow();
  });

  it.each([
    ["departement", '; did you mean "department"?'],
    ["shoeSize", "."],
  ])("refuses %s", (property, end) => {
    expect(() => checkMappedProperties({ Department: property })).toThrow(
      `tenantwire:oneplan.users.fields.Department: "${property}" is no property of an Entra user that can be mapped${end}`,
    );
  });
});
