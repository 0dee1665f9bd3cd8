import type { Case } from "./case.ts";
import { declared, DEPLOYER, made, ones, OWNERS, registration } from "./declared-world.ts";
import { permissionCases } from "./permission-cases.ts";

const trust = { name: "sync", issuer: "https://workloads.contoso.com", subject: "sync" };
const rotation = { periodDays: 90, overlapDays: 30, latenessDays: 30 };

const credentials: readonly Case[] = [
  [
    "secret-lifetime",
    "a secret of 181 days",
    made(ones({ secret: { ...rotation, periodDays: 120 } })),
    {
      level: "mandatory",
      registration: "ones",
      place: "tenantwire:ones.microsoft365.secret",
      text: "Each secret lives 181 days, and 180 is the most. Lower periodDays (120), latenessDays (30) or overlapDays (30), which make up all but one of them.",
    },
  ],
  [
    "secret-lifetime",
    "a certificate of 181 days",
    made(registration({ federated: undefined, certificate: { ...rotation, overlapDays: 60 } })),
    {
      level: "mandatory",
      registration: "sync",
      place: "tenantwire:syncIdentity.certificate",
      text: "Each certificate lives 181 days, and 180 is the most. Lower periodDays (90), latenessDays (30) or overlapDays (60), which make up all but one of them.",
    },
  ],
  [
    "secret-instead-of-federation",
    "a secret of the sync",
    made(registration({ federated: undefined, secret: rotation })),
    {
      level: "advisory",
      registration: "sync",
      place: "tenantwire:syncIdentity.secret",
      text: "The registration signs in with a secret, which can leak and runs out. Write federated instead of secret where the machine that uses it has an identity of its own, else certificate.",
    },
  ],
  [
    "secret-instead-of-federation",
    "a secret for Azure DevOps",
    made(registration({ name: "azure-devops", setting: ["azureDevOps", "servicePrincipal"], secret: rotation })),
    {
      level: "advisory",
      registration: "azure-devops",
      place: "tenantwire:azureDevOps.servicePrincipal.secret",
      text: "The registration signs in with a secret, which can leak and runs out. Write federated instead of secret where the machine that uses it has an identity of its own, else certificate.",
    },
  ],
  [
    "secret-instead-of-federation",
    "a secret of the console",
    made(registration({ name: "console", setting: ["console"], secret: rotation, readBySyncs: true })),
    {
      level: "advisory",
      registration: "console",
      place: "tenantwire:console.secret",
      text: "The registration signs in with a secret, which can leak and runs out. Write federated instead of secret where the machine that uses it has an identity of its own, else certificate.",
    },
  ],
  [
    "federated-subject",
    "a wildcard",
    made(
      registration({
        federated: [
          { ...trust, name: "first" },
          { ...trust, subject: "repo:contoso/*" },
        ],
      }),
    ),
    {
      level: "mandatory",
      registration: "sync",
      subject: "sync",
      place: "tenantwire:syncIdentity.federated[1].subject",
      text: "Entra takes * in a subject for itself, so that this one never matches. Write out one subject for each identity.",
    },
  ],
  [
    "federated-subject",
    "blanks around the subject",
    made(registration({ federated: [{ ...trust, subject: "sync\n" }] })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "sync",
      place: "tenantwire:syncIdentity.federated[0].subject",
      text: "The subject has blanks around it, so that it never matches. Take them away.",
    },
  ],
  [
    "federated-subject",
    "an issuer without TLS",
    made(registration({ federated: [{ ...trust, issuer: "http://workloads.contoso.com" }] })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "sync",
      place: "tenantwire:syncIdentity.federated[0].issuer",
      text: "An issuer that is not reached by https can be anybody. Write its address with https://.",
    },
  ],
  [
    "given-key-expiry",
    "a key without an end",
    declared({ givenKeys: [{ product: "ONES", keyName: "external API", setting: ["ones", "key"] }] }),
    {
      level: "advisory",
      subject: "ONES",
      place: "tenantwire:ones.key",
      text: "When the key of ONES ends is not written, so that nobody is warned. Write expires, the day on which ONES lets it expire.",
    },
  ],
  [
    "avoidable-key",
    "a token where the sync identity could be a member",
    declared({
      givenKeys: [
        {
          ...{ product: "Azure DevOps", keyName: "contoso", expires: "2026-12-31", avoidable: "Leave token out." },
          setting: ["plans", "organizations", 0, "token"],
        },
      ],
    }),
    {
      level: "advisory",
      subject: "contoso",
      place: "tenantwire:plans.organizations[0].token",
      text: 'The key "contoso" of Azure DevOps can leak and runs out. Leave token out.',
    },
  ],
];

