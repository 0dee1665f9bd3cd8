import type { World } from "../world.ts";
import { generatePeople } from "./people.ts";

/** The first people of the directory are looked at: the world's other systems know the same. */
const LOOKED_AT = 40;

export interface OrdinaryPerson {
  readonly name: string;
  readonly mail: string;
}

/** The owner first, then enabled members with mail: whom other systems knew before the first sync. */
export function ordinaryPeople(world: World): OrdinaryPerson[] {
  const people = generatePeople({
    seed: world.seed,
    count: Math.min(world.users, LOOKED_AT),
    ownerId: world.ownerId,
    mailDomain: world.tenant.mailDomain,
    initialDomain: world.tenant.domain,
  });
  return people
    .filter((person) => person["accountEnabled"] === true && person["userType"] === "Member")
    .flatMap(({ displayName, mail }) =>
      typeof mail === "string" && typeof displayName === "string" ? [{ name: displayName, mail }] : [],
    );
}
