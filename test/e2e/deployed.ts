/**
 * A world with a stack in it, for the end-to-end tests: the real engine, the stand-in's hosts and the command line as
 * people run it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Administrator, administrator, administratorOf } from "../../sandbox/demo/administrator.ts";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { type Stack, createStack } from "../../sandbox/stack.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";

export interface Deployed {
  readonly sandbox: Sandbox;
  readonly stack: Stack;
  readonly env: NodeJS.ProcessEnv;
  readonly hands: Administrator;
  /** File with the stack's outputs, as deployed by the last {@link writeOutputs}. */
  readonly outputsFile: string;
  readonly stateFile: string;
  /** A day of this world, such as 2026-11-28, counted from its first. */
  dateOf(day: number): string;
  /** Makes it that day, in the stand-in and for deployments. */
  goTo(day: number): Promise<void>;
  /** Changes the stack's settings file, as a person with an editor would. */
  edit(change: (settings: string) => string): void;
  /** Writes the stack's outputs to {@link outputsFile}, after a change of them if one is given. */
  writeOutputs(change?: (outputs: Outputs) => void): Promise<void>;
  /** `tenantwire sync users --json` with the outputs file, or with other arguments. */
  sync(...args: string[]): Promise<Ran & { report: RunReport }>;
  /** OnePlan's people, by mail. */
  resources(): Promise<Map<string, Resource>>;
  close(): Promise<void>;
}

/** A resource as OnePlan answers it. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly Inactive: boolean;
  readonly Office365Id: string | null;
  readonly Fields: Record<string, unknown>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export const cli = join(repository, "cli", "index.ts");

/** Starts a world and makes the stack in it; nothing is deployed yet. */
export async function deployable(options: {
  users: number;
  seed?: number;
  real?: readonly string[];
}): Promise<Deployed> {
  const engine = await ensureEngine();
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
  const sandbox = await startSandbox(options);
  const env = commandEnvironment(process.env, {
    ...sandbox.environment,
    PATH: [engine.binDir, sandbox.environment["PATH"]].join(delimiter),
  });
  // What Jest needs is not what a person's shell has.
  delete env["NODE_OPTIONS"];
  const project = join(folder, "project");
  mkdirSync(project);
  const stack = await createStack(project, env);
  const hands = await administrator(administratorOf(sandbox.world), sandbox);
  const outputsFile = join(folder, "outputs.json");
  const stateFile = join(folder, "state.sqlite");
  const begin = sandbox.world.now().getTime();
  // Asked of the engine when the state is another one than it was asked of before.
  const stateOfStack = join(fileURLToPath(String(env["PULUMI_BACKEND_URL"])), ".pulumi/stacks/tenantwire/sandbox.json");
  let [asked, answered] = ["", ""];
  const written = async () => {
    const state = readFileSync(stateOfStack, "utf8");
    if (state !== asked) [asked, answered] = [state, JSON.stringify(await stack.outputs())];
    return answered;
  };
  const dateOf = (day: number) => new Date(begin + day * DAY_MS).toISOString().slice(0, 10);

  return {
    sandbox,
    stack,
    env,
    hands,
    outputsFile,
    stateFile,
    dateOf,
    async goTo(day) {
      await sandbox.advance(begin + day * DAY_MS - sandbox.world.now().getTime());
      stack.env["TENANTWIRE_TODAY"] = dateOf(day);
    },
    edit(change) {
      const file = join(project, "stacks", "Pulumi.sandbox.yaml");
      const before = readFileSync(file, "utf8");
      const after = change(before);
      if (after === before) throw new Error("The edit changed nothing: the settings file looks different now.");
      writeFileSync(file, after);
    },
    async writeOutputs(change) {
      const outputs = JSON.parse(await written()) as Outputs;
      change?.(outputs);
      writeFileSync(outputsFile, JSON.stringify(outputs));
    },
    async sync(...args) {
      const command = ["node", cli, "sync", "users", "--outputs", outputsFile, "--state", stateFile, "--json", ...args];
      const ran = await run(command as [string, ...string[]], { cwd: folder, env });
      return { ...ran, report: ran.stdout ? (JSON.parse(ran.stdout) as RunReport) : (undefined as never) };
    },
    async resources() {
      const { name, value } = sandbox.world.oneplanKey;
      const ran = await run(["node", "-e", readResources], { cwd: folder, env, input: `${name}:${value}` });
      if (ran.code !== 0) throw new Error(ran.stderr);
      const list = JSON.parse(ran.stdout) as Resource[];
      return new Map(list.map((resource) => [String(resource.Fields["mail"]), resource]));
    },
    async close() {
      await hands.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const readResources = `
  const key = require("node:fs").readFileSync(0, "utf8");
  const authorization = "Basic " + Buffer.from(key).toString("base64");
  fetch("https://my.oneplan.ai/api/resources?Generics=false", { headers: { authorization } })
    .then((answer) => answer.text()).then((text) => process.stdout.write(text));
`;

/** A text without what says which stack its commands are for: files of this run. */
export function withoutFiles(text: string): string {
  return text.replaceAll(/ --outputs [^\s)]+( --state [^\s)]+)?/g, "");
}
