/**
 * What has changed since a watermark: revisions of items, and links that came and went.
 *
 * @packageDocumentation
 */
import type { WorkItem } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import type { AzureDevOpsClient } from "./client.ts";

interface FeedPage<T> {
  readonly values: readonly T[];
  /** Where to go on; kept once everything before it was worked off. */
  readonly watermark: string;
}

interface RevisionsWanted {
  /** Name or id of the project. */
  readonly project: string;
  /** Where the last read ended; undefined: from the beginning, or from `since` on. */
  readonly watermark: string | undefined;
  /** Without a watermark: nothing of before is told. */
  readonly since?: Date;
  /** Reference names. */
  readonly fields: readonly string[];
  /** Names of work item types; undefined: all. */
  readonly types?: readonly string[];
}

/** Revisions after a watermark, deleted items' too, oldest first. The newest of an item is not told apart. */
export async function* revisionsSince(
  client: AzureDevOpsClient,
  { project, watermark, since, fields, types }: RevisionsWanted,
  signal: AbortSignal,
): AsyncGenerator<FeedPage<WorkItem>, void, void> {
  const filter = {
    fields: [...fields],
    includeDeleted: true,
    includeIdentityRef: true,
    ...(types && { types: [...types] }),
  };
  yield* pages(`read what has changed in ${project}`, watermark, (token, doing) =>
    client.ask(doing, signal, ({ wit }) =>
      wit.readReportingRevisionsPost(filter, project, token, token === undefined ? since : undefined),
    ),
  );
}

/** A link's newest state. */
interface LinkChange {
  /** Without its direction, e.g. `System.LinkTypes.Hierarchy`: from the source to the target. */
  readonly type: string;
  readonly source: number;
  readonly target: number;
  readonly isActive: boolean;
}

const Row = z.looseObject({ sourceId: z.int(), targetId: z.int(), isActive: z.boolean() });
/** Two forms are published: with the ids beside the kind, and among the attributes. */
const LinkRow = z.union([
  Row.extend({ rel: z.string() }),
  z.looseObject({ rel: z.string(), attributes: Row }).transform(({ rel, attributes }) => ({ rel, ...attributes })),
]);

/**
 * Parents that came and went after a watermark: a move that was saved at the parent makes no revision of the child.
 *
 * @throws ConnectionError when a row is of no known form
 */
export async function* parentLinksSince(
  client: AzureDevOpsClient,
  project: string,
  watermark: string | undefined,
  signal: AbortSignal,
  since?: Date,
): AsyncGenerator<FeedPage<LinkChange>, void, void> {
  const doing = `read which links have changed in ${project}`;
  const types = ["System.LinkTypes.Hierarchy-Forward"];
  const found = pages<unknown>(doing, watermark, (token) =>
    client.ask(doing, signal, ({ wit }) =>
      wit.getReportingLinksByLinkType(project, types, undefined, token, token === undefined ? since : undefined),
    ),
  );
  for await (const page of found) yield { ...page, values: page.values.map((row) => linkOf(row, client.organization)) };
}

function linkOf(row: unknown, organization: string): LinkChange {
  const parsed = LinkRow.safeParse(row);
  if (!parsed.success) {
    throw new ConnectionError(
      `Azure DevOps (${organization}) told of a changed link in a form that is not known here: this version of tenantwire cannot read it.`,
    );
  }
  const { rel, sourceId, targetId, isActive } = parsed.data;
  return { type: rel.replace(/-Forward$/, ""), source: sourceId, target: targetId, isActive };
}

interface Batch<T> {
  readonly values?: T[];
  readonly continuationToken?: string;
  readonly isLastBatch?: boolean;
}

async function* pages<T>(
  doing: string,
  watermark: string | undefined,
  read: (token: string | undefined, doing: string) => Promise<Batch<T>>,
): AsyncGenerator<FeedPage<T>, void, void> {
  const seen = new Set([watermark]);
  for (let token = watermark; ;) {
    const { values = [], continuationToken, isLastBatch } = await read(token, doing);
    const next = continuationToken ?? token ?? "";
    yield { values, watermark: next };
    if (isLastBatch === true) return;
    // Who follows a watermark twice follows it for ever.
    if (seen.has(next) || next === "") {
      throw new ConnectionError(`Azure DevOps did not go on when asked to ${doing}: try again.`);
    }
    seen.add(next);
    token = next;
  }
}
