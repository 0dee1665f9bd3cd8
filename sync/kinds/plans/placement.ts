/**
 * Where work items go in OnePlan: which become plans, which become tasks, and below what. Real hierarchies skip levels,
 * nest a type in itself, and have parents that nobody reads; every such case has a rule of its own, and every item that
 * does not come has a reason.
 *
 * @packageDocumentation
 */

/** Of a work item what its place depends on. */
export interface Placeable {
  readonly id: number;
  readonly type: string;
  readonly parent: number | null;
  /** Is its iteration below the project's root? */
  readonly inIteration: boolean;
}

/** What to do with an item whose parent is no parent of a plan's: go up to the nearest that is one, to the top, or stay away. */
type Rule = "nearest" | "top" | "leave out";

export interface PlacementRules {
  /** Types that become plans, outermost first. */
  readonly plans: readonly string[];
  /** Types that become tasks. */
  readonly tasks: readonly string[];
  /** A plan below one of its own type, or of one further in. */
  readonly nestedInItself: Rule;
  /** A plan whose parent is more than one level above. */
  readonly skippedLevel: Rule;
  /** An item whose parent is not among those that are read: deleted, of another project, outside of the query. */
  readonly parentOutOfScope: Exclude<Rule, "nearest">;
  /** Do tasks come that are in no iteration? Plans always do. */
  readonly outsideIterations: boolean;
  /** The project is a plan: it takes the tasks that no other plan is above. */
  readonly projectIsPlan: boolean;
}

/** How an item came to its place. */
type Why =
  | "its parent"
  | "no parent"
  | "nested in itself"
  | "skipped level"
  | "parent is no plan"
  | "parent is not synced"
  | "parent out of scope"
  | "circle";

export type Place =
  | {
      readonly as: "plan";
      /** The item whose plan it lies below; `null`: at the top. */
      readonly parent: number | null;
      readonly why: Why;
    }
  | {
      readonly as: "task";
      /** The item whose plan it is a task of; `null`: the project's. */
      readonly plan: number | null;
      /** The item whose task it lies below; `null`: directly in the plan. */
      readonly parent: number | null;
      readonly why: Why;
    }
  | { readonly as: "nothing"; readonly reason: string };

/**
 * Places of items that come, change and go. A place depends on nothing but what is above it: of a change only the item
 * itself, and what lies below it, gets its place anew.
 */
export class Places<T extends Placeable = Placeable> {
  readonly #rules: PlacementRules;
  readonly #known = new Map<number, T>();
  /** Ids of what lies directly below an item, whether that one is known or not. */
  readonly #below = new Map<number, Set<number>>();
  readonly #places = new Map<number, Place>();
  /** What has no place yet; of each all that lies below it. */
  readonly #open = new Set<number>();

  constructor(rules: PlacementRules) {
    this.#rules = rules;
  }

  get known(): ReadonlyMap<number, T> {
    return this.#known;
  }

  clear(): void {
    this.#known.clear();
    this.#below.clear();
    this.#places.clear();
    this.#open.clear();
  }

  put(item: T): void {
    const old = this.#known.get(item.id);
    if (old?.parent !== item.parent) {
      this.#forgetBelow(old);
      if (item.parent !== null) {
        const others = this.#below.get(item.parent);
        if (others) others.add(item.id);
        else this.#below.set(item.parent, new Set([item.id]));
      }
    }
    this.#known.set(item.id, item);
    this.#reopen(item.id);
  }

  drop(id: number): void {
    const old = this.#known.get(id);
    if (!old) return;
    this.#reopen(id);
    this.#forgetBelow(old);
    this.#known.delete(id);
    this.#open.delete(id);
  }

