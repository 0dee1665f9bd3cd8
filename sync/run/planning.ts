/**
 * Planning a whole run: gathers for each object what the planner needs, and writes its answer into the scratch.
 *
 * @packageDocumentation
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { listFrom, type Run } from "./context.ts";
import { isDecisive, named, type Candidate } from "../planner/match.ts";
import { seenLink } from "../planner/agreed.ts";
import { isGivenAway, planLink, withKnownLabel, type PlanContext, type Seen } from "../planner/plan-link.ts";
import { pump } from "../model/pump.ts";
import { copyLinks, type Listed, listTarget } from "./read.ts";
import type { JoinedRow } from "../scratch/objects.ts";
import { type Half, isActive, type Item, type Link, type Op, otherSide } from "../model/types.ts";
import { storedLink, storedLinkTo } from "./link-book.ts";
import { heldBack } from "./retries.ts";
import { listed, quoted } from "../../contract/words.ts";

/** A delta of fewer objects than this never lists the target. */
const DELTA_LIST_FROM = 500;
/** What share of a delta's objects may need a look-up, roughly: few are new, and fewer leave. */
const LOOKED_UP = 0.1;

export interface Planning {
  /** Objects that are as they should be. */
  readonly unchanged: number;
  /** What the target listed; nothing in most delta runs. */
  readonly listed?: Listed;
}

/** Plans everything that was read, and in a full run also the links whose object was not. */
export async function planRun(run: Run, context: PlanContext): Promise<Planning> {
  const { scratch } = run;
  const planner = new RunPlanner(run, context);
  await planner.prepare();
  // What is written is recorded by its id, and what lies together there goes to the disk together.
  for (const page of scratch.objects.joinedById()) await planner.plan(page);
  if (context.readMode === "full") {
    for (const page of scratch.objects.unread()) await planner.plan(page);
  }
  separateContested(run);
  const { unchanged, listed } = planner;
  return { unchanged, ...(listed && { listed }) };
}

/** Plans the objects of a run, and finds what a single one may be matched with. */
export class RunPlanner {
  unchanged = 0;
  listed: Listed | undefined;
  readonly #run: Run;
  readonly #context: PlanContext;
  #targetListed = false;
  #planned = 0;
  readonly #total: number;

  constructor(run: Run, context: PlanContext) {
    this.#run = run;
    this.#context = context;
    this.#total = run.scratch.objects.sources();
  }

