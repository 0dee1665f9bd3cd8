/**
 * Writing work items: where one may be made, and how a change becomes one patch.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { listed, oneOf, quoted } from "../../../contract/words.ts";
import {
  type AzureDevOpsClient,
  createItem,
  fieldStep,
  parentSteps,
  readItem,
  type ReadItem,
  type Step,
  updateItem,
} from "../../connectors/azure-devops/index.ts";
import type { Fields, FieldValue, NewObject } from "../../model/types.ts";
import type { Hierarchy } from "./hierarchy.ts";
import { hyperlinkStep, withoutHyperlinkSteps } from "./hyperlink.ts";
import { idOfProject, isProjectId, projectId } from "./keys.ts";
import { PARENT, STATE, TYPE } from "./pairs.ts";
import type { PlacementRules } from "./placement.ts";
import type { Project, Projects } from "./projects.ts";
import { changedMeanwhile, NotSent } from "./not-sent.ts";
import { fieldOf, type WorkItemFields } from "./work-item-fields.ts";

interface WorkItemWritesOptions {
  readonly client: AzureDevOpsClient;
  readonly organization: PlansOrganization;
  /** Root of OnePlan, for the addresses of plans. */
  readonly oneplanUrl: string;
  /** Puts the id of a work item into what it was made for. */
  readonly stamp: (oneplanId: string, item: number, signal: AbortSignal) => Promise<void>;
  readonly fields: WorkItemFields;
  readonly projects: Projects;
  readonly hierarchy: Hierarchy;
  readonly rules: PlacementRules;
}

export class WorkItemWrites {
  readonly #options: WorkItemWritesOptions;
  /** Revisions that items were read in by this run. */
  readonly #revisions = new Map<number, number>();
  /** Parents that this run wrote: read back they are what was written, and the next run sees what follows from them. */
  readonly #parents = new Map<number, number>();

  constructor(options: WorkItemWritesOptions) {
    this.#options = options;
  }

  /** A new run begins. */
  forget(): void {
    this.#revisions.clear();
    this.#parents.clear();
  }

  wasRead({ id, rev }: ReadItem): void {
    this.#revisions.set(id, rev);
  }

  /** Whether an item was put below its parent by this run. */
  wrote(id: number, parent: number | null): boolean {
    return parent !== null && this.#parents.get(id) === parent;
  }

