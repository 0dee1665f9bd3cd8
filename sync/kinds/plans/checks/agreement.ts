/**
 * Whether the settings, the processes of Azure DevOps and the OnePlan group agree on types, fields and choices. Pure.
 *
 * @packageDocumentation
 */
import { didYouMean } from "../../../../contract/nearest.ts";
import type { PlansField, PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { listed, quoted } from "../../../../contract/words.ts";
import { typeFaults } from "../levels.ts";
import type { OnePlanFacts, OnePlanField, OrganizationFacts, ValueKind, WorkItemField } from "./facts.ts";
import type { PlansFinding } from "./findings.ts";
import { mappedPairs } from "../pairs.ts";

/** Properties that are no fields among others, and what they take. */
const BUILT_IN: Readonly<Record<string, ValueKind>> = {
  Name: "text",
  Owner: "person",
  AssignedTo: "person",
};

export function agreementFindings(
  organization: PlansOrganization,
  devOps: OrganizationFacts,
  oneplan: OnePlanFacts,
): PlansFinding[] {
  return [
    ...typeFindings(organization, devOps),
    ...planTypeFindings(organization, oneplan),
    ...mappedPairs(organization).flatMap(({ type, setting }) =>
      fieldFindings(setting, { organization, devOps, oneplan, table: type === "plan" ? "planFields" : "taskFields" }),
    ),
  ];
}

/** A type is needed in one of the projects; a wrong order is wrong in each. */
function typeFindings({ planTypes, taskTypes }: PlansOrganization, { projects }: OrganizationFacts): PlansFinding[] {
  const everywhere = new Set(projects.flatMap(({ types }) => [...types.keys()]));
  const findings = new Map<string, PlansFinding>();
  for (const { name, types, levels } of projects) {
    const isLacking = (type: string) => !types.has(type) && everywhere.has(type);
    const own = (names: readonly string[]) => names.filter((type) => !isLacking(type));
    for (const text of typeFaults({ plans: own(planTypes), tasks: own(taskTypes) }, levels, [...types.keys()])) {
      findings.set(text, { where: "settings", subject: name, text, stops: true });
    }
  }
  return [...findings.values()];
}

function planTypeFindings(
  { planTypes, taskTypes, projectPlanType }: PlansOrganization,
  facts: OnePlanFacts,
): PlansFinding[] {
  const missing = (kind: string, type: string): PlansFinding => ({
    where: "OnePlan",
    subject: type,
    text: `OnePlan has no ${kind} ${quoted(type)}: its name has to be that of the work item type, letter by letter. Make it in OnePlan, or take the type out of the settings.`,
    stops: true,
  });
  const plans = projectPlanType === undefined ? planTypes : [projectPlanType, ...planTypes];
  return [
    ...plans.filter((type) => !facts.planTypes.includes(type)).map((type) => missing("plan type", type)),
    ...taskTypes
      .filter((type) => facts.taskTypes && !facts.taskTypes.includes(type))
      .map((type) => missing("type of tasks", type)),
  ];
}

interface Around {
  readonly organization: PlansOrganization;
  readonly devOps: OrganizationFacts;
  readonly oneplan: OnePlanFacts;
  readonly table: "planFields" | "taskFields";
}

function fieldFindings(field: PlansField, around: Around): PlansFinding[] {
  const { devOps, oneplan, table } = around;
  const { azureDevOps, oneplan: name, direction } = field;
  const subject = `${azureDevOps} - ${name}`;
  const stop = (where: PlansFinding["where"], text: string): PlansFinding => ({ where, subject, text, stops: true });
  const ours = devOps.fields.get(azureDevOps);
  const of = table === "planFields" ? "plans" : "tasks";
  if (!ours) {
    const hint = didYouMean(azureDevOps, devOps.fields.keys());
    return [
      stop(
        "settings",
        `Azure DevOps has no field ${quoted(azureDevOps)}: ${hint ?? "a field is named by its reference name, as in System.Title."}`,
      ),
    ];
  }
  const theirs = oneplan[table].get(name);
  const kind = BUILT_IN[name] ?? theirs?.kind;
  if (kind === undefined) return [stop("settings", unknownField(name, of, oneplan[table]))];
  const findings: PlansFinding[] = [];
  const goesBack = direction === "both" || direction === "toAzureDevOps";
  if (goesBack && ours.isReadOnly) {
    findings.push(
      stop(
        "settings",
        `Azure DevOps lets nobody write ${azureDevOps}: write direction: toOnePlan or once, or leave it out.`,
      ),
    );
  }
  if (direction !== "toAzureDevOps" && theirs?.isReadOnly) {
    const text = `OnePlan lets nobody write ${quoted(name)} of ${of}, which follows from other values: write direction: toAzureDevOps, or leave it out.`;
    findings.push(stop("settings", text));
  }
  if (!agree(ours.kind, kind, theirs)) {
    const text = `${azureDevOps} is a ${ours.kind} in Azure DevOps, and ${quoted(name)} a ${kind} in OnePlan: map it to a field of the same kind.`;
    findings.push(stop("settings", text));
  }
  return [...findings, ...withoutField(field, around), ...(theirs ? choiceFindings(field, theirs, around) : [])];
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
function agree(ours: WorkItemField["kind"], theirs: ValueKind, field: OnePlanField | undefined): boolean {
  if (ours === theirs || ours === "unknown" || theirs === "unknown") return true;
  if (field?.choices) return ours === "text" || ours === "number" || ours === "truth";
  return theirs === "long text" && ours === "text";
}

/** Types that do not have the field: it stays empty for them. */
function withoutField({ azureDevOps }: PlansField, { organization, devOps, table }: Around): PlansFinding[] {
  const types = table === "planFields" ? organization.planTypes : organization.taskTypes;
  const lacking = types.filter((type) => {
    const facts = devOps.projects.flatMap((project) => project.types.get(type) ?? []);
    return facts.length > 0 && !facts.some(({ fields }) => fields.has(azureDevOps));
  });
  if (lacking.length === 0) return [];
  const text = `Work items of the type ${listed(lacking.map(quoted))} have no ${azureDevOps}: for them it stays empty in OnePlan.`;
  return [{ where: "Azure DevOps", subject: azureDevOps, text }];
}

function choiceFindings(field: PlansField, { choices }: OnePlanField, around: Around): PlansFinding[] {
  const { azureDevOps, oneplan, direction, values = [] } = field;
  const { organization, devOps, table } = around;
  const types = table === "planFields" ? organization.planTypes : organization.taskTypes;
  const facts = devOps.projects.flatMap((project) => types.flatMap((type) => project.types.get(type) ?? []));
  const allowed = [...new Set(facts.flatMap(({ fields }) => fields.get(azureDevOps) ?? []))];
  const findings: PlansFinding[] = [];
  const tell = (text: string) => findings.push({ where: "settings", subject: `${azureDevOps} - ${oneplan}`, text });
  const mend = `add what each is on the other side under values, or make the choice there. Where it is met it is left as it is.`;
  if (choices && direction !== "toAzureDevOps") {
    const there = (value: string) => values.find((each) => each.azureDevOps === value)?.oneplan ?? value;
    const lost = allowed.filter((value) => !choices.includes(there(value)));
    if (lost.length > 0)
      tell(`${quoted(oneplan)} of OnePlan has no choice for ${listed(lost.map(quoted))} of ${azureDevOps}: ${mend}`);
  }
  if (choices && allowed.length > 0 && (direction === "both" || direction === "toAzureDevOps")) {
    const here = (value: string) => values.find((each) => each.oneplan === value)?.azureDevOps ?? value;
    const lost = choices.filter((choice) => !allowed.includes(here(choice)));
    if (lost.length > 0)
      tell(
        `${azureDevOps} takes nothing that ${listed(lost.map(quoted))} of ${quoted(oneplan)} in OnePlan could be: ${mend}`,
      );
  }
  const unused = values.filter(
    (value) =>
      (allowed.length > 0 && !allowed.includes(value.azureDevOps)) || (choices && !choices.includes(value.oneplan)),
  );
  for (const value of unused) {
    tell(
      `The value ${quoted(value.azureDevOps)} - ${quoted(value.oneplan)} is of no side: correct it under values, letter by letter.`,
    );
  }
  return findings;
}
