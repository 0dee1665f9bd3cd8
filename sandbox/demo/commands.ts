/** Commands of the demo, run as a person runs them. @packageDocumentation */
import { join } from "node:path";
import { repository } from "../project.ts";
import { run } from "../run.ts";
import type { Stack } from "../stack.ts";

/** The stack's settings, which a person edits. */
export function settingsFile({ folder }: Stack): string {
  return join(folder, "stacks", "Pulumi.sandbox.yaml");
}

/** Runs a command for its JSON. What it found (exit code 10) is no failure of the command. */
export async function tenantwire<T>({ folder, env }: Stack, args: readonly [string, ...string[]]): Promise<T> {
  const ran = await run(["node", join(repository, "cli", "index.ts"), ...args], { cwd: folder, env });
  if (ran.code !== 0 && ran.code !== 10)
    throw new Error(`tenantwire ${args[0]} ended with ${ran.code}:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}
