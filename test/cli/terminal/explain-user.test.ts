import { describe, expect, it } from "@jest/globals";
import type { UserExplanation } from "../../../sync/kinds/users/explain.ts";
import { renderExplanation } from "../../../cli/terminal/explain-user.ts";

const look = { color: false, now: new Date("2026-03-02T12:00:00.000Z"), targetName: "OnePlan" };
const at = "2026-03-02T08:00:00.000Z";
const fields = { name: "Ada", mail: "ada@contoso.com", jobTitle: null };
const keys = { office365Id: "u1", mail: "ada@contoso.com" };
const present = { id: "r1", label: "Ada", active: true, fields: { ...fields, jobTitle: "Clerk" }, keys };

const linked: UserExplanation = {
  version: 1,
  entra: { userPrincipalName: "ada@contoso.com", mail: "ada@contoso.com", accountEnabled: true },
  scope: {
    inScope: true,
    everybody: false,
    paths: [
      [
        { id: "g1", name: "OnePlan Users" },
        { id: "g2", name: "Projects" },
      ],
    ],
    units: [],
  },
  fields: [
    { field: "name", property: "displayName", value: "Ada", held: "Ada" },
    { field: "jobTitle", property: "jobTitle", value: null, held: "Clerk", write: null },
    { field: "city", property: "city", held: "Bern" },
  ],
  object: { id: "u1", label: "Ada", want: { active: true }, fields, keys },
  link: { sourceId: "u1", targetId: "r1", label: "Ada", origin: "created", active: true, agreed: present.fields },
  present,
  candidates: [],
  next: {
    mode: "delta",
    modeReason: "the last full run was 3 h ago",
    change: { kind: "update", sourceId: "u1", targetId: "r1", label: "Ada", reason: "changed in Entra: jobTitle" },
    notBefore: "2026-03-02T13:00:00.000Z",
  },
  full: { kind: "update", sourceId: "u1", targetId: "r1", label: "Ada", reason: "differs in jobTitle and name" },
  retry: { attempts: 2, since: at, next: "2026-03-02T13:00:00.000Z", reason: "OnePlan answered 422." },
  unsettled: true,
  limited: { hash: "00ff", at, objects: 3, allowedUntil: "2026-03-05T08:00:00.000Z" },
  history: [
    {
      sourceId: "u1",
      kind: "create",
      outcome: "done",
      reason: "is not in OnePlan yet",
      runId: "3f2a91c0-1",
      startedAt: at,
    },
  ],
};

/** Without what only somebody who was synced has. */
function unlinked(more: Partial<UserExplanation>): UserExplanation {
  const { link: _link, present: _present, full: _full, retry: _retry, limited: _limited, ...rest } = linked;
  return { ...rest, unsettled: false, history: [], ...more };
}

/** Which lines there are decides how wide the first column is. */
function unaligned(text: string): string {
  return text.replaceAll(/^( {2}\S+(?: run)?) +/gm, "$1 ");
}