const signIn: readonly Case[] = [
  [
    "redirect-uris",
    "http",
    made(registration({ redirectUris: ["https://contoso.com", "http://contoso.com", "http://localhost:80"] })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "http://contoso.com",
      place: "tenantwire:syncIdentity.redirectUris",
      text: 'The redirect URI "http://contoso.com" must begin with https:// (http:// only on localhost).',
    },
  ],
  [
    "redirect-uris",
    "a wildcard",
    made(registration({ redirectUris: ["https://*.contoso.com"] })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "https://*.contoso.com",
      place: "tenantwire:syncIdentity.redirectUris",
      text: 'The redirect URI "https://*.contoso.com" has a wildcard: write every address out.',
    },
  ],
  [
    "redirect-uris",
    "the same twice",
    made(registration({ redirectUris: ["https://contoso.com", "https://contoso.com"] })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "https://contoso.com",
      place: "tenantwire:syncIdentity.redirectUris",
      text: 'The redirect URI "https://contoso.com" is there twice.',
    },
  ],
  [
    "redirect-uris",
    "one more than Entra takes",
    made(registration({ redirectUris: Array.from({ length: 257 }, (_, index) => `https://contoso.com/${index}`) })),
    {
      level: "mandatory",
      registration: "sync",
      place: "tenantwire:syncIdentity.redirectUris",
      text: "A registration takes at most 256 redirect URIs, not 257.",
    },
  ],
  [
    "single-tenant",
    "several tenants",
    made(ones({ audience: "multipleTenants" })),
    {
      level: "mandatory",
      registration: "ones",
      place: "tenantwire:ones.microsoft365.audience",
      text: "People of every other tenant can sign in too. Write audience: singleTenant, or an exception with its reason.",
    },
  ],
  [
    "implicit-grant",
    "tokens in addresses",
    made(ones({ implicitGrant: true })),
    {
      level: "mandatory",
      registration: "ones",
      place: "tenantwire:ones.microsoft365",
      text: "The registration hands tokens to browsers in addresses (implicit grant), where they stay in histories and logs. Switch that off: Entra > App registrations > Authentication.",
    },
  ],
];

const stack: readonly Case[] = [
  [
    "owners-of-control",
    "people who own what makes rights",
    made(registration({ permissions: { application: ["RoleManagement.ReadWrite.Directory"], delegated: [] } })),
    {
      level: "advisory",
      registration: "sync",
      place: "tenantwire:owners",
      text: "Who owns tenantwire sync can make a secret for it and use its permissions of tier 0. Write owners: [], so that the deployment alone owns it, or say in an exception why people do.",
    },
  ],
  [
    "two-owners",
    "one person, whom the deployer and another spelling do not make two",
    declared({ owners: [OWNERS[0] ?? "", DEPLOYER, (OWNERS[0] ?? "").toUpperCase()] }),
    {
      level: "mandatory",
      place: "tenantwire:owners",
      text: "One person alone owns the registrations: two are needed, so that somebody is left when one goes. Add the object id of another person, or write an exception with its reason.",
    },
  ],
  [
    "two-owners",
    "nobody but the deployer",
    declared({ owners: [DEPLOYER.toUpperCase()] }),
    {
      level: "mandatory",
      place: "tenantwire:owners",
      text: "No person owns the registrations: two are needed, so that somebody is left when one goes. Add the object id of another person, or write an exception with its reason.",
    },
  ],
  [
    "protected-registrations",
    "production without protection",
    declared({ protect: false }),
    {
      level: "advisory",
      place: "tenantwire:protect",
      text: "A deployment can delete or replace registrations that people depend on. Write true, so that it is refused, or production: false where nobody depends on them.",
    },
  ],
  [
    "purge-protection",
    "production with a vault that can be purged",
    declared({ purgeProtection: false }),
    {
      level: "mandatory",
      place: "tenantwire:vault.purgeProtection",
      text: "The vault and its secrets can be purged for good. Take the line away (protection is on by default), or write production: false where nobody depends on them.",
    },
  ],
];

/** Every rule, each way in which it can find something, with its exact words. */
export const cases: readonly Case[] = [...permissionCases, ...credentials, ...signIn, ...stack];
