/** The reports of earlier runs. */
import { toJson } from "../model/json.ts";
import { ExitCode } from "../../contract/exit-code.ts";
import { countRun } from "./statistics.ts";
import { saveRecords } from "./object-history.ts";
import { withoutPersonalData, RunReport } from "./report.ts";
import { partitionsOf } from "../state/partitions.ts";
import { addNewest } from "../state/retention.ts";
import type { Scratch } from "../scratch/index.ts";
import type { State } from "../state/session.ts";
import { type Link, linkFromJson } from "../model/types.ts";

/** Reports that are kept of one sync: half a week of a run every five minutes, two years of daily ones. */
const KEPT = 1_000;

/** Stores all that is remembered of a run: what it did with each object, and its report. */
export async function saveRun(
  state: State,
  report: RunReport,
  scratches: readonly Pick<Scratch, "plan">[],
): Promise<void> {
  await saveRecords(state, report, scratches);
  await saveReport(state, report);
}

const BEGUN_KEY = "run";

/**
 * Remembers that a run has begun, so that it leaves a report whatever becomes of its process; one that was never heard
 * of again has its report now.
 *
 * @param report as it would be if it ended here
 */
export async function saveBegun(state: State, report: RunReport): Promise<void> {
  const { begun } = partitionsOf(report.sync);
  const lost = await readBegun(state, report.sync);
  if (lost) await saveReport(state, lost);
  const failure =
    "The run was never heard of again: its process was killed, or its machine went away. The next one goes on where it was.";
  const value = toJson({ ...report, status: "Failure", exitCode: ExitCode.failure, failure });
  await state.commit([{ partition: begun, key: BEGUN_KEY, value }]);
}

/** The run of a sync that has begun and was not heard of since: its report as if it had ended there. */
export async function readBegun(state: Pick<State, "get">, sync: string): Promise<RunReport | undefined> {
  return RunReport.safeParse(await state.get(partitionsOf(sync).begun, BEGUN_KEY)).data;
}

/** Stores a report without names, and lets the oldest go. */
export async function saveReport(state: State, report: RunReport): Promise<void> {
  const partitions = partitionsOf(report.sync);
  const { runs } = partitions;
  const value = toJson(withoutPersonalData(report));
  const at = await instantAfterLast(state, report);
  const edit = { partition: runs, key: `${at} ${report.runId}`, value };
  const along = [
    { partition: partitions.begun, key: BEGUN_KEY },
    { partition: partitions.counts, key: LAST_KEY, value: at },
    ...(await countRun(state, report)),
  ];
  await addNewest(state, partitions, runs, [edit], KEPT, along);
}

/** The entity beside the counts that has the instant by which the last report was put in its place. */
const LAST_KEY = "last-report";

/**
 * By what a report is put behind those before it: the instant at which its run began, unless a clock that was ahead put
 * another one there. What was kept last is the newest.
 */
async function instantAfterLast(state: State, { sync, startedAt }: RunReport): Promise<string> {
  const { counts, runs } = partitionsOf(sync);
  const known = (await state.get(counts, LAST_KEY)) as string | undefined;
  // A state of before it was remembered.
  const last = known === undefined ? (await state.newest?.(runs, 1))?.[0]?.key.split(" ")[0] : known;
  if (last === undefined || last < startedAt) return startedAt;
  return new Date(Date.parse(last) + 1).toISOString();
}

/** Streams the stored reports of a sync, oldest first. */
export async function* readReports(state: State, sync: string): AsyncGenerator<RunReport, void, void> {
  for await (const page of state.list(partitionsOf(sync).runs)) {
    for (const { value } of page) yield RunReport.parse(value);
  }
}

/** The last reports, newest first. */
export async function newestReports(state: State, sync: string, limit: number): Promise<readonly RunReport[]> {
  if (state.newest) {
    const entities = await state.newest(partitionsOf(sync).runs, limit);
    return entities.map(({ value }) => RunReport.parse(value));
  }
  const newest: RunReport[] = [];
  for await (const report of readReports(state, sync)) {
    newest.push(report);
    if (newest.length > limit) newest.shift();
  }
  return newest.reverse();
}

/** The newest report that tells of a set by its hash: one that a limit stopped, or let pass, or of strangers. */
export async function reportOfSet(state: State, sync: string, hash: string): Promise<RunReport | undefined> {
  let newest: RunReport | undefined;
  for await (const report of readReports(state, sync))
    if (report.limit?.hash === hash || report.strangers?.hash === hash) newest = report;
  return newest;
}

/** The reports whose run id begins so, newest first; `last` is the newest of all. */
export async function findReports(state: State, sync: string, asked: string): Promise<readonly RunReport[]> {
  if (asked === "last") return newestReports(state, sync, 1);
  const found: RunReport[] = [];
  for await (const report of readReports(state, sync)) if (report.runId.startsWith(asked)) found.push(report);
  return found.reverse();
}

/** What people are called, by the id in the source: as their links have it, so that somebody without one is left out. */
export async function labelsOf(
  state: State,
  sync: string,
  sourceIds: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const { links } = partitionsOf(sync);
  const labels = new Map<string, string>();
  for (const id of sourceIds) {
    const link = await state.get(links, id);
    if (link !== undefined) labels.set(id, linkFromJson(link).label);
  }
  return labels;
}

/** Puts the names back that a stored report is kept without. */
export function withLabels(report: RunReport, labels: ReadonlyMap<string, string>): RunReport {
  const named = <T extends { readonly sourceId: string; readonly label: string }>(each: T): T => ({
    ...each,
    label: labels.get(each.sourceId) ?? each.label,
  });
  return { ...report, exceptions: report.exceptions.map(named), skips: report.skips.map(named) };
}

/** The link of one object of the source, if it has one. */
export async function linkOf(state: State, sync: string, sourceId: string): Promise<Link | undefined> {
  const value = await state.get(partitionsOf(sync).links, sourceId);
  return value === undefined ? undefined : linkFromJson(value);
}

/** Linked objects that an id of either side, a label, or an address in any of their fields stands for. */
export async function linksNamed(state: State, sync: string, asked: string): Promise<readonly Link[]> {
  const wanted = asked.toLowerCase();
  const found: Link[] = [];
  for await (const page of state.list(partitionsOf(sync).links)) {
    for (const { value } of page) {
      const link = linkFromJson(value);
      // Which field holds the address differs from target to target; other values (a city) name nobody.
      const addresses = wanted.includes("@") ? Object.values(link.b.agreed) : [];
      const names = [link.a.id, link.b.id, link.label, ...addresses];
      if (names.some((name) => typeof name === "string" && name.toLowerCase() === wanted)) found.push(link);
    }
  }
  return found;
}
