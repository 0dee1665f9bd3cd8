/**
 * Takes away what belongs to registrations, as far as Graph lets: a registration can be brought back for 30 days
 * (documented). What is gone already is no error, but for secrets.
 *
 * @packageDocumentation
 */
import { type GraphEditor, GraphError } from "../../sync/connectors/graph/index.ts";

/** @param objectId of its registration */
export async function removeSecret(
  client: GraphEditor,
  objectId: string,
  keyId: string,
  signal: AbortSignal,
): Promise<void> {
  await client.post(`/applications/${objectId}/removePassword`, { keyId }, asking("a secret", signal));
}

export function removeRegistration(client: GraphEditor, objectId: string, signal: AbortSignal): Promise<void> {
  return removed(client, `/applications/${objectId}`, "a registration", signal);
}

/** @param id its object id */
export function removePrincipal(client: GraphEditor, id: string, signal: AbortSignal): Promise<void> {
  return removed(client, `/servicePrincipals/${id}`, "a service principal", signal);
}

/** @param objectId of its registration */
export function removeTrust(client: GraphEditor, objectId: string, id: string, signal: AbortSignal): Promise<void> {
  return removed(
    client,
    `/applications/${objectId}/federatedIdentityCredentials/${id}`,
    "a federated credential",
    signal,
  );
}

async function removed(client: GraphEditor, path: string, what: string, signal: AbortSignal): Promise<void> {
  try {
    await client.delete(path, asking(what, signal));
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 404)) throw error;
  }
}

function asking(what: string, signal: AbortSignal) {
  return { doing: `remove ${what}`, needs: ["Application.ReadWrite.OwnedBy"], signal };
}
