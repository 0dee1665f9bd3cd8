/**
 * Plans and tasks of OnePlan as one side: parents and what lies below them are one hierarchy, and an item of Azure DevOps
 * that changes its type may have to become the other kind, with all that lies below it.
 *
 * OnePlan does not tell what has changed: what is read of it in a run that asks for changes is told in `oneplan-seen`. It has
 * no guard against writing over somebody either: an item is read again before it is written, which leaves a moment.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { ConnectionError, PermissionError } from "../../../contract/errors.ts";
import { counted, messageOf, quoted, someOf } from "../../../contract/words.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { groupOfKey, placeOfGroup } from "../../connectors/oneplan/group.ts";
import { listPlans, NO_ID, type Plan, readPlan } from "../../connectors/oneplan/plans.ts";
import { listTasks, readTask, type Task } from "../../connectors/oneplan/tasks.ts";
import { chunks } from "../../model/chunks.ts";
import { Unreachable } from "../../connectors/network.ts";
import { becameOf } from "../../model/became.ts";
import type { Json } from "../../model/json-value.ts";
import { pump } from "../../model/pump.ts";
import { Turns } from "../../model/turns.ts";
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
import type { State } from "../../state/session.ts";
import type { Disconnected } from "./disconnected.ts";
import { integrationLine } from "./integration-line.ts";
import { PLACE, WORK_ITEM } from "./keys.ts";
import { checkPlanTypes, checkTerms } from "./oneplan-check.ts";
import { isDatedApart, PlanDates } from "./oneplan-dates.ts";
import { OnePlanFields } from "./oneplan-fields.ts";
import { OnePlanItems } from "./oneplan-items.ts";
import { OnePlanKnown } from "./oneplan-known.ts";
import { OnePlanNear } from "./oneplan-near.ts";
import { digestOf, type SeenPlan, SeenPlans } from "./oneplan-seen.ts";
import { idOf, type Looked, OnePlanWrites, type Where } from "./oneplan-writes.ts";
import { type Pair, PLAN_PARENT, PLAN_TYPE } from "./pairs.ts";
import type { Place } from "./placement.ts";
import { Twins } from "./oneplan-twins.ts";
import { changedMeanwhile, NotSent } from "./not-sent.ts";
import type { Terms } from "./terms.ts";

/** Plans whose tasks are held at once. */
const AT_ONCE = 100;
/** So many plans whose tasks are not listed are set aside; with more of them it is OnePlan that does not answer. */
const SET_ASIDE = 5;
/** From so many on one listing costs less than asking for each: of all plans, and of the tasks of one. */
const MANY = { plans: 20, tasks: 2 } as const;

interface OnePlanSideOptions {
  readonly client: ApiClient;
  readonly organization: PlansOrganization;
  /** Name of the sync, which its partitions begin with. */
  readonly sync: string;
  readonly pairs: readonly Pair[];
  readonly terms: Terms;
  readonly disconnected: Disconnected;
  /** Id of the line of the integration, where it is told. */
  readonly integrationId: string | undefined;
  /** Nothing is added to OnePlan: a missing line is none yet. */
  readonly dryRun: boolean;
  /** Other organizations are synced with the same group: what nobody's is may be anybody's. */
  readonly isShared: boolean;
  /** Whether a work item is in scope; not before Azure DevOps was read. */
  readonly isInScope: (item: string) => boolean;
  /** Where a work item goes, as far as that is known. */
  readonly placeOf: (item: string) => Place | undefined;
  readonly now: () => Date;
}

interface Cursor {
  /** Counts the runs that came to their end. */
  readonly generation: number;
}

export class OnePlanSide implements Side {
  readonly name = "OnePlan";
  readonly matchBy = [WORK_ITEM, PLACE] as const;
  readonly concurrency = 4;
  readonly #options: OnePlanSideOptions;
  readonly #items: OnePlanItems;
  readonly #known: OnePlanKnown;
  readonly #near: OnePlanNear;
  readonly #dates: PlanDates;
  readonly #writes: OnePlanWrites;
  readonly #seen: SeenPlans;
  readonly #twins = new Twins();
  /** What takes a tree of items apart wants to be alone: it goes on from what it saw of the others when it began. */
  readonly #turns = new Turns();
  /** The plans as the check listed them, for the read that follows. */
  #listed: readonly Plan[] | undefined;
  /** Everything, for several searches in a row; anything that is written ends it. */
  #everything: Promise<readonly Item[]> | undefined;
  /** Plans whose tasks OnePlan does not list, and why. */
  readonly #unlisted = new Map<string, string>();
  #state: State | undefined;

