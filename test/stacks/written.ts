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
