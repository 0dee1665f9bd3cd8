import type { DirectoryObject } from "../directory/model.ts";
import { randomFrom } from "./random.ts";
import { departments, offices } from "./workplaces.ts";

export interface GeneratedGroups {
  readonly groups: DirectoryObject[];
  /** Group id -> ids of its direct members: people and groups. */
  readonly members: Record<string, string[]>;
}

/**
 * Nested security groups. `OnePlan Users` > `Projects` > the departments that work on projects > people; `Engineering`
 * has one more layer, a group per office. With them what a real directory has too: `Duplicates` twice, `engineering`
 * beside `Engineering`, an empty group, and people who are members by two ways.
 */
export function generateGroups(seed: number, people: readonly DirectoryObject[]): GeneratedGroups {
  const random = randomFrom(`groups ${seed}`);
  const groups: DirectoryObject[] = [];
  const members: Record<string, string[]> = {};

  function add(displayName: string, memberIds: string[], description: string | null = null): string {
    const id = random.guid();
    const mailNickname = `${displayName.toLowerCase().replace(/[^a-z]+/g, "-")}-${groups.length}`;
    const createdDateTime = "2024-03-01T09:00:00Z";
    groups.push({ id, displayName, description, mailNickname, createdDateTime, renewedDateTime: createdDateTime });
    members[id] = memberIds;
    return id;
  }

  const byDepartment = by("department", people);
  const idsOf = (list: readonly DirectoryObject[]) => list.map((person) => person.id);
  const inProjects: string[] = [];
  const all: string[] = [];
  for (const { name, projects } of departments) {
    const staff = byDepartment.get(name) ?? [];
    const id = name === "Engineering" ? addEngineering(staff) : add(name, idsOf(staff));
    all.push(id);
    if (projects) inProjects.push(id);
  }

  function addEngineering(staff: readonly DirectoryObject[]): string {
    const byCity = by("city", staff);
    const teams = offices.map(({ city }) => add(`Engineering ${city}`, idsOf(byCity.get(city) ?? [])));
    return add("Engineering", teams, "One group for each office");
  }

  const some = (part: number, rest: number) => idsOf(people.filter((_, index) => index % part === rest));
  const projects = add("Projects", [...inProjects, ...some(40, 7)], "Everybody who works on projects");
  add("OnePlan Users", [projects, ...some(100, 0)], "Who is a resource in OnePlan");
  add("All Employees", all);
  add("engineering", some(500, 1), "Friends of engineering: not the department");
  add("Duplicates", some(200, 2), "The one");
  add("Duplicates", some(200, 3), "The other");
  add("Vacant Positions", []);
  return { groups, members };
}

function by(property: string, people: readonly DirectoryObject[]): Map<unknown, DirectoryObject[]> {
  const groups = new Map<unknown, DirectoryObject[]>();
  for (const person of people) {
    const group = groups.get(person[property]);
    if (group) group.push(person);
    else groups.set(person[property], [person]);
  }
  return groups;
}
