/**
 * Work items: read one by one and in batches, their revisions and updates, made, changed, deleted, restored.
 *
 * @packageDocumentation
 */
import { itemAnswer, updateAnswer } from "./answers.ts";
import type { Expand, ItemShape } from "./answers.ts";
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { idOf, isTrue, listed, needed, wholeNumber } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { AzureDevOpsError, invalidArgument } from "./errors.ts";
import { identityOf, identityText } from "./identities.ts";
import { checkPatchType, parsePatch } from "./patch.ts";
import { addressOf } from "./relations.ts";
import { createItem, deleteItem, destroyItem, restoreItem, updateItem } from "./saves.ts";
import type { SaveOptions } from "./saves.ts";
import { azureDevOpsTime } from "./time.ts";
import { liveItem, newest, projectById, revisionAt } from "./tracking.ts";
import type { WorkItem } from "./tracking.ts";
import { itemNotFound, tooManyIds, tooManyResults } from "./work-item-errors.ts";
import { ORGANIZATION } from "./organization.ts";

/** Documented: ids in a batch. */
const BATCH = 200;

const EXPANDS: readonly Expand[] = ["none", "relations", "fields", "links", "all"];

/** By name or by the client's number. */
function expandOf(given: unknown): Expand {
  const wanted = choiceOf(given);
  if (wanted === "") return "none";
  const found = EXPANDS.find((each, at) => each === wanted || String(at) === wanted);
  if (found) return found;
  throw invalidArgument(`The value '${wanted}' of '$expand' is not valid.`);
}

function isOmit(policy: unknown): boolean {
  return ["omit", "2"].includes(choiceOf(policy));
}

function choiceOf(given: unknown): string {
  return typeof given === "string" || typeof given === "number" ? String(given).toLowerCase() : "";
}

function shapeOf({ version }: Call, fields: readonly string[] | undefined, given: unknown): ItemShape {
  const expand = expandOf(given);
  // Reported.
  if (fields && expand !== "none" && expand !== "links") {
    const message = "The expand parameter can not be used with the fields parameter.";
    throw new AzureDevOpsError(400, "ConflictingParametersException", message);
  }
  return { ...(fields && { fields }), expand, version };
}

function names(given: string | undefined): string[] | undefined {
  const found = given
    ?.split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  return found && found.length > 0 ? found : undefined;
}

/** An item of another project is not found under this one's address (assumed). */
function readable({ store, project }: Call, id: number): WorkItem {
  const item = liveItem(store, id);
  if (!item || (project && newest(item).projectId !== project.id)) throw itemNotFound(id);
  return item;
}

function answered(call: Call, item: WorkItem, shape: ItemShape, asOf: string | undefined): object {
  const moment = asOf === undefined || asOf === "" ? undefined : Date.parse(asOf);
  if (Number.isNaN(moment)) throw invalidArgument(`The value '${asOf}' of 'asOf' is not valid.`);
  const revision = moment === undefined ? newest(item) : revisionAt(item, moment);
  if (!revision) throw itemNotFound(item.id);
  return itemAnswer(call.store, item, revision, shape);
}

function oneItem(call: Call): object {
  const item = readable(call, idOf(call));
  call.charge(1);
  const shape = shapeOf(call, names(call.query.get("fields")), call.query.get("$expand"));
  return answered(call, item, shape, call.query.get("asof"));
}

interface BatchRequest {
  readonly ids: readonly number[];
  readonly fields: readonly string[] | undefined;
  readonly expand: unknown;
  readonly asOf: string | undefined;
  readonly errorPolicy: unknown;
}

function manyItems(call: Call, { ids, fields, expand, asOf, errorPolicy }: BatchRequest): object {
  if (ids.length > BATCH) throw tooManyIds(ids.length, BATCH);
  const shape = shapeOf(call, fields, expand);
  const { omitted, batchForgets } = azureDevOpsBehaviour(call.world);
  const found = ids.map((id) => {
    try {
      if (isOmit(errorPolicy) && batchForgets.includes(id)) return null;
      return answered(call, readable(call, id), shape, asOf);
    } catch (error) {
      if (isOmit(errorPolicy) && error instanceof AzureDevOpsError) return null;
      throw error;
    }
  });
  call.charge(ids.length);
  return listed(omitted === "null" ? found : found.filter((each) => each !== null));
}

