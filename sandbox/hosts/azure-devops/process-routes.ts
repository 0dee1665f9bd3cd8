/**
 * What a project's process says: types, their fields and states, categories, backlogs; kinds of links.
 *
 * @packageDocumentation
 */
import { listed, needed } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { AzureDevOpsError } from "./errors.ts";
import { choices, fieldNamed, fields } from "./fields.ts";
import type { Field } from "./fields.ts";
import { endAttributes, linkEnds, resourceLinks } from "./link-types.ts";
import { ORGANIZATION } from "./organization.ts";
import { processes, typeNamed } from "./processes.ts";
import type { Backlog, Process, WorkItemType } from "./processes.ts";
import { fieldReference } from "./query-routes.ts";
import { processOf, stateOf } from "./tracking.ts";
import { fieldNotFound, typeNotFound } from "./work-item-errors.ts";

const ROOT = `https://dev.azure.com/${ORGANIZATION}`;

const STATE_COLORS: Readonly<Record<string, string>> = {
  Proposed: "b2b2b2",
  InProgress: "007acc",
  Resolved: "ff9d00",
  Completed: "339933",
  Removed: "ffffff",
};

function typeAddress(call: Call, name: string): string {
  return `${ROOT}/${needed(call).id}/_apis/wit/workItemTypes/${encodeURIComponent(name)}`;
}

function typeReference(call: Call, name: string): object {
  return { name, url: typeAddress(call, name) };
}

function processOfCall(call: Call): Process {
  return processOf(call.store, needed(call));
}

function typeOfCall(call: Call): WorkItemType {
  const name = call.params["type"] ?? "";
  const type = typeNamed(processOfCall(call), name);
  if (!type) throw typeNotFound(name, needed(call).name);
  return type;
}

function states(type: WorkItemType): object[] {
  return type.states.map(({ name, category }) => ({ name, color: STATE_COLORS[category], category }));
}

/** Assumed: every state can be reached from every other. */
function transitions({ states: all }: WorkItemType): object {
  const every = all.map(({ name }) => ({ to: name, actions: null }));
  return Object.fromEntries([["", every.slice(0, 1)], ...all.map(({ name }) => [name, every] as const)]);
}

function typeAnswer(call: Call, type: WorkItemType): object {
  return {
    name: type.name,
    referenceName: type.referenceName,
    description: "",
    color: type.color,
    icon: { id: type.icon, url: `${ROOT}/_apis/wit/workItemIcons/${type.icon}?color=${type.color}&v=2` },
    isDisabled: false,
    xmlForm: "",
    fields: typeFields(type).map(typeField),
    fieldInstances: typeFields(type).map(typeField),
    transitions: transitions(type),
    states: states(type),
    _links: { self: { href: typeAddress(call, type.name) } },
    url: typeAddress(call, type.name),
  };
}

function typeFields(type: WorkItemType): Field[] {
  return type.fields.map(fieldNamed).filter((each) => each !== undefined);
}

const REQUIRED = new Set(["System.Title", "System.State", "System.AreaId", "System.IterationId"]);

function typeField(field: Field): object {
  return {
    helpText: null,
    alwaysRequired: REQUIRED.has(field.referenceName),
    defaultValue: null,
    ...fieldReference(field),
  };
}

/** With the values that are allowed, when they are asked for: `$expand=allowedValues` or `all`, `1` or `3` of the client. */
function typeFieldExpanded(call: Call, type: WorkItemType, field: Field): object {
  const expand = (call.query.get("$expand") ?? "none").toLowerCase();
  const withValues = ["allowedvalues", "all", "1", "3"].includes(expand);
  const listedStates = field.referenceName === "System.State" ? type.states.map(({ name }) => name) : undefined;
  const allowed = listedStates ?? choices[field.referenceName]?.map(String) ?? [];
  return { ...typeField(field), ...(withValues && { allowedValues: allowed, dependentFields: [] }) };
}

/** Published examples: an identity is a string that says so. */
function fieldAnswer(field: Field): object {
  return {
    ...fieldReference(field),
    description: null,
    type: field.type,
    usage: "workItem",
    readOnly: field.readOnly,
    canSortBy: !["html", "history", "plainText"].includes(field.type),
    isQueryable: true,
    supportedOperations: OPERATIONS.map(([referenceName, name]) => ({
      referenceName: `SupportedOperations.${referenceName}`,
      name,
    })),
    isIdentity: field.isIdentity,
    isPicklist: false,
    isPicklistSuggested: false,
    isDeleted: false,
  };
}

const OPERATIONS = [
  ["Equals", "="],
  ["NotEquals", "<>"],
  ["GreaterThan", ">"],
  ["LessThan", "<"],
  ["In", "In"],
] as const;

