/** Entra users, as the command line knows them. @packageDocumentation */
import { declaredTarget, declaredTargets, userTargets } from "../sync/kinds/users/targets.ts";
import type { Kind } from "./sync-kind.ts";

const load = () => import("../sync/kinds/users/index.ts");

export const users: Kind = {
  name: "users",
  from: "Entra",
  targets: () => userTargets,
  declared: declaredTargets,
  remembered: (outputs, target) => declaredTarget(outputs, target).sync,
  keyOf: (target) => target,
  load,
  prepare: async (outputs, target, { full = false, reach }, reads) => {
    const { usersSync } = await load();
    const { definition, requests } = usersSync({
      outputs,
      environment: process.env,
      acceptReplacedGroups: full,
      reach,
      target,
      ...(reads && { reads }),
    });
    return { definition, requests };
  },
};
