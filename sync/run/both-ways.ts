/**
 * A run of a sync that goes both ways: reads both sides, plans each pair once, and writes one side after the other.
 *
 * Writing a side is what a sync that goes one way does, with its journal, its proof and its retries: what comes from `a`
 * is written to `b`, and what comes from `b` to `a`, over one set of links.
 *
 * @packageDocumentation
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { counted } from "../../contract/words.ts";
import { pump } from "../model/pump.ts";
import {
  type FieldValue,
  type Half,
  isActive,
  type Item,
  type Link,
  type Op,
  otherSide,
  rulesOf,
  type SideName,
} from "../model/types.ts";
import { seenLink } from "../planner/agreed.ts";
import type { Candidate } from "../planner/match.ts";
import { decideMode, type Position } from "../planner/mode.ts";
import type { Others } from "../planner/merge.ts";
import { planLink, type PlanContext, type PlanInput, type Seen } from "../planner/plan-link.ts";
import type { Run } from "./context.ts";
import type { BothWaysDefinition, RunOptions } from "./definition.ts";
import { finish, keepRefreshed, readPosition } from "./finish.ts";
import { settleJournal } from "./journal.ts";
import { passesLimits } from "./limiting.ts";
import { fillIn, orderByLevels } from "./levels.ts";
import { storedLink } from "./link-book.ts";
import { findPlaces, keepPlaces } from "./place.ts";
import { originOf, RunPlanner, separateContested } from "./planning.ts";
import { provePlan } from "./prove.ts";
import { askForUnread, copyLinks, type ReadOutcome, readSource } from "./read.ts";
import { positionForSingle, readReferred, readSingle, whySingle } from "./single.ts";
import type { ReportDraft } from "./report-draft.ts";
import { heldBack, loadRetries, noteUnshown, readDue } from "./retries.ts";
import { openWriting, writePlan } from "./write.ts";

/** What is written on each side. */
interface Ways {
  /** Reads `a`, writes `b`. */
  readonly forward: Run;
  /** Reads `b`, writes `a`. */
  readonly back: Run;
}

/** How a side was read, and where it went on from. */
interface SideRead {
  readonly run: Run;
  readonly read: ReadOutcome;
  readonly position: Position | undefined;
  readonly everythingRead: boolean;
}

export async function runBothWays(
  ways: Ways,
  definition: BothWaysDefinition,
  options: RunOptions,
  draft: ReportDraft,
): Promise<void> {
  const { forward, back } = ways;
  const { a, b, rules, scopeHash, fullEveryMs, limits } = definition;
  const positions = { forward: await readPosition(forward), back: await readPosition(back) };
  const decided = decideMode({
    asked: options.mode,
    // Where one side does not know where to go on, both are read in full.
    position: positions.forward && positions.back,
    links: forward.known,
    scopeHash,
    fullEveryMs,
    now: forward.now(),
  });
  draft.setMode(decided.mode, decided.reason);

  const places = await findPlaces(forward, options.store.location);
  for (const side of ["a", "b"] as const) {
    const names = rules.fields.map((rule) => rule[side]);
    await (side === "a" ? a : b).check(names, forward.signal);
  }
  for (const run of [forward, back]) {
    await loadRetries(run);
    await settleJournal(run);
  }

  const { only } = options;
  const reads = only
    ? await readBothSingle(ways, definition, only, positions, draft)
    : ([
        await readSide(forward, decided.mode, positions.forward, draft),
        await readSide(back, decided.mode, positions.back, draft),
      ] as const);
  draft.read = forward.scratch.objects.sources() + back.scratch.objects.sources();
  draft.everythingRead = reads.every(({ everythingRead }) => everythingRead);

  const recovering = positions.forward === undefined || positions.back === undefined;
  const pairs = new Pairs(ways, reads, {
    sourceName: a.name,
    targetName: b.name,
    correlation: b.matchBy[0],
    correlationBack: a.matchBy[0],
    readMode: only ? "delta" : decided.mode,
    readComplete: draft.readComplete,
    recovering,
    now: forward.now(),
  });
  await pairs.plan();
  draft.name([forward.scratch, back.scratch]);
  draft.planned({ unchanged: pairs.unchanged }, [forward.scratch, back.scratch]);
  await draft.readOpen([forward, back]);
  for (const run of [forward, back]) noteUnshown(run, options);

  const [toB, toA] = reads.map(({ run, read }) => ({ run, read, recovering }));
  if (!toB || !toA || !(await passesLimits([toB, toA], definition, options, draft)) || forward.dryRun) return;
  await keepPlaces(forward, places);
  for (const run of [forward, back]) {
    if (run === back) await dropLinked(ways);
    const writing = await openWriting(run, limits);
    for (const level of run.scratch.plan.levels()) {
      await fillIn(run, level);
      await writePlan(run, writing, level);
      await provePlan(run, writing);
    }
    await keepRefreshed(run, writing.links);
  }
  for (const { run, read, position, everythingRead } of reads) {
    await finish(run, definition, read, position, draft, everythingRead, draft.readComplete);
  }
}

