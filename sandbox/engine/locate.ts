import { access, constants, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { EngineProgress } from "./progress.ts";
import { run } from "./run.ts";
import { engineSuits, oldestEngine, versionIn } from "./version.ts";

export const CLI = "pulumi";
export const NODE_HOST = "pulumi-language-nodejs";

/** More than any healthy CLI needs; a hanging one must not keep everybody waiting. */
const VERSION_TIMEOUT_MS = 20_000;

export interface Located {
  binDir: string;
  version: string;
}

/** The first engine on PATH that suits. One that does not is passed over, and the next one looked at. */
export async function locateOnPath(
  env: NodeJS.ProcessEnv,
  onProgress: EngineProgress,
  signal: AbortSignal | undefined,
): Promise<Located> {
  const reasons: string[] = [];
  for (const binDir of foldersOnPath(env)) {
    const cli = await executable(binDir, CLI);
    if (cli === undefined) continue;
    const version = await cliVersion(cli, env, signal);
    const reason = await whyNot(binDir, cli, version, env);
    if (version !== undefined && reason === undefined) return { binDir, version };
    onProgress(`Passed over: ${reason}`);
    reasons.push(reason ?? "");
  }
  throw new Error(reasons.length === 0 ? "no pulumi there" : reasons.join("; "));
}

/** Why this CLI cannot be used, or undefined when it can. */
async function whyNot(
  binDir: string,
  cli: string,
  version: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (version === undefined) return `${cli} does not tell its version`;
  if (!engineSuits(version)) return `${cli} is ${version}, and ${oldestEngine()} or newer is needed`;
  // The engine looks beside its own file, links followed, and on PATH.
  const folders = [binDir, dirname(await realpath(cli)), ...foldersOnPath(env)];
  for (const folder of folders) if ((await executable(folder, NODE_HOST)) !== undefined) return undefined;
  return `${cli} has no ${NODE_HOST} beside it or on PATH`;
}

/** What `pulumi version` says, or undefined when it cannot be run or says something else. */
export async function cliVersion(
  cli: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(VERSION_TIMEOUT_MS);
  try {
    const said = await run(cli, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return versionIn(said);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** The path of a command in a folder, or undefined when there is none that can be run. */
export async function executable(folder: string, name: string): Promise<string | undefined> {
  const file = join(folder, process.platform === "win32" ? `${name}.exe` : name);
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/** The path of a command on PATH. */
export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of foldersOnPath(env)) {
    const file = await executable(folder, name);
    if (file !== undefined) return file;
  }
  return undefined;
}

function foldersOnPath(env: NodeJS.ProcessEnv): string[] {
  // Windows writes "Path", and a copied environment no longer ignores case.
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH");
  const folders = (name === undefined ? "" : (env[name] ?? "")).split(delimiter);
  return [...new Set(folders.filter((folder) => folder !== ""))];
}
