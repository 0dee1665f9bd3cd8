import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { userProperties } from "../../../../contract/user-properties.ts";
import { fieldValue } from "../../../../sync/connectors/values.ts";
import type { FieldValue, Item } from "../../../../sync/model/types.ts";
import { createMapping, type GraphUser } from "../../../../sync/kinds/users/mapping.ts";
import { permissionsFor, selectFor } from "../../../../sync/kinds/users/reads.ts";

const defaults = { name: "displayName", mail: "mail" };
const ada: GraphUser = { id: "1", displayName: "Ada Lovelace", mail: "Ada@Contoso.com", accountEnabled: true };

function mapped(user: GraphUser, fields: Record<string, string> = defaults, disabledAccountsAreInactive = true): Item {
  return createMapping({ fields, groups: [], disabledAccountsAreInactive }).inScope(user);
}

describe("a user in scope", () => {
  it("is wanted with the mapped fields", () => {
    expect(mapped(ada)).toEqual({
      id: "1",
      label: "Ada Lovelace",
      life: "active",
      fields: { name: "Ada Lovelace", mail: "Ada@Contoso.com" },
      keys: { office365Id: "1", externalId: "1", mail: "ada@contoso.com" },
    });
  });

  it.each<[string, Partial<GraphUser>, boolean, Partial<Item>]>([
    ["disabled account", { accountEnabled: false }, true, { life: "inactive", why: "account disabled in Entra" }],
    ["disabled account, and that is no reason", { accountEnabled: false }, false, { life: "active" }],
    ["unknown whether enabled", { accountEnabled: undefined }, true, { life: "active" }],
  ])("%s", (_, change, disabledAccountsAreInactive, expected) => {
    expect(mapped({ ...ada, ...change }, defaults, disabledAccountsAreInactive)).toMatchObject(expected);
  });

  it.each<[string, Partial<GraphUser>, Record<string, string>, string | undefined]>([
    ["no mail", { mail: null }, defaults, "has no mail address (mail) in Entra"],
    ["blank mail", { mail: "  " }, defaults, "has no mail address (mail) in Entra"],
    ["no name", { givenName: "" }, { name: "givenName", mail: "mail" }, "has no name (givenName) in Entra"],
    [
      "mail from another property",
      { mail: null, userPrincipalName: "ada@contoso.com" },
      { name: "displayName", mail: "userPrincipalName" },
      undefined,
    ],
    ["an optional field is empty", { jobTitle: null }, { ...defaults, Title: "jobTitle" }, undefined],
  ])("%s", (_, change, fields, skip) => {
    expect(mapped({ ...ada, ...change }, fields).skip).toBe(skip);
  });

  it("reads extension attributes where they are", () => {
    const user = {
      ...ada,
      onPremisesExtensionAttributes: { extensionAttribute7: "Zurich", extensionAttribute1: null },
    };
    const fields = { ...defaults, Site: "extensionAttribute7", Code: "extensionAttribute1" };

    expect(mapped(user, fields).fields).toMatchObject({ Site: "Zurich", Code: null });
    expect(mapped({ ...ada, onPremisesExtensionAttributes: null }, fields).fields).toMatchObject({
      Site: null,
      Code: null,
    });
  });

  it("keeps fields that are not to be emptied", () => {
    const fields = { ...defaults, Title: "jobTitle", Site: "city" };
    const mapping = createMapping({
      fields,
      groups: [],
      disabledAccountsAreInactive: true,
      keep: new Set(["Title", "mail"]),
    });

    const { fields: kept, skip } = mapping.inScope({ ...ada, mail: " ", jobTitle: null, city: null });
    expect(kept).toEqual({ name: "Ada Lovelace", Site: null });
    // What the target requires is required all the same.
    expect(skip).toBe("has no mail address (mail) in Entra");
    expect(mapping.inScope({ ...ada, jobTitle: "Countess" }).fields).toMatchObject({ Title: "Countess" });
  });

  it.each<[unknown, FieldValue]>([
    ["0007", "0007"],
    [" 0007 ", "0007"],
    [7, "7"],
    [["0007"], null],
    [undefined, null],
  ])("has %j of a directory extension as %j", (value, expected) => {
    const extension = "extension_0123456789abcdef0123456789abcdef_pager";
    expect(mapped({ ...ada, [extension]: value }, { ...defaults, Card: extension }).fields?.["Card"]).toBe(expected);
  });

  it("is matched by the address that the target gets", () => {
    const user = { ...ada, userPrincipalName: "AL@contoso.com" };
    expect(mapped(user, { name: "displayName", mail: "userPrincipalName" }).keys["mail"]).toBe("al@contoso.com");
  });
});

describe("somebody who is not wanted", () => {
  const mapping = (groups: string[]) => createMapping({ fields: defaults, groups, disabledAccountsAreInactive: true });

  it.each([
    [["Staff"], 'not a member of "Staff"'],
    [["Staff", "Guests"], 'not a member of "Staff" or "Guests"'],
    [["A and B", "C", "D"], 'not a member of "A and B", "C" or "D"'],
  ])("is out of scope of %j", (groups, reason) => {
    expect(mapping(groups).outOfScope(ada)).toEqual({
      id: "1",
      label: "Ada Lovelace",
      life: "inactive",
      why: reason,
      keys: { office365Id: "1", externalId: "1" },
    });
  });

  it("is out of scope for the reason that is given", () => {
    expect(mapping(["Staff"]).outOfScope(ada, "a guest")).toMatchObject({ life: "inactive", why: "a guest" });
  });

  it("may be known by the id alone", () => {
    expect(mapping([]).deleted("1")).toEqual({
      id: "1",
      label: "1",
      life: "gone",
      why: "deleted in Entra",
      keys: { office365Id: "1", externalId: "1" },
    });
  });
});

describe("values", () => {
  it.each<[unknown, FieldValue]>([
    ["  Zurich ", "Zurich"],
    ["", null],
    [" \t", null],
    [null, null],
    [undefined, null],
    [true, true],
    [false, false],
    [7, 7],
    [Number.NaN, null],
    [["a"], null],
    ["2024-02-29T08:00:00Z", "2024-02-29T08:00:00Z"],
    ["2024-02-29T08:00:00.123Z", "2024-02-29T08:00:00Z"],
    ["2024-02-29T08:00:00", "2024-02-29T08:00:00Z"],
    ["2024-02-29T10:00:00+02:00", "2024-02-29T08:00:00Z"],
    ["2024-99-29T08:00:00Z", "2024-99-29T08:00:00Z"],
    ["2024-02-29", "2024-02-29"],
  ])("%j is %j", (given, value) => {
    expect(fieldValue(given)).toBe(value);
  });

  it("stay as they are when they are normalised again", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        (given) => {
          const once = fieldValue(given);
          expect(fieldValue(once)).toBe(once);
        },
      ),
    );
  });
});

describe("what is read", () => {
  it("is what reports need, and what is mapped", () => {
    const base = "accountEnabled,displayName,id,mail,userPrincipalName";
    expect(selectFor(["displayName", "mail"]).join()).toBe(base);
    expect(selectFor(["extensionAttribute3", "extensionAttribute4"])).toContain("onPremisesExtensionAttributes");
    expect(new Set(selectFor(["jobTitle", "jobTitle"])).size).toBe(selectFor(["jobTitle", "jobTitle"]).length);
  });

  it("needs the permissions of the mapped properties, for each one of them", () => {
    for (const [name, { permission }] of userProperties) {
      expect(permissionsFor([name])).toEqual(permission ? ["User.Read.All", permission] : ["User.Read.All"]);
    }
  });
});