/** What became the other half of something while `b` was written needs none to be made of it. */
async function dropLinked({ forward, back }: Ways): Promise<void> {
  const { plan } = back.scratch;
  for (const { seq, op } of plan.rows("planned")) {
    if (op.kind !== "create") continue;
    const link = await storedLink(back, op.sourceId);
    // A link of before is one whose other half is gone.
    if (!link || forward.scratch.plan.of(link.a.id)?.state !== "done") continue;
    const { side, sourceId, label } = op;
    plan.replace(seq, { kind: "skip", side, sourceId, label, reason: `goes with ${link.a.id} already` });
  }
}

/** Reads single items of either side; the next run goes on where the one before ended. */
async function readBothSingle(
  { forward, back }: Ways,
  { scopeHash, sideOf = () => "a" }: BothWaysDefinition,
  ids: readonly string[],
  positions: { readonly forward: Position | undefined; readonly back: Position | undefined },
  draft: ReportDraft,
): Promise<readonly [SideRead, SideRead]> {
  const [inA, inB] = [
    positionForSingle(positions.forward, scopeHash),
    positionForSingle(positions.back, scopeHash),
  ] as const;
  draft.setMode("delta", whySingle(ids));
  const reads = async (run: Run, side: SideName, position: Position): Promise<SideRead> => {
    const own = ids.filter((id) => sideOf(id) === side);
    const read = await readSingle(run, own, position);
    await readReferred(run);
    return { run, read, position, everythingRead: false };
  };
  return [await reads(forward, "a", inA), await reads(back, "b", inB)];
}

/** Reads a side, and asks it by id for whom a full read did not give. */
async function readSide(
  run: Run,
  mode: ReadOutcome["mode"],
  position: Position | undefined,
  draft: ReportDraft,
): Promise<SideRead> {
  const read = await readSource(run, mode, position?.cursor);
  draft.readExceptions = [...draft.readExceptions, ...(read.exceptions ?? [])];
  for (const note of read.notes) run.note(note);
  // Of few items each link is looked up.
  if (read.mode === "full") await copyLinks(run);
  let { complete } = read;
  if (read.mode === "full" && complete) {
    // What is gone is read too: its other half may have changed.
    const there = await askForUnread(
      run,
      (link) => link[otherSide(run.side)].active,
      () => true,
    );
    complete = there === 0;
    if (!complete) {
      run.note(
        `${run.source.name} left out ${counted(there, "object")} of its list, and has what was left out all the same.`,
      );
    }
  }
  const everythingRead = read.mode === "full" && complete;
  if (!everythingRead) await readDue(run);
  draft.readComplete &&= complete;
  return { run, read: { ...read, complete }, position, everythingRead };
}

/** Plans every pair of which a side told something, each once. */
class Pairs {
  unchanged = 0;
  /** Items of `a` whose half something else took the place of. */
  readonly #relinked = new Set<string>();
  /** Items of `a` whose id several carry. */
  readonly #contested = new Set<string>();
  readonly #ways: Ways;
  readonly #reads: readonly SideRead[];
  readonly #context: PlanContext;
  readonly #planners: Readonly<Record<SideName, RunPlanner>>;

