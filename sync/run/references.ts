/**
 * Fields that refer to other objects of the source, as to somebody's manager: what the target holds there is the id
 * that the other one has in the TARGET. Where that one is linked, the field is one like any other. Where it is not, it
 * may be made by this very run, so that such fields are written in a second step, after everything else. What is still
 * missing then is remembered, and set by the run that finds it.
 *
 * @packageDocumentation
 */
import { writePlan, type Writing } from "./write.ts";
import { CommitQueue } from "../state/queue.ts";
import type { Run } from "./context.ts";
import { isEmpty, picked } from "../model/fields.ts";
import { fromJson, toJson } from "../model/json.ts";
import { storedLink } from "./link-book.ts";
import { Scratch } from "../scratch/index.ts";
import {
  type Fields,
  type FieldValue,
  isActive,
  type Item,
  type Link,
  type Op,
  otherSide,
  type References,
} from "../model/types.ts";
import { provePlan } from "./prove.ts";
import { counted, listed, quoted } from "../../contract/words.ts";

type LinkOf = (id: string) => Promise<Link | undefined>;

/** Puts what is linked into the fields of what was read; what is not has to wait. */
export async function resolveReferences(run: Run): Promise<void> {
  const { scratch } = run;
  for (const page of scratch.objects.referring()) {
    for (const object of page) {
      const { fields, missing } = await resolve(run, object.references ?? {}, knownLinks(run));
      scratch.objects.putSource({ ...object, fields: { ...object.fields, ...fields } });
      // Whoever is left alone is, also where the first run after the state was lost links it again.
      const isLeft = !isActive(object) || object.skip !== undefined;
      if (!isLeft && Object.keys(missing).length > 0) scratch.waiting.put(object.id, missing);
    }
  }
}

/** The same for one object, as it would be after the second step of a run that makes nobody else. */
export async function resolvedObject(run: Run, object: Item): Promise<Item> {
  const { fields, missing } = await resolve(run, object.references ?? {}, knownLinks(run));
  return object.fields ? { ...object, fields: { ...object.fields, ...fields, ...emptied(missing) } } : object;
}

/**
 * For a dry run: what the second step would write is told in the plan, in words, since the ids are not there yet.
 *
 * @returns how many objects that had nothing to do have something to do by this
 */
export async function foreseeReferences(run: Run): Promise<number> {
  const { scratch, target } = run;
  let changed = 0;
  let left = 0;
  for (const { sourceId, references } of scratch.waiting.all()) {
    const words: string[] = [];
    for (const [field, { id }] of Object.entries(references)) {
      const other = scratch.plan.of(id)?.op;
      const isComing = other?.kind === "create" || other?.kind === "link";
      if (isComing) words.push(`${field} follows once ${quoted(other.label)} is in ${target.name}`);
    }
    if (words.length < Object.keys(references).length) left += 1;
    const row = scratch.plan.of(sourceId);
    const link = await knownLinks(run)(sourceId);
    if (words.length === 0) continue;
    if (row) scratch.plan.replace(row.seq, { ...row.op, reason: [row.op.reason, ...words].join("; ") });
    else if (link?.[run.side].active) {
      scratch.plan.add(updateOf(run, link, listed(words)), link.origin);
      changed += 1;
    }
  }
  noteMissing(run, left);
  return changed;
}

/**
 * The second step: writes what had to wait for others, in this run or in earlier ones, and proves it like any other
 * write. What became of it is joined to the plan of the run.
 *
 * @param readComplete of others than were read it is known that they still refer to what they referred to
 * @returns how many objects were changed by it that the first step had nothing to do for
 * @throws TooManyFailures as the first step
 */
export async function writeReferences(run: Run, readComplete: boolean, writing: Writing): Promise<number> {
  const second = new Scratch();
  let changed = 0;
  try {
    await new SecondStep(run, second).plan(readComplete);
    const step: Run = { ...run, scratch: second };
    try {
      await writePlan(step, writing);
      await provePlan(step, writing);
    } finally {
      for (const state of OUTCOMES)
        for (const row of second.plan.rows(state)) if (!run.scratch.plan.join(row)) changed += 1;
    }
    return changed;
  } finally {
    second.close();
  }
}

const OUTCOMES = ["done", "failed", "aside", "written"] as const;