describe("an explanation", () => {
  it("tells everything, aligned", () => {
    expect(renderExplanation(linked, look)).toBe(
      `Ada  u1

  Entra      account enabled, ada@contoso.com
  scope      in scope: member of "OnePlan Users" > "Projects"
  OnePlan    linked to "Ada" (r1), made by this sync, active
  next run   update: changed in Entra: jobTitle (delta run: the last full run was 3 h ago)
             not before 2026-03-02 13:00:00Z, unless it changes in Entra: it failed before
  full run   update: differs in jobTitle and name
  failing    2 times in a row, since 2026-03-02 08:00:00Z: OnePlan answered 422.
  unsettled  the outcome of the last write is not known: the next run looks before it writes
  limit      in a set that was over the limits at 2026-03-02 08:00:00Z: 00ff, allowed: until 2026-03-05 08:00:00Z

  fields
    field     from         value            in OnePlan  next run
    name      displayName  Ada              Ada         -
    jobTitle  jobTitle     (empty)          Clerk       writes it
    city      city         (left as it is)  Bern        -

  last runs
    started               run       change  outcome  reason
    2026-03-02 08:00:00Z  3f2a91c0  create  done     is not in OnePlan yet
`,
    );
  });

  const object = { id: "u1", label: "Ada", want: { active: false as const, reason: "no" }, keys };
  const none = { mode: "full" as const, modeReason: "it is the first run" };
  const change = { kind: "none" as const, sourceId: "u1", label: "Ada", reason: "is not wanted and not linked" };
  const doubled = [present, { ...present, id: "r2", label: "Ada (old)" }].map((each) => ({
    attribute: "mail",
    object: each,
  }));

  it.each<[string, UserExplanation, readonly string[]]>([
    [
      "out of scope is short, and says why",
      unlinked({
        object,
        scope: { inScope: false, reason: 'not a member of "OnePlan Users"', everybody: false, paths: [], units: [] },
        next: { ...none, change },
      }),
      [
        "  Entra     account enabled, ada@contoso.com",
        '  scope     out of scope: not a member of "OnePlan Users"',
        "  OnePlan   not linked, nothing found that matches",
        "  next run  nothing to do: is not wanted and not linked (full run: it is the first run)",
      ],
    ],
    [
      "a member whom a rule excludes",
      unlinked({
        object,
        scope: { ...linked.scope, inScope: false, reason: "does not meet tenantwire:sync.users.filter" },
      }),
      [
        '  scope      out of scope: does not meet tenantwire:sync.users.filter, though member of "OnePlan Users" > "Projects"',
      ],
    ],
    [
      "everybody in scope, no mail address, a disabled account",
      unlinked({
        entra: { userPrincipalName: "ada@contoso.com", mail: null, accountEnabled: false },
        scope: { inScope: true, everybody: true, paths: [], units: [] },
      }),
      ["  Entra     account disabled, ada@contoso.com, no mail address", "  scope     in scope: everybody is"],
    ],
    [
      "an administrative unit",
      unlinked({ scope: { ...linked.scope, paths: [], units: [{ id: "a1", name: "Zurich" }] } }),
      ['  scope     in scope: in administrative unit "Zurich"'],
    ],
    [
      "two candidates",
      unlinked({ candidates: doubled }),
      ['  OnePlan   not linked, candidates by mail: "Ada" (r1) and "Ada (old)" (r2)'],
    ],
    [
      "what will be linked",
      unlinked({
        candidates: doubled.slice(0, 1),
        next: { ...none, change: { ...change, kind: "link", reason: '"Ada" (r1) of OnePlan has its mail' } },
      }),
      [
        '  OnePlan   not linked yet, matched by mail: "Ada" (r1)',
        '  next run  link: "Ada" (r1) of OnePlan has its mail (full run: it is the first run)',
      ],
    ],
    [
      "somebody who was deleted, and whose resource is gone too",
      (({ entra: _entra, present: _present, ...rest }) => rest)(linked),
      [
        "  Entra      not found: deleted, or never there",
        "  OnePlan    linked to r1, which OnePlan does not have any more",
      ],
    ],
  ])("%s", (_, explained, lines) => {
    const text = unaligned(renderExplanation(explained, look));
    for (const line of lines) expect(text).toContain(`${unaligned(line)}\n`);
  });

  it("out of scope there are no fields to show", () => {
    expect(renderExplanation(unlinked({ object }), look)).not.toContain("  fields");
  });

  it("has colours only where they are wanted", () => {
    expect(renderExplanation(linked, look)).not.toContain("\u001b[");
    expect(renderExplanation(linked, { ...look, color: true })).toContain("\u001b[1mAda\u001b[22m");
  });
});

describe("a manager", () => {
  it.each<[string, object, string[]]>([
    ["whom the target has", { value: "r2", held: "r2", refersTo: { id: "u2", label: "Boss" } }, ["manager: Boss  r2"]],
    [
      "whom the target does not have",
      { value: null, held: null, refersTo: { id: "u2" } },
      ["manager  ", "Lead refers to u2, whom OnePlan does not have: it is set by the run that finds him"],
    ],
  ])("%s", (_, field, lines) => {
    const explained = { ...linked, fields: [{ field: "Lead", property: "manager", ...field }] };
    for (const line of lines) expect(renderExplanation(explained, look)).toContain(line);
  });
});
