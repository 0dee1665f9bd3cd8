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
export type Rule = "nearest" | "top" | "leave out";

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
export type Why =
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

/** The place of every item; parents come before what lies below them. */
export function placesOf(items: Iterable<Placeable>, rules: PlacementRules): Map<number, Place> {
  const known = new Map<number, Placeable>();
  for (const item of items) known.set(item.id, item);
  const placing: Placing = { known, places: new Map(), rules };
  for (const { id } of known.values()) {
    // Without recursion: nobody promises how deep a hierarchy is.
    const above = new Set<number>();
    for (let next: number | null = id; next !== null && known.has(next) && !placing.places.has(next);) {
      if (above.has(next)) break;
      above.add(next);
      next = known.get(next)?.parent ?? null;
    }
    for (const each of [...above].reverse()) {
      const item = known.get(each);
      if (item) placing.places.set(each, placeOf(placing, item));
    }
  }
  return placing.places;
}

interface Placing {
  readonly known: ReadonlyMap<number, Placeable>;
  readonly places: Map<number, Place>;
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
