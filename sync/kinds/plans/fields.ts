/**
 * Fields of work items, plans and tasks: what kind each is, who may write it, and whether two of them can go together.
 * The check before the first write and every run judge by the same.
 *
 * @packageDocumentation
 */
import type { WorkItemField as ApiField } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import { didYouMean } from "../../../contract/nearest.ts";
import { quoted } from "../../../contract/words.ts";
import type { PlanField } from "../../connectors/oneplan/integration.ts";
import { NAME, type Pair, PLAN_PARENT, PLAN_TYPE } from "./pairs.ts";

/** Kinds of values, as far as both sides can be compared. `unknown` is compared with nothing. */
export type ValueKind = "text" | "long text" | "number" | "date" | "person" | "truth" | "unknown";

export interface WorkItemField {
  readonly kind: ValueKind;
  readonly isReadOnly: boolean;
}

export interface OnePlanField {
  readonly kind: ValueKind;
  readonly isReadOnly: boolean;
  /** What people see. */
  readonly label: string;
  /** Labels of its choices by key; undefined: it takes any value. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** `FieldType` of Microsoft's client. */
const WORK_ITEM_KINDS: Readonly<Record<number, ValueKind>> = {
  0: "text",
  1: "number",
  2: "date",
  3: "text",
  4: "long text",
  5: "text",
  6: "long text",
  7: "number",
  8: "text",
  9: "truth",
  10: "person",
  11: "text",
  12: "number",
  13: "number",
};

/** Seen in one tenant: 1, 2, 3 and 5; that 4 is a date is assumed. What is calculated is read only. */
const ONEPLAN_KINDS: Readonly<Record<number, ValueKind>> = { 1: "text", 3: "number", 4: "date", 5: "text" };
const CALCULATED = 2;

/** Properties that are no fields among others, and what they take. */
const BUILT_IN: Readonly<Record<string, ValueKind>> = { [NAME]: "text", Owner: "person", AssignedTo: "person" };

/** By reference name. */
export function workItemFields(fields: readonly ApiField[]): ReadonlyMap<string, WorkItemField> {
  return new Map(
    fields.flatMap(({ referenceName, type = 0, isIdentity, readOnly }) => {
      if (referenceName === undefined) return [];
      const kind = isIdentity ? "person" : (WORK_ITEM_KINDS[type] ?? "unknown");
      return [[referenceName, { kind, isReadOnly: readOnly === true }] as const];
    }),
  );
}

/** By internal name. */
export function onePlanFields(fields: readonly PlanField[]): ReadonlyMap<string, OnePlanField> {
  return new Map(
    fields.map(({ InternalName, DisplayName, ColumnType, ReadOnly, MultiLine, Choices }) => [
      InternalName,
      {
        kind: MultiLine ? "long text" : (ONEPLAN_KINDS[ColumnType ?? 0] ?? "unknown"),
        isReadOnly: ReadOnly === true || ColumnType === CALCULATED,
        label: DisplayName || InternalName,
        ...(Choices && Object.keys(Choices).length > 0 && { choices: Choices }),
      },
    ]),
  );
}

export function isBuiltIn(oneplan: string): boolean {
  return Object.hasOwn(BUILT_IN, oneplan) || [PLAN_PARENT, PLAN_TYPE].includes(oneplan);
}

interface FieldFault {
  /** What is wrong, and how to mend it. */
  readonly text: string;
  /** Nothing of the two can go to either side. Otherwise one way is closed, and the other one open. */
  readonly isWhole: boolean;
}

/**
 * Why a pair cannot go together as it is declared.
 *
 * @param ours fields of work items
 * @param theirs fields of plans or tasks, as the pair is of the one or the other
 */
export function fieldFaults(
  { type, setting: { azureDevOps, oneplan, direction } }: Pair,
  ours: ReadonlyMap<string, WorkItemField>,
  theirs: ReadonlyMap<string, OnePlanField>,
): FieldFault[] {
  const of = type === "task" ? "tasks" : "plans";
  const whole = (text: string) => [{ text, isWhole: true }];
  const own = ours.get(azureDevOps);
  if (!own) {
    const hint = didYouMean(azureDevOps, ours.keys()) ?? "a field is named by its reference name, as in System.Title.";
    return whole(`Azure DevOps has no field ${quoted(azureDevOps)}: ${hint}`);
  }
  const other = theirs.get(oneplan);
  const kind = BUILT_IN[oneplan] ?? other?.kind;
  if (kind === undefined) return whole(unknownField(oneplan, of, theirs));
  const faults: FieldFault[] = [];
  if (own.isReadOnly && (direction === "both" || direction === "toAzureDevOps")) {
    const text = `Azure DevOps lets nobody write ${azureDevOps}: write direction: toOnePlan or once, or leave it out.`;
    faults.push({ text, isWhole: false });
  }
  if (other?.isReadOnly && direction !== "toAzureDevOps") {
    const text = `OnePlan lets nobody write ${quoted(oneplan)} of ${of}, which follows from other values: write direction: toAzureDevOps, or leave it out.`;
    faults.push({ text, isWhole: false });
  }
  if (agree(own.kind, kind, other)) return faults;
  const text = `${azureDevOps} is a ${own.kind} in Azure DevOps, and ${quoted(oneplan)} a ${kind} in OnePlan: map it to a field of the same kind.`;
  return [...faults, ...whole(text)];
}

function unknownField(name: string, of: string, fields: ReadonlyMap<string, OnePlanField>): string {
  const shown = [...fields].find(([, { label }]) => label === name)?.[0];
  const hint =
    shown === undefined
      ? (didYouMean(name, [...fields.keys(), ...Object.keys(BUILT_IN)]) ??
        "make it in OnePlan first, or correct the name.")
      : `that is what people see; its internal name is ${quoted(shown)}.`;
  return `OnePlan has no field ${quoted(name)} of ${of}; ${hint}`;
}

/** A text can hold what a person chose or wrote in one line; a long text needs room for its lines. */
function agree(ours: ValueKind, theirs: ValueKind, field: OnePlanField | undefined): boolean {
  if (ours === theirs || ours === "unknown" || theirs === "unknown") return true;
  if (field?.choices) return ours === "text" || ours === "number" || ours === "truth";
  return theirs === "long text" && ours === "text";
}