function oneField(call: Call): object {
  const name = call.params["field"] ?? "";
  const field = fieldNamed(name);
  if (!field) throw new AzureDevOpsError(404, fieldNotFound(name).typeKey, fieldNotFound(name).message);
  return fieldAnswer(field);
}

function categories(call: Call): object[] {
  const { types } = processOfCall(call);
  const names = [...new Set(types.map(({ category }) => category))];
  return names.map((referenceName) => {
    const own = types.filter(({ category }) => category === referenceName);
    const [first] = own;
    return {
      name: `${referenceName.replace(/^\w+\.|Category$/g, "").replace(/(?<=[a-z])(?=[A-Z])/g, " ")} Category`,
      referenceName,
      ...(first && { defaultWorkItemType: typeReference(call, first.name) }),
      workItemTypes: own.map(({ name }) => typeReference(call, name)),
      url: `${ROOT}/${needed(call).id}/_apis/wit/workItemTypeCategories/${referenceName}`,
    };
  });
}

/** Published: GET backlogconfiguration. Where bugs are worked on decides which backlog has them (documented). */
function backlogConfiguration(call: Call): object {
  const process = processOfCall(call);
  const { bugsBehavior } = stateOf(call.store, needed(call));
  const bugs = process.types.some(({ name }) => name === "Bug") ? ["Bug"] : [];
  const level = (backlog: Backlog, type: "portfolio" | "requirement" | "task", more: readonly string[] = []) => ({
    id: backlog.id,
    name: backlog.name,
    rank: backlog.rank,
    workItemCountLimit: 1000,
    addPanelFields: [reference("System.Title")],
    columnFields: [{ columnFieldReference: reference("System.Title"), width: 400 }],
    workItemTypes: [...backlog.types, ...more].map((name) => typeReference(call, name)),
    defaultWorkItemType: typeReference(call, backlog.types[0] ?? ""),
    color: typeNamed(process, backlog.types[0] ?? "")?.color ?? "009CCC",
    isHidden: false,
    type,
  });
  return {
    taskBacklog: level(process.task, "task", bugsBehavior === "asTasks" ? bugs : []),
    requirementBacklog: level(process.requirement, "requirement", bugsBehavior === "asRequirements" ? bugs : []),
    portfolioBacklogs: process.portfolio.map((each) => level(each, "portfolio")),
    workItemTypeMappedStates: process.types.map(({ name, states: all }) => ({
      workItemTypeName: name,
      states: Object.fromEntries(all.map((state) => [state.name, state.category])),
    })),
    backlogFields: {
      typeFields: {
        Order: "Microsoft.VSTS.Common.StackRank",
        Effort: "Microsoft.VSTS.Scheduling.StoryPoints",
        RemainingWork: "Microsoft.VSTS.Scheduling.RemainingWork",
        Team: "System.AreaPath",
        Activity: "Microsoft.VSTS.Common.Activity",
      },
    },
    bugsBehavior,
    hiddenBacklogs: [],
    isBugsBehaviorConfigured: true,
    url: `${ROOT}/${needed(call).id}/_apis/work/backlogconfiguration`,
  };
}

function reference(name: string): object {
  const field = fieldNamed(name);
  if (!field) throw fieldNotFound(name);
  return fieldReference(field);
}

/** Published: GET processconfiguration. */
function processConfiguration(call: Call): object {
  const process = processOfCall(call);
  const category = ({ id, name, types }: Backlog) => ({
    name,
    referenceName: id,
    workItemTypes: types.map((each) => typeReference(call, each)),
  });
  const bugs = process.types.filter(({ name }) => name === "Bug").map(({ name }) => name);
  return {
    typeFields: {
      Effort: reference("Microsoft.VSTS.Scheduling.StoryPoints"),
      Order: reference("Microsoft.VSTS.Common.StackRank"),
      RemainingWork: reference("Microsoft.VSTS.Scheduling.RemainingWork"),
      Team: reference("System.AreaPath"),
      Activity: reference("Microsoft.VSTS.Common.Activity"),
    },
    taskBacklog: category(process.task),
    requirementBacklog: category(process.requirement),
    portfolioBacklogs: process.portfolio.map(category),
    bugWorkItems: category({ id: "Microsoft.BugCategory", name: "Bugs", rank: 0, types: bugs }),
    url: `${ROOT}/${needed(call).id}/_apis/work/processconfiguration`,
  };
}

