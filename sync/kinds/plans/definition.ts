/**
 * The sync of one organization's work items with the plans and tasks of a OnePlan group.
 *
 * Plans and tasks are one pass: a task lies in a plan, an item that changes its type goes from one to the other, and both
 * want their parents there before them. Each type has rules of its own.
 *
 * @packageDocumentation
 */
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import type { AzureDevOpsClient } from "../../connectors/azure-devops/index.ts";
import type { Limits } from "../../planner/limits.ts";
import type { BothWaysDefinition } from "../../run/definition.ts";
import { AzureDevOpsSide } from "./azure-devops-side.ts";
import { Disconnected } from "./disconnected.ts";
import { isAzureDevOpsId } from "./keys.ts";
import { type Asked, rulesFor } from "./by-hand/carry.ts";
import { OnePlanSide } from "./oneplan-side.ts";
import { pairsOf, rulesOfPairs } from "./pairs.ts";
import { peopleOf } from "./people.ts";
import { Terms } from "./terms.ts";

interface PlansDefinitionOptions {
  readonly sync: string;
  readonly organization: PlansOrganization;
  /** What somebody asks of one plan by hand; by default the settings alone count. */
  readonly asked?: Asked | undefined;
  readonly azureDevOps: AzureDevOpsClient;
  readonly oneplan: ApiClient;
  /** Root of OnePlan. */
  readonly oneplanUrl: string;
  readonly integrationId?: string | undefined;
  /** Other organizations are synced with the same group. */
  readonly isShared: boolean;
  readonly limits: Limits;
  readonly scopeHash: string;
  readonly fullEveryMs: number;
  readonly dryRun: boolean;
  readonly now: () => Date;
}

/** The sides are known as what they are, for what asks more of them than a run. */
export interface PlansDefinition extends BothWaysDefinition {
  readonly a: AzureDevOpsSide;
  readonly b: OnePlanSide;
}

export function plansDefinition(options: PlansDefinitionOptions): PlansDefinition {
  const { sync, organization, azureDevOps, oneplan, oneplanUrl, integrationId, isShared, dryRun, now } = options;
  const { limits, scopeHash, fullEveryMs, asked } = options;
  const pairs = pairsOf(organization);
  const terms = new Terms(async (signal) => ({
    people: await peopleOf(oneplan, signal),
    entraIds: await azureDevOps.entraIds(signal),
  }));
  const disconnected = new Disconnected(sync);
  const b = new OnePlanSide({
    client: oneplan,
    organization,
    pairs,
    terms,
    disconnected,
    sync,
    integrationId,
    dryRun,
    isShared,
    isInScope: (item) => a.isInScope(item),
    placeOf: (item) => a.placeOf(item),
    now,
  });
  const a: AzureDevOpsSide = new AzureDevOpsSide({
    client: azureDevOps,
    organization,
    sync,
    pairs,
    terms,
    disconnected,
    oneplanUrl: oneplanUrl.replace(/\/+$/, ""),
    stamp: (oneplanId, item, signal) => b.adopt(oneplanId, String(item), signal),
    now,
  });
  const declared = rulesOfPairs(pairs, organization, terms);
  const rules = asked === undefined ? declared : rulesFor(asked, declared);
  return { sync, a, b, rules, limits, scopeHash, fullEveryMs, sideOf: (id) => (isAzureDevOpsId(id) ? "a" : "b") };
}
