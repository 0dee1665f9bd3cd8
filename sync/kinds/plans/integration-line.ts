import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import { addAzureDevOpsLine, azureDevOpsLines } from "../../connectors/oneplan/integration.ts";
import { NO_ID } from "../../connectors/oneplan/plans.ts";

export interface LineWanted {
  readonly organization: PlansOrganization;
  /** Id of the line, where it is told. */
  readonly integrationId: string | undefined;
  /** Other organizations are synced with the same group: what nobody's is may be anybody's. */
  readonly isShared: boolean;
}

/**
 * Id of OnePlan's line of the integration with an organization, by the address in it (which property has it is assumed).
 *
 * @param dryRun nothing is added to OnePlan: a missing line is none yet
 */
export async function integrationLine(
  client: ApiClient,
  { organization, integrationId, isShared }: LineWanted,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<string> {
  if (integrationId !== undefined) return integrationId.toLowerCase();
  const { name, url, buttonName = name } = organization;
  const lines = await azureDevOpsLines(client, signal);
  const own = lines.find(({ properties }) =>
    Object.values(properties).some((value) => typeof value === "string" && sameAddress(value, url)),
  );
  const [only, ...others] = lines;
  if (own) return own.id;
  if (only && others.length === 0 && !isShared && Object.values(only.properties).every((value) => !isAddress(value))) {
    return only.id;
  }
  return dryRun ? NO_ID : addAzureDevOpsLine(client, { name: buttonName, url }, signal);
}

export function sameAddress(one: string, other: string): boolean {
  const plain = (address: string) => address.replace(/\/+$/, "").toLowerCase();
  return plain(one) === plain(other);
}

function isAddress(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value);
}
