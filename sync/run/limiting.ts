/**
 * Whether a plan may be written: the one that was looked at, if one was, and within the limits. What a limit stops is
 * kept, so that it can be allowed.
 *
 * @packageDocumentation
 */
import { emptiedBy, isWritten, type Op } from "../model/types.ts";
import { limitedHash, type LimitedKind, limitedLine, overLimit, overLimitMessage } from "../planner/limits.ts";
import { checkNamed, findAllowance, keepLimited } from "./allowances.ts";
import type { Run } from "./context.ts";
import type { Definition, RunOptions } from "./definition.ts";
import { readCounts } from "./link-book.ts";
import type { ReadOutcome } from "./read.ts";
import type { ReportDraft } from "./report-draft.ts";
import { command } from "../../contract/this-stack.ts";

/** The writes on one side, and how the other one was read. */
interface Limited {
  readonly run: Run;
  readonly read: Pick<ReadOutcome, "mode">;
  /** No full run has come to its end yet. */
  readonly recovering: boolean;
}

/** Limits count per side; what is over on either is one set, which is allowed as a whole. */
export async function passesLimits(
  sides: readonly [Limited, ...Limited[]],
  { limits }: Pick<Definition, "limits">,
  options: RunOptions,
  draft: ReportDraft,
): Promise<boolean> {
  const [{ run }] = sides;
  if (options.looked && options.looked.plan !== draft.plan) {
    draft.failure = changedSince(options.looked.plan, draft.plan);
    return false;
  }
  const found = [];
  for (const side of sides) found.push(await overOn(side, limits, draft));
  const over = found.filter(({ why }) => why !== undefined);
  const lines = (over.length > 0 ? over : found).flatMap(({ lines: own }) => own);
  const hash = limitedHash(lines);
  const known = [hash, ...(draft.strangers ? [draft.strangers.hash] : [])];
  if (over.length === 0) {
    if (options.allow !== undefined) await checkNamed(run, options.allow, known);
    return true;
  }
  const why = over.map((each) => each.why).join("; ");
  const allowedBy = await findAllowance(run, hash, lines, why, options.allow);
  draft.limit = { over: allowedBy === undefined, why, hash, ids: lines.length };
  if (allowedBy !== undefined) {
    if (options.allow !== undefined) await checkNamed(run, options.allow, known);
    run.note(`Over the limits (${why}), but allowed by ${allowedBy}.`);
    return true;
  }
  if (!run.dryRun) {
    await keepLimited(run, hash, lines);
    await draft.stopped(sides.map((each) => each.run));
  }
  draft.failure = overLimitMessage(why, options.command ?? command("sync"), hash);
  if (options.allow !== undefined) draft.failure += ` ${options.allow} does not allow this.`;
  return false;
}

function changedSince(looked = "empty", plan = "empty"): string {
  return (
    `Nothing was written: the source or the target changed since somebody looked, when the plan was ${looked}; ` +
    `it is ${plan} now. Look again, and decide about that.`
  );
}

/** Why the writes on a side are over, if so, and the lines of what would be limited there. */
async function overOn(
  { run, read, recovering }: Limited,
  limits: Definition["limits"],
  draft: ReportDraft,
): Promise<{ readonly why: string | undefined; readonly lines: readonly string[] }> {
  const { scratch, state, partitions, side, rules, known, grants } = run;
  // What an earlier run planned within the limits, and could not do, is no new change.
  const isNew = (kind: LimitedKind, id: string) => scratch.retries.get(id)?.kind !== kind;
  const isNewBesides = (what: string, id: string) => scratch.retries.get(id)?.limited?.includes(what) !== true;
  const { plan } = scratch;
  // Counted as they come: a first sync may create a million.
  const changes: Readonly<Record<LimitedKind, () => Iterable<Change>>> = {
    disable: () => only(plan.ids("disable"), (id) => isNew("disable", id) && !draft.allowedStrangers.has(id)),
    clear: () => newlyEmptied(plan.clearing(), (name, id) => isNewBesides(`clear ${name}`, id)),
    create: () => only(plan.ids("create"), (id) => isNew("create", id)),
    grant: () => only(grants ? idsOf(plan.granting(grants)) : [], (id) => isNewBesides("grant", id)),
  };
  // A side of two that has nothing yet is no side that lost all that it had.
  const isEmptyYet = known === 0 && isWritten(rules, "a");
  const { links, active } = await readCounts(state, partitions);
  const planned = plan.counts("planned");
  const joining = (["create", "enable", "link"] as const).reduce((sum, kind) => sum + (planned.get(kind) ?? 0), 0);
  const over = overLimit(limits, {
    readMode: read.mode,
    inScope: isEmptyYet ? 1 : scratch.objects.inScope(),
    linked: links,
    population: active,
    linking: planned.get("link") ?? 0,
    firstSync: recovering,
    changes: {
      disable: countOf(changes.disable()),
      clear: countOf(changes.clear()),
      // A first sync creates everybody, and is not asked how many.
      create: recovering ? 0 : countOf(changes.create()),
      grant: countOf(changes.grant()),
    },
    remaining: active - (planned.get("disable") ?? 0) + joining,
    sourceName: run.source.name,
  });
  const name = side === "a" ? `${run.target.name}: ` : "";
  const kinds = over?.kinds ?? ["disable" as const];
  return {
    why: over && `${name}${over.why}`,
    lines: kinds.flatMap((kind) =>
      Array.from(changes[kind](), ({ id, fields }) => limitedLine(side === "a" ? `a-${kind}` : kind, id, fields)),
    ),
  };
}

/** Of one object; where values are emptied, which. */
interface Change {
  readonly id: string;
  readonly fields?: readonly string[];
}

function* only(ids: Iterable<string>, isMeant: (id: string) => boolean): Generator<Change, void, void> {
  for (const id of ids) if (isMeant(id)) yield { id };
}

function* newlyEmptied(ops: Iterable<Op>, isNew: (name: string, id: string) => boolean): Generator<Change, void, void> {
  for (const op of ops) {
    const fields = emptiedBy(op).filter((name) => isNew(name, op.sourceId));
    if (fields.length > 0) yield { id: op.sourceId, fields };
  }
}

function* idsOf(ops: Iterable<Op>): Generator<string, void, void> {
  for (const { sourceId } of ops) yield sourceId;
}

function countOf(each: Iterable<unknown>): number {
  let count = 0;
  for (const _ of each) count += 1;
  return count;
}
