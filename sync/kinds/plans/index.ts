/**
 * Work items of one organization and plans of OnePlan, put together from a stack's outputs.
 *
 * @packageDocumentation
 */
import { SettingsError } from "../../../contract/errors.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { listed, quoted } from "../../../contract/words.ts";
import { syncCredential } from "../../connectors/credentials/index.ts";
import { vaultOf } from "../../connectors/declared.ts";
import { readSecret } from "../../connectors/vault/index.ts";
import { jsonHash } from "../../model/json-hash.ts";
import type { Reach } from "../../model/types.ts";
import { type Connecting, declaredPlans, openAzureDevOps, openOnePlan } from "./connections.ts";
import { plansSyncName } from "./declared.ts";
import { type PlansDefinition, plansDefinition } from "./definition.ts";
import { type Asked, organizationFor } from "./by-hand/carry.ts";
import { parsePlansSettings } from "./settings.ts";
import { DAY_MS } from "../../../contract/days.ts";

interface PlansSyncOptions {
  readonly outputs: Outputs;
  /** Where the proof of the sync identity is found: see `connectors/credentials`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Asked before a key is read. */
  readonly reach: Reach;
  /** Name of the organization; by default the first one that is declared. */
  readonly target?: string | undefined;
  /** What somebody asks of one plan by hand, and in which project a work item is made of it. */
  readonly asked?: Asked | undefined;
  readonly project?: string | undefined;
  /** Nothing is written, not even what a first run sets up. */
  readonly dryRun: boolean;
  readonly now: () => Date;
}

interface PlansSync {
  readonly definition: PlansDefinition;
  /** Requests sent so far. */
  readonly requests: Record<string, number>;
}

/** @throws SettingsError when outputs or settings are not enough for this sync; nothing outside is asked */
export function plansSync(options: PlansSyncOptions): PlansSync {
  const { outputs, environment, reach, target, asked, project, dryRun, now } = options;
  const plans = declaredPlans(outputs);
  const organization = organizationCalled(outputs, target);
  const { fullEveryDays, limits } = parsePlansSettings(outputs.sync);
  const credential = syncCredential(outputs, environment);
  const requests = { "azure-devops": 0, oneplan: 0 };
  const connecting = (system: keyof typeof requests): Connecting => ({
    reach,
    identity: () => credential,
    secret: (name) => readSecret(vaultOf(outputs, "OnePlan").uri, name, credential),
    onRequest: () => (requests[system] += 1),
  });
  const definition = plansDefinition({
    sync: plansSyncName(organization.name),
    organization: asked === undefined ? organization : organizationFor(asked, organization, project),
    asked,
    azureDevOps: openAzureDevOps(organization, connecting("azure-devops")),
    oneplan: openOnePlan(plans, connecting("oneplan")),
    oneplanUrl: plans.baseUrl,
    integrationId: plans.integrationId,
    isShared: plans.organizations.length > 1,
    limits,
    scopeHash: jsonHash([outputs.tenant.id, plans.baseUrl, organization]),
    fullEveryMs: fullEveryDays * DAY_MS,
    dryRun,
    now,
  });
  return { definition, requests };
}

function organizationCalled(outputs: Outputs, target: string | undefined): PlansOrganization {
  const { organizations } = declaredPlans(outputs);
  const found = target === undefined ? organizations[0] : organizations.find(({ name }) => name === target);
  if (found) return found;
  const names = listed(organizations.map(({ name }) => quoted(name)));
  throw new SettingsError(
    `The outputs of ${outputs.mark} have no organization ${quoted(target ?? "")}: they have ${names}.`,
  );
}
