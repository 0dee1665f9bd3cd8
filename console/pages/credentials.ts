/** Credentials on a time line to their ends, the next one first. @packageDocumentation */
import type { ListedCredential } from "../../components/credentials/listed.ts";
import { needsAttention, NOTICE_DAYS } from "../../components/credentials/status.ts";
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
        : html`<p class="soft">
              Bars go from today, ${day} (UTC), to a year from now. No value of a secret is known here.
            </p>
            ${table(
              ["Credential", "Time left", "State", "What to do"],
              sorted.map((each) => [
                html`${each.name}<br /><span class="soft">${each.kind}, used by ${each.usedBy}</span>`,
                timeline(each),
                chip(needsAttention(each) ? "bad" : each.state === "fine" ? "good" : "warn", each.state),
                each.advice,
              ]),
            )}`,
  };
}

function leftOf({ daysLeft }: ListedCredential): number {
  return daysLeft ?? Number.MAX_SAFE_INTEGER;
}

function timeline(each: ListedCredential) {
  const { daysLeft, due, ageDays } = each;
  if (daysLeft === undefined)
    return html`<span class="soft">${each.kind === "trust" ? "nothing that ends" : "not known"}</span>`;
  const words = daysLeft <= 0 ? "over" : counted(daysLeft, "day");
  const tone = daysLeft <= NOTICE_DAYS ? "bad" : daysLeft <= 2 * NOTICE_DAYS ? "warn" : "good";
  // Of those that deployments renew the day is one long before the end.
  const day =
    due !== undefined && html`${ageDays === undefined ? "ends" : "renewed from"} <span class="date">${due}</span>`;
  return html`${share(daysLeft / DAYS, tone, words)} ${words}${day && html`<br /><span class="soft">${day}</span>`}`;
}