function relationTypes(): object[] {
  const address = (name: string) => `${ROOT}/_apis/wit/workItemRelationTypes/${name}`;
  const resources = resourceLinks.map((name) => ({
    attributes: { usage: "resourceLink", editable: false, enabled: true },
    referenceName: name,
    name: RESOURCE_NAMES[name],
    url: address(name),
  }));
  const links = linkEnds.map((end) => ({
    attributes: endAttributes(end),
    referenceName: end.rel,
    name: end.name,
    url: address(end.rel),
  }));
  return [...links, ...resources];
}

const RESOURCE_NAMES: Readonly<Record<string, string>> = {
  AttachedFile: "Attached File",
  Hyperlink: "Hyperlink",
  ArtifactLink: "Artifact Link",
};

function processAnswer({ id, name, isDefault }: Process): object {
  const type = name.startsWith("Contoso") ? "inherited" : "system";
  return { id, name, description: "", isDefault, type, url: `${ROOT}/_apis/process/processes/${id}` };
}

/** Documented in the area of processes: the list, and the behaviours that are the levels of its backlogs. */
function processList(): object {
  return listed(
    processes.map(({ id, name, isDefault }) => ({
      typeId: id,
      name,
      referenceName: null,
      description: "",
      parentProcessTypeId: name.startsWith("Contoso") ? processes[0]?.id : "00000000-0000-0000-0000-000000000000",
      isEnabled: true,
      isDefault,
      customizationType: name.startsWith("Contoso") ? "inherited" : "system",
    })),
  );
}

function processOfPath({ params }: Call): Process {
  const id = params["process"]?.toLowerCase();
  const found = processes.find((each) => each.id === id);
  if (found) return found;
  throw new AzureDevOpsError(404, "ProcessTemplateTypeNotFoundException", `VS402375: The process ${id} was not found.`);
}

function behaviors(call: Call): object {
  const { portfolio, requirement, task } = processOfPath(call);
  const levels = [...portfolio, requirement, task];
  return listed(
    levels.map(({ id, name, rank }) => ({
      name,
      referenceName: id.startsWith("Custom.") ? id : id.replace("Microsoft.", "System.").replace("Category", "Backlog"),
      color: "009CCC",
      rank,
      description: "",
      customization: id.startsWith("Custom.") ? "custom" : "system",
      inherits: rank === 0 ? null : { behaviorRefName: "System.OrderedBehavior", url: null },
    })),
  );
}

const work = { scope: "vso.work", project: "needed" } as const;
const anywhere = { scope: "vso.work", project: "possible" } as const;

export const processRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/wit/workitemtypes",
    ...work,
    handler: (call) => listed(processOfCall(call).types.map((type) => typeAnswer(call, type))),
  },
  { method: "GET", path: "/wit/workitemtypes/:type", ...work, handler: (call) => typeAnswer(call, typeOfCall(call)) },
  {
    method: "GET",
    path: "/wit/workitemtypes/:type/states",
    ...work,
    handler: (call) => listed(states(typeOfCall(call))),
  },
  {
    method: "GET",
    path: "/wit/workitemtypes/:type/fields",
    ...work,
    handler: (call) => {
      const type = typeOfCall(call);
      return listed(typeFields(type).map((field) => typeFieldExpanded(call, type, field)));
    },
  },
  {
    method: "GET",
    path: "/wit/workitemtypes/:type/fields/:field",
    ...work,
    handler: (call) => {
      const type = typeOfCall(call);
      const field = fieldNamed(call.params["field"] ?? "");
      if (!field || !type.fields.includes(field.referenceName)) throw fieldNotFound(call.params["field"] ?? "");
      return typeFieldExpanded(call, type, field);
    },
  },
  { method: "GET", path: "/wit/workitemtypecategories", ...work, handler: (call) => listed(categories(call)) },
  { method: "GET", path: "/wit/fields", ...anywhere, handler: () => listed(fields.map(fieldAnswer)) },
  { method: "GET", path: "/wit/fields/:field", ...anywhere, handler: oneField },
  { method: "GET", path: "/wit/workitemrelationtypes", scope: "vso.work", handler: () => listed(relationTypes()) },
  { method: "GET", path: "/work/backlogconfiguration", ...work, handler: backlogConfiguration },
  { method: "GET", path: "/work/processconfiguration", ...work, handler: processConfiguration },
  {
    method: "GET",
    path: "/process/processes",
    scope: "vso.project",
    handler: () => listed(processes.map(processAnswer)),
  },
  {
    method: "GET",
    path: "/process/processes/:process",
    scope: "vso.project",
    handler: (call) => processAnswer(processOfPath(call)),
  },
  { method: "GET", path: "/work/processes", scope: "vso.work", handler: processList },
  { method: "GET", path: "/work/processes/:process/behaviors", scope: "vso.work", handler: behaviors },
];