  /** A full run compares with the target itself, and so does a delta that would ask it for very many objects. */
  async prepare(): Promise<void> {
    const lookUps = this.#total * LOOKED_UP;
    const isSmall = this.#total < DELTA_LIST_FROM || lookUps < listFrom(this.#run.known);
    if (this.#context.readMode === "delta" && isSmall) return;
    await copyLinks(this.#run);
    this.listed = await listTarget(this.#run);
    this.#targetListed = true;
  }

  /** Everything of the target that something may be matched with was put into the scratch already. */
  haveListed(): void {
    this.#targetListed = true;
  }

  async plan(page: readonly JoinedRow[]): Promise<void> {
    const { target, signal, progress } = this.#run;
    signal.throwIfAborted();
    await pump(page, target.concurrency, (row) => this.#planOne(row));
    this.#planned += page.length;
    progress({ phase: "plan", done: this.#planned, total: this.#total });
    // Planning has nothing to wait for: signals and the lock's heartbeat get their turn here.
    await nextTurn();
  }

  async #planOne(row: JoinedRow): Promise<void> {
    const { scratch, rules } = this.#run;
    const { source } = row;
    const link = row.link ?? (source && (await this.#linkOf(source.id)));
    const present = link ? await this.#targetOf(link, row) : "unknown";
    const unlinked = link === undefined || present === "missing";
    const candidates = source && unlinked ? await this.candidatesOf(source) : [];
    const [op] = planLink(
      {
        ...(source && { a: source }),
        ...(link && { link }),
        b: present,
        candidates,
        ...(source && heldBack(this.#run, source.id)),
      },
      rules,
      this.#context,
    );
    if (!op) throw new TypeError("Nothing was planned.");
    const seen = candidates.find(({ object }) => object.id === op.targetId)?.object;
    if (op.kind === "none") this.unchanged += 1;
    else scratch.plan.add(op, originOf(op, link), seen);
    if (!link || (!isWanted(source) && isGivenAway(link, "b", present, this.#context.correlation))) return;
    if (op.kind !== "none" && op.kind !== "skip") return;
    const label = source ? withKnownLabel(source, link).label : link.label;
    const refreshed = seenLink(link, label, typeof present === "string" ? {} : { b: present }, rules);
    if (refreshed) scratch.links.refresh(refreshed);
  }

  async #linkOf(sourceId: string): Promise<Link | undefined> {
    const known = this.#run.scratch.links.bySource(sourceId);
    return known || this.#run.scratch.links.isWhole ? known : storedLink(this.#run, sourceId);
  }

  /** A listing may be behind, and before a disable it has to be known whether the object is protected: both are asked. */
  async #targetOf(link: Link, { source, target: listedObject }: JoinedRow): Promise<Seen> {
    const { target, signal, side } = this.#run;
    // A listing may be behind: what would be a question to a person is asked once more.
    const isQuestion = listedObject !== undefined && isActive(listedObject) && !link[side].active && !isWanted(source);
    if (listedObject && !isQuestion) return listedObject;
    if (!this.#targetListed && !mayDisable(source, link[side])) return "unknown";
    return (await target.get(link[side].id, signal)) ?? "missing";
  }

  /** Objects of the target that may belong to one that has no link, by the strongest attribute that has any. */
  async candidatesOf(source: Item): Promise<readonly Candidate[]> {
    if (!isActive(source) && !this.#context.recovering) return [];
    const [correlation, ...weaker] = this.#run.target.matchBy;
    const gathered: Candidate[] = [];
    for (const attribute of [correlation, ...weaker]) {
      const value = attribute === correlation ? source.id : source.keys[attribute];
      if (value === undefined || value === "") continue;
      gathered.push(...(await this.#candidates(attribute, value)));
      if (gathered.some((candidate) => isDecisive(candidate, correlation))) break;
    }
    return gathered;
  }

  /** Objects of the target that carry the id of an object of the source. */
  carriersOf(sourceId: string): Promise<readonly Candidate[]> {
    return this.#candidates(this.#run.target.matchBy[0], sourceId);
  }

  /** An item of the target that the source's own names as its other half. */
  async candidateCalled(id: string): Promise<Candidate | undefined> {
    const { scratch, target, signal } = this.#run;
    const object = scratch.objects.target(id) ?? (await target.get(id, signal));
    if (!object || object.life === "gone") return undefined;
    const link = await this.#linkTo(id);
    const attribute = target.matchBy[0];
    if (!link) return { attribute, object };
    const sourceId = link[otherSide(this.#run.side)].id;
    return { attribute, object, linkedTo: { sourceId, label: link.label }, isHolderGone: await this.#isGone(sourceId) };
  }

  async #candidates(attribute: string, value: string): Promise<readonly Candidate[]> {
    const found = await this.#objectsWith(attribute, value);
    return Promise.all(
      found.map(async (candidate) =>
        candidate.linkedTo && (await this.#isGone(candidate.linkedTo.sourceId))
          ? { ...candidate, isHolderGone: true }
          : candidate,
      ),
    );
  }

  async #isGone(sourceId: string): Promise<boolean> {
    const { scratch, source, signal } = this.#run;
    const isWanted = scratch.objects.wants(sourceId);
    if (isWanted !== undefined) return !isWanted;
    // Where one object is explained, nothing was read.
    if (this.#context.readMode === "full" && this.#context.readComplete && this.#total > 0) return true;
    const [holder] = await source.fetch([sourceId], signal);
    return holder === undefined || !isActive(holder);
  }

  async #objectsWith(attribute: string, value: string): Promise<readonly Candidate[]> {
    const { target, signal } = this.#run;
    // Where nothing that was listed has such a value, as in a first sync, nobody is looked for by it.
    if (this.listed?.samples[attribute] === null) return [];
    if (this.#targetListed) return this.listedWith(attribute, value);
    const found = await target.find(attribute, value, signal);
    // A search may answer with more than what was asked for.
    const hits = found.filter((object) => object.keys[attribute] === value);
    return this.#withLinks(
      attribute,
      hits.map((object) => ({ object })),
    );
  }

  /** Objects of the target, among those that were read, with this value. */
  async listedWith(attribute: string, value: string): Promise<readonly Candidate[]> {
    const { scratch } = this.#run;
    const listed = scratch.objects.candidates(attribute, value);
    return scratch.links.isWhole ? listed : this.#withLinks(attribute, listed);
  }

  #withLinks(attribute: string, hits: readonly Pick<Candidate, "object">[]): Promise<readonly Candidate[]> {
    return Promise.all(
      hits.map(async ({ object }) => {
        const link = await this.#linkTo(object.id);
        if (!link) return { attribute, object };
        const linkedTo = { sourceId: link[otherSide(this.#run.side)].id, label: link.label };
        return { attribute, object, linkedTo };
      }),
    );
  }

  async #linkTo(targetId: string): Promise<Link | undefined> {
    const known = this.#run.scratch.links.byTarget(targetId);
    return known || this.#run.scratch.links.isWhole ? known : storedLinkTo(this.#run, targetId);
  }
}

/** Whether the target has to be asked even in a delta run: what is protected must not be disabled. */
export function mayDisable(source: Item | undefined, { active }: Pick<Half, "active">): boolean {
  return source !== undefined && !isActive(source) && active;
}

function isWanted(source: Item | undefined): boolean {
  return source !== undefined && isActive(source);
}

/** How the link came about that stands when a change is done. */
export function originOf({ kind }: Op, existing: Link | undefined): Link["origin"] {
  if (kind === "create") return "created";
  return kind === "link" ? "adopted" : (existing?.origin ?? "adopted");
}

/** Two objects of the source that match the same object of the target: neither is guessed to be the right one. */
export function separateContested({ scratch, target }: Run): void {
  for (const rows of scratch.plan.contested()) {
    const all = listed(rows.map(({ op }) => `${quoted(op.label)} (${op.sourceId})`));
    for (const { seq, op, seen } of rows) {
      const object = seen ? named(seen) : String(op.targetId);
      const reason = `${all} all match ${object} of ${target.name}; make them differ in what they are matched by`;
      const { side, sourceId, label } = op;
      scratch.plan.replace(seq, { kind: "fail", side, sourceId, label, reason });
    }
  }
}
