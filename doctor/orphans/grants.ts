/**
 * Grants that are there, and whose they are for the engine.
 *
 * @packageDocumentation
 */
import type { PermissionNames } from "../../contract/permissions/resolve.ts";
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import type { GraphClient } from "../../sync/connectors/graph/index.ts";
import { GrantsReader } from "../connectors/grants.ts";
import { grantImports } from "../preflight/grants.ts";
import { ASSIGNMENT, GRANT, type StackResource } from "../preflight/stack-state.ts";

/** A registration whose permissions a project grants. */
export interface Granting {
  readonly name: string;
  readonly permissions: PermissionNames;
  /** Object id of its service principal. */
  readonly principalId: string;
}

/** Everything that a state knows to be granted. Pure. */
export function grantsIn(state: readonly StackResource[]): StackResource[] {
  return state.filter(({ type }) => type === ASSIGNMENT || type === GRANT);
}

/** Name in the program -> the provider's id, of what is granted already and the state does not know. */
export async function takenIn(
  granting: readonly Granting[],
  client: GraphClient,
  state: readonly StackResource[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const reader = new GrantsReader(client);
  const graph = await reader.principalOf(MICROSOFT_GRAPH, signal);
  const found = new Map<string, string>();
  if (graph === undefined) return found;
  for (const registration of granting) {
    const assignments = (await reader.assignments(registration.principalId, signal)) ?? [];
    const given = { graph, assignments, grants: await reader.grants(registration.principalId, signal) };
    for (const { name, id } of grantImports(registration, given, state)) found.set(name, id);
  }
  return found;
}
