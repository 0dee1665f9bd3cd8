import type { ConfigurationValue } from "../../stacks/secrets.ts";

/** Settings as somebody writes them, structured. */
export type Written = { [key: string]: unknown };

/** Everything that can be set, right in every part. */
export function everything(): Written {
  return {
    tenant: { id: TENANT, domain: "contoso.onmicrosoft.com", cloud: "Microsoft" },
    deployer: DEPLOYER,
    owners: [OWNER, OTHER_OWNER],
    azure: { location: "westeurope", resourceGroup: "tenantwire-contoso" },
    vault: { namePrefix: "tw-contoso", purgeProtection: true },
    syncIdentity: {
      displayName: "tenantwire sync",
      federated: [
        {
          name: "sync",
          issuer: "https://workloads.contoso.com",
          subject: "sync",
          audience: "api://AzureADTokenExchange",
        },
      ],
    },
    oneplan: {
      environment: "my",
      key: { name: "tenantwire", secret: "oneplanKey" },
      users: { groups: ["OnePlan Users"], fields: { name: "displayName", mail: "mail" } },
    },
    sync: { users: { fullEveryDays: 7 } },
  };
}

export const TENANT = "e9da86d3-51cf-4a76-82d8-c50195c3f466";
export const DEPLOYER = "d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c";
export const OTHER_OWNER = "99f1d3a5-2b5c-4f3c-9a4d-7d3f6f0d5a11";
export const OWNER = "4c102969-7ee3-4871-9d3a-14a2add817c4";

/** A copy in which the value at `path` is another one; undefined takes it out. */
export function changed(written: Written, path: readonly (string | number)[], value: unknown): Written {
  const copy = structuredClone(written);
  const last = path.at(-1) as string;
  const parent = path.slice(0, -1).reduce<Written>((here, step) => here[step] as Written, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** As the engine hands it to the program: texts as they are, everything else as JSON, secrets marked. */
export function asConfiguration(
  written: Written,
  secrets: Readonly<Record<string, string>> = { oneplanKey: "a-secret" },
): Map<string, ConfigurationValue> {
  const configuration = new Map<string, ConfigurationValue>();
  for (const [key, value] of Object.entries(written)) {
    const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
    configuration.set(key, { text, secret: false });
  }
  for (const [key, text] of Object.entries(secrets)) configuration.set(key, { text, secret: true });
  return configuration;
}

export type Path = readonly (string | number)[];

/** Every setting that there is, so that every schema is reached; they are not right together. */
export const whole: Written = {
  ...everything(),
  production: true,
  protect: false,
  rules: { "no-such-rule": { level: "advisory", exceptions: [{ registration: "sync", subject: "x", reason: "y" }] } },
  oneplan: {
    environment: "my",
    baseUrl: "https://my.oneplan.ai",
    group: "Everybody",
    key: { name: "tenantwire", secret: "oneplanKey", expires: "2026-03-31" },
    users: {
      groups: ["A"],
      administrativeUnits: ["B"],
      excludedGroups: ["C"],
      protectedGroups: ["D"],
      cardNumber: { source: "employeeId", field: "Card" },
      fields: { name: "displayName", mail: "mail" },
    },
    entraUsers: { application: "own", displayName: "x", consent: "grant", secret: rotation() },
    vendorApplications: { adSynchronization: "x", consentIntegration: "x", authorize: "x" },
  },
  oneconnect: {
    application: "own",
    group: "x",
    clientId: "x",
    authentication: "multiAuthentication",
    allowed: ["forms"],
    displayName: "x",
    consent: "grant",
    redirectUris: ["https://x"],
    secret: rotation(),
  },
  ones: {
    baseUrl: "https://ones.contoso.com",
    key: { name: "x", secret: "onesKey", expires: "2026-03-31" },
    users: { groups: ["x"], fields: { email: "mail" }, cardNumber: { source: "pager" }, defaultGroups: ["x"] },
    rooms: {
      scope: "specified",
      addresses: ["x"],
      lists: ["x"],
      buildings: ["x"],
      tags: ["x"],
      workspaces: true,
      fields: {},
    },
    routes: {},
    microsoft365: {
      mode: "delegatedPermission",
      integrationName: "x",
      displayName: "x",
      audience: "singleTenant",
      consent: "grant",
      redirectUris: ["https://x"],
      secret: rotation(),
      mailSend: true,
      exchangeScope: { name: "x", recipientFilter: "x" },
      rooms: ["x"],
      applyPolicyToRooms: true,
      defaultUserGroups: ["x"],
      cardNumber: "none",
      loginButtonName: "x",
      singleSignOn: { displayName: "x", redirectUris: ["x"], scopes: ["openid"], consent: "none", secret: rotation() },
    },
  },
  files: {
    users: { path: "x", format: "csv", groups: ["x"], fields: { mail: "mail" } },
    rooms: { path: "x", format: "csv" },
  },
  azureDevOps: {
    organizations: [{ name: "contoso", buttonName: "x", token: { secret: "azureDevOpsToken", expires: "2026-03-31" } }],
    servicePrincipal: {
      displayName: "x",
      federated: [{ name: "abc", issuer: "https://x", subject: "y" }],
      secret: rotation(),
    },
  },
  plans: {
    oneplan: { environment: "my", baseUrl: "https://my.oneplan.ai", key: { name: "x", secret: "oneplanPlansKey" } },
    integrationId: "99f1d3a5-2b5c-4f3c-9a4d-7d3f6f0d5a11",
    organizations: [
      {
        name: "contoso",
        url: "https://devops.contoso.com/tfs/DefaultCollection",
        buttonName: "x",
        token: { secret: "plansToken", expires: "2026-03-31" },
        projects: ["Rollout"],
        area: "Rollout\\Web",
        query: "[System.Tags] CONTAINS 'OnePlan'",
        planTypes: ["Epic", "Feature"],
        taskTypes: ["User Story", "Bug"],
        projectPlanType: "Project",
        outsideIterations: true,
        createWorkItems: true,
        notifications: false,
        nestedInItself: "nearest",
        skippedLevel: "top",
        parentOutOfScope: "leave out",
        planFields: [
          { azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "newest", empty: "keep" },
          {
            azureDevOps: "System.State",
            oneplan: "Status",
            direction: "toOnePlan",
            values: [{ azureDevOps: "New", oneplan: "Open" }],
          },
        ],
        taskFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }],
      },
    ],
  },
};

function rotation(): Written {
  return {
    periodDays: 90,
    overlapDays: 30,
    latenessDays: 30,
    rotateOn: "2026-03-31",
    revokeBefore: "2026-03-31",
    delivery: "pasted",
    acknowledged: "2026-03-31",
  };
}

/** Every place in settings, from the top downwards. */
export function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value))
    yield* pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** A copy in which something else stands at `path`; names that every object has are names like others. */
export function replaced(written: unknown, path: Path, value: unknown): Written {
  const [step, ...rest] = path;
  if (step === undefined) return value as Written;
  if (Array.isArray(written))
    return written.map((item, index) => (index === step ? replaced(item, rest, value) : (item as unknown))) as never;
  // Something else was put there before.
  if (typeof written !== "object" || written === null) return written as Written;
  return Object.fromEntries(
    Object.entries(written).map(([key, item]) => [key, key === step ? replaced(item, rest, value) : (item as unknown)]),
  );
}
