/** Who did what, newest first. The trail only grows: each entry has the hash of the one before. @packageDocumentation */
import type { TrailPage, Verified } from "../../sync/access/index.ts";
import { counted, grouped, listed } from "../../contract/words.ts";
import { html, joined } from "./html.ts";
import type { Page } from "./layout.ts";
import { chip, copied, empty, table } from "./parts.ts";
import { time } from "./times.ts";
import { command } from "../../contract/this-stack.ts";

export interface Trail {
  readonly page: TrailPage;
  /** Where the whole trail was asked to be checked. */
  readonly whole?: Verified;
}

export function auditPage({ page, whole }: Trail): Page {
  const { entries, before } = page;
  const { head, faults } = whole ?? page;
  return {
    title: "Audit trail",
    body: ({ clock }) =>
      html`<p>
          ${faults.length > 0 ? html`${chip("bad", "not whole")} ${listed(faults)}.` : whole ? html`${chip("good", "whole")} ${counted(head.entry, "entry", "entries")}, each with the hash of the one before it.` : html`${chip("good", "as written")} ${shownOf(page)}`}
        </p>
        ${!whole && head.entry > entries.length && html`<p><a class="button" href="/audit?check=whole">Check the whole trail</a></p>`}
        <p class="soft">
          Whoever wants to know later that nothing was cut off keeps number and hash of the last entry elsewhere:
          ${copied(command("audit", "--kept", `${head.entry}:${head.hash}`), "the command that compares")} compares.
        </p>
        ${
          entries.length === 0
            ? empty("Nothing was decided yet.")
            : table(
                ["When", "Who", "What", "Of whom or what", "Details"],
                entries.map(({ at, by, person, action, subject, details = {} }) => [
                  time(at, clock),
                  // Names are of people's own choosing: the key says who it was.
                  html`${by}${person !== undefined && html` <code>${person}</code>`}`,
                  action,
                  subject !== undefined && html`<code>${subject}</code>`,
                  joined(
                    Object.entries(details).map(([name, value]) => html`<span class="soft">${name}</span> ${value}`),
                    ", ",
                  ),
                ]),
              )
        }
        ${before !== undefined && html`<p><a class="button" href="/audit?before=${before}">Older ones</a></p>`}`,
  };
}

function shownOf({ entries, head }: TrailPage): string {
  const [newest, oldest] = [entries[0]?.entry ?? 0, entries.at(-1)?.entry ?? 0];
  if (entries.length === head.entry)
    return `${counted(head.entry, "entry", "entries")}, each with the hash of the one before it.`;
  return `Entries ${grouped(oldest)} to ${grouped(newest)} of ${grouped(head.entry)}: each is as it was written, and the one that the next one names.`;
}
