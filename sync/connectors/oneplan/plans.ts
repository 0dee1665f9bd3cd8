/**
 * Plans of OnePlan. Public statements about it contradict each other, and an answer of success proves nothing: every
 * write is read back, and mended or told where it became something else.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import { quoted } from "../../../contract/words.ts";
import { type ApiClient, unlessAbsent } from "../api.ts";
import { documented } from "../documented.ts";
import { called } from "./client.ts";
import { Id, Name, Text } from "./shapes.ts";
import { unansweredOf } from "./unanswered.ts";
import { listElements } from "./list.ts";

/** "None", wherever an id is expected (documented). */
export const NO_ID = "00000000-0000-0000-0000-000000000000";

/** The item of the other side that a plan goes with. */
const PlanRecord = z.looseObject({ IntegrationId: Id, ItemId: Text.nullish(), ItemUrl: z.string().nullish() });

const Plan = z.looseObject({
  id: Id,
  Name,
  PlannerTypeId: Id.nullish(),
  PortfolioParentId: Id.nullish(),
  Modified: z.string().nullish(),
  Archived: z.boolean().nullish(),
  Fields: z.record(z.string(), z.unknown()).nullish(),
  Integrations: z.array(PlanRecord).nullish(),
});
export type Plan = z.infer<typeof Plan>;

export interface NewPlan {
  readonly name: string;
  /** Id of its type. */
  readonly type: string;
  /** Id of the plan above; undefined: at the top. */
  readonly parent?: string | undefined;
  /** Id of a resource. */
  readonly owner?: string | undefined;
  /** By internal name; choices by their keys. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The item that it goes with; undefined: with none. */
  readonly goesWith?: Stamp | undefined;
}

/** All plans, as they come in: there are no pages, and filters are not relied on (500 in one tenant). */
export async function* listPlans(client: ApiClient, signal: AbortSignal): AsyncGenerator<Plan[], void, void> {
  const list = { path: "workplan", query: { ShowArchived: "true" }, doing: "list the plans", what: "plans" };
  for await (const elements of listElements(client, list, signal)) {
    yield elements.map((each) => parsed(client, each, list.doing));
  }
}

/** `undefined` where there is no such plan: a null body, or 404 (assumed: one or the other). */
export async function readPlan(client: ApiClient, id: string, signal: AbortSignal): Promise<Plan | undefined> {
  const doing = "read a plan";
  const answer = await unlessAbsent(() => client.get(`workplan/${encodeURIComponent(id)}`, {}, doing, signal));
  return answer === null || answer === undefined ? undefined : parsed(client, answer, doing);
}

/** Id of the plan that goes with an item (documented); `undefined` where there is none: null, or the zero GUID (assumed). */
export async function planOfItem(
  client: ApiClient,
  integration: string,
  item: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = { IntegrationId: integration, ExternalItemId: item };
  const answer = await client.get("integration/getintegratedplanId", query, "find the plan of an item", signal);
  return typeof answer === "string" && answer !== "" && answer !== NO_ID ? answer.toLowerCase() : undefined;
}

/** Id of the plan type of exactly this name; `undefined` where there is none: such a plan would seem to be missing. */
export async function planTypeId(client: ApiClient, name: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await client.get("config/GetPlanTypeGuidByName", { Name: name }, "look up a plan type", signal);
  return typeof answer === "string" && answer !== "" && answer !== NO_ID ? answer.toLowerCase() : undefined;
}

/**
 * Makes a plan. A parent in the request is passed over in one tenant: where it was, the plan is moved.
 *
 * @param begun told its id as soon as it is there, whatever becomes of the rest
 * @throws ConnectionError when it is not there afterwards, or elsewhere
 */
export async function createPlan(
  client: ApiClient,
  wanted: NewPlan,
  signal: AbortSignal,
  begun: (id: string) => void = () => undefined,
): Promise<Plan> {
  const doing = "make a plan";
  const { name, type, parent = NO_ID, owner, fields } = wanted;
  const body = {
    Name: name,
    PlanType: type,
    PortfolioParentId: parent,
    Fields: fields,
    ...(owner && { Owner: owner }),
  };
  const answer = await client.write("POST", "workplan", { WorkPlan: body }, doing, signal);
  const { id } = parsed(client, answer, doing);
  begun(id);
  return finishPlan(client, id, wanted, signal);
}

/**
 * What follows the making of a plan: first the item that it goes with, by which it is found again whatever comes after,
 * then its place.
 */
export async function finishPlan(
  client: ApiClient,
  id: string,
  { type, parent = NO_ID, goesWith }: Pick<NewPlan, "type" | "parent" | "goesWith">,
  signal: AbortSignal,
): Promise<Plan> {
  const made = goesWith
    ? await stampPlan(client, id, goesWith, signal)
    : await there(client, id, "make a plan", signal);
  if (made.PortfolioParentId === parent.toLowerCase() && made.PlannerTypeId === type.toLowerCase()) return made;
  return movePlan(client, id, { type, parent }, signal);
}

