/**
 * What of the work items in scope cannot be carried to OnePlan, and who of their people is nobody there.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { type AzureDevOpsClient, type ReadItem, itemsFound } from "../../../connectors/azure-devops/index.ts";
import { ASSIGNED } from "../pairs.ts";
import { accountIn, type People } from "../people.ts";
import { scopeOf } from "../scope.ts";

/** What stays in Azure DevOps of one item. */
export interface LeftBehind {
  readonly id: number;
  readonly title: string;
  readonly attachments: number;
  readonly comments: number;
}

export interface Survey {
  readonly items: number;
  readonly leftBehind: readonly LeftBehind[];
  /** Whom work items are assigned to and OnePlan does not know, with how many items. */
  readonly unmatched: readonly { readonly name: string; readonly items: number }[];
}

interface Surveying {
  readonly client: AzureDevOpsClient;
  readonly organization: PlansOrganization;
  readonly people: People;
  readonly signal: AbortSignal;
  readonly onItems?: (read: number) => void;
}

/** Reads every item in scope of the projects that are there. */
export async function surveyItems(projects: readonly string[], surveying: Surveying): Promise<Survey> {
  const { client, organization, people, signal, onItems } = surveying;
  const leftBehind: LeftBehind[] = [];
  let read = 0;
  for (const project of projects) {
    for await (const items of itemsFound(client, scopeOf(organization), project, signal)) {
      for (const item of items) {
        const behind = leftBehindOf(item);
        if (behind) leftBehind.push(behind);
        const account = accountIn(item.fields?.[ASSIGNED]);
        if (account) people.ofAccount(account);
      }
      read += items.length;
      onItems?.(read);
    }
  }
  const counted = [...people.unmatched].map(([name, items]) => ({ name, items }));
  return { items: read, leftBehind, unmatched: counted.toSorted((one, other) => other.items - one.items) };
}

function leftBehindOf({ id, fields = {}, relations = [] }: ReadItem): LeftBehind | undefined {
  const attachments = (relations ?? []).filter(({ rel }) => rel === "AttachedFile").length;
  const counted: unknown = fields["System.CommentCount"];
  const comments = typeof counted === "number" ? counted : 0;
  if (attachments + comments === 0) return undefined;
  return { id, title: String(fields["System.Title"] ?? ""), attachments, comments };
}
