/** People of the linked OnePlan group, as the command line knows them. @packageDocumentation */
import { ACCESS_SYNC } from "../sync/access/book.ts";
import { declaredAccess } from "../sync/kinds/access/declared.ts";
import type { Kind } from "./sync-kind.ts";
import { whoRuns } from "./who-runs.ts";

export const access: Kind = {
  name: "access",
  from: "OnePlan",
  targets: declaredAccess,
  declared: declaredAccess,
  remembered: () => ACCESS_SYNC,
  keyOf: () => "oneplan",
  prepare: async (outputs, _target, { reach, now }) => {
    const { accessSync } = await import("../sync/kinds/access/index.ts");
    return accessSync({ outputs, environment: process.env, reach, now, by: `tenantwire sync access, ${whoRuns()}` });
  },
};