/** To another parent, or of another type (documented: `changetype`). */
export async function movePlan(
  client: ApiClient,
  id: string,
  { type, parent = NO_ID }: Pick<NewPlan, "type" | "parent">,
  signal: AbortSignal,
): Promise<Plan> {
  const doing = "move a plan";
  const query = new URLSearchParams({ PlanType: type, NewParentId: parent });
  const path = `workplan/${encodeURIComponent(id)}/changetype?${query.toString()}`;
  const unanswered = await unansweredOf(client.write("POST", path, {}, doing, signal), signal);
  const moved = await there(client, id, doing, signal);
  if (moved.PortfolioParentId === parent.toLowerCase() && moved.PlannerTypeId === type.toLowerCase()) return moved;
  throw (
    unanswered ??
    new ConnectionError(`${called(client)} said that it moved the plan ${quoted(moved.Name)}, and did not.`)
  );
}

interface PlanChanges {
  readonly name?: string;
  /** Id of a resource, or {@link NO_ID}. */
  readonly owner?: string;
  readonly archived?: boolean;
  /** What changes, and nothing else. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * Changes a plan. Whether fields that are not named stay is not documented: where some went, they are put back.
 *
 * @param known the plan as it was read just now; by default it is read
 * @throws ConnectionError when nothing was done with a part of it
 */
export async function updatePlan(
  client: ApiClient,
  id: string,
  { name, owner, archived, fields = {} }: PlanChanges,
  signal: AbortSignal,
  known?: Plan,
): Promise<Plan> {
  const doing = "change a plan";
  const before = known ?? (await there(client, id, doing, signal));
  const body = {
    ...(name !== undefined && { Name: name }),
    ...(owner !== undefined && { Owner: owner }),
    ...(archived !== undefined && { Archived: archived }),
  };
  const path = `workplan/${encodeURIComponent(id)}?ChangedFields=true`;
  const write = client.write("POST", path, { WorkPlan: { ...body, Fields: fields } }, doing, signal);
  const unanswered = await unansweredOf(write, signal);
  let after = await there(client, id, doing, signal);
  const lost = Object.entries(before.Fields ?? {}).filter(
    ([field, value]) => !(field in fields) && !isEmpty(value) && isEmpty(after.Fields?.[field]),
  );
  if (lost.length > 0) {
    const all = { ...Object.fromEntries(lost), ...fields };
    await client.write("POST", path, { WorkPlan: { ...body, Fields: all } }, doing, signal);
    after = await there(client, id, doing, signal);
  }
  const wrong = Object.entries({ ...Object.fromEntries(lost), ...fields }).filter(([field, value]) =>
    unanswered ? !isSame(value, after.Fields?.[field]) : !isTaken(value, after.Fields?.[field]),
  );
  const others = [
    ...(archived !== undefined && (after.Archived ?? false) !== archived ? ["Archived"] : []),
    ...(unanswered && owner !== undefined && !isSame(owner, after.Fields?.["Owner"] ?? NO_ID) ? ["Owner"] : []),
    ...wrong.map(([field]) => field),
  ];
  // Whether what was taken is what was meant is for whoever knows both forms to say.
  const isNamed = name === undefined || after.Name === name || (!unanswered && others.length === 0);
  const missed = [...(isNamed ? [] : ["Name"]), ...others];
  if (missed.length === 0) return after;
  throw (
    unanswered ??
    new ConnectionError(
      `${called(client)} said that it changed the plan ${quoted(after.Name)}, and did not change ${missed.join(", ")}.`,
    )
  );
}

interface Stamp {
  readonly integration: string;
  readonly itemId: string;
  readonly itemUrl: string;
}

/** Puts the item that a plan goes with into it, and the time of an import; an empty id takes it out. */
export async function stampPlan(client: ApiClient, id: string, stamp: Stamp, signal: AbortSignal): Promise<Plan> {
  const doing = "put the work item's id into a plan";
  const { integration, itemId, itemUrl } = stamp;
  const body = { PlanId: id, IntegrationId: integration, ItemId: itemId, ItemUrl: itemUrl, IntegrationVersion: "1" };
  const path = "integration/updateplanintegration?IsImport=true";
  const unanswered = await unansweredOf(client.write("POST", path, body, doing, signal), signal);
  const stamped = await there(client, id, doing, signal);
  if ((itemOf(stamped, integration) ?? "") === itemId) return stamped;
  throw (
    unanswered ??
    new ConnectionError(`${called(client)} said that it did ${doing} (${quoted(stamped.Name)}), and did not.`)
  );
}

/** Id of the item that the plan goes with, by this integration. */
export function itemOf({ Integrations }: Pick<Plan, "Integrations">, integration: string): string | undefined {
  const record = Integrations?.find(({ IntegrationId }) => IntegrationId === integration.toLowerCase());
  return record?.ItemId ?? undefined;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** Whether something was done with a value: OnePlan may keep it in a form of its own, as a date with a time or a rounded number. */
export function isTaken(wanted: unknown, is: unknown): boolean {
  return isEmpty(wanted) === isEmpty(is);
}

function isSame(wanted: unknown, is: unknown): boolean {
  return isEmpty(wanted) ? isEmpty(is) : JSON.stringify(wanted) === JSON.stringify(is);
}

async function there(client: ApiClient, id: string, doing: string, signal: AbortSignal): Promise<Plan> {
  const plan = await readPlan(client, id, signal);
  if (plan) return plan;
  throw new ConnectionError(`${called(client)} does not have the plan ${id} when asked to ${doing}.`);
}

function parsed(client: ApiClient, value: unknown, doing: string): Plan {
  return documented(Plan, value, called(client), doing);
}
