/** Past runs: all of them, and one of them whole. @packageDocumentation */
import { may } from "../../contract/access/rules.ts";
import { counted, grouped, listed, shortened } from "../../contract/words.ts";
import { untilRequest } from "../../sync/connectors/http/answer.ts";
import type { PastMissed } from "../../sync/schedule/book.ts";
import type { ObjectRecord } from "../../sync/run/object-history.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { SettingsChange } from "../../sync/run/settings-changes.ts";
import type { Role } from "../access.ts";
import type { KnownSync } from "../work/work.ts";
import { type Html, html } from "./html.ts";
import { form, type Page } from "./layout.ts";
import { changesTable } from "./changes.ts";
import { changed, chip, empty, objectLink, startedBy, statusChip, syncPath, syncTitle, table } from "./parts.ts";
import { type LookedAt, objectsSection } from "./run-objects.ts";
import { type Clock, lasted, relative, time, timesIn } from "./times.ts";

/** Something that happened, for the time line: a run, one that did not happen, or a change of what runs go by. */
export type Happened =
  | { readonly what: "run"; readonly at: string; readonly sync: KnownSync; readonly report: RunReport }
  | { readonly what: "missed"; readonly at: string; readonly missed: PastMissed }
  | { readonly what: "settings"; readonly at: string; readonly change: SettingsChange };

export interface RunList {
  readonly happened: readonly Happened[];
  readonly syncs: readonly KnownSync[];
  /** The only one that is listed. */
  readonly only?: KnownSync;
  /** Instant before which the next page begins. */
  readonly before?: string;
}

export function runsPage({ happened, syncs, only, before }: RunList): Page {
  return {
    title: "Runs",
    body: ({ clock }) =>
      html`<form class="filter" method="get" action="/runs">
          <label for="sync">Integration</label>
          <select id="sync" name="sync">
            <option value="">All</option>
            ${syncs.map(
              (each) =>
                html`<option value="${each.sync}" ${each.sync === only?.sync && html` selected`}>
                  ${syncTitle(each)}
                </option>`,
            )}
          </select>
          <button class="button">Show</button>
        </form>
        ${
          happened.length === 0
            ? empty(
                "No run is remembered here yet. The first one is made by its schedule, or by Run now on the ",
                html`<a href="/">overview</a>`,
                ".",
              )
            : table(
                ["Began", "Integration", "Status", "What it did", "Started"],
                happened.map((each) => row(each, clock)),
              )
        }
        ${before !== undefined && html`<p><a class="button" href="/runs?${only && html`sync=${encodeURIComponent(only.sync)}&amp;`}before=${encodeURIComponent(before)}">Older ones</a></p>`}`,
  };
}

function row(each: Happened, clock: Clock) {
  if (each.what === "missed") {
    const { strategy, count, why, recovered } = each.missed;
    return [
      time(each.at, clock),
      strategy,
      chip("bad", "did not run"),
      html`${counted(count, "time")}: ${timesIn(why, clock)}`,
      html`${startedBy("schedule")} <span class="soft">again from ${time(recovered, clock)}</span>`,
    ];
  }
  if (each.what === "settings") {
    const { by, changed: parts } = each.change;
    return [
      time(each.at, clock),
      "all",
      chip("calm", "settings changed"),
      listed(parts),
      html`<span class="soft">first seen by ${by}</span>`,
    ];
  }
  const { report, sync } = each;
  return [
    html`<a href="/runs/${syncPath(sync)}/${report.runId}">${time(report.startedAt, clock)}</a>
      <span class="soft date">took ${lasted(report.seconds)}</span>`,
    syncTitle(sync),
    statusChip(report),
    outcomeOf(report),
    html`${startedBy(report.trigger)}${report.by !== undefined && html` <span class="soft">${report.by}</span>`}`,
  ];
}

/** Of one that could not go on: why. */
function outcomeOf(report: RunReport): string {
  const { failure, status, limit } = report;
  if (status !== "Failure" || failure === undefined || limit?.over === true) return changed(report);
  const [why = ""] = failure.split("\n", 1);
  const short = shortened(why, LONGEST_WHY);
  return isUnchanged(report) ? short : `${changed(report)}. ${short}`;
}

/** Characters of why a run could not go on, in the list. */
const LONGEST_WHY = 160;

function isUnchanged({ counts: { create, update, enable, disable, link } }: RunReport): boolean {
  return create + update + enable + disable + link === 0;
}

export interface RunShown {
  readonly report: RunReport;
  readonly sync: KnownSync;
  /** Names of people by the id in the source, for whom there is one. */
  readonly labels: ReadonlyMap<string, string>;
  /** What it did with each object, as far as that is remembered. */
  readonly records: readonly ObjectRecord[];
  readonly looked: LookedAt;
}

