/** What the outputs declare of plans, and how that is called. @packageDocumentation */
import type { Outputs } from "../../../contract/outputs.ts";

/** What hosts are remembered under. */
export const PLANS_TARGET = "plans";

/** The organizations that the outputs declare, by name. */
export function declaredOrganizations({ integrations }: Pick<Outputs, "integrations">): string[] {
  return (integrations.plans?.organizations ?? []).map(({ name }) => name);
}

/** Name of the sync of an organization: of its lock and all that it remembers. */
export function plansSyncName(organization: string): string {
  return `plans-${organization.toLowerCase().replace(/[^a-z0-9-]+/g, "-")}`;
}
