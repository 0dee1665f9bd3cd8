import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { CLI, cliVersion, executable, NODE_HOST } from "./locate.ts";
import { ENGINE_VERSION } from "./version.ts";

/** The folder of this user that holds, or will hold, the engine for this machine. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(userCache(env), "tenantwire", "engine", `${ENGINE_VERSION}-${process.platform}-${process.arch}`);
}

/** Where Node keeps what it compiled: the folder of the launcher. */
export function compiledFolder(env: NodeJS.ProcessEnv): string {
  return join(userCache(env), "tenantwire", "compiled");
}

/** Where this user keeps what can be had again. */
export function userCache(env: NodeJS.ProcessEnv): string {
  // A relative XDG path is to be ignored, by that standard.
  if (env["XDG_CACHE_HOME"] && isAbsolute(env["XDG_CACHE_HOME"])) return env["XDG_CACHE_HOME"];
  const home = env["HOME"] || homedir();
  if (process.platform === "darwin") return join(home, "Library", "Caches");
  if (process.platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  return join(home, ".cache");
}

/**
 * Whether a folder has everything an engine needs. Folders in the cache appear by a rename, so they are never
 * half-made.
 */
export async function isComplete(folder: string): Promise<boolean> {
  const found = await Promise.all([executable(folder, CLI), executable(folder, NODE_HOST)]);
  return found.every((file) => file !== undefined);
}

/**
 * Lets `make` fill a fresh folder, and puts the folder that it returns into the cache once that was seen to run. What
 * is interrupted leaves at most such a fresh folder, which the next one to come removes. The caller holds the lock.
 */
export async function publish(
  folder: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  make: (partial: string) => Promise<string>,
): Promise<void> {
  await removePartials(folder);
  const partial = await mkdtemp(partialPrefix(folder));
  try {
    const made = await make(partial);
    await check(made, env, signal);
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function check(made: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  if (!(await isComplete(made))) throw new Error(`it lacks ${CLI} or ${NODE_HOST}`);
  const version = await cliVersion(join(made, CLI), env, signal);
  if (version !== ENGINE_VERSION) throw new Error(`it calls itself ${version ?? "nothing"}, not ${ENGINE_VERSION}`);
}

async function removePartials(folder: string): Promise<void> {
  const prefix = basename(partialPrefix(folder));
  const leftOver = (await readdir(dirname(folder))).filter((name) => name.startsWith(prefix));
  // The `go` of a killed process may still be writing there. What cannot be removed now is left to the next one.
  const remove = (name: string) => rm(join(dirname(folder), name), { recursive: true, force: true });
  await Promise.allSettled(leftOver.map(remove));
}

function partialPrefix(folder: string): string {
  return `${folder}.partial-`;
}
