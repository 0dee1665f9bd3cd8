/** The line that is read first: it says the gravest thing of the page, and never the opposite. */
import { expect, it } from "@jest/globals";
import { types } from "../../../review/changes/resources.ts";
import { UNKNOWN } from "../../../review/preview.ts";
import { pageOf } from "../../../cli/review-page/index.ts";
import type { ReviewInput } from "../../../review/changes/index.ts";
import type { Step } from "../../../review/preview.ts";
import { access, registration, review, roles, step } from "../../review/previews.ts";

const ones = registration("ones", "ONES");
const scope = { path: ["integrations", "ones", "users", "groups"], added: ["b"], removed: ["a"] };

function unprotected(name: string): Step {
  const same = step(types.principal, name, { op: "same", before: {}, after: {} });
  return { ...same, oldState: { ...same.oldState!, protect: true } };
}

function trust(subject: string): Step {
  const after = { displayName: "x", issuer: "https://workloads.contoso.com", subject, audiences: [] };
  return step(types.trust, "ones-federated", { of: "ones", after });
}

const granted = step(types.roleGrant, "ones-consent-User.Read.All", {
  of: "ones",
  after: { appRoleId: roles["User.Read.All"], principalObjectId: UNKNOWN },
});

const headlines: [string, readonly Step[], Partial<ReviewInput>, string][] = [
  ["nothing", [ones], {}, "Nothing changes."],
  [
    "protection alone",
    [unprotected("a"), unprotected("b")],
    {},
    "2 resources protected no longer; no resource changes.",
  ],
  [
    "protection and a scope",
    [unprotected("a")],
    { outputs: [{ ...scope, danger: "other people are in scope" }] },
    "1 resource protected no longer, other people are in scope; no resource changes.",
  ],
  [
    "the rules alone",
    [ones],
    { policyChanges: [{ place: "tenantwire:rules.two-owners", after: "{}" }] },
    "1 rule changed; no resource changes.",
  ],
  [
    "many dangers of the outputs",
    [ones],
    {
      outputs: [
        { ...scope, danger: "one" },
        { ...scope, danger: "two" },
        { ...scope, danger: "two" },
        { ...scope, danger: "three" },
        scope,
      ],
    },
    "one, two, 1 more of this kind, 1 change of what the syncs do; no resource changes.",
  ],
  [
    "a target that was not there before",
    [ones],
    {
      outputs: [
        {
          path: ["integrations", "oneplan", "baseUrl"],
          after: "https://my.oneplan.ai",
          begins: true,
          danger: "a new host",
        },
        { path: ["integrations", "oneplan", "users", "fields", "name"], after: "displayName", begins: true },
        { path: ["integrations", "oneplan", "users", "fields", "title"], after: "jobTitle", begins: true },
      ],
    },
    "1 target synced to for the first time, a new host, 2 changes of what the syncs do; no resource changes.",
  ],
  [
    "an output that says who something is",
    [ones],
    { outputs: [{ path: ["given", "onesKey", "expires"], before: "2027-01-01", after: "2028-01-01" }] },
    "No resource changes, only what the outputs tell.",
  ],
  [
    "a grant of what was asked for before",
    [ones, granted],
    {},
    "1 registration changed, 1 permission granted (tier 2); 1 change in all.",
  ],
  [
    "a grant of what is asked for anew, counted once",
    [ones, access("ones", [], [roles["User.Read.All"]]), granted],
    {},
    "1 registration changed, 1 permission added (tier 2); 2 changes in all.",
  ],
  [
    "somebody who can sign in, and somebody who owns",
    [ones, trust("sync"), step(types.owner, "o", { of: "ones", after: { ownerObjectId: "1" } })],
    {},
    "1 registration changed, 1 owner added, 1 trusted identity added; 2 changes in all.",
  ],
  [
    "an opened registration",
    [
      registration("ones", "ONES", {
        before: { displayName: "ONES", signInAudience: "AzureADMyOrg" },
        after: { displayName: "ONES", signInAudience: "AzureADMultipleOrgs" },
      }),
    ],
    {},
    "1 registration opened to other tenants, 1 registration changed; 1 change in all.",
  ],
];

it.each(headlines)("%s", (_what, steps, input, headline) => {
  expect(pageOf(review(steps, input)).summary).toBe(headline);
});

it("does not call a grant of what a person decided before unremarkable", () => {
  expect(review([ones, granted]).attention).toEqual([
    {
      level: "notice",
      text: "The deployment itself grants `User.Read.All` to `ONES`, for the whole tenant: until now that was for an administrator to decide, or was not granted.",
    },
  ]);
});

it("names what begins to go to a target", () => {
  const field = (name: string, after: string) =>
    ({ path: ["integrations", "oneplan", "users", "fields", name], after, begins: true }) as const;

  expect(review([ones], { outputs: [field("title", "jobTitle"), field("name", "displayName")] }).attention[0]).toEqual({
    level: "danger",
    text: "What Entra knows of people begins to go to `oneplan`: `displayName` and `jobTitle`. To a new host nothing goes before somebody names it (npx --no-install tenantwire sync -s <stack> --allow-host <host>).",
  });
});
