/**
 * A stand-in in a process of its own, with the stack `sandbox` deployed in it.
 *
 * @packageDocumentation
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandEnvironment } from "../sandbox/environment.ts";
import { repository } from "../sandbox/project.ts";
import { run } from "../sandbox/run.ts";
import { createStack } from "../sandbox/stack.ts";
import { type Outputs, parseOutputs } from "../contract/outputs.ts";

export interface BenchWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly control: string;
  /** A new folder for the files of one measurement. */
  folder(): string;
  /** Writes an outputs file whose scope is the given groups; none: everybody. */
  outputsFile(groups?: readonly string[]): string;
  /** Runs one of the measured programs, `bench/<name>.ts`, and parses what it prints. */
  measure<T>(name: string, ...args: string[]): Promise<T>;
  stop(): Promise<void>;
}

export async function startWorld(users: number): Promise<BenchWorld> {
  const top = mkdtempSync(join(tmpdir(), "tenantwire-bench-"));
  const cli = join(repository, "cli", "index.ts");
  const child = spawn(process.execPath, [cli, "sandbox", "start", "--users", String(users)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const env = commandEnvironment(process.env, await announced(child));
  const project = join(top, "project");
  mkdirSync(project);
  async function stop(): Promise<void> {
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGTERM");
    await closed;
    rmSync(top, { recursive: true, force: true });
  }
  let outputs: Outputs;
  try {
    const stack = await createStack(project, env);
    await stack.up();
    outputs = parseOutputs(await stack.outputs(), "the stack");
  } catch (error) {
    await stop();
    throw error;
  }
  const folder = () => mkdtempSync(join(top, "run-"));

  return {
    env,
    control: env["SANDBOX_CONTROL"] ?? "",
    folder,
    outputsFile(groups = []) {
      const file = join(folder(), "outputs.json");
      writeFileSync(file, JSON.stringify(withGroups(outputs, groups)));
      return file;
    },
    async measure<T>(name: string, ...args: string[]): Promise<T> {
      const ran = await run(["node", join(repository, "bench", `${name}.ts`), ...args], { cwd: top, env });
      if (ran.code !== 0) throw new Error(`bench/${name}.ts ended with ${ran.code}:\n${ran.stderr}`);
      return JSON.parse(ran.stdout) as T;
    },
    stop,
  };
}

function withGroups(outputs: Outputs, groups: readonly string[]): Outputs {
  const changed = structuredClone(outputs);
  changed.integrations.oneplan?.users.groups.splice(0, Infinity, ...groups);
  return changed;
}

/** The variables that `tenantwire sandbox start` prints, once it is running. */
function announced(child: ChildProcess): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const env: Record<string, string> = {};
    let text = "";
    let errors = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const [, name = "", value = ""] of text.matchAll(/^export (\w+)='(.*)'$/gm)) env[name] = value;
    });
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      errors += chunk;
      if (chunk.includes("is running")) resolve(env);
    });
    child.once("exit", (code) => reject(new Error(`sandbox start ended with ${code}:\n${errors}`)));
  });
}
