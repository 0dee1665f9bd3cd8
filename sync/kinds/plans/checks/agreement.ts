/**
 * Whether the settings, the processes of Azure DevOps and the OnePlan group agree on types, fields and choices. Pure.
 *
 * @packageDocumentation
 */
import type { PlansField, PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { listed, quoted } from "../../../../contract/words.ts";
import { fieldFaults, isBuiltIn, type OnePlanField } from "../fields.ts";
import { typeFaults } from "../levels.ts";
import { missingType } from "../oneplan-items.ts";
import { typesOfPlans } from "../scope.ts";
import type { OnePlanFacts, OrganizationFacts } from "./facts.ts";
import type { PlansFinding } from "./findings.ts";
import { mappedPairs, type Pair } from "../pairs.ts";

export function agreementFindings(
  organization: PlansOrganization,
  devOps: OrganizationFacts,
  oneplan: OnePlanFacts,
): PlansFinding[] {
  return [
    ...typeFindings(organization, devOps),
    ...planTypeFindings(organization, oneplan),
    ...mappedPairs(organization).flatMap((pair) =>
      fieldFindings(pair, { organization, devOps, oneplan, table: pair.type === "plan" ? "planFields" : "taskFields" }),
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

function planTypeFindings(organization: PlansOrganization, facts: OnePlanFacts): PlansFinding[] {
  const missing = (kind: string, type: string): PlansFinding => ({
    where: "OnePlan",
    subject: type,
    text: missingType(kind, type),
    stops: true,
  });
  return [
    ...typesOfPlans(organization)
      .filter((type) => !facts.planTypes.includes(type))
      .map((type) => missing("plan type", type)),
    ...organization.taskTypes
      .filter((type) => facts.taskTypes && !facts.taskTypes.includes(type))
      .map((type) => missing("type of backlog items", type)),
  ];
}

interface Around {
  readonly organization: PlansOrganization;
  readonly devOps: OrganizationFacts;
  readonly oneplan: OnePlanFacts;
  readonly table: "planFields" | "taskFields";
}

function fieldFindings(pair: Pair, around: Around): PlansFinding[] {
  const { devOps, oneplan, table } = around;
  const { setting } = pair;
  const { azureDevOps, oneplan: name } = setting;
  const faults = fieldFaults(pair, devOps.fields, oneplan[table]);
  const findings = faults.map(({ text }): PlansFinding => ({
    ...{ where: "settings", subject: `${azureDevOps} - ${name}`, text, stops: true },
  }));
  const theirs = oneplan[table].get(name);
  if (!devOps.fields.has(azureDevOps) || (!theirs && !isBuiltIn(name))) return findings;
  return [...findings, ...withoutField(setting, around), ...(theirs ? choiceFindings(setting, theirs, around) : [])];
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

function choiceFindings(field: PlansField, theirs: OnePlanField, around: Around): PlansFinding[] {
  const choices = theirs.choices && Object.values(theirs.choices);
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
