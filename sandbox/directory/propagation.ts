import { z } from "zod";
import type { World } from "../world.ts";

/** What takes minutes of the world's clock after it was answered with success; the section `propagation`. */
export const Propagation = z.strictObject({
  /**
   * Minutes until a new role assignment of Azure lets somebody in, and until one that was taken away does not any more.
   * Documented (Troubleshoot Azure RBAC): up to 10. Default 0.
   */
  azureRoleMinutes: z.number().nonnegative(),
  /**
   * Minutes until an app role that was assigned is in new tokens. The assignment itself is read at once. Reported, not
   * documented: a token that is fetched right after may lack it. Default 0.
   */
  appRoleMinutes: z.number().nonnegative(),
});
export type Propagation = z.infer<typeof Propagation>;

const MINUTE = 60_000;

/** The switches of a world, to be changed in place: what was written before keeps the time that held then. */
export function propagation(world: World): Propagation {
  return world.section<Propagation>("propagation", () => ({ azureRoleMinutes: 0, appRoleMinutes: 0 }));
}

/** From when on something that is written now holds, in milliseconds since 1970. */
export function holdsFrom(world: World, what: keyof Propagation): number {
  return world.now().getTime() + propagation(world)[what] * MINUTE;
}

/** App role assignments that do not hold yet: id -> from when on, in milliseconds since 1970. */
export function pendingAppRoles(world: World): Record<string, number> {
  return world.section<Record<string, number>>("pending-app-roles", () => ({}));
}

/** Is an app role assignment in tokens by now? */
export function appRoleHolds(world: World, assignmentId: string): boolean {
  return (pendingAppRoles(world)[assignmentId] ?? 0) <= world.now().getTime();
}
