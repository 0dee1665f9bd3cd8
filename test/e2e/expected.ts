/** What OnePlan must hold, told from the stand-in's directory alone; and what it holds. */
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import type { OneplanData, Resource } from "../../sandbox/hosts/oneplan/model.ts";
import type { World } from "../../sandbox/world.ts";

/** Fields by the names that `stacks/Pulumi.sandbox.yaml` maps. */
export interface Expected {
  readonly name: string;
  readonly mail: string;
  readonly jobTitle: string;
  readonly department: string;
}

const SCOPE = "OnePlan Users";

/** Whom the sync has to make or keep active, by id: enabled members of the scope's group with a mail address. */
export function expectedPeople(world: World): Map<string, Expected> {
  const { groups, users, people } = directory(world);
  const group = [...groups.values()].find((each) => text(each, "displayName") === SCOPE);
  const expected = new Map<string, Expected>();
  for (const id of group ? people.transitiveMembersOf(group.id) : []) {
    const user = users.get(id);
    if (!user || user["accountEnabled"] === false || text(user, "mail") === "") continue;
    const [name, mail] = [text(user, "displayName"), text(user, "mail")];
    expected.set(id, { name, mail, jobTitle: text(user, "jobTitle"), department: text(user, "department") });
  }
  return expected;
}

/** Everything in OnePlan that is a person, whatever a list shows. */
export function heldResources(world: World): readonly Resource[] {
  const { resources } = world.section<OneplanData>("oneplan", () => {
    throw new Error("OnePlan was not started.");
  });
  return Object.values(resources).filter(({ Generic }) => !Generic);
}

/** What is linked, by id of the directory; an id that is there twice is an error. */
export function heldById(world: World): Map<string, Resource> {
  const held = new Map<string, Resource>();
  for (const resource of heldResources(world)) {
    const { Office365Id: id } = resource;
    if (id === null) continue;
    if (held.has(id)) throw new Error(`${id} is in OnePlan twice: ${held.get(id)?.id} and ${resource.id}.`);
    held.set(id, resource);
  }
  return held;
}

/** Ids of those who are active in OnePlan. */
export function activeIds(world: World): Set<string> {
  return new Set([...heldById(world)].filter(([, { Inactive }]) => !Inactive).map(([id]) => id));
}

/** Fields of a resource as {@link expectedPeople} has them. */
export function fieldsOf({ name, Fields }: Resource): Expected {
  const field = (key: string) => (typeof Fields[key] === "string" ? Fields[key] : "");
  return { name, mail: field("mail"), jobTitle: field("jobTitle"), department: field("department") };
}
