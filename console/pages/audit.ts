/** Who did what, newest first. The trail only grows: each entry has the hash of the one before. @packageDocumentation */
import type { AuditEntry, Verified } from "../../sync/access/index.ts";
import { counted } from "../../contract/words.ts";
import { html, joined } from "./html.ts";
import type { Page } from "./layout.ts";
import { chip, empty, table } from "./parts.ts";
import { time } from "./times.ts";
import { command } from "../../contract/this-stack.ts";

export interface Trail {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  readonly verified: Verified;
}

export function auditPage({ entries, verified }: Trail): Page {
  return {
    title: "Audit trail",
    body: ({ clock }) =>
      html`<p>
          ${verified.faults.length === 0 ? html`${chip("good", "whole")} ${counted(verified.head.entry, "entry", "entries")}, each with the hash of the one before it.` : html`${chip("bad", "not whole")} ${verified.faults}`}
        </p>
        <p class="soft">
          Whoever wants to know later that nothing was cut off keeps number and hash of the last entry elsewhere:
          <code>${command("audit", "--kept", `${verified.head.entry}:${verified.head.hash}`)}</code> compares.
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
        }`,
  };
}
