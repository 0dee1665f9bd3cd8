/** Changes with before and after, a field a line. @packageDocumentation */
import { counted } from "../../contract/words.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { type Html, html } from "./html.ts";
import type { KnownSync } from "../work/work.ts";
import { objectLink, table } from "./parts.ts";

type Change = NonNullable<RunReport["changes"]>[number];

/** More are counted, and not shown: a page of ten thousand rows is none that somebody reads. */
const MOST = 500;

const would: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  enable: "enable",
  disable: "disable",
  link: "link",
};

export function changesTable(
  { changes = [], source }: Pick<RunReport, "changes" | "source">,
  sync: KnownSync,
): Html | false {
  const written = changes.filter(({ kind }) => would[kind] !== undefined);
  if (written.length === 0) return false;
  const shown = written.slice(0, MOST);
  return html`<section>
    <h2>Changes: ${counted(written.length, "object")}</h2>
    ${written.length > MOST && html`<p class="soft">The first ${MOST} are shown.</p>`}
    ${table(
      ["What", "Object", "Why", "Before and after"],
      shown.map((change) => [
        html`<span class="kind ${change.kind}">${would[change.kind]}</span>`,
        objectLink(sync, change.sourceId, change.label),
        change.side === "a" ? `in ${source}: ${change.reason}` : change.reason,
        differences(change),
      ]),
    )}
  </section>`;
}

function differences({ before = {}, after = {}, active }: Change): Html {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    (name) => before[name] !== after[name],
  );
  const state =
    active && active.before !== active.after
      ? [
          html`<div class="difference">
            <dt>active</dt>
            <dd>${fromTo(active.before, active.after)}</dd>
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

type Value = string | number | boolean | null | undefined;

function fromTo(before: Value, after: Value): Html {
  return html`${before !== undefined && before !== null && html`<del>${String(before)}</del> `}<ins
      >${after === null || after === undefined ? "(empty)" : String(after)}</ins
    >`;
}
