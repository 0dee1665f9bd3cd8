/** The kinds of syncs, and which of them a stack declares. @packageDocumentation */
import type { Outputs } from "../contract/outputs.ts";
import type { DeclaredSync } from "../sync/schedule/strategies.ts";
import { access } from "./sync-access.ts";
import type { Kind } from "./sync-kind.ts";
import { plans } from "./sync-plans.ts";
import { rooms } from "./sync-rooms.ts";
import { users } from "./sync-users.ts";

/** In the order in which they run. */
export const kinds: readonly Kind[] = [users, rooms, plans, access];

/** Of a process that keeps running, before it begins: what is installed in its place meanwhile is of another version. */
export async function loadDeclared(outputs: Outputs): Promise<void> {
  await Promise.all(kinds.filter((kind) => kind.declared(outputs).length > 0).map((kind) => kind.load()));
}

export interface RememberedSync extends DeclaredSync {
  /** The name under which the state remembers it. */
  readonly sync: string;
}

/** What the outputs declare, in the order in which it runs. */
export function declaredSyncs(outputs: Outputs): readonly RememberedSync[] {
  return kinds.flatMap((kind) =>
    kind.declared(outputs).map((target) => ({ kind: kind.name, target, sync: kind.remembered(outputs, target) })),
  );
}
