/**
 * Work items as a side: which of them are read, and when. What each is to the sync is in work-items.ts, how a change
 * becomes one patch in work-item-writes.ts.
 *
 * Which items go together is stored in OnePlan, as OnePlan's own integration does it. Only an item that was made for
 * something in OnePlan carries where that is, as a hyperlink in the patch that makes it: so it is found also where nothing
 * else was stored afterwards.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import {
  type AzureDevOpsClient,
  idsFound,
  parentLinksSince,
  readItem,
  type ReadItem,
  readItems,
  revisionsSince,
  itemsFound,
} from "../../connectors/azure-devops/index.ts";
import { chunks } from "../../model/chunks.ts";
import type { Json } from "../../model/json-value.ts";
import {
  gone,
  type Created,
  type Fields,
  type Got,
  type Item,
  type NewObject,
  type OnlyRead,
  type OnlyRequest,
  type Place as SidePlace,
  type ReadRequest,
  type ReadResult,
  type Side,
} from "../../model/types.ts";
import type { Disconnected } from "./disconnected.ts";
import { oneplanIdOf } from "./hyperlink.ts";
import { Hierarchy, isSamePlace } from "./hierarchy.ts";
import { isProjectId, ONEPLAN_ID, PLACE, projectId } from "./keys.ts";
import { type Pair, TYPE } from "./pairs.ts";
import type { Place, PlacementRules } from "./placement.ts";
import { type Project, Projects } from "./projects.ts";
import { scopeOf } from "./scope.ts";
import type { Terms } from "./terms.ts";
import { fieldOf, WorkItemFields } from "./work-item-fields.ts";
import { WorkItemWrites } from "./work-item-writes.ts";
import { type Compact, WorkItems } from "./work-items.ts";
import { DAY_MS } from "../../../contract/days.ts";

/** Items in one query that asks which of them are in scope. */
const IN_QUERY = 200;
const PAGE = 500;

