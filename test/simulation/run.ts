/**
 * `npm run simulate [-- --seed N --histories N --steps N]`: histories of a tiny company, with everything that may go
 * wrong, against an oracle that is too simple to be wrong in the same way.
 */
import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, histories: { type: "string" }, steps: { type: "string" } },
});
const seed = whole("seed", values.seed, Math.floor(Math.random() * 2 ** 31));
const histories = whole("histories", values.histories, 1_000);
const steps = whole("steps", values.steps, 30);

const started = performance.now();
process.stdout.write(`Seed ${seed}: ${histories} histories of up to ${steps} steps.\n`);
const wrong = await simulate({
  seed,
  histories,
  steps,
  onHistory(before) {
    if (process.stderr.isTTY && before % 20 === 0) process.stderr.write(`\r${before}`);
  },
});
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(
  wrong === undefined ? `${histories} histories in ${seconds} s: the target always held what it must.\n` : `${wrong}\n`,
);
process.exitCode = wrong === undefined ? 0 : 1;

function whole(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d+$/.test(given)) return Number(given);
  process.stderr.write(`--${name} takes a whole number, not "${given}".\n`);
  process.exit(2);
}
