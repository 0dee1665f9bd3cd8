/**
 * `tenantwire runs`: the history of a stack's syncs. Reads only, and takes no lock. Names of people are shown on
 * request only.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import { readLimitedObjects, readLimitedSets } from "../sync/run/allowances.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { findReports, labelsOf, linksNamed, newestReports, withLabels } from "../sync/run/history.ts";
import { knownObject } from "../sync/run/known-object.ts";
import { type ObjectRecord, recordsOfRun } from "../sync/run/object-history.ts";
import type { RunReport } from "../sync/run/report.ts";
import { readSettingsChanges } from "../sync/run/settings-changes.ts";
import { readMonths } from "../sync/run/statistics.ts";
import {
  type Look,
  type OtherRun,
  renderMonths,
  renderObject,
  renderObjects,
  renderOthers,
  renderRun,
  renderRuns,
  type StagedSet,
} from "./terminal/runs.ts";
import { readMissed } from "../sync/schedule/book.ts";
import type { State } from "../sync/state/session.ts";
import { renderMissed, renderSettingsChanges } from "./terminal/schedule.ts";
import { counted } from "../contract/words.ts";
import { worldClock } from "../components/clock.ts";
import { wantsColor } from "./color.ts";
import { type OutputsSource, loadOutputs } from "./outputs.ts";
import { declaredSyncs, kinds } from "./kinds.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { users } from "./sync-users.ts";
import { command, fill } from "../contract/this-stack.ts";

export interface RunsOptions extends OutputsSource {
  readonly state?: string;
  readonly target?: string;
  /** `users`, `rooms`, `plans` or `access`; by default all. */
  readonly sync?: string;
  readonly json?: boolean;
  readonly names?: boolean;
  /** Of `show`: what was done with each object. */
  readonly objects?: boolean;
  readonly limit?: number;
  readonly statistics?: boolean;
}

const DEFAULT_LIMIT = 20;

/** A sync of the stack for each target. */
interface History {
  readonly state: State;
  /** Names of the syncs. */
  readonly syncs: readonly string[];
  readonly look: Look;
}

export async function listRuns(options: RunsOptions): Promise<void> {
  const { limit = DEFAULT_LIMIT } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new SettingsError(`--limit takes a whole number from 1 on, not ${String(limit)}.`);
  }
  if (options.statistics) return statistics(options);
  await withHistory(options, async ({ state, syncs, look }) => {
    const lists = await Promise.all(
      syncs.map(async (sync) => ({
        sync,
        runs: await newestReports(state, sync, limit),
        limits: await readLimitedSets(state, sync),
      })),
    );
    if (options.json) return json(lists);
    const several = lists.length > 1;
    const tables = lists.map(
      ({ sync, runs, limits }) => `${several ? `${sync}\n` : ""}${renderRuns(runs, limits, look)}`,
    );
    const missed = (await readMissed(state)).slice(-limit).reverse();
    const changes = (await readSettingsChanges(state)).slice(-limit).reverse();
    return [
      ...tables,
      ...(missed.length > 0 ? [renderMissed(missed, look)] : []),
      ...(changes.length > 0 ? [renderSettingsChanges(changes, look)] : []),
    ].join("\n");
  });
}

async function statistics(options: RunsOptions): Promise<void> {
  await withHistory(options, async ({ state, syncs, look }) => {
    const lists = await Promise.all(syncs.map(async (sync) => ({ sync, months: await readMonths(state, sync) })));
    if (options.json) return json(lists);
    const several = lists.length > 1;
    return lists
      .map(({ sync, months }) => `${several ? `${sync}\n` : ""}${renderMonths([...months].reverse(), look)}`)
      .join("\n");
  });
}

export async function showRun(asked: string, options: RunsOptions): Promise<void> {
  await withHistory(options, async (history) => {
    const { state, look } = history;
    const stored = await oneReport(history, asked);
    const staged = await stagedBy(state, stored);
    const objects = options.objects ? await recordsOfRun(state, stored) : undefined;
    const ids = options.names ? idsIn(stored, staged, objects) : [];
    const labels = await labelsOf(state, stored.sync, ids);
    const report = withLabels(stored, labels);
    const limited = staged && {
      ...staged,
      members: staged.members.map((member) => {
        const label = labels.get(member.sourceId);
        return label === undefined ? member : { ...member, label };
      }),
    };
    const others = asked === "last" ? await othersBeside(history, stored) : [];
    const named = objects?.map((each) => {
      const label = labels.get(each.sourceId);
      return label === undefined ? each : { ...each, label };
    });
    if (options.json) {
      const more = { ...(limited && { limited }), ...(named && { objects: named }) };
      return json({ report, ...more, ...(others.length > 0 && { others }) });
    }
    return `${renderRun(report, limited, look)}${named ? renderObjects(named, look) : ""}${renderOthers(others)}`;
  });
}

