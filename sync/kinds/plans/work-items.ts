/**
 * What a work item is to the sync: of what it has, its place, its life and why, and what it is matched by.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { parentOf, type ReadItem } from "../../connectors/azure-devops/index.ts";
import type { Fields, Item } from "../../model/types.ts";
import { belowDisconnected, type Disconnected, disconnectedByHand } from "./disconnected.ts";
import type { Hierarchy, Known } from "./hierarchy.ts";
import { oneplanIdOf } from "./hyperlink.ts";
import { isProjectId, ONEPLAN_ID, PLACE, placeKey, projectId } from "./keys.ts";
import { ITERATION, PARENT, STATE, TITLE, TYPE } from "./pairs.ts";
import type { Place, PlacementRules } from "./placement.ts";
import { type Project, type Projects, REMOVED } from "./projects.ts";
import type { Terms } from "./terms.ts";
import { fieldOf, type WorkItemFields } from "./work-item-fields.ts";
import type { WorkItemWrites } from "./work-item-writes.ts";

/** Of an item what a run holds of it. */
export interface Compact {
  readonly known: Known;
  readonly type: string;
  readonly rev: number;
  readonly changedAt: string | undefined;
  readonly title: string;
  /** Name of the category of its state. */
  readonly category: string | undefined;
  readonly state: string;
  readonly fields: Fields;
  readonly oneplanId: string | undefined;
}

interface WorkItemsOptions {
  readonly organization: PlansOrganization;
  readonly terms: Terms;
  readonly disconnected: Disconnected;
  /** Root of OnePlan, for the addresses of plans. */
  readonly oneplanUrl: string;
  readonly rules: PlacementRules;
  readonly hierarchy: Hierarchy;
  readonly fields: WorkItemFields;
  readonly projects: Projects;
  readonly writes: WorkItemWrites;
  readonly isLinked: (id: string) => Promise<boolean>;
}

export class WorkItems {
  readonly #options: WorkItemsOptions;

  constructor(options: WorkItemsOptions) {
    this.#options = options;
  }

  /** What is held of an item that was read. */
  async compact(item: ReadItem, { id: project }: Project): Promise<Compact> {
    const type = fieldOf(item, TYPE);
    const state = fieldOf(item, STATE);
    const isPlan = this.#options.organization.planTypes.includes(type);
    const category = this.#options.projects.categoryOf(type, state);
    const isBelowRoot = fieldOf(item, ITERATION).includes("\\");
    // Whether something is in an iteration decides whether it comes, and not whether it stays.
    const inIteration = isPlan || isBelowRoot || (await this.#options.isLinked(String(item.id)));
    this.#options.writes.wasRead(item);
    return {
      // What was removed is nothing that others lie below.
      known: { id: item.id, type: category === REMOVED ? "" : type, parent: parentOf(item), inIteration, project },
      type,
      rev: item.rev,
      changedAt: fieldOf(item, "System.ChangedDate") || undefined,
      title: fieldOf(item, TITLE),
      state,
      category,
      fields: this.#options.fields.of(item, isPlan ? "plan" : "task"),
      oneplanId: oneplanIdOf(item, this.#options.oneplanUrl),
    };
  }

  /** As it is compared with its plan or task, with its place as far as the hierarchy is known by now. */
  async item(compact: Compact): Promise<Item> {
    const { known, type, rev, changedAt, title, state, category, fields, oneplanId } = compact;
    const id = String(known.id);
    const place = this.#placeOf(known);
    const blocked = place.as === "nothing" ? place.reason : this.#blocked(known.id, place);
    const isLinked = blocked !== undefined || oneplanId === undefined ? await this.#options.isLinked(id) : true;
    const isRemoved = category === REMOVED;
    const isWritten = this.#options.writes.wrote(known.id, known.parent);
    const parent = isWritten ? String(known.parent) : place.as === "nothing" ? null : this.#parentIn(place, known);
    const placed = isWritten || place.as === "nothing" ? undefined : placedBy(place, parent);
    // Where OnePlan lacks a type, of it or of what it lies below, it waits as it is.
    const isLeft = place.as === "nothing" && isLinked;
    const apart = this.#apart(known.id);
    const why = apart !== undefined ? undefined : isRemoved ? `its state is ${state}` : isLeft ? blocked : undefined;
    const skip = apart ?? (isLeft || isRemoved ? undefined : blocked);
    return {
      id,
      type: this.#options.rules.plans.includes(type) ? "plan" : "task",
      revision: String(rev),
      ...(changedAt !== undefined && { changedAt }),
      label: title,
      life: why === undefined ? "active" : "inactive",
      ...(why !== undefined && { why }),
      ...(skip !== undefined && { skip }),
      ...(placed !== undefined && { placed }),
      fields: { ...fields, [PARENT]: parent },
      keys: {
        ...(oneplanId !== undefined && { [ONEPLAN_ID]: oneplanId }),
        ...(!isLinked && { [PLACE]: placeKey(type, parent, title) }),
      },
      ...(this.#options.projects.removedState(type) === undefined && {
        protected: `its type ${type} has no state for what was removed: close or delete it in Azure DevOps`,
      }),
    };
  }

  /** Why an item stays as it is: somebody took it, or what it lies below, apart from its plan. */
  #apart(id: number): string | undefined {
    const { disconnected } = this.#options;
    const seen = new Set<number>();
    for (let next: number | null = disconnected.isEmpty ? null : id; next !== null && !seen.has(next);) {
      if (disconnected.has(String(next)))
        return next === id ? disconnectedByHand() : belowDisconnected(`work item ${next}`);
      seen.add(next);
      next = this.#options.hierarchy.known.get(next)?.parent ?? null;
    }
    return undefined;
  }

