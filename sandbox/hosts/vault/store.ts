/**
 * The secrets inside of the vaults. Whether a vault exists is ARM's to say.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import type { World } from "../../world.ts";
import { forgetKeys } from "./keys.ts";

/** Times are seconds since 1970, as Key Vault gives them. */
export interface SecretVersion {
  /** 32 hexadecimal digits. */
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly exp?: number;
  readonly nbf?: number;
  readonly created: number;
  readonly updated: number;
}

export interface Secret {
  readonly name: string;
  /** Oldest first; never empty. */
  readonly versions: SecretVersion[];
}

export interface DeletedSecret {
  readonly secret: Secret;
  readonly deletedDate: number;
  readonly scheduledPurgeDate: number;
}

export interface NewSecret {
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
  readonly exp?: number;
  readonly nbf?: number;
}

interface VaultContent {
  secrets: Record<string, Secret>;
  deleted: Record<string, DeletedSecret>;
}

/** The name is that of a deleted secret, which has to be recovered or purged first. */
export class SecretIsDeleted extends Error {
  override name = "SecretIsDeleted";
}

const DAY = 24 * 60 * 60;

export function findSecret(world: World, vault: string, name: string): Secret | undefined {
  return contentOf(world, vault).secrets[name.toLowerCase()];
}

export function listSecrets(world: World, vault: string): Secret[] {
  return Object.values(contentOf(world, vault).secrets);
}

export function currentVersion(secret: Secret): SecretVersion {
  const last = secret.versions.at(-1);
  if (!last) throw new Error(`the secret ${secret.name} has no version`);
  return last;
}

/** Adds a version, and the secret if there is none. @throws SecretIsDeleted */
export function setSecret(world: World, vault: string, name: string, secret: NewSecret): SecretVersion {
  const content = contentOf(world, vault);
  if (findDeletedSecret(world, vault, name)) throw new SecretIsDeleted(name);
  const now = seconds(world);
  const { value, contentType, tags = {}, enabled = true, exp, nbf } = secret;
  const version: SecretVersion = {
    version: randomBytes(16).toString("hex"),
    value,
    ...(contentType !== undefined && { contentType }),
    tags,
    enabled,
    ...(exp !== undefined && { exp }),
    ...(nbf !== undefined && { nbf }),
    created: now,
    updated: now,
  };
  (content.secrets[name.toLowerCase()] ??= { name, versions: [] }).versions.push(version);
  return version;
}

/** Changes what is said about a version, never its value. @returns undefined when there is no such version */
export function updateSecret(
  world: World,
  secret: Secret,
  version: string,
  changes: Omit<Partial<NewSecret>, "value">,
): SecretVersion | undefined {
  const at = secret.versions.findIndex((each) => each.version === version);
  const before = secret.versions[at];
  if (!before) return undefined;
  return (secret.versions[at] = { ...before, ...changes, updated: seconds(world) });
}

/** @returns a text that stands for a copy of the secret as it is now */
export function backupSecret(world: World, secret: Secret): string {
  const name = randomBytes(48).toString("base64url");
  backups(world)[name] = structuredClone(secret);
  return name;
}

export function backedUpSecret(world: World, name: string): Secret | undefined {
  const found = backups(world)[name];
  return found && structuredClone(found);
}

function backups(world: World): Record<string, Secret> {
  return world.section<Record<string, Secret>>("vault-backups", () => ({}));
}

/** Puts a secret back with all of its versions. @returns undefined where the name is taken */
export function restoreSecret(world: World, vault: string, secret: Secret): Secret | undefined {
  const content = contentOf(world, vault);
  const key = secret.name.toLowerCase();
  if (content.secrets[key] || findDeletedSecret(world, vault, secret.name)) return undefined;
  return (content.secrets[key] = secret);
}

/** Soft delete. @returns undefined when there is no such secret */
export function deleteSecret(
  world: World,
  vault: string,
  name: string,
  retentionDays: number,
): DeletedSecret | undefined {
  const content = contentOf(world, vault);
  const secret = content.secrets[name.toLowerCase()];
  if (!secret) return undefined;
  const now = seconds(world);
  const deleted = { secret, deletedDate: now, scheduledPurgeDate: now + retentionDays * DAY };
  content.deleted[name.toLowerCase()] = deleted;
  delete content.secrets[name.toLowerCase()];
  return deleted;
}

/** A deleted secret whose time is not over yet; after it, it is purged. */
export function findDeletedSecret(world: World, vault: string, name: string): DeletedSecret | undefined {
  const content = contentOf(world, vault);
  const deleted = content.deleted[name.toLowerCase()];
  if (deleted && deleted.scheduledPurgeDate <= seconds(world)) {
    delete content.deleted[name.toLowerCase()];
    return undefined;
  }
  return deleted;
}

export function listDeletedSecrets(world: World, vault: string): DeletedSecret[] {
  const names = Object.keys(contentOf(world, vault).deleted);
  return names.flatMap((name) => findDeletedSecret(world, vault, name) ?? []);
}

export function recoverSecret(world: World, vault: string, name: string): Secret | undefined {
  const deleted = findDeletedSecret(world, vault, name);
  if (!deleted) return undefined;
  const content = contentOf(world, vault);
  content.secrets[name.toLowerCase()] = deleted.secret;
  delete content.deleted[name.toLowerCase()];
  return deleted.secret;
}

export function purgeSecret(world: World, vault: string, name: string): void {
  delete contentOf(world, vault).deleted[name.toLowerCase()];
}

/** Forgets everything that a purged vault held. */
export function forgetVault(world: World, vault: string): void {
  delete section(world)[vault.toLowerCase()];
  forgetKeys(world, vault);
}

function contentOf(world: World, vault: string): VaultContent {
  return (section(world)[vault.toLowerCase()] ??= { secrets: {}, deleted: {} });
}

function section(world: World): Record<string, VaultContent> {
  return world.section<Record<string, VaultContent>>("vault", () => ({}));
}

function seconds(world: World): number {
  return Math.floor(world.now().getTime() / 1000);
}