class SecondStep {
  readonly #run: Run;
  readonly #second: Scratch;
  readonly #stored: CommitQueue;
  /** By now the state has the links of this run. */
  readonly #linkOf: LinkOf;

  constructor(run: Run, second: Scratch) {
    const { state } = run;
    this.#run = run;
    this.#second = second;
    this.#stored = new CommitQueue(state);
    this.#linkOf = (id) => storedLink(run, id);
  }

  async plan(readComplete: boolean): Promise<void> {
    const { scratch, state, partitions } = this.#run;
    const remembered = new Set<string>();
    for await (const page of state.list(partitions.references)) {
      for (const { key, value } of page) {
        if (!readComplete && !scratch.objects.hasSource(key)) continue;
        remembered.add(key);
        // What was read anew says itself what it refers to.
        if (scratch.objects.hasSource(key)) continue;
        scratch.waiting.put(key, fromJson<References>(value));
      }
    }
    let left = 0;
    for (const { sourceId, references } of scratch.waiting.all()) {
      const missing = await this.#planOne(sourceId, references);
      if (missing === undefined) continue;
      if (scratch.objects.hasSource(sourceId)) left += 1;
      remembered.delete(sourceId);
      await this.#stored.commit({ partition: partitions.references, key: sourceId, value: toJson(missing) });
    }
    const partition = partitions.references;
    await Promise.all([...remembered].map((key) => this.#stored.commit({ partition, key })));
    noteMissing(this.#run, left);
  }

  /** Returns what is still missing, if anything. */
  async #planOne(sourceId: string, references: References): Promise<References | undefined> {
    const { side } = this.#run;
    const link = await this.#linkOf(sourceId);
    // Whoever is not there, failed, or is left alone, is read again, and refers again then.
    const row = this.#run.scratch.plan.of(sourceId);
    if (!link?.[side].active || isOpen(row?.state) || row?.op.kind === "skip") return undefined;
    const { fields, missing } = await resolve(this.#run, references, this.#linkOf);
    const wanted = Object.entries({ ...fields, ...emptied(missing) });
    const after = Object.fromEntries(wanted.filter(([name, value]) => value !== (link[side].agreed[name] ?? null)));
    if (!isEmpty(after)) {
      const op = updateOf(this.#run, link, `${listed(Object.keys(after))} of what it refers to`);
      this.#second.objects.putSource({
        id: sourceId,
        label: link.label,
        life: "active",
        fields: after,
        keys: {},
      });
      this.#second.plan.add({ ...op, before: picked(link[side].agreed, Object.keys(after)), after }, link.origin);
    }
    return Object.keys(missing).length > 0 ? missing : undefined;
  }
}

function isOpen(state: string | undefined): boolean {
  return state !== undefined && ["failed", "aside", "written", "unproven"].includes(state);
}

function knownLinks(run: Run): LinkOf {
  return async (id) => run.scratch.links.bySource(id) ?? storedLink(run, id);
}

async function resolve(
  { side }: Pick<Run, "side">,
  references: References,
  linkOf: LinkOf,
): Promise<{ readonly fields: Fields; readonly missing: References }> {
  const fields: Record<string, FieldValue> = {};
  const missing: Record<string, References[string]> = {};
  for (const [field, reference] of Object.entries(references)) {
    const link = await linkOf(reference.id);
    if (link) fields[field] = link[side].id;
    else missing[field] = reference;
  }
  return { fields, missing };
}

/** What a field holds while what it refers to is missing. */
function emptied(missing: References): Fields {
  const emptied = Object.entries(missing).filter(([, { keep }]) => keep !== true);
  return Object.fromEntries(emptied.map(([field]) => [field, null]));
}

function updateOf({ side }: Pick<Run, "side">, link: Link, reason: string): Op {
  const [sourceId, targetId] = [link[otherSide(side)].id, link[side].id];
  return { kind: "update", side, sourceId, targetId, label: link.label, reason };
}

function noteMissing({ note, target }: Run, left: number): void {
  if (left === 0) return;
  const whom = left === 1 ? "1 object refers" : `${counted(left, "object")} refer`;
  note(
    `${whom} to something that ${target.name} does not have (out of scope, or failed): the field is left without it, and set by the run that finds it.`,
  );
}
