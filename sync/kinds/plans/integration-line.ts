import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import {
  addAzureDevOpsLine,
  azureDevOpsLines,
  BUTTON_NAME,
  type IntegrationLine,
  renameAzureDevOpsLine,
} from "../../connectors/oneplan/integration.ts";
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
 * One that is there gets the button name of the settings, where they have one.
 *
 * @param dryRun nothing is written to OnePlan: a missing line is none yet
 */
export async function integrationLine(
  client: ApiClient,
  { organization, integrationId, isShared }: LineWanted,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<string> {
  if (integrationId !== undefined) return integrationId.toLowerCase();
  const { name, url, buttonName } = organization;
  const line = lineOf(await azureDevOpsLines(client, signal), url, isShared);
  if (line === undefined) {
    return dryRun ? NO_ID : addAzureDevOpsLine(client, { name: buttonName ?? name, url }, signal);
  }
  const { [BUTTON_NAME]: before } = line.properties;
  // A line that carries its name elsewhere is left alone.
  const isCalledOtherwise = typeof before === "string" && buttonName !== undefined && before !== buttonName;
  if (isCalledOtherwise && !dryRun) await renameAzureDevOpsLine(client, line, buttonName, signal);
  return line.id;
}

function lineOf(lines: readonly IntegrationLine[], url: string, isShared: boolean): IntegrationLine | undefined {
  const own = lines.find(({ properties }) =>
    Object.values(properties).some((value) => typeof value === "string" && plain(value) === plain(url)),
  );
  const [only, ...others] = lines;
  if (own || !only || others.length > 0 || isShared) return own;
  return Object.values(only.properties).some(isAddress) ? undefined : only;
}

/** Whether an address is another one, or lies below it. */
export function isAtOrBelow(address: string, root: string): boolean {
  return plain(address) === plain(root) || plain(address).startsWith(`${plain(root)}/`);
}

function plain(address: string): string {
  return address.replace(/\/+$/, "").toLowerCase();
}

function isAddress(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value);
}
