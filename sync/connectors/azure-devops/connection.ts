/**
 * Who somebody is to an organization of Azure DevOps.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError, CredentialError, PermissionError } from "../../../contract/errors.ts";
import { Garbled } from "../http/answer.ts";
import { type ApiClient, basic, createApiClient, keptAuthorization } from "../api.ts";

/** The resource that tokens of Entra are for, with Azure DevOps (documented). */
export const AZURE_DEVOPS_SCOPE = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/** A personal access token of the organization, or a token of Entra. */
export type AzureDevOpsProof = { readonly personalToken: string } | { readonly entraToken: string };

export interface AzureDevOpsConnection {
  /** Name of the organization, as in `https://dev.azure.com/<name>`; of a server's collection what people call it. */
  readonly organization: string;
  /** Where it is, without a slash at the end. By default the cloud. */
  readonly root?: string;
  /** @param renew the one of before was refused: another one is asked for */
  readonly proof: (renew: boolean) => Promise<AzureDevOpsProof>;
  /** How to mend a proof that the organization refuses: a sentence. */
  readonly mend: string;
}

/** Of what is asked otherwise than by Microsoft's client. */
export const API_VERSION = "7.1-preview.1";

/** Assumed: an organization with public projects answers those too who are nobody, as this user. */
const ANONYMOUS = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const Answer = z.looseObject({
  authenticatedUser: z.looseObject({ id: z.string(), providerDisplayName: z.string().nullish() }),
});

/**
 * The name of the user or service principal that the organization knows. It is the call by which Microsoft's own client
 * connects (seen: azure-devops-node-api 17.0.1), and costs no scope.
 *
 * @throws CredentialError when the organization does not know the proof
 */
export async function connectedAs(connection: AzureDevOpsConnection, signal: AbortSignal): Promise<string> {
  const rejected = () => proofRejected(connection);
  const query = { "api-version": API_VERSION };
  let answer: unknown;
  try {
    answer = await apiOf(connection).get("_apis/connectionData", query, "tell who is connected", signal);
  } catch (error) {
    // Who is not let in is sent on to a page for signing in, or gets that page with status 203 (reported).
    if (error instanceof Garbled) throw rejected();
    if (error instanceof ConnectionError && error.constructor === ConnectionError) throw rejected();
    throw error;
  }
  const parsed = Answer.safeParse(answer);
  if (!parsed.success || parsed.data.authenticatedUser.id === ANONYMOUS) throw rejected();
  const { id, providerDisplayName } = parsed.data.authenticatedUser;
  return providerDisplayName || id;
}

/**
 * Whether a personal access token may list the organization's people, for which a sync has no use: such a token has more
 * scopes than it needs, or all of them. (A server has no such list.)
 */
export async function mayListPeople(connection: AzureDevOpsConnection, signal: AbortSignal): Promise<boolean> {
  const client = apiOf(connection, `https://vssps.dev.azure.com/${connection.organization}`);
  const query = { "api-version": API_VERSION, subjectTypes: "aad" };
  try {
    await client.get("_apis/graph/users", query, "list its people", signal);
    return true;
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof PermissionError || error instanceof CredentialError) {
      return false;
    }
    throw error;
  }
}

/** @param root where what is asked is; by default the organization, or the server's collection */
export function apiOf(
  connection: AzureDevOpsConnection,
  root = connection.root ?? rootOf(connection.organization),
): ApiClient {
  const { organization, mend } = connection;
  return createApiClient({
    product: "Azure DevOps",
    root,
    authorization: keptAuthorization(async (renew) => proofHeader(await connection.proof(renew))),
    keyRejected: (_host, said) => proofRejected(connection, said),
    notAllowed: (_host, doing, said) =>
      new PermissionError(`The organization ${organization} of Azure DevOps does not let it ${doing}: ${mend}${said}`),
  });
}

function proofRejected({ organization, mend }: AzureDevOpsConnection, said = ""): CredentialError {
  return new CredentialError(`The organization ${organization} of Azure DevOps refused it: ${mend}${said}`);
}

/** Of an organization of the cloud. */
export function rootOf(organization: string): string {
  return `https://dev.azure.com/${organization}`;
}

/** The header `Authorization`. */
export function proofHeader(proof: AzureDevOpsProof): string {
  // The user name is free (documented).
  return "personalToken" in proof ? basic("", proof.personalToken) : `Bearer ${proof.entraToken}`;
}
