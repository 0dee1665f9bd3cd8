/**
 * The folder that a stand-in is kept in between runs, and what the Pulumi engine needs of it.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SandboxError } from "./errors.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

const SQLITE_BUSY = 5;

/** What the engine keeps its own things in: `PULUMI_HOME`, the backend's folder, the passphrase of the secrets. */
export interface PulumiFolders {
  readonly home: string;
  readonly backend: string;
  readonly passphrase: string;
}

/**
 * Makes sure that no other process uses the folder meanwhile. The lock is SQLite's on an empty database file: the
 * operating system frees it however its owner ends.
 *
 * @returns what gives the folder back
 * @throws SandboxError when another stand-in uses it, or it cannot be written to
 */
export function lockDataDir(folder: string): () => void {
  const lock = openLock(folder);
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new SandboxError(
      `Another stand-in tenant is running on the data folder ${folder}. Stop that one, or name another folder with --data.`,
    );
  }
  return () => lock.close();
}

function openLock(folder: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new DatabaseSync(join(folder, "lock"), { timeout: 0 });
  } catch (error) {
    throw new SandboxError(
      `The data folder ${folder} cannot be used (${(error as Error).message}). Name another folder with --data.`,
      { cause: error },
    );
  }
}

/**
 * The world that is kept in the folder, or a new one.
 *
 * @throws SandboxError when what is kept there cannot be read
 */
export function openWorld(options: WorldOptions): World {
  try {
    return createWorld(options);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SandboxError(
      `The data folder ${options.dataDir} holds a world.json that is no JSON. Remove the folder, or name another with --data.`,
      { cause: error },
    );
  }
}

/** Finds the engine's folders below `folder`, or makes them, readable by this user only. */
export function pulumiFolders(folder: string): PulumiFolders {
  const home = join(folder, "pulumi-home");
  const backend = join(folder, "pulumi-state");
  for (const each of [home, backend]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const file = join(folder, "pulumi-passphrase");
  // Never empty: the engine's logs are protected by nothing else.
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return { home, backend, passphrase: readFileSync(file, "utf8") };
}
