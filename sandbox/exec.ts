/**
 * A command in the stand-in's world, and the stand-in by itself.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter } from "node:path";
import { commandEnvironment, foreignVariables } from "./environment.ts";
import { startSandbox } from "./server.ts";
import type { Sandbox, SandboxOptions } from "./server.ts";
import { SettingsError } from "../contract/errors.ts";

export interface RunOptions extends SandboxOptions {
  /** Whether the Pulumi engine is put on PATH, and got first if the machine has none. Default true. */
  readonly engine?: boolean;
  /** Where progress and warnings go, a line at a time. Default: standard error. */
  readonly onProgress?: (message: string) => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies NodeJS.Signals[];
const COMMAND_NOT_FOUND = 127;
const COMMAND_NOT_EXECUTABLE = 126;

/**
 * Runs a command in a stand-in of its own, with this process's input and output, and ends the stand-in after it.
 *
 * @returns the command's exit code, 128 + the signal's number if it was ended by one, as a shell would
 * @throws SandboxError when the stand-in cannot be started
 */
export async function execInSandbox(command: readonly string[], options: RunOptions = {}): Promise<number> {
  const [file, ...args] = command;
  if (file === undefined)
    throw new SettingsError("sandbox exec needs a command after --, as in: sandbox exec -- node app.js");
  const onProgress = options.onProgress ?? toStandardError;
  const binDir = await engineFolder(options, onProgress);
  const sandbox = await startSandbox({ onRefused: warnOnce(onProgress), ...options });
  try {
    return await runCommand(file, args, commandEnvironment(process.env, withEngine(sandbox, binDir)), onProgress);
  } finally {
    await sandbox.stop();
  }
}

/**
 * Keeps a stand-in running until this process is interrupted, and prints its variables to standard output, for a
 * shell to read.
 *
 * @throws SandboxError when the stand-in cannot be started
 */
export async function runSandbox(options: RunOptions = {}): Promise<void> {
  const onProgress = options.onProgress ?? toStandardError;
  const binDir = await engineFolder(options, onProgress);
  const sandbox = await startSandbox({ onRefused: warnOnce(onProgress), ...options });
  try {
    const interrupted = new Promise<void>((resolve) => {
      for (const signal of SIGNALS) process.once(signal, () => resolve());
    });
    process.stdout.write(shellScript(process.env, withEngine(sandbox, binDir)));
    onProgress(`The stand-in tenant ${sandbox.world.tenant.domain} is running; interrupt this process to end it.`);
    await interrupted;
  } finally {
    await sandbox.stop();
  }
}

/** Lines that give a shell the variables of the stand-in's world, and take those away that lead out of it. */
export function shellScript(inherited: NodeJS.ProcessEnv, ours: Readonly<Record<string, string>>): string {
  const foreign = foreignVariables(inherited).filter((name) => !(name in ours));
  const lines = Object.entries(ours).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
  if (foreign.length > 0) lines.unshift(`unset ${foreign.join(" ")}`);
  return lines.map((line) => `${line}\n`).join("");
}

async function engineFolder(options: RunOptions, onProgress: (message: string) => void): Promise<string | undefined> {
  if (options.engine === false) return undefined;
  const { ensureEngine } = await import("./engine/index.ts");
  return (await ensureEngine({ onProgress })).binDir;
}

function withEngine(sandbox: Sandbox, binDir: string | undefined): Record<string, string> {
  const { PATH = "", ...rest } = sandbox.environment;
  if (binDir === undefined) return { ...rest, PATH };
  // After the project's own commands: an engine on PATH may have another `node` beside it.
  const [first = "", ...others] = PATH.split(delimiter);
  return { ...rest, PATH: [first, binDir, ...others].join(delimiter) };
}

async function runCommand(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onProgress: (message: string) => void,
): Promise<number> {
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends its interrupt to the command as well; a second one would mean "at once" to the engine.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  };
  // Before the command: it may have printed, and be told to stop for it, before this process comes to its next line.
  for (const signal of SIGNALS) process.on(signal, forward);
  const child = spawn(file, args, { stdio: "inherit", env });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      onProgress(`sandbox exec: ${file}: command not found`);
      return COMMAND_NOT_FOUND;
    }
    if (code === "EACCES") {
      onProgress(`sandbox exec: ${file}: cannot be executed`);
      return COMMAND_NOT_EXECUTABLE;
    }
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

function warnOnce(onProgress: (message: string) => void): (authority: string) => void {
  const warned = new Set<string>();
  return (authority) => {
    if (warned.has(authority)) return;
    warned.add(authority);
    onProgress(`sandbox: refused a connection to ${authority}, which is outside of the stand-in tenant`);
  };
}

function toStandardError(message: string): void {
  process.stderr.write(`${message}\n`);
}
