import type { Declared, KnownRegistration } from "../../../contract/rules/index.ts";

export const DEPLOYER = "d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c";
export const OWNERS = ["4c102969-7ee3-4871-9d3a-14a2add817c4", "99f1d3a5-2b5c-4f3c-9a4d-7d3f6f0d5a11"];

/** A stack that no rule finds anything in, apart from what is given. */
export function declared(changes: Partial<Declared> = {}): Declared {
  return {
    registrations: [registration()],
    owners: OWNERS,
    deployer: DEPLOYER,
    production: true,
    protect: true,
    purgeProtection: true,
    givenKeys: [{ product: "OnePlan", keyName: "tenantwire", setting: ["oneplan", "key"], expires: "2027-01-31" }],
    ...changes,
  };
}

/** The sync's registration, apart from what is given. */
export function registration(changes: Partial<KnownRegistration> = {}): KnownRegistration {
  return {
    name: "sync",
    component: "SyncIdentity",
    setting: ["syncIdentity"],
    usedBy: "the syncs",
    displayName: "tenantwire sync",
    audience: "singleTenant",
    permissions: { application: ["User.Read.All"], delegated: [] },
    consent: "grant",
    redirectUris: ["https://contoso.com/back"],
    federated: [{ name: "sync", issuer: "https://workloads.contoso.com", subject: "repo:contoso/x:environment:a b" }],
    granted: { application: ["User.Read.All"], delegated: [] },
    implicitGrant: false,
    ...changes,
  };
}

/** ONES in application mode. */
export function ones(changes: Partial<KnownRegistration> = {}): KnownRegistration {
  return registration({
    name: "ones",
    setting: ["ones", "microsoft365"],
    displayName: "ONES",
    permissions: { application: ["Place.Read.All"], delegated: [] },
    exchangeScopable: ["Calendars.ReadWrite"],
    granted: { application: [], delegated: [] },
    federated: undefined,
    secret: { periodDays: 90, overlapDays: 30, latenessDays: 30, delivery: "pasted" },
    ...changes,
  });
}

/** A stack with these registrations alone. */
export function made(...registrations: KnownRegistration[]): Declared {
  return declared({ registrations });
}

export function application(...names: string[]): KnownRegistration["permissions"] {
  return { application: names, delegated: [] };
}
