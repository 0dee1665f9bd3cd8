/**
 * The feeds of revisions and links: pages by watermark (documented), tokens as in the published examples.
 *
 * @packageDocumentation
 */
import { reportAnswer } from "./answers.ts";
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { invalidArgument } from "./errors.ts";
import { identityRef } from "./identities.ts";
import { ORGANIZATION } from "./organization.ts";
import type { Project } from "./organization.ts";
import { addressOf } from "./relations.ts";
import { azureDevOpsTime } from "./time.ts";
import { newest, typeName } from "./tracking.ts";
import type { LinkRow, Revision, Tracking, WorkItem } from "./tracking.ts";

export interface RevisionsRequest {
  readonly project: Project | undefined;
  readonly continuationToken: string | undefined;
  readonly startDateTime: string | undefined;
  readonly fields: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly includeIdentityRef: boolean;
  readonly includeDeleted: boolean;
  readonly includeLatestOnly: boolean;
  readonly expandFields: boolean;
  readonly pageSize: number;
}

interface Page {
  readonly values: readonly object[];
  readonly continuationToken: string;
  readonly isLastBatch: boolean;
}

export function revisionsPage(store: Tracking, request: RevisionsRequest): Page {
  const { feed } = store.data;
  const start = startOf(request, (token) => watermarkOf(token, /^(\d+)(?:;\d+;\d+)?$/));
  const values: object[] = [];
  const from = feed.findIndex(([watermark]) => watermark > start.after);
  let last = request.continuationToken ?? "0;0;0";
  for (let at = from < 0 ? feed.length : from; at < feed.length; at += 1) {
    const [watermark, id, rev] = feed[at] ?? [0, 0, 0];
    const item = store.data.items[id];
    const revision = item?.revisions[rev - 1];
    if (values.length === request.pageSize) return { values, continuationToken: last, isLastBatch: false };
    last = `${watermark};${id};${rev}`;
    if (!item || !revision || !isWanted(request, start.since, item, revision)) continue;
    const { fields, includeIdentityRef, expandFields } = request;
    values.push(reportAnswer(store, item, revision, { ...(fields && { fields }), includeIdentityRef, expandFields }));
  }
  return { values, continuationToken: last, isLastBatch: true };
}

/** What the item was at that revision decides, not what it is (assumed). */
function isWanted(request: RevisionsRequest, since: number, item: WorkItem, revision: Revision): boolean {
  const { project, types, includeDeleted, includeLatestOnly } = request;
  const type = typeName(revision).toLowerCase();
  return (
    Date.parse(revision.at) >= since &&
    (project === undefined || revision.projectId === project.id) &&
    (types === undefined || types.some((each) => each.toLowerCase() === type)) &&
    (includeDeleted || (!revision.isDeleted && !item.deleted)) &&
    (!includeLatestOnly || revision === newest(item))
  );
}

export interface LinksRequest {
  readonly project: Project | undefined;
  readonly continuationToken: string | undefined;
  readonly startDateTime: string | undefined;
  readonly linkTypes: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly pageSize: number;
}

export function linksPage(store: Tracking, request: LinksRequest): Page {
  const start = startOf(request, (token) => watermarkOf(token, /^(\d+)$/));
  const wanted = request.linkTypes?.map((each) => each.toLowerCase().replace(/-(forward|reverse)$/, ""));
  const values: object[] = [];
  let last = request.continuationToken ?? "0";
  for (const row of store.data.links) {
    if (!row || row.watermark <= start.after) continue;
    if (values.length === request.pageSize) return { values, continuationToken: last, isLastBatch: false };
    last = String(row.watermark);
    if (Date.parse(row.at) < start.since) continue;
    if (wanted && !wanted.includes(row.type.toLowerCase())) continue;
    const source = store.data.items[row.source];
    const target = store.data.items[row.target];
    if (!isOfProject(request, source, target)) continue;
    values.push(linkAnswer(store, row, source, target));
  }
  return { values, continuationToken: last, isLastBatch: true };
}

/** Either end counts (assumed). */
function isOfProject({ project, types }: LinksRequest, ...ends: (WorkItem | undefined)[]): boolean {
  return ends.some((item) => {
    if (!item) return project === undefined && types === undefined;
    const { projectId, values } = newest(item);
    const type = typeName({ values }).toLowerCase();
    return (
      (project === undefined || projectId === project.id) &&
      (types === undefined || types.some((each) => each.toLowerCase() === type))
    );
  });
}

/** Published example: the link's kind without a direction; the names of what it does not have are assumed. */
function linkAnswer(store: Tracking, row: LinkRow, source: WorkItem | undefined, target: WorkItem | undefined): object {
  const { type, at, by, comment, isActive } = row;
  const attributes = {
    sourceId: row.source,
    targetId: row.target,
    changedDate: azureDevOpsTime(at),
    changedBy: identityRef(by),
    comment,
    isActive,
    changedOperation: isActive ? "create" : "remove",
    ...(source && { sourceProjectId: newest(source).projectId }),
    ...(target && { targetProjectId: newest(target).projectId }),
  };
  const { linkRows } = azureDevOpsBehaviour(store.world);
  return linkRows === "flat" ? { rel: type, ...attributes } : { rel: type, url: addressOf(row.target), attributes };
}

interface Start {
  /** Watermark that was the last one read. */
  readonly after: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

function startOf(
  { continuationToken, startDateTime }: Pick<RevisionsRequest, "continuationToken" | "startDateTime">,
  watermark: (token: string) => number | undefined,
): Start {
  // Documented: one or the other.
  if (continuationToken !== undefined && startDateTime !== undefined) {
    throw invalidArgument("A startDateTime cannot be given together with a continuationToken.");
  }
  if (startDateTime !== undefined) {
    const since = Date.parse(startDateTime);
    if (Number.isNaN(since)) throw invalidArgument(`The startDateTime ${startDateTime} is no date.`);
    return { after: 0, since };
  }
  if (continuationToken === undefined) return { after: 0, since: 0 };
  const after = watermark(continuationToken);
  if (after === undefined) throw invalidArgument(`The continuationToken ${continuationToken} is not valid.`);
  return { after, since: 0 };
}

function watermarkOf(token: string, pattern: RegExp): number | undefined {
  const watermark = pattern.exec(token)?.[1];
  return watermark === undefined ? undefined : Number(watermark);
}

/** Published examples: the next link is there on the last page too. */
export function withNextLink(page: Page, feed: string, query: Readonly<Record<string, string>>): object {
  const { continuationToken, isLastBatch, values } = page;
  const parameters = new URLSearchParams({ ...query, continuationToken });
  parameters.delete("startDateTime");
  const nextLink = `https://dev.azure.com/${ORGANIZATION}/_apis/wit/reporting/${feed}?${parameters.toString().replaceAll("%3B", ";")}`;
  return { values, nextLink, continuationToken, isLastBatch };
}
