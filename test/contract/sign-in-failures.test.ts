/** Each of Entra's reasons has a sentence of its own, which names what mends it for whoever was to be signed in. */
import { describe, expect, it } from "@jest/globals";
import { ARM, AZURE, type FailedSignIn, whySignInFailed } from "../../contract/sign-in-failures.ts";
import { rejections } from "../../sandbox/hosts/entra-errors.ts";
import { certificateRejections } from "../../sandbox/hosts/entra-certificate-errors.ts";

const declared: FailedSignIn = { tenantId: "T", proof: () => "It says so." };
const deployer: FailedSignIn = { ...declared, named: ARM };
const runner: FailedSignIn = { tenantId: "T", named: AZURE };
const NOW = new Date("2026-11-28T12:00:00Z");

/** As clients throw it. */
const thrown = ({ code, message }: { code: number; message: string }) =>
  `invalid_client: Error(s): ${code} - Timestamp: x - Description: AADSTS${code}: ${message} Trace ID: 1-2 Correlation ID: 3`;
const reason = (text: string, failed: FailedSignIn) => whySignInFailed(text, failed)?.reason;

describe("by who was to be signed in", () => {
  it.each([
    [
      "an expired secret",
      rejections.expiredSecret("C"),
      "its client secret has expired. Deploy the stack again (pulumi up), which renews it.",
      "its client secret has expired. Make a new one (Entra > App registrations) and set ARM_CLIENT_SECRET.",
      "its client secret has expired. Make a new one (Entra > App registrations) and set AZURE_CLIENT_SECRET.",
    ],
    [
      "a wrong secret",
      rejections.invalidSecret("C"),
      "its client secret is wrong. Deploy the stack again (pulumi up --refresh), which stores the right one in the vault.",
      "its client secret is wrong. Correct ARM_CLIENT_SECRET: the secret's value, not its id.",
      "its client secret is wrong. Correct AZURE_CLIENT_SECRET: the secret's value, not its id.",
    ],
    [
      "an application of another tenant",
      rejections.applicationNotFound("C", "Contoso"),
      "tenant T has no such application. The outputs are of another tenant, or the registration was deleted: deploy the stack again (pulumi up --refresh).",
      "tenant T has no such application. Correct ARM_CLIENT_ID, or the tenant in the settings (tenantwire:tenant.id).",
      "tenant T has no such application. Correct AZURE_CLIENT_ID, or the tenant in the settings (tenantwire:tenant.id).",
    ],
    [
      "an application without a service principal",
      rejections.principalMissing("C", "T"),
      "tenant T has no enterprise application of it. It was deleted there: deploy the stack again (pulumi up --refresh).",
      "tenant T has no enterprise application of it. Make one: az ad sp create --id <client id>.",
      "tenant T has no enterprise application of it. Make one: az ad sp create --id <client id>.",
    ],
    [
      "a tenant that is not there",
      rejections.tenantNotFound("T"),
      "there is no tenant T in this cloud: it is another one, or it was deleted. Correct tenantwire:tenant.id or tenantwire:tenant.cloud in the settings, and deploy the stack again (pulumi up).",
      "there is no tenant T in this cloud: it is another one, or it was deleted. Correct tenantwire:tenant.id or tenantwire:tenant.cloud in the settings.",
      "there is no tenant T in this cloud: it is another one, or it was deleted. Correct tenantwire:tenant.id or tenantwire:tenant.cloud in the settings.",
    ],
    [
      "no outside identity at all",
      rejections.noFederatedCredential("C"),
      "it trusts no outside identity. Declare one in the settings, and deploy the stack again (pulumi up --refresh).",
      "it trusts no outside identity. Add a federated credential to it (Entra > App registrations > Certificates & secrets).",
      "it trusts no outside identity. Add a federated credential to it (Entra > App registrations > Certificates & secrets).",
    ],
    [
      "another subject",
      rejections.noMatchingCredential(700213, "subject", "x"),
      "it does not trust the federated token that was shown. Issuer and subject must be exactly the declared ones, letter case included. It says so.",
      "it does not trust the federated token that was shown. Issuer and subject must be exactly those of one of its federated credentials (Entra > App registrations > Certificates & secrets), letter case included. It says so.",
      "it does not trust the federated token that was shown. Issuer and subject must be exactly those of one of its federated credentials (Entra > App registrations > Certificates & secrets), letter case included.",
    ],
  ])("%s", (_, error, forDeclared, forDeployer, forRunner) => {
    expect(reason(thrown(error), declared)).toBe(forDeclared);
    expect(reason(thrown(error), deployer)).toBe(forDeployer);
    expect(reason(thrown(error), runner)).toBe(forRunner);
    expect(`${forDeployer} ${forRunner}`).not.toMatch(/vault|pulumi up/);
  });
});