  #forgetBelow(item: T | undefined): void {
    if (!item || item.parent === null) return;
    const others = this.#below.get(item.parent);
    others?.delete(item.id);
    if (others?.size === 0) this.#below.delete(item.parent);
  }

  /** Without recursion: nobody promises how deep a hierarchy is. */
  #reopen(id: number): void {
    for (const next = [id]; next.length > 0;) {
      const each = next.pop() ?? id;
      if (this.#open.has(each)) continue;
      this.#open.add(each);
      this.#places.delete(each);
      next.push(...(this.#below.get(each) ?? []));
    }
  }

  get(id: number): Place | undefined {
    return this.all.get(id);
  }

  /** The place of every item, as of now; parents come before what lies below them. */
  get all(): ReadonlyMap<number, Place> {
    const placing: Placing = { known: this.#known, places: this.#places, rules: this.#rules };
    for (const id of this.#open) {
      for (const each of this.#unplacedFrom(id).reverse()) {
        const item = this.#known.get(each);
        if (item) this.#places.set(each, placeOf(placing, item));
      }
    }
    this.#open.clear();
    return this.#places;
  }

  /** An item and what is above it, up to what has its place. A circle is cut open below its item of the lowest id. */
  #unplacedFrom(id: number): number[] {
    const above = new Set<number>();
    for (let next: number | null = id; next !== null && this.#known.has(next) && !this.#places.has(next);) {
      if (above.has(next)) {
        const all = [...above];
        const circle = all.splice(all.indexOf(next));
        const lowest = circle.indexOf(circle.reduce((one, other) => Math.min(one, other)));
        return [...all, ...circle.slice(lowest), ...circle.slice(0, lowest)];
      }
      above.add(next);
      next = this.#known.get(next)?.parent ?? null;
    }
    return [...above];
  }
}

interface Placing {
  readonly known: ReadonlyMap<number, Placeable>;
  readonly places: ReadonlyMap<number, Place>;
  readonly rules: PlacementRules;
}

function placeOf(placing: Placing, item: Placeable): Place {
  const { plans, tasks, outsideIterations } = placing.rules;
  const level = plans.indexOf(item.type);
  if (level >= 0) return planOf(placing, item, level);
  if (!tasks.includes(item.type)) return nothing(`items of the type ${item.type} are not synced`);
  if (!item.inIteration && !outsideIterations) return nothing("it is in no iteration");
  return taskOf(placing, item);
}

function planOf(placing: Placing, item: Placeable, level: number): Place {
  const { known, places, rules } = placing;
  const top = (why: Why): Place => ({ as: "plan", parent: null, why });
  if (item.parent === null) return top("no parent");
  const direct = known.get(item.parent);
  if (!direct) return rules.parentOutOfScope === "top" ? top("parent out of scope") : nothing(UNREAD);
  if (!places.has(direct.id)) return top("circle");
  const directLevel = rules.plans.indexOf(direct.type);
  const isPlan = places.get(direct.id)?.as === "plan";
  if (isPlan && directLevel === level - 1) return { as: "plan", parent: direct.id, why: "its parent" };
  const why: Why = directLevel >= level ? "nested in itself" : isPlan ? "skipped level" : "parent is no plan";
  const rule: Rule =
    why === "nested in itself" ? rules.nestedInItself : why === "skipped level" ? rules.skippedLevel : "nearest";
  if (rule === "top") return top(why);
  if (rule === "leave out") {
    return nothing(
      `its type ${item.type} lies ${why === "skipped level" ? "directly " : ""}below the type ${direct.type}`,
    );
  }
  for (const above of ancestors(placing, item)) {
    const there = rules.plans.indexOf(above.type);
    if (there < 0 || there >= level || places.get(above.id)?.as !== "plan") continue;
    return { as: "plan", parent: above.id, why };
  }
  return top(why);
}

function taskOf(placing: Placing, item: Placeable): Place {
  const { places, rules } = placing;
  for (const above of ancestors(placing, item)) {
    const there = places.get(above.id);
    if (there === undefined || there.as === "nothing") continue;
    const why: Why = above.id === item.parent ? "its parent" : "parent is not synced";
    if (there.as === "task") return { as: "task", plan: there.plan, parent: above.id, why };
    return { as: "task", plan: above.id, parent: null, why };
  }
  const why = whyAlone(placing, item);
  if (why === "parent out of scope" && rules.parentOutOfScope === "leave out") return nothing(UNREAD);
  if (!rules.projectIsPlan) return nothing("no plan is above it");
  return { as: "task", plan: null, parent: null, why };
}

function whyAlone({ known, places }: Placing, { parent }: Placeable): Why {
  if (parent === null) return "no parent";
  if (!known.has(parent)) return "parent out of scope";
  return places.has(parent) ? "parent is not synced" : "circle";
}

const UNREAD = "its parent is not among what is read";

function nothing(reason: string): Place {
  return { as: "nothing", reason };
}

/** What is above an item and has its place, nearest first. Where a circle was cut open it ends. */
function* ancestors({ known, places }: Placing, item: Placeable): Generator<Placeable, void, void> {
  const seen = new Set([item.id]);
  for (let next = item.parent; next !== null && places.has(next) && !seen.has(next);) {
    const above = known.get(next);
    if (!above) return;
    seen.add(next);
    yield above;
    next = above.parent;
  }
}
