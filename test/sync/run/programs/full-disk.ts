/** A run of so many people that its scratch goes to the disk; prints its report and how many reports are kept. */
import { Limits } from "../../../../sync/planner/limits.ts";
import { newestReports } from "../../../../sync/run/history.ts";
import { Bench, person } from "../fakes.ts";

const PEOPLE = 20_000;

const bench = new Bench();
bench.limits = Limits.parse({ create: { count: PEOPLE, percent: 1_000_000 } });
const name = "n".repeat(400);
for (let at = 0; at < PEOPLE; at += 1)
  bench.source.put(person(`p${at}`, { fields: { name, mail: `${at}@contoso.com` } }));
const { status, exitCode, failure } = await bench.run();
const kept = await newestReports(await bench.store.read(), "people", 10);
process.stdout.write(JSON.stringify({ status, exitCode, failure, kept: kept.length }));
await bench.close();