describe("for everybody", () => {
  it.each([
    [
      "an application that is disabled",
      rejections.applicationDisabled("C", "x"),
      "it is disabled in the tenant. Enable",
    ],
    [
      "a token of before",
      rejections.assertionTime(NOW, "2026-11-28T10:00:00Z", "2026-11-28T11:00:00Z"),
      "the federated token that was shown has expired. Get a new one from its issuer. If it is new, the clock of its issuer is behind.",
    ],
    [
      "a clock that is ahead",
      rejections.assertionTime(NOW, "2026-11-28T12:10:00Z", "2026-11-28T13:00:00Z"),
      "the federated token that was shown is not valid yet. The clock of its issuer, or of this machine, is ahead: set it.",
    ],
    ["what is no token", rejections.malformedAssertion(), "the federated token that was shown is not a token."],
    [
      "another issuer's signature",
      rejections.assertionSignature(),
      "the federated token that was shown is not signed by",
    ],
    [
      "a certificate that it does not have",
      certificateRejections.unknownCertificate("C", "O", "AB"),
      "the certificate that it signs in with is not registered with it, or has expired.",
    ],
    [
      "an issuer behind a firewall",
      rejections.issuerUnreachable(),
      "Entra cannot read the keys of the federated token's",
    ],
    [
      "a token for something else",
      rejections.noMatchingCredential(700212, "audience", "api://x"),
      "the federated token that was shown is for another audience than the trusted one. Have its issuer",
    ],
    [
      "another cloud",
      { code: 900382, message: "Confidential Client is not supported in Cross Cloud request." },
      "the tenant T is in another cloud. Correct tenantwire:tenant.cloud",
    ],
    [
      "an access policy",
      { code: 53003, message: "Access has been blocked." },
      'Have a policy for workload identities let it in from this network, or run this where it may. "AADSTS53003: Access has been blocked."',
    ],
    [
      "Entra's bad day",
      { code: 90033, message: "A transient error has occurred." },
      "it is not able to at the moment: try again.",
    ],
    ["anything else, in Entra's own words", { code: 1, message: "Whatever." }, "AADSTS1: Whatever."],
  ])("%s", (_, error, words) => {
    for (const refused of [declared, deployer, runner]) expect(reason(thrown(error), refused)).toContain(words);
  });

  it("no two causes share a sentence, but those that are mended alike", () => {
    const sentences = [
      rejections.expiredSecret("C"),
      rejections.invalidSecret("C"),
      rejections.applicationNotFound("C", "T"),
      rejections.principalMissing("C", "T"),
      rejections.applicationDisabled("C", "x"),
      rejections.tenantNotFound("T"),
      rejections.noFederatedCredential("C"),
      rejections.malformedAssertion(),
      rejections.assertionSignature(),
      rejections.issuerUnreachable(),
    ].map((error) => reason(thrown(error), declared));
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it("a text without a code is none of Entra's", () => {
    expect(whySignInFailed("connect ECONNREFUSED", declared)).toBeUndefined();
  });
});
