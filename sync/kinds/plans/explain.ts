/**
 * Why one work item, plan or task is as it is: field by field what both sides have, what was agreed on, which rule counts,
 * and what the next run does. By the planner of the runs; nothing is written.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../../contract/errors.ts";
import { quoted } from "../../../contract/words.ts";
import { type FieldValue, isActive, type Item, type Link, rulesOf, gone } from "../../model/types.ts";
import { changedFields, planLink, type Seen } from "../../planner/plan-link.ts";
import { linkOf } from "../../run/history.ts";
import { type PastChange, readRecords } from "../../run/object-history.ts";
import { type Change, changeOf } from "../../run/published.ts";
import { partitionsOf } from "../../state/partitions.ts";
import type { State } from "../../state/session.ts";
import type { PlansDefinition } from "./definition.ts";
import { isAzureDevOpsId, WORK_ITEM } from "./keys.ts";

/** A pair of fields of an item. */
interface ExplainedField {
  readonly azureDevOps: string;
  readonly oneplan: string;
  readonly direction: string;
  readonly conflict: string;
  /** As each side has it, and had it when it was agreed on; absent where the side does not have the field, or nothing was. */
  readonly inAzureDevOps?: FieldValue;
  readonly inOnePlan?: FieldValue;
  readonly agreedInAzureDevOps?: FieldValue;
  readonly agreedInOnePlan?: FieldValue;
  /** Where it was changed since. */
  readonly changed: "nowhere" | "in Azure DevOps" | "in OnePlan" | "on both sides";
  /** Instant of the last run that wrote it, as far as the history goes. */
  readonly since?: string;
}

export interface ItemExplanation {
  readonly id: string;
  readonly label: string;
  /** Its type, and what it is in OnePlan. */
  readonly type: string;
  readonly azureDevOps: string;
  readonly oneplan: string;
  readonly fields: readonly ExplainedField[];
  readonly next: readonly Change[];
  readonly history: readonly PastChange[];
}

