/** What people are told of the group that is declared. */
import { expect, it } from "@jest/globals";
import { groupDetails } from "../../../contract/access/details.ts";
import { guidOf } from "../../components/deploy.ts";
import { declared } from "../../sync/access/people.ts";

it.each([
  ["strict", {}, ["office365Strict", "nothing", "not linked"]],
  [
    "open to others",
    { authentication: "multiAuthentication" as const, allowed: ["office365" as const] },
    ["multiAuthentication", "office365", "not linked"],
  ],
  [
    "linked",
    { allowed: ["forms" as const], oneplanConfiguration: guidOf("group") },
    ["office365Strict; the linked OnePlan group decides instead", "forms", guidOf("group")],
  ],
])(
  "of a group that is %s: authentication, what is allowed, and the link",
  (_, change, [authentication, allowed, link]) => {
    expect(groupDetails({ ...declared, ...change, timeZone: "Asia/Tokyo" }, guidOf("tenant"))).toEqual([
      ["Group id", declared.id],
      ["Tenant id", guidOf("tenant")],
      ["Authentication", authentication],
      ["Allowed besides", allowed],
      ["OnePlan configuration id", link],
      ["Time zone", "Asia/Tokyo"],
    ]);
  },
);
