/**
 * Why one object is or is not in the target: what is known of it, and what the next run would do, by the planner of
 * the runs. Nothing is written anywhere, and no lock is taken.
 *
 * @packageDocumentation
 */
import { type LimitedSet, newestSetWith } from "./allowances.ts";
import { CursorExpired } from "../../contract/errors.ts";
import type { Run } from "./context.ts";
import { sameFields } from "../model/fields.ts";
import { readPosition } from "./finish.ts";
import { settleIntent } from "./journal.ts";
import { type Intent } from "../model/recorded.ts";
import { decideMode, type Position } from "../planner/mode.ts";
import {
  type Change,
  changeOf,
  shownCandidate,
  type ShownCandidate,
  shownLink,
  type ShownLink,
  shownSource,
  type ShownSource,
  shownTarget,
  type ShownTarget,
} from "./published.ts";
import { readRecords, type PastChange } from "./object-history.ts";
import { partitionsOf } from "../state/partitions.ts";
import { planLink, withKnownLabel, type Seen } from "../planner/plan-link.ts";
import { mayDisable, RunPlanner } from "./planning.ts";
import { resolvedObject } from "./references.ts";
import { readCounts, storedLink } from "./link-book.ts";
import { isDue, unshownIn } from "./retries.ts";
import { giveSamples } from "./samples.ts";
import { type Retry } from "../model/recorded.ts";
import type { SyncDefinition } from "./definition.ts";
import { Scratch } from "../scratch/index.ts";
import { readObject, type State } from "../state/session.ts";
import { type FieldValue, type Item, type Link, oneWay, type Op, type ReadMode } from "../model/types.ts";

export interface ObjectExplanation {
  /** As a run would have it from the source. */
  readonly object: ShownSource;
  readonly link?: ShownLink;
  /** The target's object that is linked, as it is now; absent where there is no link, or where it is gone. */
  readonly present?: ShownTarget;
  /** Objects of the target that may be its own, by the strongest attribute that has any; only where nothing is linked. */
  readonly candidates: readonly ShownCandidate[];
  readonly next: {
    readonly mode: ReadMode;
    /** Why the next run reads in that mode. */
    readonly modeReason: string;
    readonly change: Change;
    /** Instant before which it is not tried again, since it failed, unless it changes in the source. */
    readonly notBefore?: string;
  };
  /**
   * What a full run would do, where that is something else: it looks at everybody, and compares with the target itself.
   */
  readonly full?: Change;
  /** Instant from which on a run is a full one by itself; there with `full`, where the next run is none. */
  readonly fullAt?: string;
  /** It failed, or has to be looked at again. */
  readonly retry?: Retry;
  /** The outcome of the last write to it is not known: the next run looks before it writes. */
  readonly unsettled: boolean;
  /** The newest set stopped by a limit that it is in. */
  readonly limited?: LimitedSet;
  /** What the last runs did with it, newest first. */
  readonly history: readonly PastChange[];
}

/** A field of the target. */
export interface ExplainedField {
  readonly field: string;
  /** Property of the source that it is mapped from. */
  readonly property: string;
  /** What the target should hold; absent where that is not known, or where the field is left as it is. */
  readonly value?: FieldValue;
  /** What the target holds; absent where there is no object of the target. */
  readonly held?: FieldValue;
  /** What the next run would write. */
  readonly write?: FieldValue;
}

interface ExplainOptions {
  readonly definition: SyncDefinition;
  readonly state: State;
  readonly object: Item;
  /** Correlation ids of objects that must never be disabled, as the source's read would tell. */
  readonly protected?: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
}

/** Explains an object that the source was asked for. What stops a run (a wrong key, a missing field) is thrown here too. */
export async function explainObject(options: ExplainOptions): Promise<ObjectExplanation> {
  const scratch = new Scratch();
  try {
    return await new Explainer(options, scratch).explain();
  } finally {
    scratch.close();
  }
}

/** @param properties field of the target -> property of the source */
export function explainedFields(
  properties: Readonly<Record<string, string>>,
  { object, next, present, candidates }: ObjectExplanation,
): ExplainedField[] {
  // What would be linked is what the next run compares with.
  const held = present ?? candidates.find((candidate) => candidate.object.id === next.change.targetId)?.object;
  return Object.entries(properties).map(([field, property]) => {
    const value = object.fields?.[field];
    const write = next.change.after?.[field];
    return {
      field,
      property,
      ...(value !== undefined && { value }),
      ...(held && { held: held.fields?.[field] ?? null }),
      ...(write !== undefined && { write }),
    };
  });
}

class Explainer {
  readonly #options: ExplainOptions;
  #run: Run;

