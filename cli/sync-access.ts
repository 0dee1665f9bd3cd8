/** People of the linked OnePlan group, as the command line knows them. @packageDocumentation */
import { ACCESS_SYNC, accessSync, declaredAccess } from "../sync/kinds/access/index.ts";
import type { Kind } from "./sync-kind.ts";
import { whoRuns } from "./who-runs.ts";

export const access: Kind = {
  name: "access",
  from: "OnePlan",
  targets: declaredAccess,
  declared: declaredAccess,
  remembered: () => ACCESS_SYNC,
  keyOf: () => "oneplan",
  prepare: (outputs, _target, { reach, now }) =>
    accessSync({ outputs, environment: process.env, reach, now, by: `tenantwire sync access, ${whoRuns()}` }),
};
