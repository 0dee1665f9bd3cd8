/**
 * The stand-in world: one tenant, one subscription, one OnePlan group, and the clock they share. Each host keeps what
 * it knows in a section of its own, plain JSON, so that a world can be put away and taken out again.
 *
 * @packageDocumentation
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface WorldOptions {
  /** Same seed, same people and groups. Default 1. The tenant's own ids never change; its secrets always do. */
  readonly seed?: number;
  /** People in the tenant. Default 2,000. */
  readonly users?: number;
  /** Meeting rooms in the tenant. Default 40. */
  readonly rooms?: number;
  /** Room lists that the rooms are in. Default 4. */
  readonly roomLists?: number;
  /** Folder to keep the world in between runs; a world found there wins over seed and numbers. */
  readonly dataDir?: string;
}

/** An application identity that exists from the beginning. */
export interface Principal {
  readonly displayName: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Object id of its service principal. */
  readonly objectId: string;
}

export interface World {
  readonly seed: number;
  readonly users: number;
  readonly rooms: number;
  readonly roomLists: number;
  readonly tenant: {
    readonly id: string;
    readonly displayName: string;
    /** The initial domain, `<name>.onmicrosoft.com`. */
    readonly domain: string;
    /** A second verified domain: the default one of its people. */
    readonly mailDomain: string;
  };
  readonly subscriptionId: string;
  /** Deploys stacks, with just the rights a deployment needs. */
  readonly deployer: Principal;
  /** The tenant's administrator: may change users, groups and app management policies. */
  readonly administrator: Principal;
  /** Object id of the one person who is the same in every world: owner of what is deployed, beside the deployer. */
  readonly ownerId: string;
  /** Outside identity that federated credentials trust: its issuer is run by the stand-in too. */
  readonly workload: { readonly issuer: string; readonly subject: string; readonly audience: string };
  /** Authentication key of the OnePlan group. */
  readonly oneplanKey: { readonly name: string; readonly value: string };
  /** Now, by the world's clock; it can be moved forward. */
  now(): Date;
  advance(milliseconds: number): void;
  /** The part of the world that `name` keeps, made by `initial` in a new world. Plain JSON only. */
  section<T extends object>(name: string, initial: () => T): T;
  /** A GUID that follows from the seed and the given words. */
  guid(...words: string[]): string;
  /** Writes the world to its folder, if it has one. */
  save(): void;
}

interface Snapshot {
  readonly seed: number;
  readonly users: number;
  readonly rooms: number;
  readonly roomLists: number;
  readonly clockOffset: number;
  readonly sections: Record<string, object>;
}

const SNAPSHOT = "world.json";
const ROOMS = 40;
const ROOM_LISTS = 4;

export function createWorld(options: WorldOptions = {}): World {
  const snapshot = (options.dataDir && restore(options.dataDir)) || {
    seed: options.seed ?? 1,
    users: options.users ?? 2000,
    rooms: options.rooms ?? ROOMS,
    roomLists: options.roomLists ?? ROOM_LISTS,
    clockOffset: 0,
    sections: {},
  };
  const { seed, users, rooms, roomLists, sections } = snapshot;
  let clockOffset = snapshot.clockOffset;

  const section = <T extends object>(name: string, initial: () => T): T => (sections[name] ??= initial()) as T;
  const guid = (...words: string[]) => toGuid(sha256(String(seed), ...words));
  const secrets = section("secrets", () => ({
    deployer: randomSecret(),
    administrator: randomSecret(),
    oneplanKey: randomBytes(20).toString("hex"),
  }));
  const principal = (name: "deployer" | "administrator", displayName: string): Principal => ({
    displayName,
    clientId: toGuid(sha256(name, "appId")),
    clientSecret: secrets[name],
    objectId: toGuid(sha256(name, "servicePrincipal")),
  });

  return {
    seed,
    users,
    rooms,
    roomLists,
    tenant: {
      id: toGuid(sha256("tenant")),
      displayName: "Contoso",
      domain: "contoso.onmicrosoft.com",
      mailDomain: "contoso.com",
    },
    subscriptionId: toGuid(sha256("subscription")),
    deployer: principal("deployer", "tenantwire deployment"),
    administrator: principal("administrator", "Contoso administration"),
    ownerId: toGuid(sha256("owner")),
    workload: {
      issuer: "https://workloads.contoso.com",
      subject: "system:serviceaccount:tenantwire:sync",
      audience: "api://AzureADTokenExchange",
    },
    oneplanKey: { name: "tenantwire", value: secrets.oneplanKey },
    now: () => new Date(Date.now() + clockOffset),
    advance(milliseconds) {
      clockOffset += milliseconds;
    },
    section,
    guid,
    save() {
      if (!options.dataDir) return;
      mkdirSync(options.dataDir, { recursive: true });
      const file = join(options.dataDir, SNAPSHOT);
      const snapshot: Snapshot = { seed, users, rooms, roomLists, clockOffset, sections };
      writeFileSync(`${file}.new`, JSON.stringify(snapshot), {
        // It holds the tenant's secrets.
        mode: 0o600,
      });
      renameSync(`${file}.new`, file);
    },
  };
}

function restore(dataDir: string): Snapshot | undefined {
  try {
    const kept = JSON.parse(readFileSync(join(dataDir, SNAPSHOT), "utf8")) as Omit<Snapshot, "rooms" | "roomLists">;
    // A world that was put away before it had rooms gets them now.
    return { rooms: ROOMS, roomLists: ROOM_LISTS, ...kept };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function sha256(...words: string[]): string {
  return createHash("sha256").update(words.join("\u0000")).digest("hex");
}

/** A client secret of the form that Entra gives: 40 characters, `8Q~` after the third. */
function randomSecret(): string {
  const text = randomBytes(30).toString("base64url").slice(0, 37);
  return `${text.slice(0, 3)}8Q~${text.slice(3)}`;
}

/** A version 4 GUID from 128 bits of hex. */
function toGuid(hex: string): string {
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
