/** Credentials on a time line to their ends, the next one first. @packageDocumentation */
import type { ListedCredential } from "../../components/credentials/listed.ts";
import { needsAttention } from "../../components/credentials/status.ts";
import { counted } from "../../contract/words.ts";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import { chip, empty, table } from "./parts.ts";
import { share } from "./plot.ts";

/** What the time line is long. */
const DAYS = 365;

/** @param day UTC day of today */
export function credentialsPage(credentials: readonly ListedCredential[], day: string): Page {
  const sorted = [...credentials].sort((one, other) => leftOf(one) - leftOf(other));
  return {
    title: "Credentials",
    body:
      sorted.length === 0
        ? empty("This stack has no credentials.")
        : html`<p class="soft">From today, ${day}, to a year from now. No value of a secret is known here.</p>
            ${table(
              ["Credential", "Until its end", "Ends or due", "Used by", "State"],
              sorted.map((each) => [
                html`${each.name} <span class="soft">${each.kind}</span>`,
                timeline(each),
                each.due !== undefined
                  ? html`<span class="date">${each.due}</span>`
                  : each.kind === "trust"
                    ? "never"
                    : "not known",
                each.usedBy,
                html`${chip(needsAttention(each) ? "bad" : each.state === "fine" ? "good" : "warn", each.state)}
                  <details>
                    <summary>What to do</summary>
                    <p>${each.advice}</p>
                  </details>`,
              ]),
            )}`,
  };
}

function leftOf({ daysLeft }: ListedCredential): number {
  return daysLeft ?? Number.MAX_SAFE_INTEGER;
}

function timeline(each: ListedCredential) {
  const { daysLeft } = each;
  if (daysLeft === undefined)
    return html`<span class="soft">${each.kind === "trust" ? "nothing that ends" : "nobody wrote it down"}</span>`;
  const words = daysLeft <= 0 ? "over" : counted(daysLeft, "day");
  return html`${share(daysLeft / DAYS, needsAttention(each) ? "bad" : daysLeft < 30 ? "warn" : "good", words)} ${words}`;
}
