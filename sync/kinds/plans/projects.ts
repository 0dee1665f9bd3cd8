/**
 * The organization as a run finds it: its projects, and what its process has. What is wrong with the settings is known
 * before anything is read.
 *
 * @packageDocumentation
 */
import { ScopeError, SettingsError } from "../../../contract/errors.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { listed, messageOf, quoted } from "../../../contract/words.ts";
import { type AzureDevOpsClient, AzureDevOpsError } from "../../connectors/azure-devops/index.ts";
import { workItemFields } from "./fields.ts";
import { type BacklogLevel, levelsOf, typeFaults } from "./levels.ts";
import { PARENT } from "./pairs.ts";
import type { Terms } from "./terms.ts";
import type { WorkItemFields } from "./work-item-fields.ts";

/** The category of states for what is not meant to be any more (documented). */
export const REMOVED = "Removed";

/** Documented: projects by name are 404 where there is none, or where one may not see it. */
export const NOT_FOUND = 404;

/** What is said of a project that is not there, also where it was renamed, and how to mend it. */
export function missingProject({ name }: PlansOrganization, project: string): string {
  return `The organization ${name} has no project ${quoted(project)}, or does not show it: name it under projects as it is called now, and deploy (pulumi up).`;
}

/** What becomes of a project that was not read. */
const WAITS = "What was changed there waits, and nothing of it is taken away.";

export interface Project {
  readonly id: string;
  readonly name: string;
}

interface ProjectsOptions {
  readonly client: AzureDevOpsClient;
  readonly organization: PlansOrganization;
  readonly terms: Terms;
  readonly fields: WorkItemFields;
}

export class Projects {
  readonly #options: ProjectsOptions;
  /** States by type: name -> category. */
  readonly #states = new Map<string, Map<string, string>>();
  all: readonly Project[] = [];
  /** Why a project cannot be read, by its name. */
  readonly unread = new Map<string, string>();

  constructor(options: ProjectsOptions) {
    this.#options = options;
  }

  /** Projects, types and fields: what is wrong with the settings is known before anything is read. */
  async check(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, organization, terms } = this.#options;
    terms.forget();
    this.unread.clear();
    const known: Project[] = [];
    const faults = new Set<string>();
    const found = new Set<string>();
    for (const name of organization.projects) {
      try {
        const project = await this.#project(name, signal);
        const types = await this.#types(project, signal);
        for (const type of types) found.add(type);
        const levels = levelsOf(
          await client.ask(`read the backlogs of ${project.name}`, signal, ({ work }) =>
            work.getBacklogConfigurations({ project: project.name }),
          ),
        );
        known.push(project);
        for (const fault of this.#typeFaults(levels, types)) faults.add(fault);
      } catch (error) {
        if (!(error instanceof AzureDevOpsError) || error.became !== "rejected") throw error;
        this.unread.set(
          name,
          error.status === NOT_FOUND ? `${missingProject(organization, name)} ${WAITS}` : messageOf(error),
        );
      }
    }
    this.all = known;
    if (this.unread.size > 0) terms.doubt();
    if (known.length === 0) throw new ScopeError([...this.unread.values()].join(" "));
    for (const name of [...organization.planTypes, ...organization.taskTypes]) {
      if (found.has(name) || this.unread.size > 0) continue;
      for (const fault of typeFaults({ plans: [name], tasks: [] }, [{ name, types: [name] }], [...found]))
        faults.add(fault);
    }
    if (faults.size > 0) throw new SettingsError([...faults]);
    const fields = await client.ask("list the fields of work items", signal, ({ wit }) => wit.getFields());
    terms.azureDevOps = workItemFields(fields);
    const unknown = names.filter((name) => name !== PARENT && !terms.azureDevOps.has(name));
    if (unknown.length > 0) {
      throw new SettingsError(
        `The organization ${organization.name} has no field ${listed(unknown.map(quoted))}: a field is named by its reference name, as in System.Title.`,
      );
    }
  }

  #typeFaults(levels: readonly BacklogLevel[], types: readonly string[]): string[] {
    const { planTypes, taskTypes } = this.#options.organization;
    // A type that only another project has is none of this one's.
    const own = (names: readonly string[]) => names.filter((name) => types.includes(name));
    return typeFaults({ plans: own(planTypes), tasks: own(taskTypes) }, levels, types);
  }

  async #project(name: string, signal: AbortSignal): Promise<Project> {
    const { client } = this.#options;
    const found = await client.ask(`find the project ${name}`, signal, ({ core }) => core.getProject(name));
    return { id: String(found.id), name: String(found.name) };
  }

  async #types(project: Project, signal: AbortSignal): Promise<string[]> {
    const doing = `list the work item types of ${project.name}`;
    const types = await this.#options.client.ask(doing, signal, ({ wit }) => wit.getWorkItemTypes(project.name));
    for (const { name = "", states = [], fields = [] } of types) {
      const known = this.#states.get(name) ?? new Map<string, string>();
      for (const state of states) known.set(state.name ?? "", state.category ?? "");
      this.#states.set(name, known);
      this.#options.fields.know(
        name,
        fields.flatMap(({ referenceName }) => referenceName ?? []),
      );
    }
    return types.map(({ name }) => name ?? "");
  }

  get readable(): readonly Project[] {
    return this.all.filter(({ name }) => !this.unread.has(name));
  }

  /** One project that cannot be read keeps no other waiting. */
  cannotRead({ name }: Project, error: unknown): void {
    if (!(error instanceof AzureDevOpsError) || error.became !== "rejected") throw error;
    const mend = `correct the query, area or project in the settings. ${WAITS}`;
    this.#options.terms.doubt();
    this.unread.set(name, `${messageOf(error)} The project ${name} was not read: ${mend}`);
  }

  /** Whether an item is of a project that was not read: what it is to the sync nobody knows then. */
  isUnread(project: string): boolean {
    const unread = [...this.unread.keys()];
    if (unread.some((name) => name.toLowerCase() === project.toLowerCase())) return true;
    // One that was not found may be called otherwise by now.
    return !this.called(project) && unread.some((name) => !this.called(name));
  }

  called(name: string): Project | undefined {
    return this.all.find((each) => each.name.toLowerCase() === name.toLowerCase());
  }

  categoryOf(type: string, state: string): string | undefined {
    return this.#states.get(type)?.get(state);
  }

  /** The state that something of a type is made in. */
  firstState(type: string): string | undefined {
    return [...(this.#states.get(type)?.keys() ?? [])][0];
  }

  /** A work item that goes is put into the state for what was removed, and never deleted. */
  removedState(type: string): string | undefined {
    const states = [...(this.#states.get(type) ?? [])];
    return states.find(([, category]) => category === REMOVED)?.[0];
  }
}
