/** Commands of the demo, run as a person runs them. @packageDocumentation */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../project.ts";
import { run } from "../run.ts";
import type { Stack } from "../stack.ts";

/** The stack's settings, which a person edits. */
export function settingsFile({ folder }: Stack): string {
  return join(folder, "stacks", "Pulumi.sandbox.yaml");
}

/** Adds settings to the stack's, a line each, as somebody types them. */
export function addSettings(stack: Stack, ...lines: readonly string[]): void {
  const file = settingsFile(stack);
  const written = readFileSync(file, "utf8");
  const added = written.replace(
    /^config:\n(?: *#.*\n)*( +)/m,
    (found, indent: string) => found + lines.map((line) => `${line}\n${indent}`).join(""),
  );
  if (added === written) throw new Error(`${file} looks different now: nothing could be added below config.`);
  writeFileSync(file, added);
}

/** Runs a command for its JSON. What it found (exit code 10) is no failure of the command. */
export async function tenantwire<T>(stack: Stack, args: readonly [string, ...string[]]): Promise<T> {
  return JSON.parse(await tenantwireText(stack, args)) as T;
}

/** Runs a command for what it prints. */
export async function tenantwireText({ folder, env }: Stack, args: readonly [string, ...string[]]): Promise<string> {
  const ran = await run(["node", join(repository, "cli", "index.ts"), ...args], { cwd: folder, env });
  if (ran.code !== 0 && ran.code !== 10)
    throw new Error(`tenantwire ${args[0]} ended with ${ran.code}:\n${ran.stderr}`);
  return ran.stdout;
}

/** Of the stack's outputs. */
export interface Outputs {
  readonly syncIdentity: { readonly principalId: string };
}

/** Of the report of `sync ... --json`, what the demo tells. */
export interface RunReport {
  readonly mode: string;
  readonly status: string;
  readonly read: number;
  readonly counts: Counts;
  readonly requests: Readonly<Record<string, number>>;
  readonly exceptions: readonly { readonly label: string; readonly reason: string }[];
  readonly seconds: number;
}

export interface Counts {
  readonly create: number;
  readonly link: number;
  readonly update: number;
  readonly enable: number;
  readonly disable: number;
  readonly skip: number;
  readonly fail: number;
}

/** Of `review --format json`. */
export interface Review {
  readonly registrations: readonly {
    readonly displayName: string;
    readonly permissions: { readonly added: readonly { readonly name: string; readonly allows: string }[] };
  }[];
  readonly attention: readonly { readonly text: string }[];
}

/** Of one check of `test --json`. */
export interface Finding {
  readonly status: string;
  readonly text: string;
}

/** Of one form of `settings-sheet --json`. */
export interface Sheet {
  readonly parts: readonly { readonly fields: readonly unknown[] }[];
}
