/**
 * Addresses that events are sent to. Nobody signs them, so that an address is a secret: 192 random bits, told to the
 * product that sends and to nobody else. Remembered is a hash.
 *
 * @packageDocumentation
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Who sends. */
export type Sender = "azure-devops" | "oneplan";

/** What is remembered of the events of one organization. */
export interface Subscribed {
  /** Hashes of the secrets, by who knows them. */
  readonly hashes: Readonly<Record<Sender, string>>;
  /** Ids of the service hooks. */
  readonly hooks: readonly string[];
  /** Id of OnePlan's event. */
  readonly event: string;
}

/** The state's partition of it, by the name of the sync. */
export const EVENTS_PARTITION = "plans-events";

export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** `/<sender>/<secret>` below what the proxy in front makes of it. */
export function pathOf(sender: Sender, secret: string): string {
  return `/${sender}/${secret}`;
}

/** What a proxy leaves of its own path before it; nothing that leads anywhere else, and nothing behind it. */
const PATH = /^(?:\/[\w.~-]+)*\/(azure-devops|oneplan)\/([\w-]{1,200})$/;

/** Whose address a path is: every known one is compared, and each in the same time. */
export function ownerOf(
  path: string,
  known: ReadonlyMap<string, Pick<Subscribed, "hashes">>,
): { readonly sync: string; readonly sender: Sender } | undefined {
  const [, sender, secret = ""] = PATH.exec(path) ?? [];
  if (sender !== "azure-devops" && sender !== "oneplan") return undefined;
  const shown = Buffer.from(hashOf(secret), "hex");
  let owner: string | undefined;
  for (const [sync, { hashes }] of known) {
    const hash = Buffer.from(hashes[sender], "hex");
    if (hash.length === shown.length && timingSafeEqual(hash, shown)) owner = sync;
  }
  return owner === undefined ? undefined : { sync: owner, sender };
}
