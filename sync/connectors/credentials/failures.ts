/**
 * Entra's reasons for not signing an application in, as errors that a person can act on.
 *
 * @packageDocumentation
 */
import { CredentialError, TenantwireError } from "../../../contract/errors.ts";
import { quoted } from "../../../contract/words.ts";
import { isAbort, unreachable } from "../network.ts";

/** Who signs in, and with what. */
export interface SignIn {
  readonly tenantId: string;
  readonly clientId: string;
  /** Who it is, for messages; by default the sync identity. */
  readonly who?: string;
  /** Host of the authority, for when it cannot be reached. */
  readonly host: string;
  /** Whether it signs in with a certificate. Default: false. */
  readonly certificate?: boolean;
  /** What was shown as proof, and what is trusted, as a sentence: added where Entra does not accept it. */
  readonly proof: () => string;
}

/** Whoever deploys, where the environment names it. */
export const DEPLOYER = "the deploying identity";

/** By number of Entra's code (AADSTS...); the text follows "Entra does not sign ... in: ". */
const reasons: Record<string, (signIn: SignIn) => string> = {
  "7000222": (signIn) =>
    isDeployer(signIn)
      ? "its client secret has expired. Make a new one (Entra > App registrations) and set ARM_CLIENT_SECRET."
      : "its client secret has expired. Deploy the stack again (pulumi up), which renews it.",
  "7000215": (signIn) =>
    isDeployer(signIn)
      ? "its client secret is wrong. Correct ARM_CLIENT_SECRET: the secret's value, not its id."
      : "its client secret is wrong. Deploy the stack again (pulumi up), which stores the right one in the vault.",
  "700016": (signIn) =>
    `tenant ${signIn.tenantId} has no such application. The outputs are of another tenant, or the registration was deleted: deploy the stack again (pulumi up).`,
  "90002": (signIn) =>
    `there is no tenant ${signIn.tenantId} in this cloud. Check the tenant and the cloud in the settings, and deploy the stack again (pulumi up).`,
  "700024": ({ certificate }) =>
    certificate
      ? "what it signed with its certificate has expired: the clock of this machine is wrong. Set it right."
      : "the federated token that was shown has expired. Get a new one from its issuer.",
  "700027": ({ certificate }) =>
    certificate
      ? "it does not know the certificate, or the certificate has expired. Deploy the stack again (pulumi up); if it stays, renew it: write rotateOn into the settings of the certificate and deploy."
      : "the federated token that was shown is not signed by its issuer. Get a new one from its issuer.",
  "7000112": () => "it is disabled in the tenant. Enable its enterprise application in Entra.",
  "50027": () => "the federated token that was shown is not a token. Get a new one from its issuer.",
};
const conditionalAccess = () =>
  "conditional access of the tenant does not let it sign in from here. Have a policy for workload identities let it in from this network, or run this where it may.";
for (const code of ["53003", "53000", "53001", "530003", "530034", "50105"]) reasons[code] = conditionalAccess;

const notTrusted = () =>
  "it does not trust the federated token that was shown. Issuer and subject must be exactly the declared ones, letter case included.";
const notTrustedCodes = new Set(["70021", "700211", "700212", "700213", "7002138"]);

/** What an Azure credential threw, translated; what is an error of ours already stays as it is. */
export async function signInFailure(error: unknown, signIn: SignIn): Promise<unknown> {
  if (error instanceof TenantwireError || isAbort(error)) return error;
  const message = String((error as Error | undefined)?.message ?? error);
  const code = /AADSTS(\d+)/.exec(message)?.[1];
  if (code === undefined) return withoutCode(error, message, signIn);
  const trust = notTrustedCodes.has(code);
  const own = firstLine(message.slice(message.indexOf("AADSTS")));
  const reason = trust ? notTrusted() : (reasons[code]?.(signIn) ?? own);
  const proof = trust || (code === "700024" && !signIn.certificate) ? ` ${signIn.proof()}` : "";
  const said = reasons[code] === conditionalAccess ? ` ${quoted(own)}` : "";
  const trace = /Trace ID: ([\w-]+)/i.exec(message)?.[1];
  const named = trace === undefined ? `AADSTS${code}` : `AADSTS${code}, trace ${trace}`;
  return new CredentialError(`Entra does not sign ${whoOf(signIn)} in: ${reason}${proof}${said} (${named})`, {
    cause: error,
  });
}

async function withoutCode(error: unknown, message: string, signIn: SignIn): Promise<Error> {
  if (/network|ECONN|ENOTFOUND|EAI_AGAIN|socket|certificate|fetch failed|endpoints_resolution/i.test(message)) {
    return (await tryConnection(signIn.host)) ?? unreachable(signIn.host, error);
  }
  return new CredentialError(`Signing in ${whoOf(signIn)} failed: ${firstLine(message)}`, { cause: error });
}

/** What it signs in with comes from the environment, and from no deployment. */
function isDeployer({ who }: SignIn): boolean {
  return who === DEPLOYER;
}

function whoOf({ who = "the sync identity", clientId }: SignIn): string {
  return `${who} (client id ${clientId})`;
}

/** The identity library says that a connection failed, but not why: a plain request tells. */
async function tryConnection(host: string): Promise<Error | undefined> {
  try {
    await fetch(`https://${host}/common/v2.0/.well-known/openid-configuration`, {
      method: "HEAD",
      signal: AbortSignal.timeout(5000),
    });
    return undefined;
  } catch (error) {
    return unreachable(host, error);
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]?.trim() ?? "";
}
