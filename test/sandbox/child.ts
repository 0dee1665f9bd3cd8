import { spawn } from "node:child_process";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { repository } from "../../sandbox/project.ts";
import type { Sandbox } from "../../sandbox/server.ts";

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a module's text in a Node of its own, in the stand-in's world if one is given. */
export function runNode(script: string, sandbox?: Sandbox, more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return run(process.execPath, ["--input-type=module", "-e", script], sandbox, more);
}

export function run(
  file: string,
  args: readonly string[],
  sandbox?: Sandbox,
  more: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  return start(file, args, sandbox, more).ended;
}

/** Starts a command; `ended` tells how it went. */
export function start(file: string, args: readonly string[], sandbox?: Sandbox, more: NodeJS.ProcessEnv = {}) {
  // Jest's own options are not the command's.
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(file, args, {
    cwd: repository,
    env: { ...(sandbox ? commandEnvironment(inherited, sandbox.environment) : inherited), ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  return { child, ended };
}
