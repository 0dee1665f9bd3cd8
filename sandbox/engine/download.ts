import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Dispatcher } from "undici";
import { reporting, type EngineProgress } from "./progress.ts";
import { CommandFailed, run } from "./run.ts";
import { ENGINE_VERSION } from "./version.ts";

/** Where Pulumi's own installer takes its releases from. */
const RELEASES = "https://get.pulumi.com/releases/sdk";

/** Without a network somebody waits for this long, so it is short. */
const ANSWER_TIMEOUT_MS = 5_000;
const STALL_TIMEOUT_MS = 15_000;
const MAX_REDIRECTIONS = 5;

/**
 * Downloads and unpacks a release of Pulumi as Pulumi's own installer does: the archive for this machine, from the
 * same place. Not through its script, which has no time limit and runs whatever part of it arrived.
 *
 * `TENANTWIRE_PULUMI_RELEASES` names another place with the same files, for networks that have a mirror of their own.
 *
 * @returns the folder with the executables
 */
export async function download(
  partial: string,
  env: NodeJS.ProcessEnv,
  onProgress: EngineProgress,
  signal: AbortSignal,
): Promise<string> {
  const url = archiveUrl(env["TENANTWIRE_PULUMI_RELEASES"] || RELEASES);
  const archive = join(partial, "archive");
  await fetchTo(archive, url, env, onProgress, signal);
  await unpack(archive, partial, env, signal);
  return executablesIn(join(partial, "pulumi"));
}

function archiveUrl(releases: string): URL {
  const windows = process.platform === "win32";
  const system = windows ? "windows" : process.platform;
  const name = `pulumi-v${ENGINE_VERSION}-${system}-${process.arch}.${windows ? "zip" : "tar.gz"}`;
  return new URL(name, `${releases.replace(/\/$/, "")}/`);
}

async function fetchTo(
  file: string,
  url: URL,
  env: NodeJS.ProcessEnv,
  onProgress: EngineProgress,
  signal: AbortSignal,
): Promise<void> {
  // Loaded only here: whoever has an engine already does not pay for an HTTP client.
  const { EnvHttpProxyAgent } = await import("undici");
  const agent = new EnvHttpProxyAgent(proxies(env));
  try {
    const answer = await firstAnswer(url, agent, signal);
    await save(answer, file, onProgress, signal);
  } finally {
    // A connection that is still being made would keep the process from ending.
    await agent.destroy();
  }
}

/** The head of the answer, within a few seconds. */
async function firstAnswer(url: URL, agent: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { interceptors, request } = await import("undici");
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ANSWER_TIMEOUT_MS);
  try {
    const answer = await request(url, {
      dispatcher: agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS })),
      bodyTimeout: STALL_TIMEOUT_MS,
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    if (answer.statusCode !== 200) throw new Error(`${url.href} answered ${answer.statusCode}`);
    return answer;
  } catch (error) {
    if (!deadline.signal.aborted) throw error;
    throw new Error(`${url.host} did not answer within ${ANSWER_TIMEOUT_MS / 1000} s`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Fails when the connection breaks off, or stands still for too long. */
async function save(
  { headers, body }: Dispatcher.ResponseData,
  file: string,
  onProgress: EngineProgress,
  signal: AbortSignal,
): Promise<void> {
  const size = Number(headers["content-length"]);
  let received = 0;
  body.on("data", (chunk: Buffer) => (received += chunk.length));
  const title = `Downloading Pulumi ${ENGINE_VERSION}`;
  const status = () => `${title}: ${megabytes(received)}${size ? ` of ${megabytes(size)}` : ""} MB`;
  await reporting(onProgress, status, () => pipeline(body, createWriteStream(file), { signal }));
}

function proxies(env: NodeJS.ProcessEnv): { httpProxy: string; httpsProxy: string; noProxy: string } {
  const setting = (name: string) => env[name.toLowerCase()] ?? env[name] ?? "";
  return { httpProxy: setting("HTTP_PROXY"), httpsProxy: setting("HTTPS_PROXY"), noProxy: setting("NO_PROXY") };
}

async function unpack(archive: string, folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  try {
    await run("tar", ["-xf", archive, "-C", folder], { env, signal });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Error(`the archive cannot be unpacked: ${error.errorLines[0] ?? error.message}`, { cause: error });
  }
}

/** Archives for Windows have a `bin` folder inside, the others do not. */
async function executablesIn(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  const found = await stat(bin).catch(() => undefined);
  return found?.isDirectory() ? bin : folder;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
