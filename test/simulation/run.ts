/**
 * `npm run simulate [-- --seed N --histories N --steps N]`: histories of a tiny company, of its people and its rooms,
 * with everything that may go wrong, against oracles that are too simple to be wrong in the same way. With `--plans`
 * those of a project's work items and its plans, which take seconds each; `--policy azureDevOps|oneplan|newest|fail`
 * decides conflicts there.
 */
import { parseArgs } from "node:util";
import { startSandbox } from "../../sandbox/server.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { POLICIES, simulatePlans } from "./plans.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    histories: { type: "string" },
    steps: { type: "string" },
    plans: { type: "boolean", default: false },
    policy: { type: "string" },
  },
});
const seed = whole("seed", values.seed, Math.floor(Math.random() * 2 ** 31));
const histories = whole("histories", values.histories, values.plans ? 100 : 1_000);
const steps = whole("steps", values.steps, values.plans ? 12 : 30);
const policy = POLICIES.find((each) => each === values.policy);
if (policy === undefined && values.policy !== undefined) {
  refuse(`--policy takes one of ${POLICIES.join(", ")}, not "${values.policy}".`);
}

const started = performance.now();
process.stdout.write(`Seed ${seed}: ${histories} histories of up to ${steps} steps.\n`);
const options = {
  seed,
  histories,
  steps,
  onHistory(before: number) {
    if (process.stderr.isTTY && before % 20 === 0) process.stderr.write(`\r${before}`);
  },
};
const wrong = values.plans ? await withSandbox() : await simulate(options);
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(
  wrong === undefined ? `${histories} histories in ${seconds} s: the target always held what it must.\n` : `${wrong}\n`,
);
process.exitCode = wrong === undefined ? 0 : 1;

async function withSandbox(): Promise<string | undefined> {
  const sandbox = await startSandbox({ users: 20, provider: false });
  const leave = throughProxy(sandbox);
  try {
    return await simulatePlans(sandbox, { ...options, ...(policy && { policy }) });
  } finally {
    await leave();
    await sandbox.stop();
  }
}

function whole(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (/^\d+$/.test(given)) return Number(given);
  return refuse(`--${name} takes a whole number, not "${given}".`);
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
