/**
 * `npm run mutations [-- --file sync/planner/limits.ts]`: gives the planner one small fault after another, and runs its
 * tests on each, about a second a fault. A fault that no test catches is told with its place; those that change nothing
 * that anybody can see are listed in `equivalent.ts`, with the reason, and are not tried. Ends with 1 where one survived.
 */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { repository } from "../../sandbox/project.ts";
import { equivalent } from "./equivalent.ts";
import { type Mutant, mutantsOf, mutated } from "./mutants.ts";
import type { Faulty } from "./tests.ts";

const FOLDER = "sync/planner";
/** A fault may make a loop endless: its thread is ended then, and is told; so is one whose memory is full. */
const PATIENCE_MS = 60_000;
/** Modules stay in a thread for good, so that it is followed by a new one after so many faults. */
const FAULTS_A_THREAD = 100;

const { values } = parseArgs({ options: { file: { type: "string" } } });
const files = values.file ? [values.file] : readdirSync(join(repository, FOLDER)).map((name) => `${FOLDER}/${name}`);

let thread: Worker | undefined;
let rounds = 0;
const counts = { caught: 0, equivalent: 0, survived: 0, ranAway: 0 };
if ((await outcome(undefined)) !== "passes") throw new Error("The tests fail without any fault.");
for (const file of files) {
  const text = readFileSync(join(repository, file), "utf8");
  for (const mutant of mutantsOf(text)) {
    if (isEquivalent(file, text, mutant)) {
      counts.equivalent += 1;
      continue;
    }
    const found = await outcome({ file, text: mutated(text, mutant) });
    if (found === "fails") counts.caught += 1;
    else {
      counts[found === "passes" ? "survived" : "ranAway"] += 1;
      const what = found === "passes" ? "no test minds" : "the tests run on without an end with";
      process.stdout.write(`${file}:${mutant.line}: ${what} ${mutant.after} instead of ${mutant.before}\n`);
    }
  }
}
await thread?.terminate();
const { caught, ranAway, survived } = counts;
process.stdout.write(
  `${caught + ranAway + counts.equivalent + survived} faults: ${caught} caught by a test, ${ranAway} by running on without ` +
    `an end, ${counts.equivalent} equivalent, ${survived} survived.\n`,
);
process.exitCode = counts.survived === 0 ? 0 : 1;

async function outcome(faulty: Faulty | undefined): Promise<"passes" | "fails" | "runs away"> {
  if (rounds++ % FAULTS_A_THREAD === 0) await end();
  thread ??= new Worker(new URL("tests.ts", import.meta.url));
  const patience = new AbortController();
  const { signal } = patience;
  const late = setTimeout(PATIENCE_MS, undefined, { signal });
  const answered = once(thread, "message", { signal }) as Promise<[boolean]>;
  thread.postMessage(faulty);
  try {
    const answer = await Promise.race([answered, late]);
    if (answer !== undefined) return answer[0] ? "passes" : "fails";
  } catch (error) {
    // A loop may fill the memory before the time is over. Without a fault it is the tests that cannot be run.
    if (faulty === undefined) throw error;
  } finally {
    patience.abort();
    await Promise.allSettled([answered, late]);
  }
  await end();
  return "runs away";
}

async function end(): Promise<void> {
  await thread?.terminate();
  thread = undefined;
}

function isEquivalent(file: string, text: string, { line, before, after }: Mutant): boolean {
  const source = text.split("\n")[line - 1]?.trim() ?? "";
  return equivalent.some(
    (each) => file.endsWith(each.file) && source.includes(each.line) && before === each.before && after === each.after,
  );
}