  constructor(options: ExplainOptions, scratch: Scratch) {
    const { definition, state, signal, now = () => new Date() } = options;
    this.#options = options;
    this.#run = {
      side: "b",
      source: definition.source,
      target: definition.target,
      rules: oneWay(definition.fields),
      state,
      partitions: partitionsOf(definition.sync),
      scratch,
      dryRun: true,
      signal,
      now,
      sleep: async () => undefined,
      progress: () => undefined,
      allowing: async () => undefined,
      note: () => undefined,
      known: 0,
      asked: false,
    };
  }

  async explain(): Promise<ObjectExplanation> {
    const { definition, object: read, signal } = this.#options;
    const { state, partitions, target, scratch } = this.#run;
    this.#run = { ...this.#run, known: (await readCounts(state, partitions)).links };
    await target.check(definition.fields, signal);
    await giveSamples(this.#run);

    const object = await resolvedObject(this.#run, read);
    const intent = await readObject<Intent>(state, partitions.journal, read.id);
    // Looked up before it is planned, as a run does it.
    if (intent) await settleIntent(this.#run, object.id, intent);
    const link = scratch.links.bySource(object.id) ?? (await storedLink(this.#run, object.id));
    const retry = await readObject<Retry>(state, partitions.retries, read.id);
    const present: Seen = link ? ((await target.get(link.b.id, signal)) ?? "missing") : "unknown";
    const limited = await newestSetWith(state, definition.sync, [read.id]);
    return {
      object: shownSource(withKnownLabel(object, link)),
      ...(link && { link: shownLink(link) }),
      ...(typeof present !== "string" && { present: shownTarget(present) }),
      ...(await this.#planned(object, link, present, retry)),
      ...(retry && { retry }),
      unsettled: intent !== undefined,
      ...(limited && { limited }),
      history: await readRecords(state, definition.sync, object.id),
    };
  }

  async #planned(object: Item, link: Link | undefined, present: Seen, retry: Retry | undefined) {
    const { definition, protected: kept } = this.#options;
    const { state, partitions, source, target, scratch, now } = this.#run;
    const position = await readPosition(this.#run);
    const { scopeHash, fullEveryMs } = definition;
    const { links } = await readCounts(state, partitions);
    const { mode, reason } = decideMode({ asked: undefined, position, links, scopeHash, fullEveryMs, now: now() });
    const context = {
      sourceName: source.name,
      targetName: target.name,
      correlation: target.matchBy[0],
      readMode: mode,
      readComplete: true,
      recovering: mode === "full" && position === undefined,
      ...(kept && { protected: kept }),
      now: now(),
    };
    const unlinked = link === undefined || present === "missing";
    // Who else is linked to a candidate was not read here: as in a delta run, the source is asked for each.
    const planner = new RunPlanner(this.#run, { ...context, readMode: "delta" });
    const candidates = unlinked ? await planner.candidatesOf(object) : [];
    const waitsUntil = scratch.retries.waitsUntil(object.id);
    const unshown = unshownIn(scratch.retries.get(object.id) ?? retry);
    const plan = (readMode: ReadMode, seen: Seen): Op => {
      const waiting = { ...(waitsUntil && { waitsUntil }), ...(unshown !== undefined && { unshown }) };
      const input = { a: object, ...(link && { link }), b: seen, candidates, ...waiting };
      const [op] = planLink(input, this.#run.rules, { ...context, readMode });
      if (!op) throw new TypeError("Nothing was planned.");
      return op;
    };

    const full = plan("full", present);
    // A delta run compares with what was last agreed, and asks the target only before a disable.
    const seen = mode === "full" || !link || mayDisable(object, link.b) ? full : plan("delta", "unknown");
    const isLookedAt = mode === "full" || (await this.#isLookedAt(object.id, retry, position));
    const { sourceId, label, targetId } = seen;
    const op: Op = isLookedAt
      ? seen
      : {
          kind: "none",
          side: "b",
          sourceId,
          label,
          reason: `did not change in ${source.name} since the last run`,
          ...(targetId !== undefined && { targetId }),
        };
    const waits = mode === "delta" && retry && !isDue(retry, now());
    const fullAt = position && new Date(Date.parse(position.fullAt) + fullEveryMs);
    return {
      candidates: candidates.map(shownCandidate),
      next: { mode, modeReason: reason, change: changeOf(op), ...(waits && { notBefore: retry.next }) },
      ...(!sameOp(full, op) && {
        full: changeOf(full),
        ...(mode === "delta" && fullAt && { fullAt: fullAt.toISOString() }),
      }),
    };
  }

  /** Whether a run that reads changes looks at the object: the source tells of it, or it was left to be looked at. */
  async #isLookedAt(id: string, retry: Retry | undefined, position: Position | undefined): Promise<boolean> {
    const { state, source, signal, scratch } = this.#run;
    if (retry || scratch.retries.unsettledCount() > 0) return true;
    const isLinked = async (linked: string) => (await storedLink(this.#run, linked)) !== undefined;
    const pages = source.read({
      mode: "delta",
      ...(position && { cursor: position.cursor }),
      isLinked,
      state,
      dryRun: true,
      signal,
      onProgress: () => undefined,
    });
    try {
      for await (const page of pages) if (page.some((object) => object.id === id)) return true;
      return false;
    } catch (error) {
      // The next run reads in full after all.
      if (error instanceof CursorExpired) return true;
      throw error;
    }
  }
}

function sameOp(one: Op, other: Op): boolean {
  return one.kind === other.kind && sameFields(one.after ?? {}, other.after ?? {});
}
