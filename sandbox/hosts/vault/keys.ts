/**
 * Keys in the vaults, as far as a deployment meets them: they are made by ARM and deleted by the data plane. What is
 * done with them is in `key-operations.ts`.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import type { World } from "../../world.ts";

export interface Key {
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly version: string;
  /** As they were asked for by ARM. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly created: number;
  /** When a deleted one is purged, in seconds since 1970. */
  readonly scheduledPurgeDate?: number;
}

const DAY = 24 * 60 * 60;

/** @returns undefined when there is none, or it is deleted */
export function findKey(world: World, vault: string, name: string): Key | undefined {
  const key = keysOf(world, vault)[name.toLowerCase()];
  return key?.scheduledPurgeDate === undefined ? key : undefined;
}

/** Does a deleted key hold this name? */
export function isKeyDeleted(world: World, vault: string, name: string): boolean {
  const until = keysOf(world, vault)[name.toLowerCase()]?.scheduledPurgeDate;
  return until !== undefined && until > seconds(world);
}

export function createKey(world: World, vault: string, key: Pick<Key, "name" | "properties" | "tags">): Key {
  const made = { ...key, version: randomBytes(16).toString("hex"), created: seconds(world) };
  keysOf(world, vault)[key.name.toLowerCase()] = made;
  return made;
}

/** Soft delete. @returns undefined when there is no such key */
export function deleteKey(world: World, vault: string, name: string, retentionDays: number): Key | undefined {
  const key = findKey(world, vault, name);
  if (!key) return undefined;
  const deleted = { ...key, scheduledPurgeDate: seconds(world) + retentionDays * DAY };
  keysOf(world, vault)[name.toLowerCase()] = deleted;
  return deleted;
}

export function forgetKeys(world: World, vault: string): void {
  delete section(world)[vault.toLowerCase()];
}

function keysOf(world: World, vault: string): Record<string, Key> {
  return (section(world)[vault.toLowerCase()] ??= {});
}

function section(world: World): Record<string, Record<string, Key>> {
  return world.section<Record<string, Record<string, Key>>>("vault-keys", () => ({}));
}

function seconds(world: World): number {
  return Math.floor(world.now().getTime() / 1000);
}
