import type { World } from "../world.ts";

/**
 * Object ids of the people who are Global Administrators. In a new world that is the one person who is in every world;
 * add or take away ids to change it.
 */
export function administrators(world: World): string[] {
  return world.section("administrators", () => ({ people: [world.ownerId] })).people;
}
