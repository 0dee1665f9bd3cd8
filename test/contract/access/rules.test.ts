/** Every combination of a group and somebody who signs in, against a table that is written another way. */
import { describe, expect, it } from "@jest/globals";
import {
  type AccessGroup,
  actions,
  decideAccess,
  lastAdministrator,
  may,
  mayAddEntraUsers,
  type OnePlanStanding,
  type Role,
  roles,
  type Visitor,
} from "../../../contract/access/rules.ts";

const HOME = "home";
const standings: readonly OnePlanStanding[] = ["owner", "active", "noPermission", "inactive", "absent"];
const yesNo = [false, true];

const groups: readonly AccessGroup[] = [HOME, undefined].flatMap((tenant) =>
  (["strict", "multiple"] as const).flatMap((authentication) =>
    ([[], ["office365"], ["forms"], ["office365", "forms"]] as const).flatMap((allowed) =>
      yesNo.flatMap((adminConsent) =>
        yesNo.flatMap((linked) =>
          yesNo.map((awaitsFirst) => ({
            ...{ authentication, allowed, adminConsent, linked },
            ...(tenant && { tenant }),
            ...(awaitsFirst && { awaitsFirst }),
          })),
        ),
      ),
    ),
  ),
);

const visitors: readonly Visitor[] = (["office365", "forms"] as const).flatMap((signedInBy) =>
  [HOME, "other", undefined].flatMap((tenant) =>
    [undefined, ...roles].flatMap((given) =>
      [undefined, ...standings].flatMap((oneplan) =>
        yesNo.flatMap((removed) =>
          yesNo.map((external) => ({
            signedInBy,
            ...(tenant && { tenant }),
            ...(external && { external }),
            ...(given && { given }),
            ...(oneplan && { oneplan }),
            ...(removed && { removed }),
          })),
        ),
      ),
    ),
  ),
);

/** `-`: no access; `?`: none, and may ask for it; else a role. The first line that fits decides. */
const table: readonly (readonly [when: (group: AccessGroup, visitor: Visitor) => boolean, then: string])[] = [
  // Not linked, strict: one's own tenant, with consent, and what an administrator gave.
  [(g, v) => strict(g) && !own(g, v), "-"],
  [(g) => strict(g) && !g.adminConsent, "-"],
  [(g, v) => strict(g) && v.given === undefined && first(g, v), "Administrator"],
  [(g, v) => strict(g) && v.given === undefined, "?"],
  [(g) => strict(g), "given"],
  // A form is for people of the linked group, where forms are allowed.
  [(g, v) => v.signedInBy === "forms" && !(g.linked && g.allowed.includes("forms")), "-"],
  [(_, v) => v.signedInBy === "forms" && (v.oneplan ?? "absent") === "absent", "-"],
  // Another tenant's people, where those of Office 365 are allowed.
  [(g, v) => v.signedInBy === "office365" && !own(g, v) && !g.allowed.includes("office365"), "-"],
  // Linked: OnePlan decides.
  [(g, v) => g.linked && v.oneplan === "owner", "Administrator"],
  [(g, v) => g.linked && v.oneplan === "active" && v.removed === true, "-"],
  [(g, v) => g.linked && v.oneplan === "active" && v.given === "Editor", "Editor"],
  [(g, v) => g.linked && v.oneplan === "active", "Reader"],
  [(g) => g.linked, "-"],
  // Not linked: what an administrator gave; the first person of a group that waits for one; who is of the home tenant may ask.
  [(_, v) => v.given !== undefined, "given"],
  [(g, v) => first(g, v), "Administrator"],
  [(g, v) => own(g, v), "?"],
  [() => true, "-"],
];

const strict = (group: AccessGroup) => !group.linked && group.authentication === "strict";
const own = ({ tenant: home }: AccessGroup, { signedInBy, tenant }: Visitor) =>
  signedInBy === "office365" && home !== undefined && tenant === home;

/** A member of the home tenant, and no guest, where the settings let the first one become the administrator. */
const first = (group: AccessGroup, visitor: Visitor) =>
  group.awaitsFirst === true && own(group, visitor) && visitor.external !== true;

describe("access", () => {
  it("is what the table says, in every combination", () => {
    const wrong: string[] = [];
    for (const group of groups) {
      for (const visitor of visitors) {
        const said = table.find(([when]) => when(group, visitor))?.[1] ?? "";
        const expected = said === "given" ? visitor.given : said;
        const decision = decideAccess(group, visitor);
        const found = decision.role ?? (decision.mayRequest ? "?" : "-");
        if (found !== expected || decision.why === "") {
          wrong.push(`${JSON.stringify([group, visitor])}: ${found} and not ${String(expected)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(groups.length * visitors.length).toBe(128 * 576);
  });

  it("to a linked group never depends on more than OnePlan's word, but for a reader who was made an Editor", () => {
    for (const group of groups.filter(({ linked }) => linked)) {
      for (const visitor of visitors) {
        const { role } = decideAccess(group, visitor);
        if (role === "Administrator") expect(visitor.oneplan).toBe("owner");
        if (role === "Editor") expect(visitor).toMatchObject({ oneplan: "active", given: "Editor" });
      }
    }
  });

  it("of somebody of another tenant to a strict group is none, whatever was given", () => {
    for (const group of groups.filter(strict)) {
      for (const visitor of visitors.filter(({ tenant }) => tenant !== HOME)) {
        expect(decideAccess(group, visitor).role).toBeUndefined();
      }
    }
  });
});

describe("adding people of Entra", () => {
  it.each<[string, Partial<AccessGroup>, RegExp | undefined]>([
    ["works with consent", { tenant: HOME, adminConsent: true }, undefined],
    ["waits for consent, and says so", { tenant: HOME, adminConsent: false }, /has not consented yet/],
    ["is not to be had where the group has no tenant, consent or not", { adminConsent: true }, /no Microsoft tenant/],
  ])("%s", (_, group, expected) => {
    const why = mayAddEntraUsers({
      authentication: "multiple",
      allowed: [],
      adminConsent: false,
      linked: false,
      ...group,
    });

    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(expected);
  });
});

it("the last administrator stays one", () => {
  expect(lastAdministrator(["ada"], "ada")).toMatch(/make somebody else an administrator first/);
  expect(lastAdministrator(["ada", "bob"], "ada")).toBeUndefined();
  expect(lastAdministrator(["bob"], "ada")).toBeUndefined();
});

describe("what a role may do", () => {
  const table: Readonly<Record<Role, number>> = { Administrator: 6, Editor: 4, Reader: 2 };

  it("is never more than what the next higher one may", () => {
    const names = Object.keys(actions) as (keyof typeof actions)[];
    for (const role of roles) expect(names.filter((action) => may(role, action))).toHaveLength(table[role]);
    for (const action of names) {
      const [administrator, editor, reader] = roles.map((role) => may(role, action));
      expect(administrator).toBe(true);
      if (reader) expect(editor).toBe(true);
    }
  });
});
