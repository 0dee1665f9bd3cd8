/** Work items, plans and tasks, as the command line knows them. @packageDocumentation */
import { declaredOrganizations, PLANS_TARGET, plansSyncName } from "../sync/kinds/plans/declared.ts";
import type { Kind } from "./sync-kind.ts";

const load = () => import("../sync/kinds/plans/index.ts");

export const plans: Kind = {
  name: "plans",
  from: "Azure DevOps",
  targets: declaredOrganizations,
  declared: declaredOrganizations,
  remembered: (_outputs, target) => plansSyncName(target ?? ""),
  keyOf: () => PLANS_TARGET,
  load,
  prepare: async (outputs, target, { reach, now, dryRun = false }) => {
    const { plansSync } = await load();
    const { definition, requests } = plansSync({ outputs, environment: process.env, reach, target, now, dryRun });
    return { definition, requests };
  },
};
