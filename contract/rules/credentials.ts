/** Rules about how registrations prove who they are, and about keys that people bring along. @packageDocumentation */
import { type DeclaredSecret, type DeclaredTrust, rotationOf } from "../registrations.ts";
import { inEach, type Rule } from "./rule.ts";

/** Days. What CISA's ScubaGear asks for; app management policies of Entra often say the same. */
const LONGEST = 180;

export const secretLifetime: Rule = {
  id: "secret-lifetime",
  level: "mandatory",
  title: "Secrets and certificates live 180 days at most",
  docs: "How long one secret or certificate lives: periodDays + latenessDays + overlapDays + 1. Make one of them smaller.",
  find: inEach(({ name, setting, ...credentials }) => {
    const renewed = rotationOf(credentials);
    if (renewed === undefined || lifetime(renewed.rotation) <= LONGEST) return [];
    const { periodDays, latenessDays, overlapDays } = renewed.rotation;
    return [
      {
        registration: name,
        path: [...setting, renewed.part],
        text: `Each ${renewed.part} lives ${lifetime(renewed.rotation)} days, and ${LONGEST} is the most. Lower periodDays (${periodDays}), latenessDays (${latenessDays}) or overlapDays (${overlapDays}), which make up all but one of them.`,
      },
    ];
  }),
};

/** The same sum as that of the rotation: a secret that is renewed late is still valid for copies of it. */
function lifetime({ periodDays, latenessDays, overlapDays }: DeclaredSecret): number {
  return periodDays + latenessDays + overlapDays + 1;
}

/** Registrations that machines of the company use, beside those whose secret they read. Vendors' products take secrets only. */
const CAN_FEDERATE: readonly string[] = ["sync", "azure-devops"];

export const secretInsteadOfFederation: Rule = {
  id: "secret-instead-of-federation",
  level: "advisory",
  title: "Federation where it is possible",
  docs: "A secret of the sync identity, of the console, of what mails alerts, or of the service principal for Azure DevOps. Trust the machine that uses it instead: federated. Where that is not possible a certificate is better: certificate.",
  find: inEach(({ name, setting, secret, readBySyncs = false }) => {
    if (secret === undefined || !(CAN_FEDERATE.includes(name) || readBySyncs)) return [];
    const text =
      "The registration signs in with a secret, which can leak and runs out. Write federated instead of secret where the machine that uses it has an identity of its own, else certificate.";
    return [{ registration: name, path: [...setting, "secret"], text }];
  }),
};

export const federatedSubject: Rule = {
  id: "federated-subject",
  level: "mandatory",
  title: "Outside identities are named exactly",
  docs: "Issuer and subject of outside identities that are trusted. Entra compares them letter by letter: an https issuer, a subject without wildcards and without blanks around it.",
  find: inEach(({ name, setting, federated = [] }) =>
    federated.flatMap((trust, index) =>
      trustFaults(trust).map(([part, text]) => ({
        registration: name,
        subject: trust.name,
        path: [...setting, "federated", index, part],
        text,
      })),
    ),
  ),
};

function trustFaults({ issuer, subject }: DeclaredTrust): ["issuer" | "subject", string][] {
  const faults: ["issuer" | "subject", string][] = [];
  if (!issuer.startsWith("https://")) {
    faults.push(["issuer", "An issuer that is not reached by https can be anybody. Write its address with https://."]);
  }
  if (subject.includes("*")) {
    faults.push([
      "subject",
      "Entra takes * in a subject for itself, so that this one never matches. Write out one subject for each identity.",
    ]);
  }
  // Blanks inside are in order: projects of Azure DevOps and environments of GitHub have them in their names.
  if (subject !== subject.trim()) {
    faults.push(["subject", "The subject has blanks around it, so that it never matches. Take them away."]);
  }
  return faults;
}

export const givenKeyExpiry: Rule = {
  id: "given-key-expiry",
  level: "advisory",
  title: "The end of every key is known",
  docs: "Keys of OnePlan and ONES without expires. Write the day on which the product lets the key expire.",
  find: ({ givenKeys }) =>
    givenKeys
      .filter(({ expires }) => expires === undefined)
      .map(({ product, setting }) => ({
        subject: product,
        path: setting,
        text: `When the key of ${product} ends is not written, so that nobody is warned. Write expires, the day on which ${product} lets it expire.`,
      })),
};

export const avoidableKey: Rule = {
  id: "avoidable-key",
  level: "advisory",
  title: "No key where none is needed",
  docs: "Personal access tokens for organizations of Azure DevOps in the cloud: a token is a person's, may often do all that the person may, and runs out. The sync identity can be a member of the organization instead: leave token out.",
  find: ({ givenKeys }) =>
    givenKeys.flatMap(({ product, keyName, setting, avoidable }) =>
      avoidable === undefined
        ? []
        : [
            {
              subject: keyName,
              path: setting,
              text: `The key "${keyName}" of ${product} can leak and runs out. ${avoidable}`,
            },
          ],
    ),
};
