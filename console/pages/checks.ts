/** What a look at both sides found: where each room stands, and what does not agree between work items and plans. @packageDocumentation */
import { counted, messageOf } from "../../contract/words.ts";
import type { LeftBehind, PlansCheck, PlansFinding } from "../../sync/kinds/plans/checks/index.ts";
import type { BookingFinding } from "../../sync/kinds/rooms/bookings.ts";
import type { Standing, Stranger } from "../../sync/kinds/rooms/states.ts";
import type { Checked } from "../work/check.ts";
import type { RoomsFound } from "../world.ts";
import { type Html, html, joined } from "./html.ts";
import { form } from "./layout.ts";
import { chip, table, type Tone } from "./parts.ts";
import { followed } from "./progress.ts";
import { type Clock, relative } from "./times.ts";

/** So many lines of a kind; the command has them all. */
const MOST = 200;

export interface CheckShown<T> {
  readonly checked: Checked<T> | undefined;
  /** Of the page. */
  readonly path: string;
  /** What is looked at, in words. */
  readonly what: string;
  readonly found: (found: T) => Html;
  /** `tenantwire rooms -s contoso`: what says the same. */
  readonly command: string;
}

/** A look that somebody can begin, or what the last one found. */
export function checkPart<T>(shown: CheckShown<T>, clock: Clock, csrf: string | undefined): Html {
  const { checked, path, what, found, command } = shown;
  const isRunning = checked !== undefined && !checked.ended;
  const begin = (words: string) => form(`${path}/check`, csrf, html`<button class="button">${words}</button>`);
  const state = !checked
    ? html`<p class="soft">Nobody has looked in the last half hour. It reads ${what}, and writes nothing.</p>`
    : isRunning
      ? html`<p role="status">
          ${chip("busy", "looking")} since ${relative(checked.began, clock)}, asked for by ${checked.by}: it reads
          ${what}
        </p>`
      : html`<p class="soft">
          Looked at ${relative(checked.ended ?? checked.began, clock)}, asked for by ${checked.by}.
          <code>${command}</code> says the same.
        </p>`;
  return html`<section class="card" aria-labelledby="check">
    <h2 id="check">Check</h2>
    ${followed(state, isRunning ? `${path}/check/events` : undefined, path)}
    ${checked?.ended && (checked.found === undefined ? html`<p class="notice bad">${messageOf(checked.error)}</p>` : found(checked.found))}
    ${!isRunning && begin(checked ? "Look again" : "Look now")}
  </section>`;
}

const standingTones: Readonly<Record<Standing, Tone>> = {
  failed: "bad",
  "not usable": "bad",
  missing: "warn",
  retired: "calm",
  "next run": "warn",
  "matched by hand": "good",
  synced: "good",
  "not in scope": "calm",
};
/** What a person has to look after comes first. */
const order = Object.keys(standingTones) as readonly Standing[];

