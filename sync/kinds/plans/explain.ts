/**
 * Why one work item, plan or task is as it is: field by field what both sides have, what was agreed on, which rule counts,
 * and what the next run does. By the planner of the runs; nothing is written.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../../contract/errors.ts";
import { quoted } from "../../../contract/words.ts";
import { type FieldValue, isActive, type Item, type Link, linkFromJson, rulesOf } from "../../model/types.ts";
import { planLink, type Seen } from "../../planner/plan-link.ts";
import { type PastChange, readRecords } from "../../run/object-history.ts";
import { type Change, changeOf } from "../../run/published.ts";
import { partitionsOf } from "../../state/partitions.ts";
import type { State } from "../../state/session.ts";
import type { PlansDefinition } from "./definition.ts";
import { WORK_ITEM } from "./keys.ts";

/** A pair of fields of an item. */
export interface ExplainedField {
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

export interface ExplainItemOptions {
  readonly definition: PlansDefinition;
  readonly state: State;
  /** Id of the work item. */
  readonly asked: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** @throws TenantwireError when neither side knows the item */
export async function explainItem(options: ExplainItemOptions): Promise<ItemExplanation> {
  const { definition, state, asked, signal, now } = options;
  const { a, b, rules, sync } = definition;
  const { links } = partitionsOf(sync);
  const linkOf = async (id: string): Promise<Link | undefined> => {
    const stored = await state.get(links, id);
    return stored === undefined ? undefined : linkFromJson(stored);
  };
  const names = rules.fields.map((rule) => rule.a);
  await a.check(names, signal);
  await b.check(names, signal);
  const isLinked = async (id: string) => (await linkOf(id)) !== undefined;
  const link = await linkOf(asked);
  const read = await a.readOnly([asked], { isLinked, state, dryRun: true, signal });
  const [item = missing(asked)] = read.items;
  const other = link ? await b.get(link.b.id, signal) : await carrying(definition, asked, signal);
  if (item.life === "gone" && !link && !other) {
    throw new TenantwireError(
      `There is no work item ${quoted(asked)} in what is synced, and nothing in OnePlan goes with it: give the id of a work item.`,
    );
  }
  // What came from OnePlan is recorded under its id there.
  const history = await readRecords(state, sync, asked, ...(link ? [link.b.id] : []));
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
  const candidates = !link && other ? [{ attribute: WORK_ITEM, object: other }] : [];
  const others = await parentsOf(item, other, linkOf, state, partitionsOf(sync).linked);
  const seen = (found: Item | undefined): Seen => (found === undefined || found.life === "gone" ? "missing" : found);
  const input = { a: seen(item), candidates, others, ...(link && { link, b: seen(other) }) };
  const ops = item.life === "gone" && !link ? [] : planLink(input, rules, context);
  const fields = rulesOf(rules.fields, item.type ?? other?.type).map((rule): ExplainedField => {
    const [inA, inB] = [item.fields?.[rule.a], other?.fields?.[rule.b]];
    const [agreedA, agreedB] = [link?.a.agreed[rule.a], link?.b.agreed[rule.b]];
    const isChangedA = agreedA !== undefined && inA !== undefined && inA !== agreedA;
    const isChangedB = agreedB !== undefined && inB !== undefined && inB !== agreedB;
    const names = [rule.a, rule.b];
    const since = history.find(({ outcome, kind, reason }) => {
      return outcome === "done" && (kind === "create" || names.some((name) => reason.includes(name)));
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
    id: asked,
    label: item.life === "gone" ? (link?.label ?? other?.label ?? asked) : item.label,
    type: item.type ?? other?.type ?? "",
    azureDevOps: stateOf(item),
    oneplan:
      other === undefined ? "nothing goes with it" : `${stateOf(other)} (${other.id}${link ? "" : ", not linked yet"})`,
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

function missing(id: string): Item {
  return { id, label: id, life: "gone", keys: {} };
}

async function carrying({ b }: PlansDefinition, asked: string, signal: AbortSignal): Promise<Item | undefined> {
  const [only, ...others] = await b.find(WORK_ITEM, asked, signal);
  return others.length === 0 ? only : undefined;
}

/** Where what the two lie in is on the other side. */
async function parentsOf(
  item: Item,
  other: Item | undefined,
  linkOf: (id: string) => Promise<Link | undefined>,
  state: State,
  linked: string,
) {
  const inA = new Map<string, string>();
  const inB = new Map<string, string>();
  const above = item.fields?.["System.Parent"];
  const link = typeof above === "string" ? await linkOf(above) : undefined;
  if (link) inB.set(link.a.id, link.b.id);
  const plan = other?.fields?.["Parent"];
  const back = typeof plan === "string" ? await state.get(linked, plan) : undefined;
  if (typeof plan === "string" && typeof back === "string") inA.set(plan, back);
  return { inA, inB };
}
