/**
 * Why Entra does not sign an application in, by its published codes
 * (https://learn.microsoft.com/entra/identity-platform/reference-error-codes), in words that name the mend. What mends it
 * depends on where the application comes from: from a deployment, or from this machine's environment. Pure.
 *
 * @packageDocumentation
 */
import { quoted } from "./words.ts";

/** Where somebody who is not deployed by the stack is named. */
export interface Named {
  /** `ARM_CLIENT_ID` */
  readonly clientId: string;
  /** `ARM_CLIENT_SECRET` */
  readonly secret: string;
}

/** Whoever deploys, by the environment, as Pulumi's providers take it. */
export const ARM: Named = { clientId: "ARM_CLIENT_ID", secret: "ARM_CLIENT_SECRET" };
/** Whoever runs a command, by the environment, as Azure's libraries take it. */
export const AZURE: Named = { clientId: "AZURE_CLIENT_ID", secret: "AZURE_CLIENT_SECRET" };

/** Who was not signed in. */
export interface FailedSignIn {
  readonly tenantId: string;
  /** Absent for what the stack itself declares. */
  readonly named?: Named | undefined;
  /** Whether it signs in with a certificate that the stack keeps. Default: false. */
  readonly certificate?: boolean | undefined;
  /** What was shown as proof, and what is trusted, as a sentence: added where Entra does not accept it. */
  readonly proof?: (() => string) | undefined;
}

type Reason = (failed: FailedSignIn, said: string) => string;

const DEPLOY_AGAIN = "deploy the stack again (pulumi up)";
/** What somebody took away by hand the engine believes to be there, until it looks. */
const BRING_BACK = "deploy the stack again (pulumi up --refresh)";
const NEW_TOKEN = "Get a new one from its issuer.";

const noTenant: Reason = ({ tenantId, named }) => {
  const mend = "Correct tenantwire:tenant.id or tenantwire:tenant.cloud in the settings";
  const what = `there is no tenant ${tenantId} in this cloud: it is another one, or it was deleted.`;
  return named ? `${what} ${mend}.` : `${what} ${mend}, and ${DEPLOY_AGAIN}.`;
};
const otherCloud: Reason = ({ tenantId, named }) =>
  `the tenant ${tenantId} is in another cloud. Correct tenantwire:tenant.cloud in the settings${named ? "" : `, and ${DEPLOY_AGAIN}`}.`;
const notTrusted: Reason = ({ named, proof }) =>
  sentences(
    `it does not trust the federated token that was shown. Issuer and subject must be exactly ${named ? "those of one of its federated credentials (Entra > App registrations > Certificates & secrets)" : "the declared ones"}, letter case included.`,
    proof?.(),
  );
const conditionalAccess: Reason = (_, said) =>
  `conditional access of the tenant does not let it sign in from here. Have a policy for workload identities let it in from this network, or run this where it may. ${quoted(said)}`;
const passing: Reason = (_, said) => `it is not able to at the moment: try again. ${quoted(said)}`;
/** A request that took too long, a part of Entra that is not there, a tenant that asks too much: none says no. */
const PASSING: ReadonlySet<string> = new Set(["90006", "90012", "90024", "90033", "90055"]);

const notSigned: Reason = ({ certificate }, said) =>
  certificate
    ? `it does not know the certificate, or the certificate has expired. Deploy the stack again (pulumi up --refresh); if it stays, renew it: write rotateOn into the settings of the certificate and deploy.`
    : /thumbprint/i.test(said)
      ? "the certificate that it signs in with is not registered with it, or has expired. Register the one in use (Entra > App registrations > Certificates & secrets)."
      : `the federated token that was shown is not signed by its issuer. ${NEW_TOKEN}`;

