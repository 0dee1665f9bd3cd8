/** Faults of the settings of plans that are right one by one and do not make sense together. @packageDocumentation */
import type { Path } from "../../contract/path.ts";
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { lowerCase, needs } from "../settings/faults.ts";
import { repeated } from "../settings/repeated.ts";
import { conditionFault } from "../../contract/wiql.ts";
import { HIERARCHY, NAME, READ_ONLY, TITLE } from "./fields.ts";
import { TO_AZURE_DEVOPS, TO_ONEPLAN } from "./settings.ts";

const ORGANIZATIONS = ["plans", "organizations"];

export function plansFaults(raw: unknown): SettingsFault[] {
  const organizations = valueAt(raw, ORGANIZATIONS);
  const paths = Array.isArray(organizations) ? organizations.map((_, index): Path => [...ORGANIZATIONS, index]) : [];
  return [
    ...needs(raw, ["plans"], ["vault"], "tenantwire:plans keeps its keys there"),
    ...needs(raw, ["plans"], ["syncIdentity"], "the sync of tenantwire:plans reads the vault with it"),
    ...oneplan(raw),
    ...repeated(raw, ORGANIZATIONS, (each) => lowerCase(valueAt(each, ["name"]))),
    ...repeated(raw, ORGANIZATIONS, (each) => lowerCase(valueAt(each, ["url"]))),
    ...paths.flatMap((path) => organizationFaults(raw, path)),
  ];
}

function oneplan(raw: unknown): SettingsFault[] {
  if (!given(raw, ["plans"])) return [];
  const own = ["plans", "oneplan"];
  if (given(raw, own)) {
    if (!given(raw, [...own, "environment"]) || !given(raw, [...own, "baseUrl"])) return [];
    const text = "environment says where OnePlan is already; leave one of the two";
    return [{ path: [...own, "baseUrl"], text }];
  }
  if (given(raw, ["oneplan"])) return [];
  const text = "missing; without tenantwire:oneplan it says where OnePlan is, and by which key: environment, key";
  return [{ path: own, text, missing: true }];
}

function organizationFaults(raw: unknown, path: Path): SettingsFault[] {
  const at = (...rest: readonly (string | number)[]) => valueAt(raw, [...path, ...rest]);
  const makes = at("createWorkItems") === true;
  const faults = [
    ...(["projects", "planTypes", "taskTypes"] as const).flatMap((list) =>
      // Types are compared as OnePlan does it: by every letter.
      repeated(raw, [...path, list], list === "projects" ? lowerCase : (name) => name),
    ),
    ...bothTypes(raw, path),
    ...area(raw, path),
    ...query(raw, path),
    ...(["planFields", "taskFields"] as const).flatMap((table) => tableFaults(raw, [...path, table], makes)),
  ];
  if (given(raw, [...path, "url"]) && !given(raw, [...path, "token"])) {
    const text = "missing; a server knows no identities of Entra: a personal access token is the way in";
    faults.push({ path: [...path, "token"], text, missing: true });
  }
  return faults;
}

/** An item is a plan or a task. */
function bothTypes(raw: unknown, path: Path): SettingsFault[] {
  const plans = valueAt(raw, [...path, "planTypes"]);
  const tasks = valueAt(raw, [...path, "taskTypes"]);
  if (!Array.isArray(plans)) return [];
  const text = "under planTypes already; leave one of the two";
  const faults: SettingsFault[] = (Array.isArray(tasks) ? tasks : []).flatMap((type, index) =>
    plans.includes(type) ? [{ path: [...path, "taskTypes", index], text }] : [],
  );
  const project = valueAt(raw, [...path, "projectPlanType"]);
  if (project !== undefined && plans.includes(project)) {
    faults.push({
      path: [...path, "projectPlanType"],
      text: "under planTypes already; name a plan type that no work item becomes, such as Project",
    });
  }
  return faults;
}

