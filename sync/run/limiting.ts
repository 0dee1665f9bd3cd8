/**
 * Whether a plan may be written. What stops it is kept, so that it can be allowed.
 *
 * @packageDocumentation
 */
import { isWritten } from "../model/types.ts";
import { limitedHash, type LimitedKind, limitedLine, overLimit, overLimitMessage } from "../planner/limits.ts";
import { checkNamed, findAllowance, keepLimited } from "./allowances.ts";
import type { Run } from "./context.ts";
import type { Definition, Grants, RunOptions } from "./definition.ts";
import { readCounts } from "./link-book.ts";
import type { ReadOutcome } from "./read.ts";
import type { ReportDraft } from "./report-draft.ts";

/** The writes on one side, and how the other one was read. */
export interface Limited {
  readonly run: Run;
  readonly read: Pick<ReadOutcome, "mode">;
  /** No full run has come to its end yet. */
  readonly recovering: boolean;
}

/** Limits count per side; what is over on either is one set, which is allowed as a whole. */
export async function passesLimits(
  sides: readonly [Limited, ...Limited[]],
  { limits, sync, ...definition }: Pick<Definition, "limits" | "sync"> & { readonly grants?: Grants },
  options: RunOptions,
  draft: ReportDraft,
): Promise<boolean> {
  const [{ run }] = sides;
  const found = [];
  for (const side of sides) found.push(await overOn(side, limits, definition.grants, draft));
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
  if (!run.dryRun) await keepLimited(run, hash, lines);
  draft.failure = overLimitMessage(why, options.command ?? `tenantwire sync ${sync}`, hash);
  if (options.allow !== undefined) draft.failure += ` ${options.allow} does not allow this.`;
  return false;
}

/** Why the writes on a side are over, if so, and the lines of what would be limited there. */
async function overOn(
  { run, read, recovering }: Limited,
  limits: Definition["limits"],
  grants: Grants | undefined,
  draft: ReportDraft,
): Promise<{ readonly why: string | undefined; readonly lines: readonly string[] }> {
  const { scratch, state, partitions, side, rules, known } = run;
  // What an earlier run planned within the limits, and could not do, is no new change.
  const isNew = (kind: LimitedKind) => (id: string) => scratch.retries.get(id)?.kind !== kind;
  const disables = scratch.plan.ids("disable");
  const ids: Readonly<Record<LimitedKind, readonly string[]>> = {
    disable: disables.filter(isNew("disable")).filter((id) => !draft.allowedStrangers.has(id)),
    clear: scratch.plan.ids("clear"),
    create: scratch.plan.ids("create").filter(isNew("create")),
    grant: grants ? scratch.plan.writing(grants.field, grants.value) : [],
  };
  // A side of two that has nothing yet is no side that lost all that it had.
  const isEmptyYet = known === 0 && isWritten(rules, "a");
  const { links, active } = await readCounts(state, partitions);
  const planned = scratch.plan.counts("planned");
  const joining = (["create", "enable", "link"] as const).reduce((sum, kind) => sum + (planned.get(kind) ?? 0), 0);
  const over = overLimit(limits, {
    readMode: read.mode,
    inScope: isEmptyYet ? 1 : scratch.objects.inScope(),
    linked: links,
    population: active,
    firstSync: recovering,
    changes: {
      disable: ids.disable.length,
      clear: ids.clear.length,
      create: ids.create.length,
      grant: ids.grant.length,
    },
    remaining: active - disables.length + joining,
    sourceName: run.source.name,
  });
  const name = side === "a" ? `${run.target.name}: ` : "";
  const kinds = over?.kinds ?? ["disable" as const];
  return {
    why: over && `${name}${over.why}`,
    lines: kinds.flatMap((kind) => ids[kind].map((id) => limitedLine(side === "a" ? `a-${kind}` : kind, id))),
  };
}