interface AzureDevOpsSideOptions {
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

type Cursor = Readonly<Record<string, { readonly revisions: string; readonly links: string }>>;

export class AzureDevOpsSide implements Side {
  readonly name = "Azure DevOps";
  readonly matchBy = [ONEPLAN_ID, PLACE] as const;
  readonly concurrency = 4;
  readonly #options: AzureDevOpsSideOptions;
  readonly #rules: PlacementRules;
  readonly #hierarchy: Hierarchy;
  readonly #fields: WorkItemFields;
  readonly #projects: Projects;
  readonly #writes: WorkItemWrites;
  readonly #items: WorkItems;
  /** What was made lately, by where it is in OnePlan: for several searches in a row. */
  #lately: Promise<ReadonlyMap<string, readonly Item[]>> | undefined;
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
    this.#hierarchy = new Hierarchy(sync, this.#rules);
    this.#fields = new WorkItemFields(options);
    this.#projects = new Projects({ ...options, fields: this.#fields });
    this.#writes = new WorkItemWrites({
      ...options,
      fields: this.#fields,
      projects: this.#projects,
      hierarchy: this.#hierarchy,
      rules: this.#rules,
    });
    this.#items = new WorkItems({
      ...options,
      fields: this.#fields,
      projects: this.#projects,
      hierarchy: this.#hierarchy,
      rules: this.#rules,
      writes: this.#writes,
      isLinked: (id) => this.#isLinked(id),
    });
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
    const { terms, now } = this.#options;
    this.#writes.forget();
    if (!terms.isKnown(now())) return this.#projects.check(names, signal);
    // Whether a project can be read is tried again.
    this.#projects.unread.clear();
    // Whom the run before did not know.
    await terms.readMissed(now(), signal);
  }

  #begin(isLinked: OnlyRequest["isLinked"]): void {
    this.#isLinked = isLinked;
    this.#lately = undefined;
    this.#options.terms.texts.forget();
    this.#options.terms.tags.forget();
  }

  async readOnly(ids: readonly string[], { isLinked, state, signal }: OnlyRequest): Promise<OnlyRead> {
    this.#begin(isLinked);
    await this.#options.disconnected.load(state);
    await this.#hierarchy.load(state);
    await this.#knowAbove(ids, signal);
    let items = await this.fetch(ids, signal);
    const { terms, now } = this.#options;
    if (await terms.readMissed(now(), signal)) items = await this.fetch(ids, signal);
    const found = new Set(items.map(({ id }) => id));
    return { items, unknown: ids.filter((id) => !found.has(id)) };
  }

  /** Where something new goes depends on what is above it, which may be as new. */
  async #knowAbove(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const asked = new Set<number>();
    let next = ids.filter((id) => !isProjectId(id) && !this.#hierarchy.known.has(Number(id))).map(Number);
    while (next.length > 0) {
      for (const id of next) asked.add(id);
      const { items } = await this.#readSome(next, signal);
      const parents = [...items.values()].flatMap(({ known: { parent } }) => parent ?? []);
      next = [...new Set(parents)].filter((id) => !asked.has(id) && !this.#hierarchy.known.has(id));
    }
  }

  async *read(request: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    const { terms, organization } = this.#options;
    this.#begin(request.isLinked);
    await this.#options.disconnected.load(request.state);
    if (organization.projectPlanType !== undefined)
      yield this.#projects.all.map((each) => this.#items.projectItem(each));
    const cursor =
      request.mode === "full" || request.cursor === undefined
        ? yield* this.#readAll(request)
        : yield* this.#readChanges(request, request.cursor);
    for (const [name, reason] of this.#projects.unread) terms.tell(`project ${name}`, reason);
    return { complete: this.#projects.unread.size === 0, cursor, notes: [], exceptions: terms.exceptions };
  }

  async *#readAll({ state, dryRun, signal, onProgress }: ReadRequest): AsyncGenerator<readonly Item[], Cursor, void> {
    const before = new Hierarchy(this.#options.sync, this.#rules);
    await before.load(state);
    this.#hierarchy.clear();
    const cursor: Record<string, { revisions: string; links: string }> = {};
    const items = new Map<number, Compact>();
    for (const project of this.#projects.readable) {
      try {
        // From here on changes are told: whatever comes while the items are read comes once more.
        cursor[project.id] = await this.#watermarks(project, signal);
        for await (const read of this.#inScopeOf(project, signal)) {
          for (const item of read) await this.#take(item, project, items);
          onProgress({ read: items.size });
        }
      } catch (error) {
        this.#projects.cannotRead(project, error);
      }
    }
    this.#keepUnread(before.known, items);
    for (const [id, item] of await this.#readParents(signal)) items.set(id, item);
    if (!dryRun) await this.#hierarchy.store(state, before.known, [], cursor);
    yield* this.#pages([...items.values()]);
    return cursor;
  }

  /** What is known of a project that was not read to its end is what was known before. */
  #keepUnread(before: Hierarchy["known"], items: Map<number, Compact>): void {
    if (this.#projects.unread.size === 0) return;
    const read = new Set(this.#projects.readable.map(({ id }) => id));
    for (const { id, project } of [...this.#hierarchy.known.values()]) {
      if (read.has(project)) continue;
      this.#hierarchy.drop(id);
      items.delete(id);
    }
    for (const item of before.values()) if (!read.has(item.project)) this.#hierarchy.put(item);
  }

  /** A query that ends early moves nothing to the top: what lies above, and was not found, is asked for by its id. */
  async #readParents(signal: AbortSignal): Promise<Map<number, Compact>> {
    const found = new Map<number, Compact>();
    const asked = new Set<number>();
    for (;;) {
      const { known } = this.#hierarchy;
      const parents = [...known.values()].flatMap(({ parent }) => parent ?? []);
      const missing = [...new Set(parents)].filter((id) => !known.has(id) && !asked.has(id));
      if (missing.length === 0) return found;
      for (const id of missing) asked.add(id);
      for (const [id, item] of (await this.#readSome(missing, signal)).items) found.set(id, item);
    }
  }

  async *#readChanges(
    { state, dryRun, signal, onProgress }: ReadRequest,
    from: Json,
  ): AsyncGenerator<readonly Item[], Cursor, void> {
    const cursor = from as unknown as Cursor;
    await this.#hierarchy.load(state);
    const before = new Map(this.#hierarchy.known);
    const places = new Map(this.#hierarchy.places);
    const changed = new Set(await this.#hierarchy.unfinished(state, from));
    const next: Record<string, { revisions: string; links: string }> = { ...cursor };
    for (const project of this.#projects.readable) {
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
        this.#projects.cannotRead(project, error);
      }
    }
    const read = await this.#readSome([...changed], signal);
    const after = this.#hierarchy.places;
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

  /** Where a work item goes, as far as it was read; `undefined` for one that was not. */
  placeOf(id: string): Place | undefined {
    return isProjectId(id) ? undefined : this.#hierarchy.places.get(Number(id));
  }

  /** Whether the last read gave an item. */
  isInScope(id: string): boolean {
    return isProjectId(id)
      ? this.#projects.all.some((each) => projectId(each.id) === id)
      : this.#hierarchy.known.has(Number(id));
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
    const compact = await this.#items.compact(item, project);
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
    for (const some of chunks(ids, IN_QUERY)) {
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
          if (this.#projects.isUnread(fieldOf(item, "System.TeamProject"))) continue;
          this.#hierarchy.drop(item.id);
          if (await this.#isLinked(String(item.id))) left.push(this.#items.outOfScope(item));
        }
      }
    }
    return { items, left };
  }

  /**
   * Which of the items are meant, and their projects: by what they themselves hold, and a query is asked only for what no item
   * holds. What was made for something in OnePlan is meant whatever the query says.
   */
  async #inScope(items: readonly ReadItem[], signal: AbortSignal): Promise<ReadonlyMap<number, Project>> {
    const { organization, client } = this.#options;
    const { planTypes, taskTypes, area, query } = organization;
    const found = new Map<number, Project>();
    for (const project of this.#projects.all) {
      const own = items.filter(
        (item) => fieldOf(item, "System.TeamProject").toLowerCase() === project.name.toLowerCase(),
      );
      if (own.length === 0) continue;
      if (this.#projects.unread.has(project.name)) continue;
      const where = `${scopeOf(organization)} AND [System.Id] IN (${own.map(({ id }) => id).join(", ")})`;
      for await (const ids of query === undefined ? [] : idsFound(client, where, project.name, signal)) {
        for (const id of ids) found.set(id, project);
      }
      for (const item of own) {
        const isOfType = [...planTypes, ...taskTypes].includes(fieldOf(item, TYPE));
        const path = `${fieldOf(item, "System.AreaPath")}\\`.toLowerCase();
        const isInArea = area === undefined || path.startsWith(`${area}\\`.toLowerCase());
        const isAsked = query !== undefined && oneplanIdOf(item, this.#options.oneplanUrl) === undefined;
        if (isOfType && isInArea && !isAsked) found.set(item.id, project);
      }
    }
    return found;
  }

  async *#pages(items: readonly Compact[]): AsyncGenerator<readonly Item[], void, void> {
    for (const some of chunks(items, PAGE)) {
      const page: Item[] = [];
      for (const item of some) page.push(await this.#items.item(item));
      yield page;
    }
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const projects = ids.filter(isProjectId).map((id) => {
      const known = this.#projects.all.find((each) => projectId(each.id) === id);
      return known ? this.#items.projectItem(known) : gone(id);
    });
    const { items, left } = await this.#readSome(ids.filter((id) => !isProjectId(id)).map(Number), signal);
    const found: Item[] = [...projects, ...left];
    for (const item of items.values()) found.push(await this.#items.item(item));
    return found;
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    yield this.#projects.all.map((each) => this.#items.projectItem(each));
    for (const project of this.#projects.readable) {
      for await (const items of this.#inScopeOf(project, signal)) {
        yield await Promise.all(items.map(async (item) => this.#items.item(await this.#items.compact(item, project))));
      }
    }
  }

  #inScopeOf({ name }: Project, signal: AbortSignal): AsyncIterable<readonly ReadItem[]> {
    return itemsFound(this.#options.client, scopeOf(this.#options.organization), name, signal);
  }

  /** Only by where it is in OnePlan, and only what was made within two days: what an earlier run may have made. */
  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    if (attribute !== ONEPLAN_ID) return [];
    this.#lately ??= this.#madeLately(signal);
    return (await this.#lately).get(value) ?? [];
  }

  async #madeLately(signal: AbortSignal): Promise<ReadonlyMap<string, readonly Item[]>> {
    const { client, now } = this.#options;
    const since = new Date(now().getTime() - 2 * DAY_MS).toISOString().slice(0, 10);
    const made = new Map<string, Item[]>();
    for (const project of this.#projects.readable) {
      const where = `[System.TeamProject] = @project AND [System.CreatedDate] >= '${since}'`;
      for await (const items of itemsFound(client, where, project.name, signal)) {
        for (const item of items) {
          const id = oneplanIdOf(item, this.#options.oneplanUrl);
          if (id === undefined) continue;
          made.set(id, [...(made.get(id) ?? []), await this.#items.item(await this.#items.compact(item, project))]);
        }
      }
    }
    return made;
  }

  async get(id: string, signal: AbortSignal): Promise<Item | undefined> {
    if (isProjectId(id)) return (await this.fetch([id], signal))[0];
    const item = await readItem(this.#options.client, Number(id), signal);
    if (!item) return gone(id);
    return this.#ownItem(item);
  }

  async *getMany(ids: readonly string[], signal: AbortSignal): AsyncGenerator<readonly Got[], void, void> {
    const projects = ids.filter(isProjectId);
    yield (await this.fetch(projects, signal)).map((item) => [item.id, item]);
    const numbers = ids.filter((id) => !isProjectId(id)).map(Number);
    for await (const { items, missing } of readItems(this.#options.client, numbers, signal)) {
      yield await Promise.all(items.map(async (item): Promise<Got> => [String(item.id), await this.#ownItem(item)]));
      yield missing.map((id) => [String(id), gone(String(id))]);
    }
  }

  async #ownItem(item: ReadItem): Promise<Item> {
    const name = fieldOf(item, "System.TeamProject");
    const project = this.#projects.called(name);
    if (!project) return this.#projects.isUnread(name) ? this.#items.notRead(item) : this.#items.outOfScope(item);
    const compact = await this.#items.compact(item, project);
    // What is asked for by its id is linked, or was made just now.
    return this.#items.item({ ...compact, known: { ...compact.known, inIteration: true } });
  }

  async create({ sourceId, fields }: NewObject, signal: AbortSignal): Promise<Created> {
    this.#lately = undefined;
    const id = await this.#writes.create({ sourceId, fields }, (item) => this.#ownItem(item), signal);
    return { id: String(id) };
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    await this.#writes.update(id, fields, signal);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    await this.#writes.setActive(id, active, signal);
  }

  async adopt(id: string, oneplanId: string, signal: AbortSignal): Promise<void> {
    this.#lately = undefined;
    await this.#writes.adopt(id, oneplanId, signal);
  }
}