function area(raw: unknown, path: Path): SettingsFault[] {
  const area = valueAt(raw, [...path, "area"]);
  const projects = valueAt(raw, [...path, "projects"]);
  if (typeof area !== "string" || !Array.isArray(projects)) return [];
  if (projects.length > 1) {
    const text =
      "not with several projects, since an area is of one; write it as a query: [System.AreaPath] UNDER '...' OR [System.AreaPath] UNDER '...'";
    return [{ path: [...path, "area"], text }];
  }
  const [project] = projects as unknown[];
  const [root = ""] = area.split("\\");
  if (typeof project !== "string" || root.toLowerCase() === project.toLowerCase()) return [];
  return [{ path: [...path, "area"], text: "not below the project; an area path begins with the project's name" }];
}

function query(raw: unknown, path: Path): SettingsFault[] {
  const query = valueAt(raw, [...path, "query"]);
  const text = typeof query === "string" ? conditionFault(query) : undefined;
  return text === undefined ? [] : [{ path: [...path, "query"], text }];
}

interface Entry {
  readonly azureDevOps: unknown;
  readonly oneplan: unknown;
  readonly direction: unknown;
}

function tableFaults(raw: unknown, path: Path, makes: boolean): SettingsFault[] {
  const table = valueAt(raw, path);
  if (!Array.isArray(table)) return [];
  const entries = table.map((each): Entry => ({
    azureDevOps: valueAt(each, ["azureDevOps"]),
    oneplan: valueAt(each, ["oneplan"]),
    direction: valueAt(each, ["direction"]),
  }));
  const faults = [
    ...repeated(raw, path, (each) => lowerCase(valueAt(each, ["azureDevOps"]))),
    ...repeated(raw, path, (each) => valueAt(each, ["oneplan"])),
    ...entries.flatMap((entry, index) => entryFaults(raw, [...path, index], entry)),
  ];
  const goes = (side: "azureDevOps" | "oneplan", name: string, directions: readonly unknown[]) =>
    entries.some((entry) => entry[side] === name && directions.includes(entry.direction));
  if (!goes("oneplan", NAME, TO_ONEPLAN)) {
    faults.push({ path, text: `missing; nothing goes to ${NAME}, which OnePlan requires: usually ${TITLE}` });
  }
  if (makes && !goes("azureDevOps", TITLE, TO_AZURE_DEVOPS)) {
    const text = `missing; nothing goes to ${TITLE}, without which no work item is made: write direction: both there, or createWorkItems: false`;
    faults.push({ path, text });
  }
  return faults;
}

function entryFaults(raw: unknown, path: Path, { azureDevOps, oneplan, direction }: Entry): SettingsFault[] {
  const faults: SettingsFault[] = [];
  const isOf = typeof azureDevOps === "string" && Object.hasOwn(HIERARCHY, azureDevOps) && HIERARCHY[azureDevOps];
  if (isOf && oneplan !== undefined && oneplan !== isOf) {
    const text = `not for ${String(azureDevOps)}, by which the hierarchy goes; write ${isOf}`;
    faults.push({ path: [...path, "oneplan"], text });
  }
  if (READ_ONLY.some((name) => name === azureDevOps) && (direction === "both" || direction === "toAzureDevOps")) {
    const text = "not for a field that Azure DevOps alone writes; write toOnePlan or once";
    faults.push({ path: [...path, "direction"], text });
  }
  if (given(raw, [...path, "conflict"]) && direction !== undefined && direction !== "both") {
    faults.push({ path: [...path, "conflict"], text: "only with direction: both; leave it out" });
  }
  return [...faults, ...valueFaults(raw, [...path, "values"], direction)];
}

/** A value that goes somewhere becomes one value there. */
function valueFaults(raw: unknown, path: Path, direction: unknown): SettingsFault[] {
  const to = (side: "azureDevOps" | "oneplan") => repeated(raw, path, (each) => valueAt(each, [side]));
  const faults = [
    ...(direction === "toAzureDevOps" ? [] : to("azureDevOps")),
    ...(direction === "toAzureDevOps" || direction === "both" ? to("oneplan") : []),
  ];
  return [...new Map(faults.map((fault) => [fault.path.at(-1), fault])).values()];
}
