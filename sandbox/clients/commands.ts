/**
 * Clients that are command lines: a table of what is typed, one after the other.
 *
 * @packageDocumentation
 */
import { run } from "../run.ts";
import type { Surroundings } from "./row.ts";

export interface Command {
  /** Words between blanks; `{name}` stands for what is known. */
  readonly line: string;
  /** What later commands call what this one answered with: name -> property of its JSON. */
  readonly keep?: Readonly<Record<string, string>>;
  /** The stand-in does not answer it: why. */
  readonly refused?: string;
}

/** @param file the client's executable */
export async function runCommands(
  client: string,
  file: string,
  commands: readonly Command[],
  { env, folder, known, onRow }: Surroundings,
): Promise<void> {
  for (const { line, keep = {}, refused } of commands) {
    const args = line.split(" ").map((word) => word.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? ""));
    const { code, stdout, stderr } = await run([file, ...args], { cwd: folder, env });
    const row = { client, call: line };
    if (refused !== undefined) onRow({ ...row, outcome: code === 0 ? "passed" : "refused", said: refused });
    else if (code !== 0) onRow({ ...row, outcome: "failed", said: lastLine(stderr || stdout) });
    else {
      const answer = Object.keys(keep).length > 0 ? (JSON.parse(stdout) as Record<string, unknown>) : {};
      for (const [name, property] of Object.entries(keep)) known[name] = String(answer[property]);
      onRow({ ...row, outcome: "passed", said: "" });
    }
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
