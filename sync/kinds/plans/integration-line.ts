import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import type { ApiClient } from "../../connectors/api.ts";
import {
  addAzureDevOpsLine,
  azureDevOpsLines,
  BUTTON_NAME,
  type IntegrationLine,
  renameAzureDevOpsLine,
} from "../../connectors/oneplan/integration.ts";
import { listPlans, NO_ID } from "../../connectors/oneplan/plans.ts";
import type { State } from "../../state/session.ts";

export interface LineWanted {
  /** Name of the sync, which its partitions begin with. */
  readonly sync: string;
  readonly organization: PlansOrganization;
  /** Id of the line, where it is told. */
  readonly integrationId: string | undefined;
  /** Other organizations are synced with the same group: what nobody's is may be anybody's. */
  readonly isShared: boolean;
}

/** Where the line that was made is remembered until OnePlan's list has it. */
const MADE = "made";

/**
 * Id of OnePlan's line of the integration with an organization, by the address in it (which property has it is assumed).
 * One that is there gets the button name of the settings, where they have one. One that the list does not have is the one
 * that was made before, or that plans carry: made in each run, there would be one more of it each time.
 *
 * @param dryRun nothing is written, to OnePlan or to the state: a missing line is none yet
 */
export async function integrationLine(
  client: ApiClient,
  { sync, organization, integrationId, isShared }: LineWanted,
  state: Pick<State, "get" | "commit">,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<string> {
  if (integrationId !== undefined) return integrationId.toLowerCase();
  const { name, url, buttonName } = organization;
  const partition = `${sync}-line`;
  const line = lineOf(await azureDevOpsLines(client, signal), url, isShared);
  const made = await state.get(partition, MADE);
  if (line === undefined) {
    if (typeof made === "string") return made;
    const carried = await lineInPlans(client, url, signal);
    if (carried !== undefined) return carried;
    if (dryRun) return NO_ID;
    const id = await addAzureDevOpsLine(client, { name: buttonName ?? name, url }, signal);
    await state.commit([{ partition, key: MADE, value: id }]);
    return id;
  }
  // From here on one that is missing was taken away.
  if (made !== undefined && !dryRun) await state.commit([{ partition, key: MADE }]);
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

/** The line by which a plan goes with a work item of the organization. */
async function lineInPlans(client: ApiClient, url: string, signal: AbortSignal): Promise<string | undefined> {
  for await (const plans of listPlans(client, signal)) {
    for (const { Integrations } of plans) {
      const record = Integrations?.find(({ ItemId, ItemUrl }) => ItemId && ItemUrl && isAtOrBelow(ItemUrl, url));
      if (record) return record.IntegrationId;
    }
  }
  return undefined;
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
