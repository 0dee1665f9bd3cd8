/** Changes with before and after, a field a line. @packageDocumentation */
import { counted, grouped } from "../../contract/words.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { type Html, html } from "./html.ts";
import type { KnownSync } from "../work/work.ts";
import { objectLink, table } from "./parts.ts";

type Change = NonNullable<RunReport["changes"]>[number];

/** A page of ten thousand rows is none that somebody reads. */
const ON_A_PAGE = 500;

const would: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  enable: "enable",
  disable: "disable",
  link: "link",
};

/** @param asked number of the page, from 1; one that there is not is the nearest that there is */
export function changesTable(
  { changes = [], planned, source }: Pick<RunReport, "changes" | "planned" | "source">,
  sync: KnownSync,
  asked = 1,
): Html | false {
  const written = changes.filter(({ kind }) => would[kind] !== undefined);
  if (written.length === 0) return false;
  const pages = Math.ceil(written.length / ON_A_PAGE);
  const page = Math.min(Math.max(asked, 1), pages);
  const start = (page - 1) * ON_A_PAGE;
  const shown = written.slice(start, start + ON_A_PAGE);
  const all = Object.entries(planned).reduce(
    (sum, [kind, count]) => (would[kind] === undefined ? sum : sum + count),
    0,
  );
  return html`<section id="changes">
    <h2>Changes: ${counted(all, "object")}</h2>
    ${all > written.length && html`<p class="soft">The first ${grouped(written.length)} are remembered.</p>`}
    ${pages > 1 && html`<p class="soft">${grouped(start + 1)} to ${grouped(start + shown.length)} of ${grouped(written.length)}: page ${page} of ${pages}</p>`}
    ${table(
      ["Object", "Change", "Why", "Before and after"],
      shown.map((change) => [
        objectLink(sync, change.sourceId, change.label),
        html`<span class="kind ${change.kind}">${would[change.kind]}</span>`,
        change.side === "a" ? `in ${source}: ${change.reason}` : change.reason,
        differences(change),
      ]),
    )}
    ${pages > 1 && otherPages(page, pages)}
  </section>`;
}

function otherPages(page: number, pages: number): Html {
  const to = (other: number, words: string) =>
    other >= 1 && other <= pages && html`<a class="button" href="?changes=${other}#changes">${words}</a> `;
  return html`<p class="actions">
    ${page > 2 && to(1, "First")}${to(page - 1, "Earlier ones")}${to(page + 1, "Later ones")}${page < pages - 1 && to(pages, "Last")}
  </p>`;
}

function differences({ before = {}, after = {}, active }: Change): Html {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    (name) => before[name] !== after[name],
  );
  const state =
    active && active.before !== active.after
      ? [
          html`<div class="difference">
            <dt>state</dt>
            <dd>${fromTo(stateWord(active.before), stateWord(active.after))}</dd>
          </div>`,
        ]
      : [];
  const fields = names.map(
    (name) =>
      html`<div class="difference">
        <dt>${name}</dt>
        <dd>${fromTo(before[name], after[name])}</dd>
      </div>`,
  );
  return html`<dl class="differences">${state}${fields}</dl>`;
}

function stateWord(active: boolean | undefined): string | undefined {
  return active === undefined ? undefined : active ? "active" : "inactive";
}

type Value = string | number | boolean | null | undefined;

function fromTo(before: Value, after: Value): Html {
  return html`${before !== undefined && before !== null && html`<del>${String(before)}</del> → `}<ins
      >${after === null || after === undefined ? "(empty)" : String(after)}</ins
    >`;
}
