/**
 * Work items as a side: what of them is read, how a place in the hierarchy follows, and how a change becomes one patch.
 *
 * Which items go together is stored in OnePlan, as OnePlan's own integration does it. Only an item that was made for
 * something in OnePlan carries where that is, as a hyperlink in the patch that makes it: so it is found also where nothing
 * else was stored afterwards.
 *
 * @packageDocumentation
 */
import { ScopeError, SettingsError } from "../../../contract/errors.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { counted, listed, messageOf, quoted } from "../../../contract/words.ts";
import {
  type AzureDevOpsClient,
  AzureDevOpsRefusal,
  createItem,
  fieldStep,
  idsFound,
  parentLinksSince,
  parentSteps,
  readItem,
  type ReadItem,
  readItems,
  revisionsSince,
  type Step,
  updateItem,
} from "../../connectors/azure-devops/index.ts";
import type { Json } from "../../model/json-value.ts";
import type { State } from "../../state/session.ts";
import type {
  Created,
  Fields,
  FieldValue,
  Item,
  NewObject,
  Place as SidePlace,
  ReadRequest,
  ReadResult,
  Side,
} from "../../model/types.ts";
import { belowDisconnected, type Disconnected, DISCONNECTED } from "./disconnected.ts";
import { hyperlinkStep, oneplanIdOf, withoutHyperlinkSteps } from "./hyperlink.ts";
import { Hierarchy, isSamePlace, type Known } from "./hierarchy.ts";
import { type BacklogLevel, levelsOf, typeFaults } from "./levels.ts";
import { ITERATION, type Pair, PARENT, STATE, TITLE, TYPE } from "./pairs.ts";
import type { Place, PlacementRules } from "./placement.ts";
import { changedMeanwhile, Refused } from "./refused.ts";
import { scopeOf } from "./scope.ts";
import { type AzureDevOpsField, type FieldKind, type Terms } from "./terms.ts";
import { fieldOf, parentOf, WorkItemFields } from "./work-item-fields.ts";

/** What a work item carries of its other half. */
export const ONEPLAN_ID = "oneplan";
/** Type, parent and name: what an item is known by that carries nothing yet. */
export const PLACE = "place";

/** The category of states for what is not meant to be any more (documented). */
const REMOVED = "Removed";
/** `FieldType` of Microsoft's client. */
const KINDS: Readonly<Record<number, FieldKind>> = { 2: "date", 4: "long", 6: "long", 10: "person" };

