/**
 * Comments and attachments, as far as a reader needs them.
 *
 * @packageDocumentation
 */
import { idOf, isTrue, needed, wholeNumber } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { AzureDevOpsError, invalidArgument } from "./errors.ts";
import { identityOf, identityRef } from "./identities.ts";
import { ORGANIZATION } from "./organization.ts";
import { addComment } from "./saves.ts";
import { liveItem } from "./tracking.ts";
import type { Comment, WorkItem } from "./tracking.ts";
import { itemNotFound } from "./work-item-errors.ts";

/** Reported: comments in a page at most. */
const PAGE_SIZE = 200;

function itemOf(call: Call): WorkItem {
  const id = idOf(call);
  const item = liveItem(call.store, id);
  if (!item) throw itemNotFound(id);
  return item;
}

function address(call: Call, item: WorkItem): string {
  return `https://dev.azure.com/${ORGANIZATION}/${needed(call).id}/_apis/wit/workItems/${item.id}/comments`;
}

function answer(call: Call, item: WorkItem, comment: Comment): object {
  const { id, version, text, format, createdAt, createdBy, modifiedAt, modifiedBy, isDeleted } = comment;
  return {
    workItemId: item.id,
    id,
    version,
    text,
    format,
    createdBy: identityRef(createdBy),
    createdDate: createdAt,
    modifiedBy: identityRef(modifiedBy),
    modifiedDate: modifiedAt,
    isDeleted,
    url: `${address(call, item)}/${id}`,
  };
}

/** Newest first unless asked otherwise (published example); the token is the id that comes next (assumed). */
function list(call: Call): object {
  const item = itemOf(call);
  const { query } = call;
  const size = Math.min(wholeNumber(query, "$top", 1) ?? PAGE_SIZE, PAGE_SIZE);
  const all = item.comments.filter(({ isDeleted }) => !isDeleted || isTrue(query, "includedeleted"));
  // The client's numbers: ascending is 1.
  const isAscending = ["asc", "1"].includes((query.get("order") ?? "").toLowerCase());
  const sorted = isAscending ? all : all.toReversed();
  const token = query.get("continuationtoken");
  const from = token === undefined ? 0 : sorted.findIndex(({ id }) => String(id) === token);
  if (from < 0) throw invalidArgument(`The continuationToken ${token} is not valid.`);
  const page = sorted.slice(from, from + size);
  const next = sorted[from + size];
  return {
    totalCount: all.length,
    count: page.length,
    comments: page.map((comment) => answer(call, item, comment)),
    ...(next && {
      continuationToken: String(next.id),
      nextPage: `${address(call, item)}?continuationToken=${next.id}&$top=${size}`,
    }),
    url: address(call, item),
  };
}

function one(call: Call): object {
  const item = itemOf(call);
  const id = idOf(call, "comment");
  const comment = item.comments.find((each) => each.id === id && !each.isDeleted);
  if (!comment) throw new AzureDevOpsError(404, "CommentNotFoundException", `Comment ${id} does not exist.`);
  return answer(call, item, comment);
}

function add(call: Call): object {
  const item = itemOf(call);
  const { text } = (call.body ?? {}) as { text?: unknown };
  if (typeof text !== "string" || text.trim() === "")
    throw invalidArgument("Value cannot be null. Parameter name: text");
  // Documented: `format=markdown`; by the client's numbers Markdown is 0.
  const isMarkdown = ["markdown", "0"].includes((call.query.get("format") ?? "html").toLowerCase());
  const comment = addComment(call.store, item, text, isMarkdown ? "markdown" : "html", identityOf(call.caller));
  for (const listener of call.store.listeners) listener({ kind: "commented", item });
  return answer(call, item, comment);
}

/** Documented: megabytes of an attachment. */
const ATTACHMENT_LIMIT = 60;

function attach(call: Call): object {
  const fileName = call.query.get("filename") ?? "attachment";
  const content = call.body;
  if (!Buffer.isBuffer(content)) throw invalidArgument("An attachment is sent as application/octet-stream.");
  if (content.length > ATTACHMENT_LIMIT * 1024 * 1024) {
    throw invalidArgument(`VS403321: The attachment is larger than ${ATTACHMENT_LIMIT} MB.`);
  }
  const id = crypto.randomUUID();
  call.store.data.attachments[id] = { id, fileName, base64: content.toString("base64") };
  const url = `https://dev.azure.com/${ORGANIZATION}/_apis/wit/attachments/${id}?fileName=${encodeURIComponent(fileName)}`;
  return call.reply.status(201).send({ id, url });
}

function attachment(call: Call): object {
  const id = call.params["id"] ?? "";
  const found = call.store.data.attachments[id.toLowerCase()];
  if (!found)
    throw new AzureDevOpsError(404, "AttachmentNotFoundException", `VS403353: The attachment ${id} was not found.`);
  return call.reply.type("application/octet-stream").send(Buffer.from(found.base64, "base64"));
}

const read = { scope: "vso.work", project: "needed", isPreview: true } as const;

export const commentRoutes: readonly Route[] = [
  { method: "GET", path: "/wit/workitems/:id/comments", ...read, handler: list },
  { method: "GET", path: "/wit/workitems/:id/comments/:comment", ...read, handler: one },
  { method: "POST", path: "/wit/workitems/:id/comments", ...read, scope: "vso.work_write", handler: add },
  { method: "POST", path: "/wit/attachments", scope: "vso.work_write", project: "possible", handler: attach },
  { method: "GET", path: "/wit/attachments/:id", scope: "vso.work", project: "possible", handler: attachment },
];