  constructor(ways: Ways, reads: readonly SideRead[], context: PlanContext) {
    this.#ways = ways;
    this.#reads = reads;
    this.#context = context;
    this.#planners = {
      b: new RunPlanner(ways.forward, context),
      a: new RunPlanner(ways.back, { ...context, correlation: context.correlationBack ?? context.correlation }),
    };
  }

  async plan(): Promise<void> {
    const { forward, back } = this.#ways;
    // What was read of a side is what the other one is compared with.
    for (const [from, to] of [
      [forward, back],
      [back, forward],
    ] as const) {
      for (const page of from.scratch.objects.joined()) {
        for (const { source } of page) if (source && source.life !== "gone") to.scratch.objects.putTarget(source);
      }
    }
    const [readA, readB] = this.#reads;
    if (readB && hasCandidates(readB)) this.#planners.b.haveListed();
    if (readA && hasCandidates(readA)) this.#planners.a.haveListed();
    await this.#each(forward, ({ source, link }) => (source ? this.#planFrom("b", source, link) : Promise.resolve()));
    const gone: { readonly source: Item; readonly link: Link }[] = [];
    await this.#each(back, async ({ source, link }) => {
      if (!source || (link && forward.scratch.objects.hasSource(link.a.id))) return;
      // Afterwards: something else may have taken its place.
      if (link && (source.life === "gone" || this.#isLeft(source))) {
        gone.push({ source, link });
        return;
      }
      if (link && this.#isAsAgreed(source, link)) {
        this.unchanged += 1;
        return;
      }
      if (!link && (this.#isMatched(source) || this.#isTaken(source))) return;
      await this.#planFrom("a", source, link);
    });
    for (const { source, link } of gone) {
      if (!this.#relinked.has(link.a.id)) await this.#planFrom("a", source, link);
    }
    for (const run of [forward, back]) {
      separateContested(run);
      orderByLevels(run);
    }
  }

  async #each(run: Run, work: (row: { readonly source?: Item; readonly link?: Link }) => Promise<void>): Promise<void> {
    const total = run.scratch.objects.sources();
    let done = 0;
    for (const page of run.scratch.objects.joined()) {
      run.signal.throwIfAborted();
      await pump(page, run.target.concurrency, async ({ source, link }) => {
        const known = link ?? (source && !run.scratch.links.isWhole ? await storedLink(run, source.id) : undefined);
        await work({ ...(source && { source }), ...(known && { link: known }) });
      });
      run.progress({ phase: "plan", done: (done += page.length), total });
      // Planning has nothing to wait for: signals and the lock's heartbeat get their turn here.
      await nextTurn();
    }
  }

  /** Whether nothing was told of a pair but what was agreed on: where all of `b` is read for a few changes of `a`. */
  #isAsAgreed(item: Item, { b }: Link): boolean {
    const { forward, back } = this.#ways;
    if (this.#context.readMode === "full" || back.scratch.retries.get(item.id)) return false;
    if (this.#isUnmarked(item)) return false;
    if (isActive(item) !== b.active || (isActive(item) && item.skip !== undefined)) return false;
    return rulesOf(forward.rules.fields, item.type).every(
      (rule) => (item.fields?.[rule.b] ?? null) === (b.agreed[rule.b] ?? null),
    );
  }

  /** Whether an item of `b` becomes the other half of one of `a` in this run. */
  #isMatched({ id }: Item): boolean {
    return this.#ways.forward.scratch.plan.isLinking(id);
  }

  /** @param side the one that the item does not come from */
  async #planFrom(side: SideName, item: Item, link: Link | undefined): Promise<void> {
    const run = this.#toward(side);
    const own: Seen = item.life === "gone" ? "missing" : item;
    const other = link ? await this.#otherOf(run, link[side]) : undefined;
    const seen = side === "b" ? { a: own, ...(other && { b: other }) } : { b: own, ...(other && { a: other }) };
    if (!link) return this.#planUnlinked(side, item, seen);
    const successors = await this.#successorsOf(seen.b, link);
    if (successors.length > 0) {
      this.#relinked.add(link.a.id);
      const taken = { ...(seen.a && { a: seen.a }), b: "missing" } as const;
      return this.#add({ ...taken, link, candidates: successors }, link, taken);
    }
    // Something else may have taken its place, and what leads is made anew.
    const candidates = other === "missing" ? await this.#planners[side].candidatesOf(item) : [];
    await this.#add({ ...seen, link, candidates }, link, seen);
  }

  /**
   * What took the place of a half of `b`: it carries the id of the other half, and the half is gone, or was left. Where it
   * was gone before, nobody is asked.
   */
  async #successorsOf(b: Seen | undefined, link: Link): Promise<readonly Candidate[]> {
    const isOver = b === "missing" ? link.b.active : typeof b === "object" && this.#isLeft(b);
    return isOver ? this.#planners.b.carriersOf(link.a.id) : [];
  }

  /** Whether an item of `b` could carry the id of its other half, and carries none. */
  #isUnmarked({ keys }: Item): boolean {
    return keys[this.#context.correlation] === "";
  }

  /** Whether an item of `b` was put away and its other half's id taken out: a run that ended there made something else of it. */
  #isLeft(item: Item): boolean {
    return !isActive(item) && this.#isUnmarked(item);
  }

  /** Whether an item of `b` took the place of another one in this run. */
  #isTaken({ keys }: Item): boolean {
    return this.#relinked.has(keys[this.#context.correlation] ?? "");
  }

  async #planUnlinked(side: SideName, item: Item, seen: Pick<PlanInput, "a" | "b">): Promise<void> {
    if (item.life === "gone") return;
    const run = this.#toward(side);
    const planner = this.#planners[side];
    // By what the item itself carries: it was made for the other one, or was adopted by it.
    const { correlation, correlationBack = correlation } = this.#context;
    const carried = item.keys[side === "b" ? correlationBack : correlation] ?? "";
    const other = carried === "" ? undefined : await planner.candidateCalled(carried);
    if (other && isActive(item) && isActive(other.object) && other.object.skip !== undefined) {
      const { skip: reason } = other.object;
      run.scratch.plan.add({ kind: "skip", side, sourceId: item.id, label: item.label, reason }, "adopted");
      return;
    }
    if (side === "a" && other && (await this.#relink(item, other.object))) return;
    if (side === "a" && other && !other.linkedTo && (await this.#isContested(other.object))) return;
    if (side === "a" && carried !== "" && !other && isActive(item)) {
      // It would be made a second time: what it was made for is gone, or out of scope.
      const reason = `carries the id ${carried}, which ${run.target.name} does not have: it is left alone`;
      run.scratch.plan.add({ kind: "skip", side, sourceId: item.id, label: item.label, reason }, "adopted");
      return;
    }
    const mayBeMade = run.rules.creates.includes(side);
    const candidates = other ? [other] : mayBeMade ? await planner.candidatesOf(item) : [];
    await this.#add({ ...seen, candidates, ...heldBack(run, item.id) }, undefined, seen);
  }

  /** Several items of `b` carry the id of one that goes with none of them: which of them it is only a person knows. */
  async #isContested(from: Item): Promise<boolean> {
    const { plan } = this.#ways.forward.scratch;
    if (plan.of(from.id)) return true;
    const carriers = await this.#planners.b.listedWith(this.#ways.forward.target.matchBy[0], from.id);
    if (carriers.length < 2) return false;
    // Each of them leads here, and they are looked at side by side.
    if (!this.#contested.has(from.id)) {
      this.#contested.add(from.id);
      await this.#planFrom("b", from, undefined);
    }
    return true;
  }

  /** An item of `b` in the place of one that is gone: it carries whose half that one was. */
  async #relink(item: Item, from: Item): Promise<boolean> {
    const { forward } = this.#ways;
    const link = await storedLink(forward, from.id);
    if (!link || link.b.id === item.id) return false;
    const half = await this.#otherOf(forward, link.b);
    if (half !== "missing" && !(typeof half === "object" && this.#isLeft(half))) return false;
    // What is planned for it takes the item into account.
    if (this.#relinked.has(from.id) || forward.scratch.plan.of(from.id)) return true;
    this.#relinked.add(from.id);
    // Where several carry it, which of them it is only a person knows.
    const carriers = await this.#planners.b.listedWith(forward.target.matchBy[0], from.id);
    const candidates = carriers.length > 1 ? carriers : [{ attribute: forward.target.matchBy[0], object: item }];
    await this.#add({ a: from, b: "missing", link, candidates }, link, { a: from, b: "missing" });
    return true;
  }

  /** The other half as it is now: as it was read, or asked for, since it is about to be compared and written. */
  async #otherOf(run: Run, half: Half): Promise<Seen> {
    const { scratch, target, signal } = run;
    const listed = scratch.objects.target(half.id);
    if (listed) return listed;
    const found = await target.get(half.id, signal);
    if (!found || found.life === "gone") return "missing";
    scratch.objects.putTarget(found);
    this.#toward(otherSide(run.side)).scratch.objects.putSource(found);
    return found;
  }

  async #add(input: PlanInput, link: Link | undefined, seen: { readonly a?: Seen; readonly b?: Seen }): Promise<void> {
    const { forward } = this.#ways;
    const others = await this.#othersOf(input);
    const ops = planLink({ ...input, ...(others && { others }) }, forward.rules, this.#context);
    for (const op of ops) {
      if (op.kind === "none") this.unchanged += 1;
      else this.#keep(op, link, input);
    }
    if (!link || forward.rules.isPartial || ops.some(({ kind }) => kind !== "none")) return;
    const items = { ...itemOf("a", seen.a), ...itemOf("b", seen.b) };
    const refreshed = seenLink(link, items.a?.label ?? link.label, items, forward.rules);
    if (refreshed) forward.scratch.links.refresh(refreshed);
  }

  /** Where the items are, on the other side, that these refer to. */
  async #othersOf({ a, b, candidates }: PlanInput): Promise<Others | undefined> {
    const { forward, back } = this.#ways;
    const referring = forward.rules.fields.filter(({ refers }) => refers);
    if (referring.length === 0) return undefined;
    const inA = new Map<string, string | null>();
    const inB = new Map<string, string>();
    for (const item of [a, b, ...candidates.map(({ object }) => object)]) {
      if (typeof item !== "object") continue;
      for (const rule of referring) {
        const [idA, idB] = [item.fields?.[rule.a], item.fields?.[rule.b]];
        const ofA = typeof idA === "string" ? await storedLink(forward, idA) : undefined;
        const ofB = typeof idB === "string" ? await storedLink(back, idB) : undefined;
        const toB = ofA ? await this.#idInB(ofA) : await this.#carrier("b", idA);
        const toA = (ofB && this.#idOf("a", ofB)) ?? (await this.#carrier("a", idB));
        if (toB !== undefined) inB.set(String(idA), toB);
        if (ofB ? this.#isNobodys(ofB.a, ofB.b) : this.#areInactive(toA, idB)) inA.set(String(idB), null);
        else if (toA !== undefined) inA.set(String(idB), toA);
      }
    }
    return { inA, inB };
  }

  /** The id of a half of `b`, or of what took its place. */
  async #idInB(link: Link): Promise<string | undefined> {
    const item = this.#read("b", link.b.id);
    const isThere = item !== undefined && !this.#isLeft(item);
    const successor = isThere ? undefined : await this.#carrier("b", link.a.id);
    return successor ?? this.#idOf("b", link);
  }

  /** The id of a half, unless it went long ago: where it is made anew, it has another one then. */
  #idOf(side: SideName, link: Link): string | undefined {
    const { id, active } = link[side];
    return active || this.#read(side, id) ? id : undefined;
  }

  /** Neither side has it active, as far as they told. */
  #isNobodys(a: Half, b: Half): boolean {
    const [itemA, itemB] = [this.#read("a", a.id), this.#read("b", b.id)];
    return !(itemA ? isActive(itemA) : a.active) && !(itemB ? isActive(itemB) : b.active);
  }

  #areInactive(a: string | undefined, b: FieldValue | undefined): boolean {
    if (a === undefined || typeof b !== "string") return false;
    return [this.#read("a", a), this.#read("b", b)].every((item) => item !== undefined && !isActive(item));
  }

  /** An item as it was read in this run. */
  #read(side: SideName, id: string): Item | undefined {
    return this.#toward(side).scratch.objects.target(id);
  }

  /** What is not linked yet, and will be: one of the two carries the id of the other. */
  async #carrier(side: SideName, id: FieldValue | undefined): Promise<string | undefined> {
    if (typeof id !== "string") return undefined;
    const { correlation, correlationBack = correlation } = this.#context;
    const [own, from] = side === "b" ? [correlation, correlationBack] : [correlationBack, correlation];
    const carried = this.#read(otherSide(side), id)?.keys[from];
    if (carried !== undefined && this.#read(side, carried)) return carried;
    const [only, ...others] = await this.#planners[side].listedWith(own, id);
    return only && others.length === 0 && !only.linkedTo ? only.object.id : undefined;
  }

  #keep(op: Op, link: Link | undefined, { candidates }: PlanInput): void {
    const found = candidates.find(({ object }) => object.id === op.targetId)?.object;
    this.#toward(op.side).scratch.plan.add(op, originOf(op, link), found);
  }

  /** What is written on a side. */
  #toward(side: SideName): Run {
    return side === "b" ? this.#ways.forward : this.#ways.back;
  }
}

/** Whether what was read of a side has everything in it that something new may be matched with. */
function hasCandidates({ read }: SideRead): boolean {
  return read.complete && (read.mode === "full" || read.unlinkedRead === true);
}

function itemOf(side: SideName, seen: Seen | undefined): { readonly [side in SideName]?: Item } {
  return typeof seen === "object" ? { [side]: seen } : {};
}
