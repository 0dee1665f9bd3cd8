/**
 * What the target must hold, told from the directory and the settings alone, as naively as can be: no links, no
 * cursor, no journal. It looks at every write as it happens, and at the whole in the end.
 */
import type { Directory } from "../../sandbox/directory/index.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import type { Fields, FieldValue, NewObject } from "../../sync/model/types.ts";
import type { SettingsStep } from "./steps.ts";
import type { MemoryTarget, Stored, Witness } from "./target.ts";
import { BARRED, GUARDED, UNIT } from "./places.ts";
import { mailOf } from "./tenant.ts";

export type Settings = Omit<SettingsStep, "does">;

/** What is to become of somebody: active with these fields; inactive; or left as it is (no mail address). */
type Wanted =
  | { readonly is: "active"; readonly fields: Fields; readonly manager: string | undefined }
  | { readonly is: "inactive" }
  | { readonly is: "left alone" };

export class Oracle implements Witness {
  /** What must not have happened, in words. */
  readonly violations: string[] = [];
  /** Who may not be disabled: objects that carry an id which the sync cannot know of (typed in, or its state was lost). */
  readonly unknown = new Set<string>();
  /** Nobody may be disabled in this run: it is the first one that remembers nothing. */
  recovering = true;
  /** Nothing may be written in this run; why not. */
  still: string | undefined;
  /** Objects that were made inactive since the run began, and people who were created. */
  readonly disabled = new Set<string>();
  readonly created = new Set<string>();
  /** Of both, those whom an earlier run was let ask for: doing it at last is no new change. */
  readonly askedBefore = new Set<string>();
  readonly #asked = new Set<string>();
  /** Objects that a person made active, and that nobody has wanted since: what is meant by it is a question. */
  readonly revived = new Set<string>();
  /** Objects whose adoption was asked for in this run, and for whom; the target may not have done it. */
  readonly adopting = new Map<string, string>();
  /** By source id: objects that ever carried it. What refers to somebody may be as old as the last full run. */
  readonly #everOf = new Map<string, Set<string>>();
  readonly #directory: Directory;
  readonly #settings: () => Settings;
  readonly #target: () => MemoryTarget;

  constructor(directory: Directory, settings: () => Settings, target: () => MemoryTarget) {
    this.#directory = directory;
    this.#settings = settings;
    this.#target = target;
  }

  asked(_: "create" | "disable", id: string): void {
    this.#asked.add(id);
  }

