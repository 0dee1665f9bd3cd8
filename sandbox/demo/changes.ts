import type { World } from "../world.ts";
import type { Administrator, Person } from "./administrator.ts";

/**
 * A day in the directory: somebody is hired into a group four levels down, somebody is renamed and gets an address of
 * another domain, somebody leaves, and somebody moves from a nested group inside the scope to one outside of it.
 *
 * @returns what was done, a line each
 */
export async function changeDirectory(hands: Administrator, world: World): Promise<string[]> {
  const team = await hands.groupId("Engineering London");
  const finance = await hands.groupId("Finance");
  const people = await hands.peopleOnlyIn(team);
  const renamed = people.find(({ displayName }) => /^[A-Za-z]+ [A-Za-z]+$/.test(displayName));
  const [left, moved] = people.filter((person) => person !== renamed);
  if (!renamed || !left || !moved)
    throw new Error("Engineering London needs three people for this story; take more people.");

  const hired = await hands.hire({
    displayName: "Noor Haddad",
    alias: "noor.haddad",
    jobTitle: "Engineer",
    groupId: team,
  });
  const newName = `${renamed.displayName.split(" ")[0]} Okafor`;
  const newAddress = `${localPart(renamed).split(".")[0]}.okafor@${world.tenant.domain}`;
  await hands.change(renamed.id, { displayName: newName, mail: newAddress, userPrincipalName: newAddress });
  await hands.remove(left.id);
  await hands.move(moved.id, team, finance);

  return [
    `hired    ${hired.displayName}, into Engineering London (inside Engineering, Projects, OnePlan Users)`,
    `renamed  ${renamed.displayName} to ${newName}, now ${newAddress}`,
    `left     ${left.displayName}`,
    `moved    ${moved.displayName} from Engineering London to Finance, which is not in OnePlan Users`,
  ];
}

function localPart(person: Person): string {
  return person.userPrincipalName.split("@")[0] ?? person.userPrincipalName;
}
