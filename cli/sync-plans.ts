/** Work items, plans and tasks, as the command line knows them. @packageDocumentation */
import { declaredOrganizations, PLANS_TARGET, plansSyncName } from "../sync/kinds/plans/declared.ts";
import type { Kind } from "./sync-kind.ts";

export const plans: Kind = {
  name: "plans",
  from: "Azure DevOps",
  targets: declaredOrganizations,
  declared: declaredOrganizations,
  remembered: (_outputs, target) => plansSyncName(target ?? ""),
  keyOf: () => PLANS_TARGET,
  prepare: async (outputs, target, { reach, now, dryRun = false }) => {
    const { plansSync } = await import("../sync/kinds/plans/index.ts");
    const { definition, requests } = plansSync({ outputs, environment: process.env, reach, target, now, dryRun });
    return { definition, requests };
  },
};
