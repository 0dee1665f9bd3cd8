/** Pieces that several pages have. @packageDocumentation */
import { syncPath } from "../../contract/console-pages.ts";
import { counted, grouped } from "../../contract/words.ts";
import { roomProducts } from "../../sync/kinds/rooms/targets.ts";
import { userProducts } from "../../sync/kinds/users/targets.ts";
import type { Outcome } from "../../sync/run/object-history.ts";
import { type RunReport, wasStopped } from "../../sync/run/report.ts";
import type { KnownSync } from "../work/work.ts";
import { type Html, html, type Part } from "./html.ts";

export type Tone = "good" | "warn" | "bad" | "calm" | "busy";

export function chip(tone: Tone, text: string): Html {
  return html`<span class="chip ${tone}">${text}</span>`;
}

export function statusChip(report: Pick<RunReport, "status" | "limit" | "dryRun" | "failure">): Html {
  const { status, limit, dryRun } = report;
  if (limit?.over === true) return chip("warn", dryRun ? "over a limit" : "waits for a word");
  if (status === "Success") return chip("good", "Success");
  if (wasStopped(report)) return chip("warn", "stopped before its end");
  return status === "Failure" ? chip("bad", "Failure") : chip("warn", "Success with exceptions");
}

/** How what a run did with one object ended. */
export const outcomes: Readonly<Record<Outcome, readonly [Tone, string]>> = {
  done: ["good", "done"],
  failed: ["bad", "failed"],
  refused: ["bad", "refused"],
  unproven: ["warn", "not known"],
};

export function outcomeChip(outcome: Outcome): Html {
  return chip(...outcomes[outcome]);
}

const sources: Readonly<Record<string, string>> = { users: "Entra users", rooms: "Rooms", plans: "Work items" };

/** `Entra users to OnePlan`. */
export function syncTitle({ kind, target }: Pick<KnownSync, "kind" | "target">): string {
  if (kind === "access") return "Access from OnePlan";
  const to = kind === "plans" ? `OnePlan, ${target}` : (userProducts.get(target) ?? roomProducts.get(target) ?? target);
  return `${sources[kind] ?? kind} to ${to}`;
}

/** Part of addresses. */
export { syncPath };

export function objectPath(sync: Pick<KnownSync, "kind" | "target">, id: string): string {
  return `/objects/${syncPath(sync)}?id=${encodeURIComponent(id)}`;
}

/** Something that was synced, or should be: to all that is remembered of it. */
export function objectLink(sync: Pick<KnownSync, "kind" | "target">, id: string, name?: string): Html {
  const path = objectPath(sync, id);
  return name === undefined || name === ""
    ? html`<a href="${path}"><code>${id}</code></a>`
    : html`<a href="${path}">${name}</a> <code class="soft">${id}</code>`;
}

const did = ["create", "update", "enable", "disable", "link"] as const;
const past = { create: "created", update: "updated", enable: "enabled", disable: "disabled", link: "linked" } as const;

const triggers: Readonly<Record<string, string>> = {
  manual: "by hand",
  schedule: "by its schedule",
  event: "by an event",
  again: "by hand, again",
};

/** What started a run. */
export function startedBy(trigger: string): string {
  return triggers[trigger] ?? trigger;
}

/** What a run changed, in words. */
export function changed({
  counts,
  planned,
  limit,
  status,
}: Pick<RunReport, "counts" | "planned" | "limit" | "status">): string {
  const of = limit?.over === true ? planned : counts;
  const parts = did.filter((kind) => of[kind] > 0).map((kind) => `${grouped(of[kind])} ${past[kind]}`);
  const failed = counts.fail > 0 ? [`${grouped(counts.fail)} failed`] : [];
  const all = [...parts, ...failed].join(", ");
  if (all !== "") return limit?.over === true ? `would have: ${all}` : all;
  if (status === "Failure") return "nothing was changed";
  if (counts.skip > 0 && counts.none === 0) return `skipped everything: ${counted(counts.skip, "object")}`;
  return "nothing to do";
}

/** A table that becomes a list of cards on a narrow screen. */
export function table(columns: readonly string[], rows: readonly (readonly Part[])[], caption?: string): Html {
  const head = columns.map((column) => html`<th scope="col">${column}</th>`);
  const body = rows.map((cells) => {
    const data = cells.map((cell, index) => html`<td data-column="${columns[index] ?? ""}">${cell}</td>`);
    return html`<tr>
      ${data}
    </tr> `;
  });
  return html`<table>
    ${
      caption !== undefined &&
      html`<caption>
        ${caption}
      </caption>`
    }
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
}

/** What is to be typed or pasted elsewhere; without a script it is only read. */
export function copied(text: string, what: string): Html {
  return html`<code>${text}</code>
    <button class="button copy" type="button" hidden data-copy="${text}" aria-label="Copy ${what}">Copy</button>`;
}

/** What is shown where there is nothing: why, and what to do. */
export function empty(...text: readonly Part[]): Html {
  return html`<p class="empty">${text}</p>`;
}
