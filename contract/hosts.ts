/**
 * Where the keys of products may be sent. A changed address is not enough: the host of before is compared first, and a
 * new one waits for the word of an administrator. Pure.
 *
 * @packageDocumentation
 */
import { hostOf } from "./redirect-uris.ts";
import { quoted } from "./words.ts";

/**
 * Hosts of all products that outputs name a key for, or that the sync identity signs in to. Whatever else the outputs
 * hold, and of whatever version, is left alone.
 */
export function keyHosts(integrations: unknown): string[] {
  const hosts = Object.values(recordOf(integrations)).flatMap((product: unknown) => {
    const { keyVaultSecret, baseUrl, organizations } = recordOf(product);
    if (keyVaultSecret === undefined) return [];
    const places = Array.isArray(organizations) ? organizations.map((each: unknown) => recordOf(each)["url"]) : [];
    return [baseUrl, ...places].flatMap((address) => (typeof address === "string" ? (hostOf(address) ?? []) : []));
  });
  return [...new Set(hosts)].sort();
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Hosts that were not there at the deployment before, or waited for their word then. Of a first deployment none is new:
 * whoever approves it sees them all.
 *
 * @param before what the last deployment told; undefined: there was none
 */
export function newHosts(
  now: readonly string[],
  before: { readonly hosts: readonly string[]; readonly waiting: readonly string[] } | undefined,
): string[] {
  if (before === undefined) return [];
  const { hosts, waiting } = before;
  return now.filter((host) => !hosts.includes(host) || waiting.includes(host));
}

export interface HostQuestion {
  /** Where the key would go. */
  readonly host: string;
  /** What people call the product. */
  readonly product: string;
  /** Hosts that the outputs call new. */
  readonly waiting: readonly string[];
  /** Hosts that the syncs to this product wrote to. */
  readonly remembered: readonly string[];
  /** Hosts that an administrator named on the command line. */
  readonly allowed: readonly string[];
}

/** @returns why the key may not be sent there, with what to do; undefined: it may */
export function hostRefusal({ host, product, waiting, remembered, allowed }: HostQuestion): string | undefined {
  if (allowed.includes(host) || remembered.includes(host)) return undefined;
  if (remembered.length === 0 && !waiting.includes(host)) return undefined;
  const before = remembered.length > 0 ? `; the syncs wrote to ${remembered.map(quoted).join(", ")} before` : "";
  return (
    `The address of ${product} is on a new host, ${quoted(host)}${before}. Its key was not sent there. ` +
    `If it is meant, an administrator says so once: tenantwire sync --allow-host ${host}. ` +
    "If not, correct the address in the settings and deploy (pulumi up)."
  );
}