function batch(call: Call): object {
  const body = (call.body ?? {}) as Record<string, unknown>;
  const { ids, fields, asOf } = body;
  if (!Array.isArray(ids) || ids.some((id) => !Number.isInteger(Number(id)))) {
    throw invalidArgument("Value cannot be null. Parameter name: ids");
  }
  return manyItems(call, {
    ids: ids.map(Number),
    fields: Array.isArray(fields) && fields.length > 0 ? fields.map(String) : undefined,
    expand: body["$expand"],
    asOf: typeof asOf === "string" ? asOf : undefined,
    errorPolicy: body["errorPolicy"],
  });
}

function itemsByQuery(call: Call): object {
  const { query } = call;
  const ids = names(query.get("ids"))?.map(Number);
  if (!ids || ids.some((id) => !Number.isInteger(id)))
    throw invalidArgument("Value cannot be null. Parameter name: ids");
  return manyItems(call, {
    ids,
    fields: names(query.get("fields")),
    expand: query.get("$expand"),
    asOf: query.get("asof"),
    errorPolicy: query.get("errorpolicy"),
  });
}

function saveOptions({ caller, query }: Call): SaveOptions {
  return {
    by: identityOf(caller),
    validateOnly: isTrue(query, "validateonly"),
    bypassRules: isTrue(query, "bypassrules"),
    suppressNotifications: isTrue(query, "suppressnotifications"),
  };
}

function saved(call: Call, item: WorkItem): object {
  call.charge(1);
  const shape = shapeOf(call, undefined, call.query.get("$expand"));
  return itemAnswer(call.store, item, newest(item), { ...shape, withRelations: item.relations.length > 0 });
}

function create(call: Call): object {
  checkPatchType(call.request.method, call.request.headers["content-type"]);
  const [, type] = /^\$(.+)$/.exec(call.params["id"] ?? "") ?? [];
  if (type === undefined) throw invalidArgument("The type of a new work item begins with $.");
  return saved(call, createItem(call.store, needed(call), type, parsePatch(call.body), saveOptions(call)));
}

function update(call: Call): object {
  checkPatchType(call.request.method, call.request.headers["content-type"]);
  const { id } = readable(call, idOf(call));
  return saved(call, updateItem(call.store, id, parsePatch(call.body), saveOptions(call)));
}

/** Published: WorkItemDelete. What was restored still tells when it was deleted (published example). */
function deletedAnswer(call: Call, item: WorkItem, withResource: boolean, deleted = item.deleted): object {
  const revision = newest(item);
  return {
    id: item.id,
    code: 200,
    type: revision.values["System.WorkItemType"],
    name: revision.values["System.Title"],
    project: projectById(call.store, revision.projectId).name,
    deletedDate: deleted ? azureDevOpsTime(deleted.at) : null,
    deletedBy: deleted ? identityText(deleted.by) : null,
    url: binAddress(item.id),
    ...(withResource && {
      resource: itemAnswer(call.store, item, revision, { expand: "none", version: call.version }),
    }),
  };
}

function binAddress(id: number): string {
  return `https://dev.azure.com/${ORGANIZATION}/_apis/wit/recyclebin/${id}`;
}

function remove(call: Call): object {
  const { id } = readable(call, idOf(call));
  if (isTrue(call.query, "destroy")) {
    destroyItem(call.store, id, saveOptions(call));
    return call.reply.status(204).send();
  }
  return deletedAnswer(call, deleteItem(call.store, id, saveOptions(call)), true);
}

function removeMany(call: Call): object {
  const { ids, destroy, skipNotifications } = (call.body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(ids)) throw invalidArgument("Value cannot be null. Parameter name: ids");
  const options = { ...saveOptions(call), suppressNotifications: skipNotifications === true };
  const results = ids.map(Number).map((id) => {
    readable(call, id);
    if (destroy === true) return destroyItem(call.store, id, options);
    return deletedAnswer(call, deleteItem(call.store, id, options), false);
  });
  return { results: results.filter((each) => each !== undefined) };
}

function inBin(call: Call): WorkItem[] {
  const { store, project } = call;
  return Object.values(store.data.items).filter(
    (item) => item.deleted && (project === undefined || newest(item).projectId === project.id),
  );
}

