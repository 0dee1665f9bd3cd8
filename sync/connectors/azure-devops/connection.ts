/**
 * Who somebody is to an organization of Azure DevOps.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError, CredentialError, PermissionError } from "../../../contract/errors.ts";
import { basic, createApiClient, keptAuthorization } from "../api.ts";

/** The resource that tokens of Entra are for, with Azure DevOps (documented). */
export const AZURE_DEVOPS_SCOPE = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/** A personal access token of the organization, or a token of Entra. */
export type AzureDevOpsProof = { readonly personalToken: string } | { readonly entraToken: string };

export interface AzureDevOpsConnection {
  /** Name of the organization, as in `https://dev.azure.com/<name>`; of a server's collection what people call it. */
  readonly organization: string;
  /** Where it is, without a slash at the end. By default the cloud. */
  readonly root?: string;
  readonly proof: () => Promise<AzureDevOpsProof>;
  /** How to mend a proof that the organization refuses: a sentence. */
  readonly mend: string;
}

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
  const { organization, mend, root = rootOf(organization) } = connection;
  const refused = () => new CredentialError(`The organization ${organization} of Azure DevOps refused it: ${mend}`);
  const client = createApiClient({
    product: "Azure DevOps",
    root,
    authorization: keptAuthorization(async () => proofHeader(await connection.proof())),
    keyRefused: refused,
    notAllowed: (_host, doing, said) =>
      new PermissionError(`The organization ${organization} of Azure DevOps does not let it ${doing}: ${mend}${said}`),
  });
  const query = { "api-version": "7.1-preview.1" };
  let answer: unknown;
  try {
    answer = await client.get("_apis/connectionData", query, "tell who is connected", signal);
  } catch (error) {
    // Who is not let in is sent on to a page for signing in, or gets that page with status 203 (reported).
    if (error instanceof ConnectionError && error.constructor === ConnectionError) throw refused();
    throw error;
  }
  const parsed = Answer.safeParse(answer);
  if (!parsed.success || parsed.data.authenticatedUser.id === ANONYMOUS) throw refused();
  const { id, providerDisplayName } = parsed.data.authenticatedUser;
  return providerDisplayName || id;
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
