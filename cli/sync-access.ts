/** People of the linked OnePlan group, as the command line knows them. @packageDocumentation */
import { ACCESS_SYNC } from "../sync/access/book.ts";
import { declaredAccess } from "../sync/kinds/access/declared.ts";
import type { Kind } from "./sync-kind.ts";
import { whoRuns } from "./who-runs.ts";

const load = () => import("../sync/kinds/access/index.ts");

export const access: Kind = {
  name: "access",
  from: "OnePlan",
  targets: declaredAccess,
  declared: declaredAccess,
  remembered: () => ACCESS_SYNC,
  keyOf: () => "oneplan",
  load,
  prepare: async (outputs, _target, { reach, now }) => {
    const { accessSync } = await load();
    return accessSync({ outputs, environment: process.env, reach, now, by: `tenantwire sync access, ${whoRuns()}` });
  },
};