/** Documented: ids alone, no pages, the same limit as a query's. */
function bin(call: Call): object {
  const ids = names(call.query.get("ids"))?.map(Number);
  const items = inBin(call);
  if (ids) return listed(items.filter(({ id }) => ids.includes(id)).map((item) => deletedAnswer(call, item, false)));
  const { queryLimit } = azureDevOpsBehaviour(call.world);
  if (items.length > queryLimit) throw tooManyResults(queryLimit);
  return listed(items.map(({ id }) => ({ id, url: binAddress(id) })));
}

function oneInBin(call: Call): WorkItem {
  const id = idOf(call);
  const found = inBin(call).find((item) => item.id === id);
  if (!found) throw itemNotFound(id);
  return found;
}

function restore(call: Call): object {
  const { id, deleted } = oneInBin(call);
  const { isDeleted } = (call.body ?? {}) as Record<string, unknown>;
  if (isDeleted !== false) throw invalidArgument('The body of a restore is {"isDeleted": false}.');
  const item = restoreItem(call.store, id, saveOptions(call));
  return { ...deletedAnswer(call, item, true, deleted), url: addressOf(id) };
}

function destroyed(call: Call): object {
  destroyItem(call.store, oneInBin(call).id, saveOptions(call));
  return call.reply.status(204).send();
}

/** Documented: 200 in a page when nobody says how many (assumed for both lists). */
function paged<T>(call: Call, all: readonly T[]): T[] {
  const skip = wholeNumber(call.query, "$skip") ?? 0;
  return all.slice(skip, skip + (wholeNumber(call.query, "$top") ?? 200));
}

function revisions(call: Call): object {
  const item = readable(call, idOf(call));
  const shape = shapeOf(call, undefined, call.query.get("$expand"));
  return listed(paged(call, item.revisions).map((revision) => itemAnswer(call.store, item, revision, shape)));
}

function oneRevision(call: Call): object {
  const item = readable(call, idOf(call));
  const revision = item.revisions[idOf(call, "number") - 1];
  if (!revision) throw itemNotFound(item.id);
  return itemAnswer(call.store, item, revision, shapeOf(call, undefined, call.query.get("$expand")));
}

function updates(call: Call): object {
  const item = readable(call, idOf(call));
  return listed(paged(call, [...item.updates.keys()]).map((at) => updateAnswer(call.store, item, at)));
}

function oneUpdate(call: Call): object {
  const item = readable(call, idOf(call));
  const answer = updateAnswer(call.store, item, idOf(call, "number") - 1);
  if (!answer) throw itemNotFound(item.id);
  return answer;
}

const read = { scope: "vso.work", project: "possible" } as const;
const write = { scope: "vso.work_write", project: "possible" } as const;

export const itemRoutes: readonly Route[] = [
  { method: "GET", path: "/wit/workitems", ...read, handler: itemsByQuery },
  { method: "GET", path: "/wit/workitems/:id", ...read, handler: oneItem },
  { method: "POST", path: "/wit/workitems/:id", ...write, project: "needed", handler: create },
  { method: "PATCH", path: "/wit/workitems/:id", ...write, handler: update },
  { method: "DELETE", path: "/wit/workitems/:id", ...write, handler: remove },
  { method: "POST", path: "/wit/workitemsbatch", ...read, handler: batch },
  { method: "POST", path: "/wit/workitemsdelete", ...write, handler: removeMany },
  { method: "GET", path: "/wit/workitems/:id/revisions", ...read, handler: revisions },
  { method: "GET", path: "/wit/workitems/:id/revisions/:number", ...read, handler: oneRevision },
  { method: "GET", path: "/wit/workitems/:id/updates", ...read, handler: updates },
  { method: "GET", path: "/wit/workitems/:id/updates/:number", ...read, handler: oneUpdate },
  { method: "GET", path: "/wit/recyclebin", ...read, handler: bin },
  { method: "GET", path: "/wit/recyclebin/:id", ...read, handler: (call) => deletedAnswer(call, oneInBin(call), true) },
  { method: "PATCH", path: "/wit/recyclebin/:id", ...write, handler: restore },
  { method: "DELETE", path: "/wit/recyclebin/:id", ...write, handler: destroyed },
];