  constructor(options: OnePlanSideOptions) {
    const { client, organization, pairs, disconnected, isShared, sync, isInScope, placeOf } = options;
    this.#options = options;
    const fields = new OnePlanFields(options);
    this.#items = new OnePlanItems({ organization, fields, disconnected, isShared });
    const items = this.#items;
    this.#known = new OnePlanKnown(client, items, isInScope);
    const get = (id: string, signal: AbortSignal) => this.get(id, signal);
    this.#near = new OnePlanNear({ client, organization, items, known: this.#known, placeOf, get });
    this.#dates = new PlanDates(client);
    this.#writes = new OnePlanWrites({ client, organization, pairs, fields, items, dates: this.#dates });
    this.#seen = new SeenPlans(sync);
  }

  get host(): string {
    return this.#options.client.host;
  }

  async place(signal: AbortSignal): Promise<SidePlace> {
    return placeOfGroup(await groupOfKey(this.#options.client, signal));
  }

  within(state: State): void {
    this.#state = state;
  }

  async check(_names: readonly string[], signal: AbortSignal): Promise<void> {
    const { client, terms, dryRun, now } = this.#options;
    if (terms.isKnown(now())) return;
    const checking = { ...this.#options, items: this.#items };
    if (!this.#state) throw new TypeError("OnePlan was asked before its side was given the state.");
    this.#items.integration = await integrationLine(client, this.#options, this.#state, dryRun, signal);
    await checkPlanTypes(checking, signal);
    this.#listed = await this.#known.listPlans(signal);
    await checkTerms(checking, this.#listed[0]?.id, signal);
    terms.know(now());
  }

  async *read(request: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    const { mode, cursor, state, dryRun, isLinked, signal, onProgress } = request;
    this.#begin(isLinked, false);
    const plans = this.#listed ?? (await this.#known.listPlans(signal));
    this.#listed = undefined;
    for (const { id } of plans) await this.#known.findLink(id);
    const own = plans.filter((plan) => this.#items.isMeant(plan));
    const others = plans.filter((plan) => this.#items.hasKnownType(plan) && !this.#items.isMeant(plan)).length;

    const generation = generationOf(cursor);
    await this.#seen.load(state, generation);
    let isDated = await this.#seen.isDated(state);
    const digests = new Map(own.map((plan) => [plan.id, this.#digestOf(plan)]));
    const changed =
      mode === "full" || !isDated ? own : own.filter(({ id }) => !this.#seen.isAsSeen(id, digests.get(id) ?? ""));
    const looked = new Map<string, SeenPlan>();
    let read = 0;
    const asked = new Set(changed.map(({ id }) => id));
    for (const some of [changed, own.filter(({ id }) => !asked.has(id))]) {
      // The second time only where the first one showed that the dates of plans tell nothing.
      if (some !== changed && (isDated || mode === "full")) break;
      for await (const page of this.#readPlans(some, digests, looked, signal)) {
        isDated &&= !page.isDatedApart;
        this.#twins.see(page.items);
        read += page.items.length;
        onProgress({ read });
        yield page.items;
      }
    }
    const isWhole = looked.size === own.length;
    const strays = yield* this.#readGone(new Set(digests.keys()), looked, signal);
    yield this.#twins.hide((item) => this.#kindOf(item)).map(gone);
    if (!dryRun) {
      if (!isDated && (await this.#seen.isDated(state))) await this.#seen.putDated(state, false);
      await this.#seen.store(state, looked, new Set(digests.keys()), generation + 1);
      this.#dates.findOut(isDated ? undefined : (dated) => this.#seen.putDated(state, dated));
    }
    const left = `${counted(others, "plan")} of OnePlan ${others === 1 ? "goes" : "go"} with no work item: left alone.`;
    // Azure DevOps was read before: who is only there is known by now.
    const { note } = this.#options.terms.people;
    const notes = [...(others === 0 ? [] : [left]), ...strayNote(strays), ...(note === undefined ? [] : [note])];
    const next: Cursor = { generation: generation + 1 };
    const exceptions = plans.flatMap(({ id, Name: label }) => {
      const reason = this.#unlisted.get(id);
      return reason === undefined ? [] : { id, label, reason: `${reason} Its tasks stay as they are.` };
    });
    const result = { cursor: next as unknown as Json, notes, exceptions };
    // Of a plan that is looked at again in every run nothing is lost; that it has no task any more is not believed.
    if (exceptions.length > 0) return { ...result, complete: mode !== "full" };
    return { ...result, complete: true, ...(isWhole ? { whole: true } : { unlinkedRead: true }) };
  }

  #kindOf(item: string): "plan" | "task" | undefined {
    const place = this.#options.placeOf(item);
    return place === undefined || place.as === "nothing" ? undefined : place.as;
  }

  #begin(isLinked: OnlyRequest["isLinked"], single: boolean): void {
    this.#known.begin(isLinked, single);
    this.#twins.forget();
    this.#everything = undefined;
    this.#unlisted.clear();
    this.#near.forget();
    this.#writes.forget();
    this.#items.left.clear();
    this.#items.lost.clear();
    this.#items.linked.clear();
    this.#dates.findOut(undefined);
  }

  #digestOf(plan: Plan): string {
    return digestOf(this.#items.ofPlan(plan), plan.Modified, this.#items.left.has(plan.id));
  }

  /** Plans with their tasks, and what of their tasks is not there any more. */
  async *#readPlans(
    plans: readonly Plan[],
    digests: ReadonlyMap<string, string>,
    looked: Map<string, SeenPlan>,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly items: readonly Item[]; readonly isDatedApart: boolean }, void, void> {
    for (const some of chunks(plans, AT_ONCE)) {
      const tasks = await this.#tasksOf(some, signal);
      for (const plan of some) {
        const own = tasks.get(plan.id);
        if (!own) {
          yield { items: [this.#items.ofPlan(plan)], isDatedApart: false };
          continue;
        }
        const items = this.#itemsOf(plan, own);
        const ids = own.map(({ id }) => id);
        const missing = await this.#linkedOf(plan.id, this.#seen.tasksOf(plan.id), new Set(ids));
        const linked = await Promise.all(items.map(({ id }) => this.#known.isLinked(id)));
        // What lost the item that it goes with gets it back.
        const open = linked.includes(false) || items.some(({ keys }) => keys[WORK_ITEM] === "");
        const digest = digests.get(plan.id) ?? "";
        looked.set(plan.id, { digest, open, tasks: ids, missing: missing.map((id) => id.split("/")[1] ?? "") });
        yield { items, isDatedApart: isDatedApart(plan, own) };
        if (missing.length > 0) yield { items: await this.fetch(missing, signal), isDatedApart: false };
      }
    }
  }

  /** Of tasks of before those that are linked, and are not among what the plan has now. */
  async #linkedOf(plan: string, before: readonly string[], now: ReadonlySet<string>): Promise<string[]> {
    const missing: string[] = [];
    for (const task of before) {
      const id = `${plan}/${task}`;
      if (!now.has(task) && (await this.#known.isLinked(id))) missing.push(id);
    }
    return missing;
  }

  /**
   * What went with plans that are not there, or not meant, any more. Tasks that are left there go on being read, as long as
   * they are linked.
   *
   * @returns what these tasks are called
   */
  async *#readGone(
    own: ReadonlySet<string>,
    looked: Map<string, SeenPlan>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Item[], readonly string[], void> {
    const labels: string[] = [];
    for (const { id, tasks } of this.#seen.without(own)) {
      const linked = await this.#linkedOf(id, tasks, new Set());
      const items = await this.fetch((await this.#known.isLinked(id)) ? [...linked, id] : linked, signal);
      if (items.length > 0) yield items;
      const strays = items.filter((item) => item.id !== id && item.life === "active");
      if (strays.length === 0) continue;
      labels.push(...strays.map(({ label }) => label));
      const there = new Set(strays.map((item) => item.id));
      const [left = [], missing = []] = [true, false].map((isThere) =>
        linked.flatMap((task) => (there.has(task) === isThere ? (task.split("/")[1] ?? []) : [])),
      );
      looked.set(id, { digest: "", open: true, tasks: left, missing });
    }
    return labels;
  }

  /** What OnePlan does not list is in none of them. */
  async #tasksOf(
    plans: readonly Pick<Plan, "id">[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly Task[]>> {
    const tasks = new Map<string, readonly Task[]>();
    await pump(plans, this.concurrency, async ({ id }) => {
      if (this.#unlisted.has(id)) return;
      const own = await listTasks(this.#options.client, id, signal).catch((error: unknown) => {
        if (!isOfOne(error) || this.#unlisted.size >= SET_ASIDE) throw error;
        this.#unlisted.set(id, messageOf(error));
      });
      if (!own) return;
      await this.#known.seeTasks(id, own, signal);
      tasks.set(id, own);
    });
    return tasks;
  }

  #itemsOf(plan: Plan, tasks: readonly Task[]): Item[] {
    const meant = tasks.filter((task) => this.#items.isMeantTask(plan.id, task));
    return [this.#items.ofPlan(plan), ...meant.map((task) => this.#items.ofTask(plan.id, task))];
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    const plans = await this.#known.listPlans(signal);
    const own = plans.filter((plan) => this.#items.isMeant(plan));
    for (const some of chunks(own, AT_ONCE)) {
      const tasks = await this.#tasksOf(some, signal);
      for (const plan of some) yield this.#itemsOf(plan, tasks.get(plan.id) ?? []);
    }
  }

  /** Of a plan its tasks too, those too that are gone: OnePlan tells of a change of a task by its plan (assumed). */
  async readOnly(ids: readonly string[], request: OnlyRequest): Promise<OnlyRead> {
    const { terms, now } = this.#options;
    const read = await this.#readSingle(ids, request);
    return (await terms.readMissed(now(), request.signal)) ? this.#readSingle(ids, request) : read;
  }

  async #readSingle(ids: readonly string[], { isLinked, state, signal }: OnlyRequest): Promise<OnlyRead> {
    this.#begin(isLinked, true);
    this.#items.forget();
    const items: Item[] = [];
    const unknown: string[] = [];
    for (const word of ids) {
      const id = word.toLowerCase();
      const item = await this.get(id, signal);
      const isMeant = item.life !== "gone" && (!this.#items.plans.has(id) || this.#items.isMeant({ id }));
      if (isMeant || (await isLinked(item.id))) items.push(item);
      else unknown.push(word);
      if (!isMeant || id.includes("/")) continue;
      items.push(...(await this.#near.tasksIn(id, signal)));
      const there = [...this.#items.tasks.keys()].flatMap((task) => task.split(`${id}/`)[1] ?? []);
      const missing = await this.#linkedOf(id, await this.#seen.tasksStored(state, id), new Set(there));
      items.push(...(await this.fetch(missing, signal)));
    }
    return { items, unknown };
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const found: Item[] = [];
    await pump(ids, this.concurrency, async (id) => {
      found.push(await this.get(id, signal));
    });
    return found;
  }

  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    if (this.#known.isSingle) return this.#near.find(attribute, value, signal);
    this.#everything ??= this.#list(signal);
    return (await this.#everything).filter(({ id, keys }) => keys[attribute] === value && !this.#twins.isHidden(id));
  }

  async #list(signal: AbortSignal): Promise<readonly Item[]> {
    const all: Item[] = [];
    for await (const page of this.list(signal)) all.push(...page);
    return all;
  }

  async get(id: string, signal: AbortSignal): Promise<Item> {
    return (await this.#look(id, signal)).item;
  }

  async #look(id: string, signal: AbortSignal): Promise<Looked> {
    const { client } = this.#options;
    const where = this.#writes.whereIs(id);
    const { plan: planId, task: taskId } = where;
    if (this.#twins.isHidden(idOf(where))) return { item: gone(id) };
    if (taskId === undefined) {
      const plan = await readPlan(client, planId, signal);
      if (!plan) return { item: gone(id) };
      this.#items.knowPlan(plan);
      if (this.#known.isSingle) await this.#known.findLink(planId);
      else await this.#known.readParents([plan], signal);
      await this.#known.readAbove(plan.PortfolioParentId ?? NO_ID, signal);
      return { item: this.#items.ofPlan(plan), plan };
    }
    const task = await readTask(client, planId, taskId, signal);
    if (!task) return { item: gone(id) };
    await this.#known.seeTask(planId, task);
    await this.#known.readAbove(planId, signal);
    await this.#known.readTaskAbove(planId, task, signal);
    return { item: this.#items.ofTask(planId, task), task };
  }

  /** Of plans that many are asked for in, the tasks are listed; and all plans, where many of them are. */
  async *getMany(ids: readonly string[], signal: AbortSignal): AsyncGenerator<readonly Got[], void, void> {
    const plans = new Map<string, string>();
    const tasks = new Map<string, Map<string, string>>();
    for (const id of ids) {
      const where = this.#writes.whereIs(id);
      if (this.#twins.isHidden(idOf(where))) continue;
      if (where.task === undefined) plans.set(where.plan, id);
      else tasks.set(where.plan, (tasks.get(where.plan) ?? new Map<string, string>()).set(idOf(where), id));
    }
    yield* plans.size >= MANY.plans ? this.#getListedPlans(plans, signal) : this.#getEach([...plans.values()], signal);
    const few = [...tasks.values()].filter(({ size }) => size < MANY.tasks).flatMap((own) => [...own.values()]);
    yield* this.#getEach(few, signal);
    const many = [...tasks].filter(([, { size }]) => size >= MANY.tasks);
    for (const some of chunks(many, AT_ONCE)) {
      const found: Got[] = [];
      await pump(some, this.concurrency, async ([plan, own]) => {
        await this.#known.readAbove(plan, signal);
        const all = (await this.#tasksOf([{ id: plan }], signal)).get(plan) ?? [];
        const left = new Set(own.values());
        for (const task of all) {
          const id = own.get(`${plan}/${task.id}`);
          if (id === undefined) continue;
          found.push([id, this.#items.ofTask(plan, task)]);
          left.delete(id);
        }
        // What is not listed is asked for by itself before it counts as gone.
        for (const id of left) found.push([id, await this.get(id, signal)]);
      });
      yield found;
    }
  }

  async *#getListedPlans(wanted: ReadonlyMap<string, string>, signal: AbortSignal): AsyncGenerator<Got[], void, void> {
    const plans: Plan[] = [];
    for await (const page of listPlans(this.#options.client, signal)) {
      for (const plan of page) {
        this.#items.knowPlan(plan);
        if (wanted.has(plan.id)) plans.push(plan);
      }
    }
    yield plans.map((plan) => [wanted.get(plan.id) ?? plan.id, this.#items.ofPlan(plan)]);
    const listed = new Set(plans.map(({ id }) => id));
    yield* this.#getEach(
      [...wanted].flatMap(([plan, id]) => (listed.has(plan) ? [] : id)),
      signal,
    );
  }

  async *#getEach(ids: readonly string[], signal: AbortSignal): AsyncGenerator<Got[], void, void> {
    const found: Got[] = [];
    await pump(ids, this.concurrency, async (id) => {
      found.push([id, await this.get(id, signal)]);
    });
    yield found;
  }

  async create({ sourceId, fields }: NewObject, signal: AbortSignal, begun?: (id: string) => void): Promise<Created> {
    this.#everything = undefined;
    const [plan = ""] = String(fields[PLAN_PARENT] ?? "").split("/");
    if (!this.#items.isPlanType(String(fields[PLAN_TYPE] ?? "")) && this.#unlisted.has(plan))
      throw new NotSent("The tasks of its plan cannot be listed, and it may be one of them: it waits.");
    return { id: await this.#turns.together(() => this.#writes.create(fields, sourceId, signal, begun)) };
  }

  /** What goes to another plan, or becomes another kind, takes along what lies below it, which may be about to go too. */
  update(id: string, fields: Fields, signal: AbortSignal): Promise<Created> {
    const takesAlong = PLAN_TYPE in fields || (PLAN_PARENT in fields && id.includes("/"));
    const work = () => this.#update(id, fields, signal);
    return takesAlong ? this.#turns.alone(work) : this.#turns.together(work);
  }

  async #update(id: string, fields: Fields, signal: AbortSignal): Promise<Created> {
    this.#everything = undefined;
    const where: Where = this.#writes.whereIs(id);
    const read = this.#items.read.get(idOf(where));
    const looked = await this.#look(id, signal);
    const { item } = looked;
    if (item.life === "gone") throw new NotSent(`${quoted(item.label)} is not there any more.`, "stale");
    if (read !== undefined && read !== this.#items.read.get(item.id))
      throw changedMeanwhile(`${quoted(item.label)} of OnePlan`);
    const written = await this.#writes.update(looked, where, fields, signal);
    this.#twins.show(written);
    return { id: written };
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    this.#everything = undefined;
    await this.#turns.together(() => this.#writes.setActive(this.#writes.whereIs(id), active, signal));
  }

  async adopt(id: string, item: string, signal: AbortSignal): Promise<void> {
    this.#everything = undefined;
    await this.#turns.together(() => this.#writes.adopt(this.#writes.whereIs(id), item, signal));
  }
}

/** Whether OnePlan fails with what is asked for alone: it answered, and took the key. */
function isOfOne(error: unknown): boolean {
  if (error instanceof Unreachable || becameOf(error) === "not begun") return false;
  return error instanceof ConnectionError || error instanceof PermissionError;
}

/** What is told of tasks that stay in a plan which is gone for the sync. */
function strayNote(labels: readonly string[]): readonly string[] {
  if (labels.length === 0) return [];
  const [go, lie] = labels.length === 1 ? ["goes with a work item", "lies"] : ["go with work items", "lie"];
  const names = someOf(labels.slice(0, 3), labels.length);
  return [`${counted(labels.length, "task")} of OnePlan that ${go} ${lie} in a plan that goes with none: ${names}.`];
}

/** A position of before it was counted has none. */
function generationOf(cursor: Json | undefined): number {
  return ((cursor ?? {}) as Partial<Cursor>).generation ?? 0;
}