interface ExplainItemOptions {
  readonly definition: PlansDefinition;
  readonly state: State;
  /** Id of the work item, or of the plan or task (`<plan>/<task>`). */
  readonly asked: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** Of a pair of which there is one half only. */
const NOTHING = "nothing goes with it";

/** @throws TenantwireError when neither side knows the item */
export async function explainItem(options: ExplainItemOptions): Promise<ItemExplanation> {
  const { definition, state, asked, now } = options;
  const { a, b, rules, sync } = definition;
  const { linked } = partitionsOf(sync);
  const linkWith = (id: string) => linkOf(state, sync, id);
  const { item, link, other } = await pairOf(options, linkWith);
  if (item.life === "gone" && !link && !other) {
    throw new TenantwireError(
      `There is no work item ${quoted(asked)} in what is synced, and nothing in OnePlan goes with it: give the id of a work item, or of its plan or task.`,
    );
  }
  // What came from OnePlan is recorded under its id there.
  const ids = new Set([item.id, ...(link ? [link.b.id] : other ? [other.id] : [])]);
  const history = await readRecords(state, sync, ...ids);
  const context = {
    sourceName: a.name,
    targetName: b.name,
    correlation: b.matchBy[0],
    correlationBack: a.matchBy[0],
    readMode: "full",
    readComplete: true,
    recovering: false,
    now: now(),
  } as const;
  const candidates = !link && other && item.life !== "gone" ? [{ attribute: WORK_ITEM, object: other }] : [];
  const others = await parentsOf(item, other, linkWith, state, linked);
  const seen = (found: Item | undefined): Seen => (found === undefined || found.life === "gone" ? "missing" : found);
  const input = {
    ...(link || item.life !== "gone" ? { a: seen(item) } : {}),
    ...(link || (other && item.life === "gone") ? { b: seen(other) } : {}),
    ...{ candidates, others, ...(link && { link }) },
  };
  const ops = planLink(input, rules, context);
  const fields = rulesOf(rules.fields, item.type ?? other?.type).map((rule): ExplainedField => {
    const [inA, inB] = [item.fields?.[rule.a], other?.fields?.[rule.b]];
    const [agreedA, agreedB] = [link?.a.agreed[rule.a], link?.b.agreed[rule.b]];
    const isChangedA = agreedA !== undefined && inA !== undefined && inA !== agreedA;
    const isChangedB = agreedB !== undefined && inB !== undefined && inB !== agreedB;
    const names = new Set([rule.a, rule.b]);
    const since = history.find(({ outcome, kind, reason }) => {
      return outcome === "done" && (kind === "create" || changedFields(reason).some((name) => names.has(name)));
    })?.startedAt;
    return {
      azureDevOps: rule.a,
      oneplan: rule.b,
      direction: DIRECTIONS[rule.direction],
      conflict: rule.direction === "<->" ? POLICIES[rule.conflict ?? "fail"] : "-",
      ...(inA !== undefined && { inAzureDevOps: inA }),
      ...(inB !== undefined && { inOnePlan: inB }),
      ...(agreedA !== undefined && { agreedInAzureDevOps: agreedA }),
      ...(agreedB !== undefined && { agreedInOnePlan: agreedB }),
      changed:
        isChangedA && isChangedB
          ? "on both sides"
          : isChangedA
            ? "in Azure DevOps"
            : isChangedB
              ? "in OnePlan"
              : "nowhere",
      ...(since !== undefined && { since }),
    };
  });
  return {
    id: item.id,
    label: item.life === "gone" ? (link?.label ?? other?.label ?? asked) : item.label,
    type: item.type ?? other?.type ?? "",
    azureDevOps: isAzureDevOpsId(item.id) ? stateOf(item) : NOTHING,
    oneplan: other === undefined ? NOTHING : `${stateOf(other)} (${other.id}${link ? "" : ", not linked yet"})`,
    fields,
    next: ops.map(changeOf),
    history,
  };
}

const DIRECTIONS = { "->": "to OnePlan", "<-": "to Azure DevOps", "<->": "both ways", once: "once" } as const;
const POLICIES = {
  a: "Azure DevOps wins",
  b: "OnePlan wins",
  newest: "the newest wins",
  fail: "a person decides",
} as const;

function stateOf(item: Item): string {
  if (item.life === "gone") return "not there";
  if (item.skip !== undefined) return `left alone: ${item.skip}`;
  return isActive(item) ? "there" : `not wanted: ${item.why ?? "inactive"}`;
}

interface Pair {
  /** The work item; where there is none, an item of the id that was asked for, which is gone. */
  readonly item: Item;
  readonly link?: Link | undefined;
  readonly other?: Item | undefined;
}

/** Both halves as a run of this item alone reads them. */
async function pairOf(
  { definition: { a, b, rules, sync }, state, asked, signal }: ExplainItemOptions,
  linkWith: (id: string) => Promise<Link | undefined>,
): Promise<Pair> {
  const names = rules.fields.map((rule) => rule.a);
  await a.check(names, signal);
  b.within(state);
  await b.check(names, signal);
  const { links, linked } = partitionsOf(sync);
  const requestOf = (partition: string) => {
    const isLinked = async (id: string) => (await state.get(partition, id)) !== undefined;
    return { isLinked, state, dryRun: true, signal };
  };
  const readA = async (ids: readonly string[]) => (await a.readOnly(ids, requestOf(links))).items[0];
  // What is not meant by any run is looked at all the same.
  const readB = async (id: string) => {
    const { items } = await b.readOnly([id], requestOf(linked));
    return items[0] ?? (await b.get(id, signal));
  };
  if (isAzureDevOpsId(asked)) {
    const item = (await readA([asked])) ?? gone(asked);
    const link = await linkWith(asked);
    if (link) return { item, link, other: await readB(link.b.id) };
    await b.readOnly([], requestOf(linked));
    return { item, other: await carrying(b, asked, signal) };
  }
  const id = asked.toLowerCase();
  // Of a plan it counts what of Azure DevOps was in scope.
  await readA([]);
  const read = ONEPLAN_ID_FORM.test(id) ? await readB(id) : gone(id);
  const there = read.life === "gone" ? undefined : read;
  const known = await state.get(linked, id);
  const of = typeof known === "string" ? known : there?.keys[WORK_ITEM];
  if (!of) return { item: gone(id), other: there };
  const link = await linkWith(of);
  return {
    item: (await readA([of])) ?? gone(of),
    link,
    other: there ?? (link ? await readB(link.b.id) : undefined),
  };
}

/** As OnePlan calls plans, and this sync tasks. */
const ONEPLAN_ID_FORM = /^[0-9a-f-]{36}(\/[0-9a-f-]{36})?$/;

async function carrying(b: PlansDefinition["b"], asked: string, signal: AbortSignal): Promise<Item | undefined> {
  const [only, ...others] = await b.find(WORK_ITEM, asked, signal);
  return others.length === 0 ? only : undefined;
}

/** Where what the two lie in is on the other side. */
async function parentsOf(
  item: Item,
  other: Item | undefined,
  linkWith: (id: string) => Promise<Link | undefined>,
  state: State,
  linked: string,
) {
  const inA = new Map<string, string>();
  const inB = new Map<string, string>();
  const above = item.fields?.["System.Parent"];
  const link = typeof above === "string" ? await linkWith(above) : undefined;
  if (link) inB.set(link.a.id, link.b.id);
  const plan = other?.fields?.["Parent"];
  const back = typeof plan === "string" ? await state.get(linked, plan) : undefined;
  if (typeof plan === "string" && typeof back === "string") inA.set(plan, back);
  return { inA, inB };
}
