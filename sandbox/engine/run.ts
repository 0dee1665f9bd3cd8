import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Stops the command, and everything that it started. */
  signal?: AbortSignal;
  onErrorLine?: (line: string) => void;
}

/** A command that ended by itself, with another exit code than 0. */
export class CommandFailed extends Error {
  readonly errorLines: readonly string[];

  constructor(command: string, code: number | null, errorLines: readonly string[]) {
    super(`${command} ended with exit code ${code}`);
    this.name = "CommandFailed";
    this.errorLines = errorLines;
  }
}

/** How long a stopped command may clean up before it is killed. */
const GRACE_MS = 5_000;

const GROUPS = process.platform !== "win32";

/**
 * Runs a command to its end and returns its standard output. When stopped by the signal, it has ended before this
 * rejects.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  options.signal?.throwIfAborted();
  // A process group of its own, so that stopping `go` also stops the compilers and linkers that it started.
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    detached: GROUPS,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const output: string[] = [];
  const errors: string[] = [];
  eachLine(child.stdout, (line) => output.push(line));
  eachLine(child.stderr, (line) => {
    errors.push(line);
    options.onErrorLine?.(line);
  });

  const code = await stoppable(child, options.signal);
  options.signal?.throwIfAborted();
  if (code !== 0) throw new CommandFailed(command, code, errors);
  return output.join("\n");
}

async function stoppable(child: ChildProcess, signal: AbortSignal | undefined): Promise<number | null> {
  let lastResort: NodeJS.Timeout | undefined;
  const stop = () => {
    kill(child, "SIGINT");
    lastResort = setTimeout(() => kill(child, "SIGKILL"), GRACE_MS);
  };
  // Whoever calls process.exit() meanwhile leaves no build running behind.
  const abandon = () => kill(child, "SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  process.once("exit", abandon);
  try {
    return await ended(child);
  } finally {
    clearTimeout(lastResort);
    signal?.removeEventListener("abort", stop);
    process.off("exit", abandon);
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(GROUPS ? -child.pid : child.pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function eachLine(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", onLine);
}