  /** @param made told the item before anything else can fail */
  async create(
    { sourceId, fields }: Pick<NewObject, "sourceId" | "fields">,
    made: (item: ReadItem) => Promise<unknown>,
    signal: AbortSignal,
  ): Promise<number> {
    const { client, organization, stamp } = this.#options;
    const type = String(fields[TYPE] ?? "");
    const above = fields[PARENT] ?? null;
    const parent = typeof above === "string" && !isProjectId(above) ? Number(above) : null;
    this.#checkType(type, sourceId.includes("/") ? "task" : "plan");
    this.#checkPlace(type, above);
    const project = this.#projectFor(above);
    const steps: Step[] = Object.entries(fields)
      .filter(([name, value]) => ![PARENT, TYPE].includes(name) && value !== null)
      .flatMap(([name, value]) => this.#options.fields.steps(name, value, type));
    if (organization.area !== undefined && project.name === organization.area.split("\\")[0]) {
      steps.push(fieldStep("System.AreaPath", organization.area));
    }
    steps.push(hyperlinkStep(this.#options.oneplanUrl, sourceId));
    const item = await createItem(
      client,
      { project: project.name, type, parent, steps },
      { suppressNotifications: !organization.notifications },
      signal,
    );
    await made(item);
    await stamp(sourceId, item.id, signal);
    return item.id;
  }

  /**
   * Types are called the same on both sides, and only those of the settings go from one to the other. A type of plans that
   * is none of them is known by its id alone.
   */
  #checkType(type: string, is: "plan" | "task"): void {
    const { planTypes, taskTypes } = this.#options.organization;
    if ([...planTypes, ...taskTypes].includes(type)) return;
    const what = is === "plan" ? "its plan type is" : `its type ${quoted(type)} is`;
    const types = is === "plan" ? planTypes : taskTypes;
    throw new NotSent(
      `In OnePlan ${what} one that is not synced: make it ${oneOf(types)} there, or, where Azure DevOps has a work item type of the same name, put that under ${is}Types and deploy (pulumi up).`,
    );
  }

  /** A plan lies below one of a type further out: elsewhere it would be moved away again. */
  #checkPlace(type: string, above: FieldValue): void {
    const { plans, skippedLevel } = this.#options.rules;
    const level = plans.indexOf(type);
    if (level < 0 || typeof above !== "string" || isProjectId(above)) return;
    const known = this.#options.hierarchy.known.get(Number(above));
    const levelAbove = plans.indexOf(known?.type ?? "");
    if (levelAbove === level - 1 || (levelAbove >= 0 && levelAbove < level && skippedLevel === "nearest")) return;
    throw new NotSent(
      `In OnePlan it lies below work item ${above}, where no ${type} can lie: move it below ${plans.slice(0, level).join(" or ") || "nothing"}.`,
    );
  }

  #projectFor(above: FieldValue): Project {
    const known =
      typeof above === "string" && !isProjectId(above) ? this.#options.hierarchy.known.get(Number(above)) : undefined;
    const id = known?.project ?? (typeof above === "string" ? idOfProject(above) : undefined);
    const { all } = this.#options.projects;
    // The only one that can be read is not the only one there is.
    const only = this.#options.organization.projects.length === 1 ? all[0] : undefined;
    const found = id === undefined ? only : all.find((each) => each.id === id);
    if (found) return found;
    const names = listed(this.#options.organization.projects);
    throw new NotSent(`In which project it is to be made is not known (${names}): put it below a plan of a project.`);
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    if (isProjectId(id)) throw new NotSent("A team project is not changed by a sync.");
    const item = await this.#asRead(id, signal);
    const type = String(fields[TYPE] ?? fieldOf(item, TYPE));
    if (TYPE in fields) {
      const isPlan = this.#options.organization.planTypes.includes(fieldOf(item, TYPE));
      this.#checkType(String(fields[TYPE] ?? ""), isPlan ? "plan" : "task");
    }
    if (fields[PARENT] !== undefined) this.#checkPlace(type, fields[PARENT]);
    const steps = Object.entries(fields).flatMap(([name, value]) =>
      name === PARENT ? this.#parentSteps(item, value) : this.#options.fields.steps(name, value, type, item),
    );
    await this.#write(item, steps, signal);
    const above = fields[PARENT];
    if (typeof above === "string" && !isProjectId(above)) this.#parents.set(item.id, Number(above));
  }

  #parentSteps(item: ReadItem, above: FieldValue): Step[] {
    const { client } = this.#options;
    const own = fieldOf(item, "System.TeamProject").toLowerCase();
    if (typeof above === "string" && isProjectId(above)) {
      const project = this.#options.projects.all.find(({ id }) => projectId(id) === above);
      if (project?.name.toLowerCase() === own) return parentSteps(item, null, client.root);
      throw new NotSent(
        "In OnePlan it was moved below another project: a work item is moved between projects in Azure DevOps alone. Move it back.",
      );
    }
    if (above === null && this.#options.rules.projectIsPlan) {
      throw new NotSent(
        "In OnePlan it was moved out of its project's plan: every work item lies in a project. Move it back.",
      );
    }
    return parentSteps(item, above === null ? null : Number(above), client.root);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    if (isProjectId(id)) throw new NotSent("A team project is not taken away by a sync.");
    const item = await this.#asRead(id, signal);
    const type = fieldOf(item, TYPE);
    const { projects } = this.#options;
    const state = active ? projects.firstState(type) : projects.removedState(type);
    if (state === undefined) {
      throw new NotSent(`The type ${type} has no state for what was removed: close or delete it in Azure DevOps.`);
    }
    await this.#write(item, [fieldStep(STATE, state)], signal);
  }

  async adopt(id: string, oneplanId: string, signal: AbortSignal): Promise<void> {
    if (isProjectId(id)) throw new NotSent("A team project is not changed by a sync.");
    const item = await this.#asRead(id, signal);
    const { oneplanUrl } = this.#options;
    const steps = [...withoutHyperlinkSteps(item, oneplanUrl), hyperlinkStep(oneplanUrl, oneplanId)];
    await this.#write(item, steps, signal);
    await this.#options.stamp(oneplanId, item.id, signal);
  }

  /** The item as it is now, which has to be as it was read: its links may have changed without a revision. */
  async #asRead(id: string, signal: AbortSignal): Promise<ReadItem> {
    const item = await readItem(this.#options.client, Number(id), signal);
    if (!item) throw new NotSent(`Work item ${id} is not there any more.`, "stale");
    const read = this.#revisions.get(item.id);
    if (read !== undefined && read !== item.rev) throw changedMeanwhile(`Work item ${id}`);
    return item;
  }

  async #write(item: ReadItem, steps: readonly Step[], signal: AbortSignal): Promise<void> {
    if (steps.length === 0) return;
    const { client, organization } = this.#options;
    const options = { suppressNotifications: !organization.notifications };
    const written = await updateItem(client, item, steps, options, signal);
    this.#revisions.set(item.id, written.rev);
  }
}
