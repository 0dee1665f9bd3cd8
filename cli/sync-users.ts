/** Entra users, as the command line knows them. @packageDocumentation */
import type { SyncDefinition } from "../sync/index.ts";
import type { UsersSource, UsersSync } from "../sync/kinds/users/index.ts";
import { declaredTarget, declaredTargets, userTargets } from "../sync/kinds/users/targets.ts";
import type { Kind } from "./sync-kind.ts";
import { DAY_MS } from "../contract/days.ts";

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
    const sync = usersSync({
      outputs,
      environment: process.env,
      acceptReplacedGroups: full,
      reach,
      target,
      ...(reads && { reads }),
    });
    return { definition: definitionOf(sync), requests: sync.requests };
  },
};

/** The sync as the engine runs it, and explains it. */
export function definitionOf(sync: UsersSync): SyncDefinition & { readonly source: UsersSource } {
  const { sync: name, source, target, fields, hasReferences, limits, fingerprint, fullEveryDays } = sync;
  return {
    sync: name,
    source,
    target,
    fields,
    hasReferences,
    limits,
    scopeHash: fingerprint,
    fullEveryMs: fullEveryDays * DAY_MS,
  };
}
