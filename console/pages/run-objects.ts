/** What a run did with each object: page by page, all of it or what ended in one way. @packageDocumentation */
import { counted, grouped } from "../../contract/words.ts";
import type { ObjectRecord, Outcome } from "../../sync/run/object-history.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { KnownSync } from "../work/work.ts";
import { type Html, html } from "./html.ts";
import { objectLink, outcomeChip, outcomes, table } from "./parts.ts";

/** Rows that somebody reads. */
const ON_A_PAGE = 200;

/** What is looked at of a run's objects, as the address says it. */
export interface LookedAt {
  /** Only what ended so. */
  readonly outcome?: Outcome;
  /** From 1; one that there is not is the nearest that there is. */
  readonly page: number;
}

export function isOutcome(text: unknown): text is Outcome {
  return typeof text === "string" && Object.hasOwn(outcomes, text);
}

/** The rows that are looked at. */
export function rowsOf(records: readonly ObjectRecord[], { outcome, page }: LookedAt) {
  const all = outcome === undefined ? records : records.filter((each) => each.outcome === outcome);
  const pages = Math.max(1, Math.ceil(all.length / ON_A_PAGE));
  const at = Math.min(Math.max(page, 1), pages);
  const start = (at - 1) * ON_A_PAGE;
  return { all: all.length, pages, at, start, rows: all.slice(start, start + ON_A_PAGE) };
}

/**
 * @param labels names by the id in the source, for whom there is one
 * @returns false where the run changed nothing, and tried nothing
 */
export function objectsSection(
  { steps, dryRun }: Pick<RunReport, "steps" | "dryRun">,
  sync: KnownSync,
  records: readonly ObjectRecord[],
  labels: ReadonlyMap<string, string>,
  looked: LookedAt,
): Html | false {
  const sent = dryRun ? 0 : (steps?.sent ?? 0);
  if (records.length === 0)
    return (
      sent > 0 &&
      html`<section id="objects">
        <h2>Objects: ${grouped(sent)}</h2>
        <p class="soft">What the run did with each is not remembered any more.</p>
      </section>`
    );
  const { all, pages, at, start, rows } = rowsOf(records, looked);
  return html`<section id="objects">
    <h2>What was done with each: ${counted(Math.max(sent, records.length), "object")}</h2>
    ${sent > records.length && html`<p class="soft">The first ${grouped(records.length)} are remembered, failures first.</p>`}
    ${filters(records, looked)}
    ${pages > 1 && html`<p class="soft">${grouped(start + 1)} to ${grouped(start + rows.length)} of ${grouped(all)}: page ${at} of ${pages}</p>`}
    ${table(
      ["Object", "Change", "How it ended", "Why"],
      rows.map(({ sourceId, kind, outcome, reason }) => [
        objectLink(sync, sourceId, labels.get(sourceId)),
        html`<span class="kind ${kind}">${kind}</span>`,
        outcomeChip(outcome),
        reason,
      ]),
    )}
    ${pages > 1 && otherPages(at, pages, looked)}
  </section>`;
}

/** Only where there is something to choose from. */
function filters(records: readonly ObjectRecord[], { outcome: chosen }: LookedAt): Html | false {
  const counts = Map.groupBy(records, ({ outcome }) => outcome);
  if (counts.size < 2 && chosen === undefined) return false;
  const link = (outcome: Outcome | undefined, words: string, count: number) =>
    html`<a class="button" href="${addressOf(outcome, 1)}" ${outcome === chosen && html`aria-current="true"`}
      >${words} ${grouped(count)}</a
    > `;
  return html`<p class="actions">
    ${link(undefined, "all", records.length)}${[...counts].map(([outcome, some]) => link(outcome, outcomes[outcome][1], some.length))}
  </p>`;
}

function otherPages(page: number, pages: number, { outcome }: LookedAt): Html {
  const to = (other: number, words: string) =>
    other >= 1 && other <= pages && html`<a class="button" href="${addressOf(outcome, other)}">${words}</a> `;
  return html`<p class="actions">
    ${page > 2 && to(1, "First")}${to(page - 1, "Earlier ones")}${to(page + 1, "Later ones")}${page < pages - 1 && to(pages, "Last")}
  </p>`;
}

function addressOf(outcome: Outcome | undefined, page: number): string {
  return `?${outcome === undefined ? "" : `outcome=${outcome}&`}page=${page}#objects`;
}