export async function showObject(asked: string, options: RunsOptions): Promise<void> {
  await withHistory(options, async ({ state, syncs, look }) => {
    const known = [];
    for (const sync of syncs) {
      const links = await linksNamed(state, sync, asked);
      const [link, another] = links;
      if (another) {
        const ids = links.map(({ a }) => a.id).join(", ");
        throw new TenantwireError(
          `${counted(links.length, "object")} answer to ${asked}: give the id of one (${ids}).`,
        );
      }
      const found = await knownObject(state, sync, link?.a.id ?? asked);
      if (!found) continue;
      const { id: sourceId, history } = found;
      known.push({ sync, sourceId, ...(options.names && link && { label: link.label }), history });
    }
    if (known.length === 0) {
      throw new TenantwireError(
        asked.includes("@")
          ? `Nothing is remembered of ${asked}: addresses are kept of those who are linked alone. Somebody else who failed is known by the object id: ${command("explain user", fill("user"))} tells it, and ${command("runs show", "last")} lists who failed.`
          : `Nothing is remembered of ${asked}: give the mail address of somebody who was synced, or the object id of anybody (${command("explain user", fill("user"))} tells it).`,
      );
    }
    if (options.json) return json(known);
    const several = syncs.length > 1;
    return known
      .map(({ sync, history, ...object }) => `${several ? `${sync}\n` : ""}${renderObject(object, history, look)}`)
      .join("\n");
  });
}

async function oneReport({ state, syncs }: History, asked: string): Promise<RunReport> {
  const found = (await Promise.all(syncs.map((sync) => findReports(state, sync, asked)))).flat();
  const [report, another] = found.sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
  if (report === undefined) {
    throw new TenantwireError(
      asked === "last"
        ? "No run is remembered here yet."
        : `No run has an id that begins with ${asked}: ${command("runs")} lists them.`,
    );
  }
  if (another && asked !== "last") {
    throw new TenantwireError(`The ids of ${counted(found.length, "run")} begin with ${asked}: give more of it.`);
  }
  return report;
}

/** The newest runs of the stack's other syncs that did not end well: the last of all says nothing of them. */
async function othersBeside({ state, syncs }: History, { sync }: RunReport): Promise<readonly OtherRun[]> {
  const beside = syncs.filter((each) => each !== sync);
  const newest = (await Promise.all(beside.map((each) => newestReports(state, each, 1)))).flat();
  return newest.filter(({ status }) => status !== "Success").map(otherRun);
}

function otherRun({ sync, runId, status, startedAt, target }: RunReport): OtherRun {
  return { sync, runId, status, startedAt, target };
}

/** The set that the run's limit named, as long as it is kept. */
async function stagedBy(state: State, { sync, limit }: RunReport): Promise<StagedSet | undefined> {
  if (!limit) return undefined;
  const set = (await readLimitedSets(state, sync)).find(({ hash }) => hash === limit.hash);
  return set && { ...set, members: await readLimitedObjects(state, sync, set.hash) };
}

function idsIn(
  { exceptions, skips }: RunReport,
  staged: StagedSet | undefined,
  objects: readonly ObjectRecord[] = [],
): ReadonlySet<string> {
  return new Set([...exceptions, ...skips, ...(staged?.members ?? []), ...objects].map(({ sourceId }) => sourceId));
}

/** Prints what `show` returns. */
async function withHistory(options: RunsOptions, show: (history: History) => Promise<string>): Promise<void> {
  const outputs = await loadOutputs(options);
  const syncs = syncsOf(outputs, options);
  const store = openState(options.state, outputs);
  try {
    const look = { color: wantsColor(), now: (await worldClock())() };
    process.stdout.write(await show({ state: await store.read(), syncs, look }));
  } finally {
    await store.close();
  }
}

/** Names of the syncs that are meant, as they are remembered. */
function syncsOf(outputs: Outputs, { sync, target }: RunsOptions): readonly string[] {
  const declared = declaredSyncs(outputs).filter(({ target: name }) => target === undefined || name === target);
  if (sync === undefined && declared.length > 0) return declared.map((each) => each.sync);
  // Without any, the users' sync says what is missing.
  const kind = sync === undefined ? users : kinds.find(({ name }) => name === sync);
  if (!kind) {
    throw new SettingsError(
      `--sync takes one of ${kinds.map(({ name }) => name).join(", ")}, not ${given(sync ?? "")}.`,
    );
  }
  const asked = target === undefined ? {} : { target };
  return targetsOf(kind, outputs, asked).map((name) => kind.remembered(outputs, name));
}

function json(value: object): string {
  return `${printableJson(value)}\n`;
}
