import * as pulumi from "@pulumi/pulumi";
import type { ConfigurationValue } from "./secrets.ts";

const NAMESPACE = "tenantwire:";

/** Every configuration key of the stack in the namespace `tenantwire`, without it. */
export function configuration(): Map<string, ConfigurationValue> {
  const keys = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(NAMESPACE));
  const secret = secretKeys();
  return new Map(keys.map(([key, text]) => [key.slice(NAMESPACE.length), { text, secret: secret.has(key) }]));
}

/** Keys that are encrypted in the stack's file. The SDK knows them by this variable and publishes no way to ask. */
function secretKeys(env: NodeJS.ProcessEnv = process.env): ReadonlySet<string> {
  return new Set(JSON.parse(env["PULUMI_CONFIG_SECRET_KEYS"] || "[]") as string[]);
}
