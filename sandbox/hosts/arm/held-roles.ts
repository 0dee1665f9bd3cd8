import type { World } from "../../world.ts";
import type { ArmData } from "./data.ts";
import type { RoleAssignment } from "./rbac.ts";

/** The assignments that are obeyed at this moment: some of those that are listed do not hold yet, and some still do. */
export function heldRoles(world: World, data: ArmData): RoleAssignment[] {
  const now = world.now().getTime();
  data.endingRoles = data.endingRoles.filter(({ until }) => until > now);
  return [
    ...data.roleAssignments.filter(({ holdsFrom = 0 }) => holdsFrom <= now),
    ...data.endingRoles.map(({ assignment }) => assignment),
  ];
}