  #placeOf(known: Known): Place {
    return this.#options.hierarchy.placeOf(known);
  }

  /** Why an item cannot come although it has a place: OnePlan does not have its type, or that of what it lies below. */
  #blocked(id: number, place: Place): string | undefined {
    const { missingTypes } = this.#options.terms;
    if (missingTypes.size === 0) return undefined;
    const { places } = this.#options.hierarchy;
    const seen = new Set<number>();
    for (let next: number | null = id, at: Place | undefined = place; next !== null && !seen.has(next);) {
      seen.add(next);
      const missing = missingTypes.get(this.#options.hierarchy.known.get(next)?.type ?? "");
      if (missing !== undefined) return next === id ? missing : `what it lies below cannot come: ${missing}`;
      next = at === undefined || at.as === "nothing" ? null : at.as === "task" ? (at.parent ?? at.plan) : at.parent;
      at = next === null ? undefined : places.get(next);
    }
    return undefined;
  }

  #parentIn(place: Exclude<Place, { as: "nothing" }>, { project }: Known): string | null {
    const above = place.as === "plan" ? place.parent : (place.parent ?? place.plan);
    if (above !== null) return String(above);
    return this.#options.rules.projectIsPlan ? projectId(project) : null;
  }

  /** The team project as a plan above everything. */
  projectItem({ id, name }: Project): Item {
    const { projectPlanType } = this.#options.organization;
    const missing = this.#options.terms.missingTypes.get(projectPlanType ?? "");
    return {
      id: projectId(id),
      type: "project",
      label: name,
      life: "active",
      ...(missing !== undefined && { skip: missing }),
      fields: { [TITLE]: name, [TYPE]: projectPlanType ?? null },
      keys: { [PLACE]: placeKey(projectPlanType ?? "", null, name) },
      protected: "a team project is not taken away by a sync",
    };
  }

  /** Of a linked item that is there, and that nobody means any more. */
  outOfScope(item: ReadItem): Item {
    const title = fieldOf(item, TITLE);
    const why = `${fieldOf(item, TYPE)} of ${fieldOf(item, "System.TeamProject")} that is not in scope any more`;
    return { id: String(item.id), label: title, life: "inactive", why, fields: {}, keys: {} };
  }

  /** Of an item whose project was not read: it stays as it is, on both sides. */
  notRead(item: ReadItem): Item {
    const skip = `its project ${fieldOf(item, "System.TeamProject")} was not read`;
    return { id: String(item.id), label: fieldOf(item, TITLE), life: "active", skip, fields: {}, keys: {} };
  }
}

/** The rule by which an item lies elsewhere than in Azure DevOps, and where that is. */
function placedBy({ why }: Exclude<Place, { as: "nothing" }>, parent: string | null): string | undefined {
  if (why === "its parent" || why === "no parent") return undefined;
  if (parent === null) return `${why}: at the top`;
  return `${why}: ${isProjectId(parent) ? "in the plan of its project" : `below work item ${parent}`}`;
}
