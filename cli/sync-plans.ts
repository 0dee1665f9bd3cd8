/** Work items, plans and tasks, as the command line knows them. @packageDocumentation */
import { PLANS_TARGET } from "../sync/kinds/plans/connections.ts";
import { declaredOrganizations, plansSync, plansSyncName } from "../sync/kinds/plans/index.ts";
import type { Kind } from "./sync-kind.ts";

export const plans: Kind = {
  name: "plans",
  from: "Azure DevOps",
  targets: declaredOrganizations,
  declared: declaredOrganizations,
  remembered: (_outputs, target) => plansSyncName(target ?? ""),
  keyOf: () => PLANS_TARGET,
  prepare: (outputs, target, { reach, now, dryRun = false }) => {
    const { definition, requests } = plansSync({ outputs, environment: process.env, reach, target, now, dryRun });
    return { definition, requests };
  },
};
