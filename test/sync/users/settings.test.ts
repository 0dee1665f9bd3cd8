import { describe, expect, it } from "@jest/globals";
import { checkMappedProperties, parseUsersSettings } from "../../../sync/users/settings.ts";

describe("parseUsersSettings", () => {
  it.each([[undefined], [{}], [{ users: {} }]])("has defaults for %j", (sync) => {
    expect(parseUsersSettings(sync)).toMatchObject({
      disabledAccountsAreInactive: true,
      fullEveryDays: 7,
      limits: { disable: { percent: 10 } },
    });
  });

  it("takes what is written", () => {
    const users = { disabledAccountsAreInactive: false, fullEveryDays: 1, limits: { disable: { count: 3 } } };
    expect(parseUsersSettings({ users })).toMatchObject({
      disabledAccountsAreInactive: false,
      fullEveryDays: 1,
      limits: { disable: { count: 3, percent: 10 } },
    });
  });

  it.each<[unknown, string]>([
    [{ user: {} }, 'Settings: sync.user is not a setting; did you mean "users"?'],
    [
      { users: { fullEveryDay: 1 } },
      'Settings: sync.users.fullEveryDay is not a setting; did you mean "fullEveryDays"?',
    ],
    [
      { users: { limits: { disabled: {} } } },
      'Settings: sync.users.limits.disabled is not a setting; did you mean "disable"?',
    ],
    [
      { users: { limits: { disable: { percents: 5 } } } },
      'Settings: sync.users.limits.disable.percents is not a setting; did you mean "percent"?',
    ],
    [{ users: { zzz: 1 } }, "Settings: sync.users.zzz is not a setting."],
    [
      { users: { fullEveryDays: "7" } },
      "Settings: sync.users.fullEveryDays: Invalid input: expected number, received string.",
    ],
    [{ users: { fullEveryDays: 0 } }, "Settings: sync.users.fullEveryDays: Too small: expected number to be >0."],
    ["users", "Settings: sync: Invalid input: expected object, received string."],
  ])("refuses %j", (sync, message) => {
    expect(() => parseUsersSettings(sync)).toThrow(message);
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
      `Settings: the field Department is mapped from "${property}", which is no property of an Entra user that can be mapped${end}`,
    );
  });
});