/** By the number of the code (AADSTS...); the text follows "Entra does not sign ... in: ". */
const reasons: Readonly<Record<string, Reason>> = {
  "7000222": ({ named }) =>
    named
      ? `its client secret has expired. Make a new one (Entra > App registrations) and set ${named.secret}.`
      : `its client secret has expired. Deploy the stack again (pulumi up), which renews it.`,
  "7000215": ({ named }) =>
    named
      ? `its client secret is wrong. Correct ${named.secret}: the secret's value, not its id.`
      : `its client secret is wrong. Deploy the stack again (pulumi up --refresh), which stores the right one in the vault.`,
  "700016": ({ tenantId, named }) =>
    named
      ? `tenant ${tenantId} has no such application. Correct ${named.clientId}, or the tenant in the settings (tenantwire:tenant.id).`
      : `tenant ${tenantId} has no such application. The outputs are of another tenant, or the registration was deleted: ${BRING_BACK}.`,
  "7000229": ({ tenantId, named }) =>
    `tenant ${tenantId} has no enterprise application of it. ${named ? "Make one: az ad sp create --id <client id>." : `It was deleted there: ${BRING_BACK}.`}`,
  "7000112": () =>
    "it is disabled in the tenant. Enable its enterprise application in Entra (Properties > Enabled for users to sign-in).",
  "90002": noTenant,
  "900021": noTenant,
  "900023": noTenant,
  "90038": otherCloud,
  "900382": otherCloud,
  "900432": otherCloud,
  "700024": ({ certificate, proof }, said) =>
    certificate
      ? "what it signed with its certificate has expired: the clock of this machine is wrong. Set it right."
      : sentences(outOfTime(said), proof?.()),
  "700027": notSigned,
  "50013": notSigned,
  "50027": () => `the federated token that was shown is not a token. ${NEW_TOKEN}`,
  "90061": () =>
    "Entra cannot read the keys of the federated token's issuer. The issuer's address has to answer from the internet.",
  "70025": ({ named }) =>
    named
      ? "it trusts no outside identity. Add a federated credential to it (Entra > App registrations > Certificates & secrets)."
      : `it trusts no outside identity. Declare one in the settings, and ${BRING_BACK}.`,
  "70021": notTrusted,
  "700211": notTrusted,
  "700212": (_, said) =>
    `the federated token that was shown is for another audience than the trusted one. Have its issuer make it for that one. ${quoted(said)}`,
  "700213": notTrusted,
  "7002138": notTrusted,
  "53000": conditionalAccess,
  "53001": conditionalAccess,
  "53003": conditionalAccess,
  "530003": conditionalAccess,
  "530034": conditionalAccess,
  "50105": conditionalAccess,
};

/**
 * @param text what was thrown, with one of Entra's codes in it somewhere
 * @returns `undefined` where there is none; `reason` ends a sentence and says what mends it, or is Entra's own first line;
 *   `passes` where the same may be asked again
 */
export function whySignInFailed(
  text: string,
  failed: FailedSignIn,
): { readonly reason: string; readonly code: string; readonly passes: boolean } | undefined {
  const code = /AADSTS(\d+)/.exec(text)?.[1];
  if (code === undefined) return undefined;
  const said =
    text
      .slice(text.indexOf("AADSTS"))
      .split(/\r?\n|\\r\\n| Trace ID:/, 1)[0]
      ?.trim() ?? "";
  const passes = PASSING.has(code);
  return { reason: (passes ? passing : reasons[code])?.(failed, said) ?? said, code: `AADSTS${code}`, passes };
}

/** Entra says when it was there, and when the token is good (seen in its text); a clock that is off looks the same. */
function outOfTime(said: string): string {
  const [now, from] = [/Current time: (\S+Z)/, /valid from (\S+Z)/].map((pattern) =>
    Date.parse(pattern.exec(said)?.[1] ?? ""),
  );
  if (now !== undefined && from !== undefined && now < from) {
    return "the federated token that was shown is not valid yet. The clock of its issuer, or of this machine, is ahead: set it.";
  }
  return `the federated token that was shown has expired. ${NEW_TOKEN} If it is new, the clock of its issuer is behind.`;
}

function sentences(...each: readonly (string | undefined)[]): string {
  return each.filter((sentence) => sentence !== undefined).join(" ");
}
