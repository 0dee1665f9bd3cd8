/**
 * `npm run kills [-- --kills N --seed N]`: so many runs are killed by SIGKILL, and as many told to stop by SIGTERM, at
 * random moments, also while they wait for something that never comes. In the end everything is as it should be, and
 * whoever was told to stop was gone within two seconds.
 */
import { parseArgs } from "node:util";
import { killable, killRuns, type KillSignal } from "./kills.ts";

/** Within which a run that was told to stop is gone. */
const GONE_WITHIN_MS = 2_000;

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "20260302" } },
});
const kills = Number(values.kills);
const seed = Number(values.seed);

process.stdout.write(`Seed ${seed}: ${kills} runs killed, and ${kills} told to stop.\n`);
const world = await killable();
try {
  for (const signal of ["SIGKILL", "SIGTERM"] satisfies KillSignal[]) {
    const onKill = (killed: number) => void (killed % 20 === 0 && process.stderr.write(`${signal} ${killed}\n`));
    const { afterWrites, longest } = await killRuns(world, { signal, kills, seed, onKill });
    const { milliseconds, waitedFor } = longest;
    process.stdout.write(
      `${signal}: ${kills}, ${afterWrites} of them after writes; one of each, and what the directory says. ` +
        `Gone within ${Math.round(milliseconds)} ms; it waited for ${waitedFor}.\n`,
    );
    if (signal === "SIGTERM" && milliseconds > GONE_WITHIN_MS) {
      process.stdout.write(`That is more than ${GONE_WITHIN_MS} ms.\n`);
      process.exitCode = 1;
    }
  }
} finally {
  await world.close();
}
