/**
 * Where the keys of products may be sent. A changed address is not enough: the host of before is compared first, and a
 * new one waits for the word of an administrator. Pure.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { hostOf } from "./redirect-uris.ts";
import { quoted } from "./words.ts";
import { command } from "./this-stack.ts";

/** Where the key of a product goes. Another product's host is as new to it as a stranger's: that one would get a key that is not its own. */
export const KeyHost = z.strictObject({
  /** As the outputs' `integrations` name it, `oneplan`; of Azure DevOps a single organization. */
  product: z.string(),
  host: z.string(),
});
export type KeyHost = z.infer<typeof KeyHost>;

/** Of outputs of an earlier version: a host without its product is new to all of them. */
export const NewHosts = z.array(z.union([KeyHost, z.string()]));
export type NewHosts = z.infer<typeof NewHosts>;

/** Whose key goes to the address that an integration has, where it is not its own. */
const OWNERS: Readonly<Record<string, string>> = { plans: "oneplan" };

/** What an organization is called when its key is asked for. */
export function organizationProduct(name: string): string {
  return `the organization ${name} of Azure DevOps`;
}

/** What an alert channel is called when its secret is asked for. */
export function channelProduct(name: string): string {
  return `the alert channel ${name}`;
}

/**
 * Hosts that an alert channel's secret is sent to: a password to the mail server, a client's secret to who gives tokens,
 * and the token to the mail server. The secret of a webhook is its address, or signs and is not sent.
 *
 * @param channel of outputs, of whatever version
 */
export function channelHosts(channel: unknown): string[] {
  const { vaultSecret, host, oauth2 } = recordOf(recordOf(channel)["mail"]);
  if (vaultSecret === undefined) return [];
  const addresses = [`https://${String(host)}`, recordOf(oauth2)["tokenUrl"]];
  return [...new Set(addresses.flatMap((address) => (typeof address === "string" ? (hostOf(address) ?? []) : [])))];
}

/**
 * Hosts of all products that outputs name a key for, or that the sync identity signs in to. Whatever else the outputs
 * hold, and of whatever version, is left alone.
 */
export function keyHosts(integrations: unknown): KeyHost[] {
  const { channels } = recordOf(recordOf(integrations)["alerts"]);
  const ofChannels = (Array.isArray(channels) ? channels : []).flatMap((channel: unknown) =>
    channelHosts(channel).map((host) => ({ product: channelProduct(String(recordOf(channel)["name"])), host })),
  );
  const ofProducts = Object.entries(recordOf(integrations)).flatMap(([integration, declared]) => {
    const { keyVaultSecret, baseUrl, organizations } = recordOf(declared);
    if (keyVaultSecret === undefined) return [];
    const places = Array.isArray(organizations) ? organizations.map((each: unknown) => recordOf(each)) : [];
    return [
      { product: OWNERS[integration] ?? integration, address: baseUrl },
      ...places.map(({ name, url }) => ({ product: organizationProduct(String(name)), address: url })),
    ].flatMap(({ product, address }) => {
      const host = typeof address === "string" ? hostOf(address) : undefined;
      return host === undefined ? [] : [{ product, host }];
    });
  });
  const found = [...ofProducts, ...ofChannels];
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
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
  now: readonly KeyHost[],
  before: { readonly hosts: readonly KeyHost[]; readonly waiting: NewHosts } | undefined,
): KeyHost[] {
  if (before === undefined) return [];
  const { hosts, waiting } = before;
  return now.filter(
    ({ product, host }) =>
      !hosts.some((each) => each.product === product && each.host === host) ||
      waitingOf(waiting, product).includes(host),
  );
}

/** Hosts that wait for a word, as far as they are a product's, by any of its names. */
export function waitingOf(waiting: NewHosts, ...names: readonly string[]): string[] {
  const own = names.map((name) => name.toLowerCase());
  return waiting.flatMap((each) => {
    if (typeof each === "string") return [each];
    return own.includes(each.product.toLowerCase()) ? [each.host] : [];
  });
}

export interface HostQuestion {
  /** Where the key would go. */
  readonly host: string;
  /** What people call the product. */
  readonly product: string;
  /** Hosts that the outputs call new to this product. */
  readonly waiting: readonly string[];
  /** Hosts that the syncs to this product wrote to. */
  readonly remembered: readonly string[];
  /** Hosts that an administrator named on the command line. */
  readonly allowed: readonly string[];
  /** The command that takes the word of an administrator, and remembers it. */
  readonly taking: "alerts test" | "sync";
}

/** @returns why the key may not be sent there, with what to do; undefined: it may */
export function whyNotHost({ host, product, waiting, remembered, allowed, taking }: HostQuestion): string | undefined {
  if (allowed.includes(host) || remembered.includes(host)) return undefined;
  if (remembered.length === 0 && !waiting.includes(host)) return undefined;
  const before = remembered.length > 0 ? `; before it was on ${remembered.map(quoted).join(" and ")}` : "";
  return (
    `The address of ${product} is on a new host, ${quoted(host)}${before}. Its key was not sent there. ` +
    "If it is not meant, correct the address in the settings and deploy (pulumi up). " +
    `If it is, an administrator says so once: ${command(taking, "--allow-host", host)}`
  );
}
