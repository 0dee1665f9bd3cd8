/**
 * Queries and the reporting feeds.
 *
 * @packageDocumentation
 */
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { isTrue, wholeNumber } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { invalidArgument } from "./errors.ts";
import { fieldNamed } from "./fields.ts";
import type { Field } from "./fields.ts";
import { identityOf } from "./identities.ts";
import { ORGANIZATION } from "./organization.ts";
import { found } from "./query.ts";
import { addressOf } from "./relations.ts";
import { linksPage, revisionsPage, withNextLink } from "./reporting.ts";
import { azureDevOpsTime } from "./time.ts";
import { badQuery, parseQuery } from "./wiql.ts";
import { fieldNotFound } from "./work-item-errors.ts";

export function fieldReference({ referenceName, name }: Pick<Field, "referenceName" | "name">): object {
  const url = `https://dev.azure.com/${ORGANIZATION}/_apis/wit/fields/${referenceName}`;
  return { referenceName, name, url };
}

function wiql(call: Call): object {
  const { query: text } = (call.body ?? {}) as { query?: unknown };
  if (typeof text !== "string" || text.trim() === "") throw badQuery("TF51003: The query has no text.");
  const query = parseQuery(text);
  const top = wholeNumber(call.query, "$top", 1);
  const timePrecision = isTrue(call.query, "timeprecision");
  const ids = found(call.store, query, { me: identityOf(call.caller), project: call.project, timePrecision, top });
  call.charge(1);
  const at = query.asOf === null ? call.world.now().toISOString() : new Date(query.asOf).toISOString();
  return {
    queryType: "flat",
    queryResultType: "workItem",
    asOf: azureDevOpsTime(at),
    columns: query.columns.map(fieldReference),
    ...(query.orderBy.length > 0 && {
      sortColumns: query.orderBy.map(({ field, descending }) => ({ field: fieldReference(field), descending })),
    }),
    workItems: ids.map((id) => ({ id, url: addressOf(id) })),
  };
}

function names(given: unknown): string[] | undefined {
  const list = typeof given === "string" ? given.split(",") : Array.isArray(given) ? given.map(String) : [];
  const found = list.map((each) => each.trim()).filter((each) => each !== "");
  return found.length > 0 ? found : undefined;
}

function knownFields(given: string[] | undefined): string[] | undefined {
  for (const name of given ?? []) if (!fieldNamed(name)) throw fieldNotFound(name);
  return given;
}

function pageSize(call: Call): number {
  const { feedPage } = azureDevOpsBehaviour(call.world);
  return Math.min(wholeNumber(call.query, "$maxpagesize", 1) ?? feedPage, feedPage);
}

/** Flags in the query (GET), or in the body (POST, for long lists: documented). */
function revisions(call: Call): object {
  const { query, project, store } = call;
  const body = (call.request.method === "POST" ? (call.body ?? {}) : {}) as Record<string, unknown>;
  const flag = (name: string) => body[name] === true || isTrue(query, name.toLowerCase());
  if (query.has("watermark") && !query.has("continuationtoken")) {
    throw invalidArgument("The parameter 'watermark' is not supported any more: use 'continuationToken'.");
  }
  const page = revisionsPage(store, {
    project,
    continuationToken: query.get("continuationtoken"),
    startDateTime: query.get("startdatetime"),
    fields: knownFields(names(body["fields"] ?? query.get("fields"))),
    types: names(body["types"] ?? query.get("types")),
    includeIdentityRef: flag("includeIdentityRef"),
    includeDeleted: flag("includeDeleted"),
    includeLatestOnly: flag("includeLatestOnly"),
    expandFields: ["fields", "1"].includes((query.get("$expand") ?? "").toLowerCase()),
    pageSize: pageSize(call),
  });
  call.charge(page.values.length);
  return withNextLink(page, "workItemRevisions", Object.fromEntries(query));
}

function links(call: Call): object {
  const { query, project, store, world } = call;
  const page = linksPage(store, {
    project,
    continuationToken: query.get("continuationtoken"),
    startDateTime: query.get("startdatetime"),
    linkTypes: names(query.get("linktypes")),
    types: names(query.get("types")),
    pageSize: azureDevOpsBehaviour(world).feedPage,
  });
  call.charge(page.values.length);
  return withNextLink(page, "workItemLinks", Object.fromEntries(query));
}

const read = { scope: "vso.work", project: "possible" } as const;

export const queryRoutes: readonly Route[] = [
  { method: "POST", path: "/wit/wiql", ...read, handler: wiql },
  { method: "GET", path: "/wit/reporting/workitemrevisions", ...read, handler: revisions },
  { method: "POST", path: "/wit/reporting/workitemrevisions", ...read, handler: revisions },
  { method: "GET", path: "/wit/reporting/workitemlinks", ...read, handler: links },
];
