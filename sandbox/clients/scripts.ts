/**
 * Clients that are libraries for Python: a script each, which tells every call in a line of JSON.
 *
 * @packageDocumentation
 */
import { join } from "node:path";
import { run } from "../run.ts";
import type { Surroundings } from "./row.ts";

/** Calls of all scripts that the stand-in does not answer, and why. */
const REFUSED: Readonly<Record<string, string>> = {};

/** @param script in the folder `python` */
export async function runScript(
  client: string,
  python: string,
  script: string,
  { env, folder, known, onRow }: Surroundings,
): Promise<void> {
  const { code, stdout, stderr } = await run([python, join(import.meta.dirname, "python", script)], {
    cwd: folder,
    env: { ...env, KNOWN: JSON.stringify(known), PYTHONDONTWRITEBYTECODE: "1" },
  });
  for (const line of stdout.split("\n").filter(Boolean)) {
    const { call, said } = JSON.parse(line) as { call: string; said: string };
    const refused = REFUSED[`${client}: ${call}`];
    if (said === "") onRow({ client, call, outcome: "passed", said });
    else onRow({ client, call, outcome: refused === undefined ? "failed" : "refused", said: refused ?? said });
  }
  if (code !== 0) {
    onRow({ client, call: script, outcome: "failed", said: stderr.trim().split("\n").at(-1) ?? `exit ${code}` });
  }
}