export function runPage({ report, sync, labels, records, looked }: RunShown, role: Role | null): Page {
  const mayRun = role !== null && may(role, "run a sync, or what failed again");
  const { startedAt, finishedAt } = report;
  return {
    title: `${syncTitle(sync)}: run`,
    asOf: new Date(finishedAt),
    body: ({ clock, csrf }) =>
      html`<p>${statusChip(report)} ${relative(startedAt, clock)}, took ${lasted(report.seconds)}</p>
        ${reportBody(report, { sync, clock, labels, ...(mayRun && csrf !== undefined && { csrf }) })}
        ${objectsSection(report, sync, records, labels, looked)}
        <p><a class="button" href="/runs?sync=${encodeURIComponent(sync.sync)}">All runs of this integration</a></p>`,
  };
}

export interface ReportShown {
  readonly sync: KnownSync;
  readonly clock: Clock;
  /** Names of people by the id in the source, for whom there is one. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Of the changes, from 1. */
  readonly page?: number;
  /** For the forms; absent: whoever looks may run nothing. */
  readonly csrf?: string;
}

const modes: Readonly<Record<string, string>> = { full: "everything", delta: "only what changed" };

/** What it advises on the command line is a button of the page. */
export function isLookOverLimit({ dryRun, limit }: Pick<RunReport, "dryRun" | "limit">): boolean {
  return dryRun && limit?.over === true;
}

/** The report of a run, or of a dry run. */
export function reportBody(report: RunReport, shown: ReportShown): Html {
  const { sync, clock } = shown;
  const { steps, plan, mode, modeReason, failure, limit, exceptions, skips, notes, counts, runId, trigger, by } =
    report;
  return html`${failure !== undefined && !isLookOverLimit(report) && html`<p class="notice bad">${timesIn(failure, clock)}</p>`}
    ${limit?.over === true && !report.dryRun && html`<p><a class="button primary" href="/waiting/${syncPath(sync)}/${limit.hash}">See what waits, and decide</a></p>`}
    <dl class="facts card">
      <dt>Changes</dt>
      <dd>${changed(report)}</dd>
      ${
        steps &&
        html`<dt>On the way</dt>
          <dd>
            ${grouped(steps.read)} read, ${grouped(steps.decided)}
            decided${!report.dryRun && `, ${grouped(steps.sent)} sent, ${grouped(steps.confirmed)} confirmed`}
            ${!report.dryRun && steps.sent !== steps.confirmed && chip("warn", "not all confirmed")}
          </dd>`
      }
      <dt>Read</dt>
      <dd>${modes[mode] ?? mode}: ${modeReason}</dd>
      <dt>Began</dt>
      <dd>${time(report.startedAt, clock)}, ${startedBy(trigger)}${by !== undefined && `, by ${by}`}</dd>
      ${
        plan !== undefined &&
        html`<dt>Plan</dt>
          <dd><code>${plan}</code></dd>`
      }
      <dt>Run</dt>
      <dd><code>${runId}</code></dd>
    </dl>
    ${changesTable(report, sync, shown.page)}
    ${
      exceptions.length > 0 &&
      html`<section>
        <h2>
          ${counts.fail > 0 ? `Failed: ${counted(counts.fail, "object")}` : `Stands as failed from before: ${counted(exceptions.length, "object")}`}
        </h2>
        ${
          shown.csrf !== undefined &&
          !report.dryRun &&
          form(
            `/syncs/${syncPath(sync)}/run`,
            shown.csrf,
            html`<input type="hidden" name="again" value="yes" /><button class="button">Run again what failed</button>`,
          )
        }
        ${causesTable(exceptions, report.dryRun, shown)}
      </section>`
    }
    ${
      skips.length > 0 &&
      html`<section>
        <h2>Left alone: ${counted(counts.skip, "object")}</h2>
        ${table(
          ["Object", "Why"],
          skips.map(({ sourceId, label, reason }) => [nameOf(sourceId, label, shown), reason]),
        )}
      </section>`
    }
    ${
      notes.length > 0 &&
      html`<section>
        <h2>Notes</h2>
        <ul>
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>
      </section>`
    }`;
}

/** Objects that fail for one reason are one task: they are run again together. */
function causesTable(exceptions: RunReport["exceptions"], dryRun: boolean, shown: ReportShown): Html {
  const { clock, csrf, sync } = shown;
  const byReason = Map.groupBy(exceptions, ({ reason }) => untilRequest(reason));
  return html`${[...byReason].map(
    ([cause, some]) =>
      html`<details class="cause" ${some.length < 6 && html`open`}>
        <summary>${some[0]?.reason ?? cause} <span class="soft">${counted(some.length, "object")}</span></summary>
        ${table(
          ["Object", "To be done", "Since"],
          some.map(({ sourceId, label, kind, since }) => [
            nameOf(sourceId, label, shown),
            kind,
            since === undefined ? "this run" : relative(since, clock),
          ]),
        )}
        ${
          csrf !== undefined &&
          !dryRun &&
          byReason.size > 1 &&
          form(
            `/syncs/${syncPath(sync)}/run`,
            csrf,
            html`<input type="hidden" name="again" value="yes" /><input
                type="hidden"
                name="cause"
                value="${cause}"
              /><button class="button">Run these again</button>`,
          )
        }
      </details>`,
  )}`;
}

function nameOf(sourceId: string, label: string, { sync, labels }: ReportShown): Html {
  return objectLink(sync, sourceId, labels?.get(sourceId) ?? label);
}
