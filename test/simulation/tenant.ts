/** A tiny company in the directory, and what happens to it. */
import { expireDeltaTokens } from "../../sandbox/directory/faults.ts";
import type { Directory } from "../../sandbox/directory/index.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { World } from "../../sandbox/world.ts";
import { BARRED, type GroupName, GROUPS, KEEPER, PLACES, UNIT } from "./places.ts";
import type { TenantStep } from "./steps.ts";

export class Tenant {
  readonly #directory: Directory;
  readonly #world: World;
  /** Who is or was last in each place. */
  readonly #ids = Array.from({ length: PLACES }, (_, place) => `p${place}`);
  readonly #groups = new Map<GroupName, string>();
  #turn = 0;

  constructor(directory: Directory, world: World) {
    this.#directory = directory;
    this.#world = world;
    this.#hire(KEEPER, "keeper@example.com");
    for (const name of GROUPS) this.#makeGroup(name, []);
    directory.administrativeUnits.put({ ...UNIT });
    directory.data.unitMembers[UNIT.id] = [KEEPER, "p0", "p1", "p3"];
    this.#addMember("Staff", this.#groups.get("Team") ?? "");
    for (let place = 0; place < 6; place += 1) this.#hire(this.#ids[place] ?? "", mailOf(place));
    for (const [place, group] of (["Staff", "Staff", "Staff", "Team", "Team", "Guests"] as const).entries()) {
      this.#addMember(group, this.#ids[place] ?? "");
    }
  }

  /** What cannot happen (nobody is in that place) does not. */
  apply(step: TenantStep): void {
    this.#turn += 1;
    switch (step.does) {
      case "expire links":
        return expireDeltaTokens(this.#world);
      case "mail domain":
        return this.#changeDomain(step.to);
      case "group":
        return this.#changeGroup(step.group, step.how, step.members);
      case "member":
        return this.#changeMember(step.group, this.#ids[step.who] ?? "", step.joins);
      case "unit":
        return this.#changeUnit(this.#ids[step.who] ?? "", step.joins);
      case "nest":
        return this.#nest(step.group, step.into, step.joins);
      case "person":
        return this.#changePerson(step.who, step.how);
    }
  }

  /** Gives every group its name back, with the keeper in it: what an administrator would mend. */
  mend(): void {
    for (const name of GROUPS) {
      for (const group of [...this.#directory.groups.values()]) {
        const isOwn = group.id === this.#groups.get(name);
        if (text(group, "displayName") === name && !isOwn) this.#directory.people.deleteGroup(group.id);
      }
      const group = this.#directory.groups.get(this.#groups.get(name) ?? "");
      if (group) this.#directory.people.update("groups", group, { displayName: name });
      else this.#makeGroup(name, []);
      if (name !== BARRED) this.#addMember(name, KEEPER);
    }
  }

  #changePerson(place: number, how: Extract<TenantStep, { does: "person" }>["how"]): void {
    const { people, users, data } = this.#directory;
    const id = this.#ids[place] ?? "";
    const person = users.get(id);
    if (how === "is hired" && !person) {
      const isDeleted = data.deleted.some(({ object }) => object.id === id);
      // Made anew under the same mail: another id.
      if (isDeleted || data.log.some((entry) => entry.id === id)) this.#ids[place] = `p${place}-${this.#turn}`;
      this.#hire(this.#ids[place] ?? "", mailOf(place));
      this.#addMember(place % 2 === 0 ? "Staff" : "Team", this.#ids[place] ?? "");
    }
    if (how === "is restored" && data.deleted.some(({ object }) => object.id === id)) people.restoreUser(id);
    if (how === "is gone for good" && data.deleted.some(({ object }) => object.id === id)) people.purgeUser(id);
    if (!person) return;
    if (how === "is deleted") people.deleteUser(id);
    if (how === "is renamed") people.update("users", person, { displayName: `${id} of turn ${this.#turn}` });
    if (how === "has another title") people.update("users", person, { jobTitle: `Title ${this.#turn}` });
    if (how === "has no mail") people.update("users", person, { mail: null });
    if (how === "has mail") people.update("users", person, { mail: mailOf(place) });
    if (how === "has a manager") people.update("users", person, { manager: this.#ids[(place + 3) % PLACES] ?? null });
    if (how === "has no manager") people.update("users", person, { manager: null });
    if (how === "is disabled") people.update("users", person, { accountEnabled: false });
    if (how === "is enabled") people.update("users", person, { accountEnabled: true });
  }

  #changeDomain(domain: string): void {
    for (const person of [...this.#directory.users.values()]) {
      const mail = text(person, "mail");
      if (mail === "" || person.id === KEEPER) continue;
      this.#directory.people.update("users", person, { mail: mail.replace(/@.*/, `@${domain}`) });
    }
  }

  #changeGroup(name: GroupName, how: "is renamed" | "is made anew" | "is deleted", members: number): void {
    const { people, groups } = this.#directory;
    const group = groups.get(this.#groups.get(name) ?? "");
    if (how === "is renamed" && group) {
      const called = text(group, "displayName") === name ? `${name} (old)` : name;
      people.update("groups", group, { displayName: called });
    }
    if (how === "is deleted" && group) people.deleteGroup(group.id);
    if (how === "is made anew") {
      if (group) people.deleteGroup(group.id);
      // A number as a set of places.
      this.#makeGroup(
        name,
        this.#ids.filter((id, place) => (members & (1 << place)) !== 0 && this.#directory.users.get(id)),
      );
    }
  }

  #changeMember(name: GroupName, id: string, joins: boolean): void {
    if (!this.#directory.users.get(id)) return;
    if (joins) this.#addMember(name, id);
    else this.#removeMember(name, id);
  }

  #changeUnit(id: string, joins: boolean): void {
    const { data, users } = this.#directory;
    if (!users.get(id)) return;
    const others = (data.unitMembers[UNIT.id] ?? []).filter((member) => member !== id);
    data.unitMembers[UNIT.id] = joins ? [...others, id] : others;
  }

  #nest(name: GroupName, into: GroupName, joins: boolean): void {
    const inner = this.#groups.get(name) ?? "";
    // The keeper is in all the others.
    if (name === into || into === BARRED || !this.#directory.groups.get(inner)) return;
    if (joins) this.#addMember(into, inner);
    else this.#removeMember(into, inner);
  }

  #hire(id: string, mail: string): void {
    const object: DirectoryObject = {
      id,
      displayName: `Name ${id}`,
      mail,
      userPrincipalName: `${id}@example.com`,
      accountEnabled: true,
      jobTitle: null,
    };
    this.#directory.people.createUser(object);
  }

  #makeGroup(name: GroupName, members: readonly string[]): void {
    const id = `g-${name.toLowerCase()}-${this.#turn}-${this.#directory.data.log.length}`;
    this.#directory.people.createGroup({ id, displayName: name }, [...(name === BARRED ? [] : [KEEPER]), ...members]);
    this.#groups.set(name, id);
  }

  #addMember(name: GroupName, member: string): void {
    const group = this.#groups.get(name) ?? "";
    const { people, groups } = this.#directory;
    if (groups.get(group) && !people.membersOf(group).has(member)) people.addMember(group, member);
  }

  #removeMember(name: GroupName, member: string): void {
    const group = this.#groups.get(name) ?? "";
    const { people } = this.#directory;
    if (people.membersOf(group).has(member)) people.removeMember(group, member);
  }
}

export function mailOf(place: number): string {
  return `p${place}@example.com`;
}
