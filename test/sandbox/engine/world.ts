/**
 * A small world to look for an engine in: its own PATH with fake commands, its own cache, its own place of releases.
 */
import { execFileSync, spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, watch } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../../sandbox/engine/get.ts", import.meta.url));
/** What the fake commands and the code under test call, besides what each test puts on PATH. */
const REAL_COMMANDS = ["tar", "gzip", "chmod"];

export interface World {
  root: string;
  bin: string;
  /** The folder in the cache that the engine belongs in. */
  engineFolder: string;
  env: NodeJS.ProcessEnv;
}

export async function createWorld(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "tenantwire-engine-test-"));
  const bin = join(root, "bin");
  const system = join(root, "system");
  await mkdir(bin);
  await mkdir(system);
  for (const name of REAL_COMMANDS) await symlink(realCommand(name), join(system, name));
  const engineFolder = join(root, "cache", "tenantwire", "engine", `3.259.0-${process.platform}-${process.arch}`);
  const env = {
    PATH: [bin, system].join(delimiter),
    HOME: join(root, "home"),
    XDG_CACHE_HOME: join(root, "cache"),
    TENANTWIRE_PULUMI_RELEASES: `http://127.0.0.1:${await closedPort()}`,
    FAKE_GO_LOG: join(root, "go.log"),
  };
  return { root, bin, engineFolder, env };
}

export async function removeWorld(world: World): Promise<void> {
  for (const { pid } of goCalls(world)) killFakeGo(pid);
  await rm(world.root, { recursive: true, force: true });
}

export async function addCommand(folder: string, name: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

export async function addPulumi(folder: string, version: string): Promise<void> {
  await addCommand(folder, "pulumi", `echo ${version}`);
}

export async function addEngine(folder: string, version: string): Promise<void> {
  await addPulumi(folder, version);
  await addCommand(folder, "pulumi-language-nodejs", "exit 0");
}

/**
 * A `go` that builds a fake engine at once. With FAKE_GO_GATE, a named pipe, the first build leaves half a file and
 * waits until somebody writes to the pipe.
 */
export async function addGo(world: World, { version = "go1.26.1" } = {}): Promise<void> {
  await addCommand(
    world.bin,
    "go",
    `
if [ "$1" = env ]; then echo ${version}; exit; fi
for argument; do case "$argument" in -o=*) out="\${argument#-o=}";; esac; done
name="\${argument##*/}"
echo "go: downloading example.com/dependency v1.0.0" >&2
echo "example.com/dependency" >&2
if [ "$name" = pulumi-language-nodejs ] && [ -n "$FAKE_GO_GATE" ]; then
  echo half > "$out$name"
  echo "$$ $name" >> "$FAKE_GO_LOG"
  read -r line < "$FAKE_GO_GATE"
else
  echo "$$ $name" >> "$FAKE_GO_LOG"
fi
printf '#!/bin/sh\\necho v3.259.0\\n' > "$out$name"
chmod +x "$out$name"`,
  );
}

/** What the fake `go` was asked to build, in order. */
export function goCalls(world: World): { pid: number; name: string }[] {
  const log = world.env["FAKE_GO_LOG"]!;
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [pid, name] = line.split(" ");
    return { pid: Number(pid), name: name! };
  });
}

/** Ends when the fake `go` has begun a build. */
export async function goStarted(world: World): Promise<number> {
  const watcher = watch(world.root);
  try {
    while (goCalls(world).length === 0) await once(watcher, "change");
  } finally {
    watcher.close();
  }
  return goCalls(world)[0]!.pid;
}

export function addGate(world: World): string {
  const gate = join(world.root, "gate");
  execFileSync("mkfifo", [gate]);
  return gate;
}

/** What lies in the cache beside, or instead of, the engine. */
export async function cacheEntries(world: World): Promise<string[]> {
  return (await readdir(join(world.engineFolder, ".."))).sort();
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningScript {
  process: ChildProcessByStdio<null, Readable, Readable>;
  /** Ends with the first line on standard error that contains the text. */
  says(text: string): Promise<void>;
  ended: Promise<Result>;
}

/** Starts `node sandbox/engine/get.ts` as a process of its own. */
export function startScript(world: World, env: NodeJS.ProcessEnv = {}): RunningScript {
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...world.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const reader = createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr: lines.join("\n"),
  }));
  const says = async (text: string) => {
    while (!lines.some((line) => line.includes(text))) {
      const closed = await Promise.race([once(reader, "line").then(() => false), ended.then(() => true)]);
      if (closed) throw new Error(`ended without saying "${text}":\n${lines.join("\n")}`);
    }
  };
  return { process: child, says, ended };
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

function realCommand(name: string): string {
  return execFileSync("/bin/sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
}

/** The fake leads a process group of its own, and outlives a killed parent. */
function killFakeGo(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