export function roomsFound({ standings, bookings }: RoomsFound): Html {
  return html`${standings.map(({ target, rooms, strangers, notes, exceptions }) => {
    const sorted = rooms.toSorted(
      (one, other) =>
        order.indexOf(one.standing) - order.indexOf(other.standing) || one.name.localeCompare(other.name, "en"),
    );
    const counts = order.flatMap((standing) => {
      const count = rooms.filter((room) => room.standing === standing).length;
      return count === 0 ? [] : [html`${chip(standingTones[standing], standing)} ${count}`];
    });
    return html`<h3>Rooms to ${target}</h3>
      <p>${rooms.length === 0 ? "No room is known." : joined(counts, " ")}</p>
      ${
        exceptions.length > 0 &&
        html`${table(
          ["Exception", "Why, and what mends it"],
          exceptions.map(({ label, id, reason }) => [label || id, reason]),
        )}`
      }
      ${
        rooms.length > 0 &&
        html`<details class="cause">
          <summary>Every room</summary>
          ${rooms.length > MOST && html`<p class="soft">The first ${MOST} are shown.</p>`}
          ${table(
            ["Room", "State", "Why"],
            sorted
              .slice(0, MOST)
              .map(({ name, address, standing, why }) => [
                html`${name} <span class="soft">${address}</span>`,
                chip(standingTones[standing], standing),
                why,
              ]),
          )}
        </details>`
      }
      ${
        strangers.length > 0 &&
        html`<details class="cause">
          <summary>In ${target}, and no room matches <span class="soft">${strangers.length}</span></summary>
          ${table(["There", "Mend"], strangers.slice(0, MOST).map(strangerRow))}
        </details>`
      }
      ${
        notes.length > 0 &&
        html`<ul>
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
      }`;
  })}${bookingsFound(bookings)}`;
}

function strangerRow({ id, name, active, namesakes }: Stranger) {
  const [one, another] = namesakes;
  const mend =
    one === undefined
      ? "No room is called so."
      : another === undefined
        ? `The room ${one.address} is called so too; if they are one, set its external id there to ${one.id}.`
        : `${namesakes.length} rooms are called so too: names prove nothing.`;
  return [html`${name} <code class="soft">${id}</code> ${!active && chip("calm", "inactive")}`, mend];
}

function bookingsFound({ findings, untried }: RoomsFound["bookings"]): Html {
  const byText = Map.groupBy(findings, ({ text }: BookingFinding) => text);
  return html`<h3>Bookings</h3>
    ${untried !== undefined && html`<p class="soft">Not tried: ${untried}</p>`}
    ${untried === undefined && findings.length === 0 && html`<p>${chip("good", "fine")} The application that books rooms sees every calendar.</p>`}
    ${[...byText].map(
      ([text, same]) =>
        html`<details class="cause">
          <summary>${counted(same.length, "room")} <strong>${text}</strong></summary>
          ${table(
            ["Room", "Mend, in Exchange's PowerShell"],
            same.slice(0, MOST).map(({ name, address, mend }) => [
              html`${name} <span class="soft">${address}</span>`,
              joined(
                mend.map((command) => html`<code>${command}</code>`),
                html`<br />`,
              ),
            ]),
          )}
        </details>`,
    )}`;
}

export function plansFound(checks: readonly PlansCheck[]): Html {
  return html`${checks.map(
    ({ organization, findings, items, unmatched, leftBehind }) =>
      html`<h3>${organization}</h3>
        <p>
          ${counted(items, "work item")} in scope;
          ${findings.length === 0 ? html`${chip("good", "fine")} both sides agree with the settings` : counted(findings.length, "finding")}
        </p>
        ${
          findings.length > 0 &&
          table(
            ["It", "Where the mend is", "What is wrong, and what mends it"],
            findings
              .toSorted((one, other) => Number(other.stops ?? false) - Number(one.stops ?? false))
              .map(findingRow),
          )
        }
        ${
          unmatched.length > 0 &&
          html`<details class="cause">
            <summary>
              OnePlan does not know ${counted(unmatched.length, "person", "people")} whom work items are assigned to
            </summary>
            <p>Their items keep no owner there: give them the same mail address on both sides.</p>
            ${table(
              ["Person", "Work items"],
              unmatched.slice(0, MOST).map(({ name, items: theirs }) => [name, theirs]),
            )}
          </details>`
        }
        ${
          leftBehind.length > 0 &&
          html`<details class="cause">
            <summary>
              Attachments and comments of ${counted(leftBehind.length, "item")} stay in Azure DevOps alone
            </summary>
            ${table(["Work item", "Stays there"], leftBehind.slice(0, MOST).map(leftRow))}
          </details>`
        }`,
  )}`;
}

function findingRow({ where, subject, text, stops }: PlansFinding) {
  return [
    stops ? chip("bad", "stops the sync") : chip("warn", "costs values or items"),
    html`${where} <span class="soft">${subject}</span>`,
    text,
  ];
}

function leftRow({ id, title, attachments, comments }: LeftBehind) {
  const parts = [
    ...(attachments > 0 ? [counted(attachments, "attachment")] : []),
    ...(comments > 0 ? [counted(comments, "comment")] : []),
  ];
  return [html`<code>${id}</code> ${title}`, parts.join(", ")];
}
