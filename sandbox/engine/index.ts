import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "./build.ts";
import { cacheFolder, isComplete, publish } from "./cache.ts";
import { download } from "./download.ts";
import { interruptible } from "./interrupt.ts";
import { locateOnPath } from "./locate.ts";
import { withLock } from "./lock.ts";
import { reporting, type EngineProgress } from "./progress.ts";
import { EngineUnavailable, type Failure } from "./unavailable.ts";
import { ENGINE_VERSION } from "./version.ts";

export { EngineUnavailable, type EngineProgress, type Failure };

/** A Pulumi engine that can run this project's program. */
export interface Engine {
  /**
   * The folder that holds `pulumi`, to be put first on PATH. Its Node language host is there too or, with origin
   * `path`, may be elsewhere on PATH.
   */
  binDir: string;
  version: string;
  origin: "path" | "cache" | "installer" | "built";
}

export interface EnsureEngineOptions {
  onProgress?: EngineProgress;
  signal?: AbortSignal;
  /** The environment to look around in, instead of this process's own. */
  env?: NodeJS.ProcessEnv;
}

/** What the ways to an engine share. */
interface Search {
  env: NodeJS.ProcessEnv;
  /** Where the cache holds the engine, or will hold it. */
  folder: string;
  onProgress: EngineProgress;
  signal: AbortSignal;
  failures: Failure[];
}

/** Ends in an engine, or throws why not. */
type Way = (search: Search) => Promise<Engine>;

/**
 * Pulumi's Automation API cannot do this (seen: @pulumi/pulumi 3.259). Its `PulumiCommand.get` takes the first `pulumi`
 * on this process's own PATH and fails where that is too old or lacks the Node language host, though a later one suits.
 * Its `PulumiCommand.install` pipes an installer's script into a shell: no time limit, no way to stop it, no mirror, and
 * no engine at all where get.pulumi.com is not reached but the Go modules are.
 */

/**
 * Finds the Pulumi engine, or gets it: from PATH, from this user's cache, as Pulumi's release, or built from its
 * published Go modules, which takes some minutes. Any number of processes may do so at once; one gets it, the others
 * wait for it.
 *
 * @throws EngineUnavailable when no way led to an engine
 */
export function ensureEngine(options: EnsureEngineOptions = {}): Promise<Engine> {
  const { onProgress = () => {}, env = process.env } = options;
  return interruptible(options.signal, async (signal) => {
    const search: Search = { env, folder: cacheFolder(env), onProgress, signal, failures: [] };
    const engine =
      (await attempt("on PATH", search, fromPath)) ??
      (await attempt("in the cache", search, fromCache)) ??
      (await obtain(search));
    if (engine === undefined) throw new EngineUnavailable(search.failures);
    return engine;
  });
}

/** Gets an engine into the cache, while no other process does. */
async function obtain(search: Search): Promise<Engine | undefined> {
  const { folder, signal } = search;
  try {
    await mkdir(dirname(folder), { recursive: true });
    return await withLock(
      `${folder}.lock`,
      (wait) => waiting(search, wait),
      signal,
      async () => {
        // Whoever held the lock before may have been successful.
        if (await isComplete(folder)) return inCache(folder, "cache");
        return (
          (await attempt("as Pulumi's release", search, fromRelease)) ??
          (await attempt("built from source", search, fromSource))
        );
      },
    );
  } catch (error) {
    noteFailure("into the cache", search, error);
    return undefined;
  }
}

async function attempt(name: string, search: Search, way: Way): Promise<Engine | undefined> {
  try {
    return await way(search);
  } catch (error) {
    noteFailure(name, search, error);
    return undefined;
  }
}

function noteFailure(way: string, { failures, signal }: Search, error: unknown): void {
  // An interrupt is not one more way that failed.
  signal.throwIfAborted();
  failures.push({ way, reason: oneLine(error) });
}

async function fromPath({ env, onProgress, signal }: Search): Promise<Engine> {
  const located = await locateOnPath(env, onProgress, signal);
  return { ...located, origin: "path" };
}

async function fromCache({ folder }: Search): Promise<Engine> {
  if (!(await isComplete(folder))) throw new Error(`nothing in ${folder}`);
  return inCache(folder, "cache");
}

async function fromRelease({ env, folder, onProgress, signal }: Search): Promise<Engine> {
  onProgress(`Downloading Pulumi ${ENGINE_VERSION}`);
  try {
    await publish(folder, env, signal, (partial) => download(partial, env, onProgress, signal));
  } catch (error) {
    if (!signal.aborted) onProgress(`Not downloaded: ${oneLine(error)}`);
    throw error;
  }
  return inCache(folder, "installer");
}

async function fromSource({ env, folder, onProgress, signal }: Search): Promise<Engine> {
  await publish(folder, env, signal, (partial) => build(partial, env, onProgress, signal));
  return inCache(folder, "built");
}

function inCache(binDir: string, origin: Engine["origin"]): Engine {
  return { binDir, version: ENGINE_VERSION, origin };
}

async function waiting({ onProgress }: Search, wait: () => Promise<void>): Promise<void> {
  const message = "Waiting for another process that is getting the engine";
  onProgress(message);
  await reporting(onProgress, () => message, wait);
}

/** What went wrong, short enough for a list. */
function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n")[0] ?? "";
}