  /** A run begins. */
  begins(): void {
    this.disabled.clear();
    this.created.clear();
    this.adopting.clear();
    for (const id of this.#asked) this.askedBefore.add(id);
  }

  creates({ sourceId, fields }: NewObject): void {
    this.#mayWrite(`create ${sourceId}`);
    this.created.add(sourceId);
    const holders = this.#carrying(sourceId);
    if (holders.length > 0) this.#violated(`${sourceId} was created though ${named(holders)} is there`);
    this.#mustHold(`${sourceId} was created`, this.wanted(sourceId), fields, true);
  }

  adopts(object: Stored, sourceId: string): void {
    this.#mayWrite(`adopt ${object.id}`);
    if (object.sourceId !== "" && object.sourceId !== sourceId) {
      this.#violated(`${object.id} of ${object.sourceId} was given to ${sourceId}`);
    }
    const holders = this.#carrying(sourceId).filter(({ id }) => id !== object.id);
    if (holders.length > 0) this.#violated(`${object.id} was adopted for ${sourceId}, who has ${named(holders)}`);
    const mail = this.#directory.users.get(sourceId)?.["mail"];
    if (!this.#target().mailsOf(object).includes(mail)) this.#violated(`${object.id} was adopted without a reason`);
    if (this.wanted(sourceId).is !== "active") this.#violated(`${object.id} was adopted for ${sourceId}, not wanted`);
    this.adopting.set(object.id, sourceId);
  }

  updates(object: Stored, fields: Fields): void {
    this.#mayWrite(`update ${object.id}`);
    this.#mustHold(`${object.id} was updated`, this.wanted(this.#ownerOf(object)), fields, false);
  }

  setsActive(object: Stored, active: boolean): void {
    const change = `${object.id} (${object.sourceId}) was made ${active ? "active" : "inactive"}`;
    this.#mayWrite(change);
    const { is } = this.wanted(this.#ownerOf(object));
    if (is !== (active ? "active" : "inactive")) this.#violated(`${change}, and should be ${is}`);
    this.revived.delete(object.id);
    if (active) return;
    if (this.#isProtected(object.sourceId)) this.#violated(`${change}, and is protected`);
    this.disabled.add(object.id);
    if (this.unknown.has(object.sourceId)) this.#violated(`${change}, and was never linked`);
    if (this.recovering) this.#violated(`${change} by a run that remembers nothing`);
  }

  /** Somebody else did, whoever that is. */
  byHand({ id }: Stored, active: boolean): void {
    if (active) this.revived.add(id);
    else this.revived.delete(id);
  }

  /** A run read everything and came to its end: of whom is wanted it knows that they are active. */
  sawEverything(): void {
    for (const { id, sourceId } of this.#target().stored.values()) {
      if (this.wanted(sourceId).is === "active") this.revived.delete(id);
    }
  }

  /** Ids of everybody in scope, whatever their account; `undefined` when a group's name does not mean one group. */
  scope(): ReadonlySet<string> | undefined {
    const { users } = this.#directory;
    const { groups, excludes, filters, unit } = this.#settings();
    const all = [...users.values()].map(({ id }) => id);
    const members = groups.length === 0 ? all : this.#membersOf(groups);
    const barred = excludes ? this.#membersOf([BARRED]) : [];
    if (members === undefined || barred === undefined) return undefined;
    const filtered = [...users.values()].filter((user) => filters && text(user, "jobTitle").endsWith("3"));
    const isFilteredOut = (id: string) => filtered.some((user) => user.id === id);
    const isInUnit = (id: string) => !unit || this.#directory.data.unitMembers[UNIT.id]?.includes(id) === true;
    const isIn = (id: string) => users.get(id) && !barred.includes(id) && !isFilteredOut(id) && isInUnit(id);
    return new Set(members.filter(isIn));
  }

  /** Everybody in the groups, and the groups in them; `undefined` when a name does not mean one group. */
  #membersOf(names: readonly string[]): string[] | undefined {
    const { groups, data } = this.#directory;
    const reached: string[] = [];
    for (const name of names) {
      const found = [...groups.values()].filter((group) => text(group, "displayName") === name);
      if (found.length !== 1) return undefined;
      reached.push(found[0]?.id ?? "");
    }
    for (const id of reached) {
      for (const member of data.members[id] ?? []) if (!reached.includes(member)) reached.push(member);
    }
    return reached;
  }

  wanted(id: string): Wanted {
    const user = this.#directory.users.get(id);
    const scope = this.scope();
    if (scope === undefined) return { is: "left alone" };
    if (!user || !scope.has(id)) return { is: id === "" ? "left alone" : "inactive" };
    if (this.#settings().disabledAccountsAreInactive && user["accountEnabled"] === false) return { is: "inactive" };
    if (typeof user["mail"] !== "string") return { is: "left alone" };
    const manager = typeof user["manager"] === "string" ? user["manager"] : undefined;
    return { is: "active", fields: this.#fieldsOf(user), manager };
  }

  /** How many may be linked, at most: all whose id any object ever carried, whatever became of it. */
  population(): number {
    this.#look();
    return this.#everOf.size;
  }

  /** What is there twice. */
  checkOnce(): void {
    this.#look();
    const ids = [...this.#target().stored.values()].map(({ sourceId }) => sourceId).filter((id) => id !== "");
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) this.#violated(`${twice} is there twice: ${named(this.#carrying(twice))}`);
  }

  /**
   * Whether the target holds what it must, once nothing is under way.
   *
   * @param seeded what was there before the first run
   * @param unsure ids whose objects the sync need not know of
   */
  checkAll(seeded: ReadonlyMap<string, Stored>, unsure: ReadonlySet<string>): void {
    this.checkOnce();
    for (const id of this.scope() ?? []) {
      const wanted = this.wanted(id);
      const [object] = this.#carrying(id);
      if (wanted.is === "active" && !object && !this.#isQuestion(id)) this.#violated(`${id} is missing`);
      if (wanted.is === "active" && object) {
        if (!object.active) this.#violated(`${object.id} (${id}) is inactive`);
        this.#mustHold(`${object.id} is held`, wanted, object.fields, true);
        this.#mustReferTo(id, object);
      }
    }
    for (const object of this.#target().stored.values()) {
      const { id, sourceId, active } = object;
      const isForeign = sourceId === "another system's" || (sourceId === "" && !this.#target().claimed.has(id));
      const then = seeded.get(id);
      if (isForeign && then && JSON.stringify(then) !== JSON.stringify(object)) this.#violated(`${id} was touched`);
      if (isForeign || sourceId === "" || unsure.has(sourceId) || this.revived.has(id)) continue;
      // Whom the address stood for before stays protected, as long as the state is there.
      if (this.#settings().protects && sourceId.split("-")[0] === `p${GUARDED}`) continue;
      if (active && this.wanted(sourceId).is === "inactive") this.#violated(`${id} (${sourceId}) is active`);
    }
  }

  /** Of whom nobody can know what is meant. */
  questions(): readonly string[] {
    const revived = [...this.#target().stored.values()].filter(({ id }) => this.revived.has(id));
    const people = [...this.#directory.users.values()].map(({ id }) => id).filter((id) => this.#isQuestion(id));
    return [...people, ...revived.map(({ sourceId }) => sourceId)];
  }

  /** The address is in several objects, or in one that carries somebody else's id. */
  #isQuestion(id: string): boolean {
    const mail = this.#directory.users.get(id)?.["mail"];
    const same = [...this.#target().stored.values()].filter(({ fields }) => fields["mail"] === mail);
    return same.length > 1 || same.some(({ sourceId }) => sourceId !== "" && sourceId !== id);
  }

  #ownerOf({ id, sourceId }: Stored): string {
    return sourceId || (this.adopting.get(id) ?? "");
  }

  #isProtected(id: string): boolean {
    const user = this.#directory.users.get(id);
    const names = [user?.["mail"], user?.["userPrincipalName"]];
    return this.#settings().protects && names.includes(mailOf(GUARDED));
  }

  #fieldsOf(user: DirectoryObject): Fields {
    const value = (name: string) => (user[name] ?? null) as FieldValue;
    const fields = { name: value("displayName"), mail: value("mail") };
    return this.#settings().titles ? { ...fields, title: value("jobTitle") } : fields;
  }

  #mustHold(what: string, wanted: Wanted, fields: Fields, whole: boolean): void {
    if (wanted.is !== "active") return this.#violated(`${what}, and should be ${wanted.is}`);
    if (!this.#mayReferTo(wanted.manager, fields["boss"] ?? null)) {
      this.#violated(`${what} with the manager ${String(fields["boss"])} instead of ${wanted.manager ?? "nobody"}`);
    }
    for (const name of Object.keys(whole ? wanted.fields : fields).filter((each) => each !== "boss")) {
      const [is, should] = [fields[name] ?? null, wanted.fields[name]];
      if (is !== should) this.#violated(`${what} with ${name} ${String(is)} instead of ${String(should)}`);
    }
  }

  /** Nobody, as long as the manager is not there; else an object of the manager. */
  #mayReferTo(manager: string | undefined, held: FieldValue): boolean {
    if (held === null || !this.#settings().managers) return true;
    return manager !== undefined && this.#everOf.get(manager)?.has(String(held)) === true;
  }

  /** Once nothing is under way, whoever has a manager with an object refers to just that. */
  #mustReferTo(id: string, { id: objectId, fields }: Stored): void {
    const wanted = this.wanted(id);
    const manager = wanted.is === "active" ? wanted.manager : undefined;
    if (manager === undefined || !this.#settings().managers || this.#isQuestion(manager)) return;
    if (this.wanted(manager).is !== "active") return;
    const [boss] = this.#carrying(manager);
    if (boss === undefined || fields["boss"] === boss.id) return;
    this.#violated(
      `${objectId} (${id}) refers to ${String(fields["boss"] ?? null)} instead of ${boss.id} (${manager})`,
    );
  }

  #look(): void {
    for (const { id, sourceId } of this.#target().stored.values()) {
      const ever = this.#everOf.get(sourceId) ?? new Set<string>();
      this.#everOf.set(sourceId, ever.add(id));
    }
  }

  #mayWrite(what: string): void {
    this.#look();
    if (this.still !== undefined) this.#violated(`${what}, though ${this.still}`);
    if (this.scope() === undefined) this.#violated(`${what}, though it is not known who is in scope`);
  }

  #carrying(sourceId: string): readonly Stored[] {
    return [...this.#target().stored.values()].filter((object) => object.sourceId === sourceId);
  }

  #violated(what: string): void {
    this.violations.push(what);
  }
}

function named(objects: readonly Stored[]): string {
  return objects.map(({ id }) => id).join(" and ");
}