/** Items in one query that asks which of them are in scope. */
const IN_QUERY = 200;
const PAGE = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface AzureDevOpsSideOptions {
  readonly client: AzureDevOpsClient;
  readonly organization: PlansOrganization;
  /** Name of the sync, which its partitions begin with. */
  readonly sync: string;
  readonly pairs: readonly Pair[];
  readonly terms: Terms;
  readonly disconnected: Disconnected;
  /** Root of OnePlan, for the addresses of plans. */
  readonly oneplanUrl: string;
  /** Puts the id of a work item into what it was made for. */
  readonly stamp: (oneplanId: string, item: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => Date;
}

interface Project {
  readonly id: string;
  readonly name: string;
}

/** Of an item what a run holds of it. */
interface Compact {
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

type Cursor = Readonly<Record<string, { readonly revisions: string; readonly links: string }>>;

export class AzureDevOpsSide implements Side {
  readonly name = "Azure DevOps";
  readonly matchBy = [ONEPLAN_ID, PLACE] as const;
  readonly concurrency = 4;
  readonly #options: AzureDevOpsSideOptions;
  readonly #rules: PlacementRules;
  readonly #hierarchy: Hierarchy;
  readonly #revisions = new Map<number, number>();
  /** Parents that this run wrote: read back they are what was written, and the next run sees what follows from them. */
  readonly #written = new Map<number, number>();
  /** States by type: name -> category. */
  readonly #states = new Map<string, Map<string, string>>();
  readonly #fields: WorkItemFields;
  #projects: Project[] = [];
  /** Why a project cannot be read. */
  readonly #unread = new Map<string, string>();
  #isLinked: (id: string) => Promise<boolean> = () => Promise.resolve(false);

  constructor(options: AzureDevOpsSideOptions) {
    const { organization, sync } = options;
    this.#options = options;
    this.#rules = {
      plans: organization.planTypes,
      tasks: organization.taskTypes,
      nestedInItself: organization.nestedInItself,
      skippedLevel: organization.skippedLevel,
      parentOutOfScope: organization.parentOutOfScope,
      outsideIterations: organization.outsideIterations,
      projectIsPlan: organization.projectPlanType !== undefined,
    };
    this.#hierarchy = new Hierarchy(sync);
    this.#fields = new WorkItemFields(options);
  }

  get host(): string {
    return new URL(this.#options.client.root).host;
  }

  place(): Promise<SidePlace> {
    const { name, url } = this.#options.organization;
    return Promise.resolve({
      id: url.toLowerCase(),
      label: `the organization ${name} of Azure DevOps`,
      mend: "set its address in the settings and deploy (pulumi up)",
    });
  }

  /** Projects, types and fields: what is wrong with the settings is known before anything is read. */
  async check(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, organization, terms } = this.#options;
    terms.forget();
    this.#unread.clear();
    this.#projects = [];
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
        this.#projects.push(project);
        for (const fault of this.#typeFaults(levels, types)) faults.add(fault);
      } catch (error) {
        if (!(error instanceof AzureDevOpsRefusal) || error.became !== "rejected") throw error;
        this.#unread.set(
          name,
          error.status === 404
            ? `The organization ${organization.name} has no project ${quoted(name)}: was it renamed? Name it in the settings as it is called now. Nothing of it is changed.`
            : messageOf(error),
        );
      }
    }
    if (this.#projects.length === 0) throw new ScopeError([...this.#unread.values()].join(" "));
    for (const name of [...organization.planTypes, ...organization.taskTypes]) {
      if (found.has(name) || this.#unread.size > 0) continue;
      for (const fault of typeFaults({ plans: [name], tasks: [] }, [{ name, types: [name] }], [...found]))
        faults.add(fault);
    }
    if (faults.size > 0) throw new SettingsError([...faults]);
    const fields = await client.ask("list the fields of work items", signal, ({ wit }) => wit.getFields());
    terms.azureDevOps = new Map(
      fields.flatMap(({ referenceName, type = 0, isIdentity, readOnly = false }) => {
        if (referenceName === undefined) return [];
        const field: AzureDevOpsField = { kind: isIdentity ? "person" : (KINDS[type] ?? "plain"), readOnly };
        return [[referenceName, field] as const];
      }),
    );
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
      this.#fields.know(
        name,
        fields.flatMap(({ referenceName }) => referenceName ?? []),
      );
    }
    return types.map(({ name }) => name ?? "");
  }

  /** What is needed to tell the place of a single item where nothing is read. */
  async prepare(state: State, isLinked: (id: string) => Promise<boolean>): Promise<void> {
    this.#isLinked = isLinked;
    await this.#options.disconnected.load(state);
    await this.#hierarchy.load(state);
  }

  async *read(request: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    const { terms, organization } = this.#options;
    this.#isLinked = request.isLinked;
    await this.#options.disconnected.load(request.state);
    this.#written.clear();
    if (organization.projectPlanType !== undefined) yield this.#projects.map((each) => this.#projectItem(each));
    const cursor =
      request.mode === "full" || request.cursor === undefined
        ? yield* this.#readAll(request)
        : yield* this.#readChanges(request, request.cursor);
    const { unmatched } = terms.people;
    const notes: string[] = [];
    if (unmatched.size > 0) {
      const names = [...unmatched.keys()];
      const some = names.slice(0, 5).map(quoted);
      const rest = names.length - some.length;
      notes.push(
        `${counted(names.length, "person", "people")} of one side cannot be told on the other: ${listed([...some, ...(rest > 0 ? [counted(rest, "other")] : [])])}. Their items keep whom they have; give them the same mail address on both sides.`,
      );
    }
    for (const [name, reason] of this.#unread) terms.tell(`project ${name}`, reason);
    return { complete: this.#unread.size === 0, cursor, notes, exceptions: terms.exceptions };
  }

  async *#readAll({ state, dryRun, signal, onProgress }: ReadRequest): AsyncGenerator<readonly Item[], Cursor, void> {
    const before = new Hierarchy(this.#options.sync);
    await before.load(state);
    this.#hierarchy.known.clear();
    const cursor: Record<string, { revisions: string; links: string }> = {};
    const items = new Map<number, Compact>();
    for (const project of this.#readable()) {
      try {
        // From here on changes are told: whatever comes while the items are read comes once more.
        cursor[project.id] = await this.#watermarks(project, signal);
        for await (const ids of idsFound(
          this.#options.client,
          scopeOf(this.#options.organization),
          project.name,
          signal,
        )) {
          for await (const { items: read } of readItems(this.#options.client, ids, signal)) {
            for (const item of read) await this.#take(item, project, items);
            onProgress({ read: items.size });
          }
        }
      } catch (error) {
        this.#cannotRead(project, error);
      }
    }
    if (!dryRun) await this.#hierarchy.store(state, before.known, [], cursor);
    yield* this.#pages([...items.values()]);
    return cursor;
  }

  async *#readChanges(
    { state, dryRun, signal, onProgress }: ReadRequest,
    from: Json,
  ): AsyncGenerator<readonly Item[], Cursor, void> {
    const cursor = from as unknown as Cursor;
    await this.#hierarchy.load(state);
    const before = new Map(this.#hierarchy.known);
    const places = this.#hierarchy.places(this.#rules);
    const changed = new Set(await this.#hierarchy.unfinished(state, from));
    const next: Record<string, { revisions: string; links: string }> = { ...cursor };
    for (const project of this.#readable()) {
      const { id, name } = project;
      const known = cursor[id];
      const marks = { revisions: known?.revisions ?? "", links: known?.links ?? "" };
      const wanted = { project: name, watermark: marks.revisions || undefined, fields: ["System.Id"] };
      try {
        for await (const { values, watermark } of revisionsSince(this.#options.client, wanted, signal)) {
          for (const { id: item } of values) if (item !== undefined) changed.add(item);
          marks.revisions = watermark;
        }
        for await (const { values, watermark } of parentLinksSince(
          this.#options.client,
          name,
          marks.links || undefined,
          signal,
        )) {
          for (const { target } of values) changed.add(target);
          marks.links = watermark;
        }
        next[id] = marks;
      } catch (error) {
        this.#cannotRead(project, error);
      }
    }
    const read = await this.#readSome([...changed], signal);
    const after = this.#hierarchy.places(this.#rules);
    const moved = [...this.#hierarchy.known.keys()].filter(
      (id) => !read.items.has(id) && !isSamePlace(places.get(id), after.get(id)),
    );
    if (!dryRun) await this.#hierarchy.store(state, before, moved, from);
    onProgress({ read: read.items.size });
    yield* this.#pages([...read.items.values()]);
    yield read.left;
    const others = await this.#readSome(moved, signal);
    yield* this.#pages([...others.items.values()]);
    yield others.left;
    return next;
  }

  /** Whether the last read gave an item. */
  isInScope(id: string): boolean {
    return isProjectId(id)
      ? this.#projects.some((each) => projectId(each.id) === id)
      : this.#hierarchy.known.has(Number(id));
  }

  #readable(): readonly Project[] {
    return this.#projects.filter(({ name }) => !this.#unread.has(name));
  }

  /** One project that cannot be read keeps no other waiting. */
  #cannotRead({ name }: Project, error: unknown): void {
    if (!(error instanceof AzureDevOpsRefusal) || error.became !== "rejected") throw error;
    const mend = "correct the query, area or project in the settings. Nothing of it is changed.";
    this.#unread.set(name, `${messageOf(error)} The project ${name} was not read: ${mend}`);
  }

  async #watermarks({ name }: Project, signal: AbortSignal): Promise<{ revisions: string; links: string }> {
    const { client, now } = this.#options;
    const since = new Date(now().getTime() - 60_000);
    const marks = { revisions: "", links: "" };
    const wanted = { project: name, watermark: undefined, since, fields: ["System.Id"] };
    for await (const { watermark } of revisionsSince(client, wanted, signal)) marks.revisions = watermark;
    for await (const { watermark } of parentLinksSince(client, name, undefined, signal, since)) marks.links = watermark;
    return marks;
  }

  async #take(item: ReadItem, project: Project, items: Map<number, Compact>): Promise<void> {
    const compact = await this.#compact(item, project);
    items.set(item.id, compact);
    this.#hierarchy.put(compact.known);
  }

  /** Items by id, with what is deleted or out of scope apart. */
  async #readSome(
    ids: readonly number[],
    signal: AbortSignal,
  ): Promise<{ readonly items: Map<number, Compact>; readonly left: readonly Item[] }> {
    const items = new Map<number, Compact>();
    const left: Item[] = [];
    for (let start = 0; start < ids.length; start += IN_QUERY) {
      const some = ids.slice(start, start + IN_QUERY);
      for await (const { items: read, missing } of readItems(this.#options.client, some, signal)) {
        for (const id of missing) {
          this.#hierarchy.drop(id);
          if (await this.#isLinked(String(id))) left.push(gone(String(id)));
        }
        const inScope = await this.#inScope(read, signal);
        for (const item of read) {
          const project = inScope.get(item.id);
          if (project) {
            await this.#take(item, project, items);
            continue;
          }
          this.#hierarchy.drop(item.id);
          if (await this.#isLinked(String(item.id))) left.push(this.#outOfScope(item));
        }
      }
    }
    return { items, left };
  }

  #outOfScope(item: ReadItem): Item {
    const title = fieldOf(item, TITLE);
    const why = `${fieldOf(item, TYPE)} of ${fieldOf(item, "System.TeamProject")} that is not in scope any more`;
    return { id: String(item.id), label: title, life: "inactive", why, fields: {}, keys: {} };
  }

  /** Which of the items are meant, and their projects. What was made for something in OnePlan is, whatever the query says. */
  async #inScope(items: readonly ReadItem[], signal: AbortSignal): Promise<ReadonlyMap<number, Project>> {
    const { organization, client } = this.#options;
    const { planTypes, taskTypes, area } = organization;
    const found = new Map<number, Project>();
    for (const project of this.#projects) {
      const own = items.filter(
        (item) => fieldOf(item, "System.TeamProject").toLowerCase() === project.name.toLowerCase(),
      );
      if (own.length === 0) continue;
      if (this.#unread.has(project.name)) continue;
      const where = `${scopeOf(this.#options.organization)} AND [System.Id] IN (${own.map(({ id }) => id).join(", ")})`;
      for await (const ids of idsFound(client, where, project.name, signal)) {
        for (const id of ids) found.set(id, project);
      }
      for (const item of own) {
        const isOfType = [...planTypes, ...taskTypes].includes(fieldOf(item, TYPE));
        const path = `${fieldOf(item, "System.AreaPath")}\\`.toLowerCase();
        const isInArea = area === undefined || path.startsWith(`${area}\\`.toLowerCase());
        if (isOfType && isInArea && this.#oneplanIdOf(item) !== undefined) found.set(item.id, project);
      }
    }
    return found;
  }

  async *#pages(items: readonly Compact[]): AsyncGenerator<readonly Item[], void, void> {
    for (let start = 0; start < items.length; start += PAGE) {
      const page: Item[] = [];
      for (const item of items.slice(start, start + PAGE)) page.push(await this.#item(item));
      yield page;
    }
  }

  async #compact(item: ReadItem, { id: project }: Project): Promise<Compact> {
    const type = fieldOf(item, TYPE);
    const state = fieldOf(item, STATE);
    const isPlan = this.#options.organization.planTypes.includes(type);
    const category = this.#states.get(type)?.get(state);
    const isBelowRoot = fieldOf(item, ITERATION).includes("\\");
    // Whether something is in an iteration decides whether it comes, and not whether it stays.
    const inIteration = isPlan || isBelowRoot || (await this.#isLinked(String(item.id)));
    this.#revisions.set(item.id, item.rev);
    return {
      // What was removed is nothing that others lie below.
      known: { id: item.id, type: category === REMOVED ? "" : type, parent: parentOf(item), inIteration, project },
      type,
      rev: item.rev,
      changedAt: fieldOf(item, "System.ChangedDate") || undefined,
      title: fieldOf(item, TITLE),
      state,
      category,
      fields: this.#fields.of(item, isPlan ? "plan" : "task"),
      oneplanId: this.#oneplanIdOf(item),
    };
  }

  async #item(compact: Compact): Promise<Item> {
    const { known, type, rev, changedAt, title, state, category, fields, oneplanId } = compact;
    const id = String(known.id);
    const place = this.#placeOf(known);
    const blocked = place.as === "nothing" ? place.reason : this.#blocked(known.id, place);
    const isLinked = blocked !== undefined || oneplanId === undefined ? await this.#isLinked(id) : true;
    const isRemoved = category === REMOVED;
    const isWritten = known.parent !== null && this.#written.get(known.id) === known.parent;
    const parent = isWritten ? String(known.parent) : place.as === "nothing" ? null : this.#parentIn(place, known);
    const isLeft = blocked !== undefined && isLinked && !this.#isMissingType(known.id);
    const apart = this.#apart(known.id);
    const why = apart !== undefined ? undefined : isRemoved ? `its state is ${state}` : isLeft ? blocked : undefined;
    const skip = apart ?? (isLeft || isRemoved ? undefined : blocked);
    return {
      id,
      type: this.#rules.plans.includes(type) ? "plan" : "task",
      revision: String(rev),
      ...(changedAt !== undefined && { changedAt }),
      label: title,
      life: why === undefined ? "active" : "inactive",
      ...(why !== undefined && { why }),
      ...(skip !== undefined && { skip }),
      fields: { ...fields, [PARENT]: parent },
      keys: {
        ...(oneplanId !== undefined && { [ONEPLAN_ID]: oneplanId }),
        ...(!isLinked && { [PLACE]: placeKey(type, parent, title) }),
      },
      ...(this.#removedState(type) === undefined && {
        protected: `its type ${type} has no state for what was removed: close or delete it in Azure DevOps`,
      }),
    };
  }

  /** Why an item stays as it is: somebody took it, or what it lies below, apart from its plan. */
  #apart(id: number): string | undefined {
    const { disconnected } = this.#options;
    const seen = new Set<number>();
    for (let next: number | null = disconnected.isEmpty ? null : id; next !== null && !seen.has(next);) {
      if (disconnected.has(String(next))) return next === id ? DISCONNECTED : belowDisconnected(`work item ${next}`);
      seen.add(next);
      next = this.#hierarchy.known.get(next)?.parent ?? null;
    }
    return undefined;
  }

  #placeOf(known: Known): Place {
    return this.#hierarchy.placeOf(known, this.#rules);
  }

  #isMissingType(id: number): boolean {
    const type = this.#hierarchy.known.get(id)?.type;
    return type !== undefined && this.#options.terms.missingTypes.has(type);
  }

  /** Why an item cannot come although it has a place: OnePlan does not have its type, or that of what it lies below. */
  #blocked(id: number, place: Place): string | undefined {
    const { missingTypes } = this.#options.terms;
    if (missingTypes.size === 0) return undefined;
    const places = this.#hierarchy.places(this.#rules);
    const seen = new Set<number>();
    for (let next: number | null = id, at: Place | undefined = place; next !== null && !seen.has(next);) {
      seen.add(next);
      const missing = missingTypes.get(this.#hierarchy.known.get(next)?.type ?? "");
      if (missing !== undefined) return next === id ? missing : `what it lies below cannot come: ${missing}`;
      next = at === undefined || at.as === "nothing" ? null : at.as === "task" ? (at.parent ?? at.plan) : at.parent;
      at = next === null ? undefined : places.get(next);
    }
    return undefined;
  }

  #parentIn(place: Exclude<Place, { as: "nothing" }>, { project }: Known): string | null {
    const above = place.as === "plan" ? place.parent : (place.parent ?? place.plan);
    if (above !== null) return String(above);
    return this.#rules.projectIsPlan ? projectId(project) : null;
  }

  #projectItem({ id, name }: Project): Item {
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

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const projects = ids.filter(isProjectId).map((id) => {
      const known = this.#projects.find((each) => projectId(each.id) === id);
      return known ? this.#projectItem(known) : gone(id);
    });
    const { items, left } = await this.#readSome(ids.filter((id) => !isProjectId(id)).map(Number), signal);
    const found: Item[] = [...projects, ...left];
    for (const item of items.values()) found.push(await this.#item(item));
    return found;
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    yield this.#projects.map((each) => this.#projectItem(each));
    for (const project of this.#readable()) {
      for await (const ids of idsFound(
        this.#options.client,
        scopeOf(this.#options.organization),
        project.name,
        signal,
      )) {
        for await (const { items } of readItems(this.#options.client, ids, signal)) {
          yield await Promise.all(items.map(async (item) => this.#item(await this.#compact(item, project))));
        }
      }
    }
  }

  /** Only by where it is in OnePlan, and only what was made within two days: what an earlier run may have made. */
  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    if (attribute !== ONEPLAN_ID) return [];
    const { client, now } = this.#options;
    const since = new Date(now().getTime() - 2 * DAY_MS).toISOString().slice(0, 10);
    const hits: Item[] = [];
    for (const project of this.#readable()) {
      const where = `[System.TeamProject] = @project AND [System.CreatedDate] >= '${since}'`;
      for await (const ids of idsFound(client, where, project.name, signal)) {
        for await (const { items } of readItems(client, ids, signal)) {
          for (const item of items) {
            if (this.#oneplanIdOf(item) === value) hits.push(await this.#item(await this.#compact(item, project)));
          }
        }
      }
    }
    return hits;
  }

  async get(id: string, signal: AbortSignal): Promise<Item | undefined> {
    if (isProjectId(id)) return (await this.fetch([id], signal))[0];
    const item = await readItem(this.#options.client, Number(id), signal);
    if (!item) return gone(id);
    return this.#ownItem(item);
  }

  async #ownItem(item: ReadItem): Promise<Item> {
    const name = fieldOf(item, "System.TeamProject").toLowerCase();
    const project = this.#projects.find((each) => each.name.toLowerCase() === name);
    if (!project) return this.#outOfScope(item);
    const compact = await this.#compact(item, project);
    // What is asked for by its id is linked, or was made just now.
    return this.#item({ ...compact, known: { ...compact.known, inIteration: true } });
  }

  async create({ sourceId, fields }: NewObject, signal: AbortSignal): Promise<Created> {
    const { client, organization, stamp } = this.#options;
    const type = String(fields[TYPE] ?? "");
    const above = fields[PARENT] ?? null;
    const parent = typeof above === "string" && !isProjectId(above) ? Number(above) : null;
    this.#checkPlace(type, above);
    const project = this.#projectFor(above);
    const steps: Step[] = Object.entries(fields)
      .filter(([name, value]) => ![PARENT, TYPE].includes(name) && value !== null)
      .flatMap(([name, value]) => this.#fields.steps(name, value, type));
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
    await this.#ownItem(item);
    await stamp(sourceId, item.id, signal);
    return { id: String(item.id) };
  }

  /** A plan lies below one of a type further out: elsewhere it would be moved away again. */
  #checkPlace(type: string, above: FieldValue): void {
    const { plans, skippedLevel } = this.#rules;
    const level = plans.indexOf(type);
    if (level < 0 || typeof above !== "string" || isProjectId(above)) return;
    const known = this.#hierarchy.known.get(Number(above));
    const levelAbove = plans.indexOf(known?.type ?? "");
    if (levelAbove === level - 1 || (levelAbove >= 0 && levelAbove < level && skippedLevel === "nearest")) return;
    throw new Refused(
      `In OnePlan it lies below work item ${above}, where no ${type} can lie: move it below ${plans.slice(0, level).join(" or ") || "nothing"}.`,
    );
  }

  #projectFor(above: FieldValue): Project {
    const known =
      typeof above === "string" && !isProjectId(above) ? this.#hierarchy.known.get(Number(above)) : undefined;
    const id = known?.project ?? (typeof above === "string" ? above.replace(PROJECT, "") : undefined);
    const [only, ...others] = this.#readable();
    const found =
      id === undefined ? (others.length === 0 ? only : undefined) : this.#projects.find((each) => each.id === id);
    if (found) return found;
    const names = listed(this.#options.organization.projects);
    throw new Refused(`In which project it is to be made is not known (${names}): put it below a plan of a project.`);
  }

  #oneplanIdOf(item: ReadItem): string | undefined {
    return oneplanIdOf(item, this.#options.oneplanUrl);
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    if (isProjectId(id)) throw new Refused("A team project is not changed by a sync.");
    const item = await this.#asRead(id, signal);
    const type = String(fields[TYPE] ?? fieldOf(item, TYPE));
    if (fields[PARENT] !== undefined) this.#checkPlace(type, fields[PARENT]);
    const steps = Object.entries(fields).flatMap(([name, value]) =>
      name === PARENT ? this.#parentSteps(item, value) : this.#fields.steps(name, value, type, item),
    );
    await this.#write(item, steps, signal);
    const above = fields[PARENT];
    if (typeof above === "string" && !isProjectId(above)) this.#written.set(item.id, Number(above));
  }

  #parentSteps(item: ReadItem, above: FieldValue): Step[] {
    const { client } = this.#options;
    const own = fieldOf(item, "System.TeamProject").toLowerCase();
    if (typeof above === "string" && isProjectId(above)) {
      const project = this.#projects.find(({ id }) => projectId(id) === above);
      if (project?.name.toLowerCase() === own) return parentSteps(item, null, client.root);
      throw new Refused(
        "In OnePlan it was moved below another project: a work item is moved between projects in Azure DevOps alone. Move it back.",
      );
    }
    if (above === null && this.#rules.projectIsPlan) {
      throw new Refused(
        "In OnePlan it was moved out of its project's plan: every work item lies in a project. Move it back.",
      );
    }
    return parentSteps(item, above === null ? null : Number(above), client.root);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    if (isProjectId(id)) throw new Refused("A team project is not taken away by a sync.");
    const item = await this.#asRead(id, signal);
    const type = fieldOf(item, TYPE);
    const state = active ? [...(this.#states.get(type)?.keys() ?? [])][0] : this.#removedState(type);
    if (state === undefined) {
      throw new Refused(`The type ${type} has no state for what was removed: close or delete it in Azure DevOps.`);
    }
    await this.#write(item, [fieldStep(STATE, state)], signal);
  }

  /** A work item that goes is put into the state for what was removed, and never deleted. */
  #removedState(type: string): string | undefined {
    const states = [...(this.#states.get(type) ?? [])];
    return states.find(([, category]) => category === REMOVED)?.[0];
  }

  async adopt(id: string, oneplanId: string, signal: AbortSignal): Promise<void> {
    if (isProjectId(id)) throw new Refused("A team project is not changed by a sync.");
    const item = await this.#asRead(id, signal);
    const { oneplanUrl } = this.#options;
    const steps = [...withoutHyperlinkSteps(item, oneplanUrl), hyperlinkStep(oneplanUrl, oneplanId)];
    await this.#write(item, steps, signal);
    await this.#options.stamp(oneplanId, item.id, signal);
  }

  /** The item as it is now, which has to be as it was read: its links may have changed without a revision. */
  async #asRead(id: string, signal: AbortSignal): Promise<ReadItem> {
    const item = await readItem(this.#options.client, Number(id), signal);
    if (!item) throw new Refused(`Work item ${id} is not there any more.`, "stale");
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

const PROJECT = /^project:/;

function projectId(id: string): string {
  return `project:${id}`;
}

export function isProjectId(id: string): boolean {
  return PROJECT.test(id);
}

/** What an item is known by that carries nothing yet. */
export function placeKey(type: string, parent: string | null, name: string): string {
  return JSON.stringify([type, parent ?? "", name.trim().toLowerCase()]);
}

function gone(id: string): Item {
  return { id, label: id, life: "gone", keys: {} };
}
