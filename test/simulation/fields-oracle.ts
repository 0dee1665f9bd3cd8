/**
 * Who wins where a value was changed on one side or on both, told from the settings and from what either side holds before
 * and after each run, as naively as can be: it knows no links, no writes and no state.
 */
import type { PlansField } from "../../contract/outputs/plans.ts";

export type Value = string | number | null;

/** A value as both sides have it. */
export interface Both {
  readonly azureDevOps: Value;
  readonly oneplan: Value;
}

/** A work item, and the plan or task that is there for it. */
export interface PairSeen {
  /** Id of the plan or task: another one where it was made anew. */
  readonly there: string;
  /** Whose item was written last, where that is known for certain. */
  readonly newest: keyof Both | undefined;
  /** By the field's name in Azure DevOps. */
  readonly values: ReadonlyMap<string, Both>;
}

export interface Seen {
  /** By the id of the work item. */
  readonly pairs: ReadonlyMap<number, PairSeen>;
  /** Ids of everything that there is on either side, in a pair or not. */
  readonly ids: ReadonlySet<string>;
}

export class FieldsOracle {
  readonly #fields: readonly PlansField[];
  /** What both sides had when they were last known to be as they must, by item and field. */
  readonly #agreed = new Map<string, Both>();
  /** Of pairs made or met by a run that did not come to its end: the sync may know of it, or meet the two for the first time. */
  readonly #doubted = new Set<string>();

  constructor(fields: readonly PlansField[]) {
    this.#fields = fields;
  }

  /** The state is gone: nobody knows any more what was agreed. */
  forget(): void {
    this.#agreed.clear();
  }

  /**
   * A run went from one to the other. What it did not get to stays as it was; everything else is as the settings say.
   *
   * @param isWhole it came to its end, and nothing failed or was put off
   * @throws Error where somebody won who must not
   */
  ran(before: Seen, after: Seen, isWhole: boolean): void {
    for (const [id, pair] of after.pairs) {
      const old = before.pairs.get(id);
      // What one is made with for the other is agreed, also where a field does not go that way.
      const isMade = !before.ids.has(pair.there) || !before.ids.has(String(id));
      for (const field of this.#fields) {
        const is = pair.values.get(field.azureDevOps);
        if (is === undefined) continue;
        const was = old?.values.get(field.azureDevOps);
        const key = `${id} ${field.azureDevOps}`;
        if (old && was && !(isMade && field.direction === "once"))
          this.#mustBe(key, field, was, is, old.newest, isWhole);
        if (isWhole) this.#doubted.delete(key);
        else if (isMade || !this.#agreed.has(key)) this.#doubted.add(key);
        if (isWhole || isMade || is.azureDevOps === is.oneplan) this.#agreed.set(key, is);
      }
    }
  }

  #mustBe(key: string, field: PlansField, was: Both, is: Both, newest: PairSeen["newest"], isWhole: boolean): void {
    const agreed = this.#agreed.get(key);
    const must = [
      ...mustBecome(field, agreed, was, newest),
      ...(this.#doubted.has(key) ? mustBecome(field, undefined, was, newest) : []),
    ];
    if (must.some((each) => same(each, is)) || (!isWhole && same(was, is))) return;
    throw new Error(
      `${key}: ${words(was)} became ${words(is)} instead of ${must.map(words).join(" or ")}; agreed was ` +
        `${words(agreed)}, and the rule is ${JSON.stringify(field)}.`,
    );
  }
}

/** What may become of a value: more than one thing only where it depends on what nobody here can know. */
export function mustBecome(
  { direction, conflict = "fail", empty = "clear" }: PlansField,
  agreed: Both | undefined,
  now: Both,
  newest: keyof Both | undefined,
): readonly Both[] {
  const { azureDevOps: a, oneplan: b } = now;
  const asIn = (side: keyof Both): Both => ({ azureDevOps: now[side], oneplan: now[side] });
  /** Of one side's value that is carried: what is empty may say nothing. */
  const carried = (side: keyof Both) => [now[side] === null && empty === "keep" ? now : asIn(side)];
  if (a === b) return [now];
  // Where the two meet, what OnePlan has stays; where it has nothing, that may be taken for being made.
  if (direction === "once") return agreed === undefined && b === null ? [now, asIn("azureDevOps")] : [now];
  if (direction === "toOnePlan") return carried("azureDevOps");
  if (direction === "toAzureDevOps") return carried("oneplan");

  const changedA = agreed === undefined || agreed.azureDevOps !== a;
  const changedB = agreed === undefined || agreed.oneplan !== b;
  if (!changedA && !changedB) return [now];
  if (!changedB) return carried("azureDevOps");
  if (!changedA) return carried("oneplan");
  // What has nothing has nothing to say: against what it never agreed with, and where `keep` says so.
  if (agreed === undefined || empty === "keep") {
    if (a === null) return [asIn("oneplan")];
    if (b === null) return [asIn("azureDevOps")];
  }
  if (conflict === "fail") return [now];
  if (conflict !== "newest") return [asIn(conflict)];
  // Of the same moment neither is newer.
  return newest === undefined ? [now, asIn("azureDevOps"), asIn("oneplan")] : [now, asIn(newest)];
}

/** May both sides have that once nothing is under way? Who wins, each run has shown. */
export function mayStay({ direction, empty }: PlansField, { azureDevOps, oneplan }: Both): boolean {
  if (azureDevOps === oneplan || direction === "once") return true;
  if (empty !== "keep") return false;
  return (azureDevOps === null && direction !== "toAzureDevOps") || (oneplan === null && direction !== "toOnePlan");
}

function same(one: Both, other: Both): boolean {
  return one.azureDevOps === other.azureDevOps && one.oneplan === other.oneplan;
}

function words(both: Both | undefined): string {
  return both ? `${String(both.azureDevOps)} | ${String(both.oneplan)}` : "nothing";
}
