/** Who is in the linked OnePlan group, to be added. @packageDocumentation */
import { roles } from "../../contract/access/rules.ts";
import { grouped } from "../../contract/words.ts";
import type { Member } from "../../sync/connectors/oneplan/members.ts";
import { html, type Part } from "./html.ts";
import { form, type Frame, type Page } from "./layout.ts";
import { empty, table } from "./parts.ts";

/** More are found by a part of the name. */
const MOST = 100;

export interface OnePlanPeople {
  readonly members: readonly Member[];
  /** Ids in OnePlan, in small letters, of those who have a role here. */
  readonly known: ReadonlySet<string>;
  /** A part of the name or of the mail address. */
  readonly asked: string;
}

const standings: Readonly<Record<Member["standing"], string>> = {
  owner: "owner",
  active: "active",
  inactive: "inactive: has no access",
  noPermission: "may not log in there: has no access",
};

export function onePlanPeoplePage({ members, known, asked }: OnePlanPeople): Page {
  const wanted = asked.trim().toLowerCase();
  const found = members
    .filter(({ name, mail = "" }) => name.toLowerCase().includes(wanted) || mail.toLowerCase().includes(wanted))
    .sort((one, other) => one.name.localeCompare(other.name, "en"));
  return {
    title: "People of OnePlan",
    body: (frame) =>
      html`<p>
          Asked of OnePlan just now. Who is active there comes in as Reader, and who administers the group as
          Administrator, also without being added here: adding makes somebody an Editor before the first sign-in, takes
          back whom an administrator removed, and is what an account of forms needs.
        </p>
        <form method="get" action="/people/oneplan" role="search">
          <p>
            <label for="q">Name or mail address</label><input id="q" name="q" type="search" value="${asked}" />
            <button class="button">Search</button>
          </p>
        </form>
        ${
          found.length === 0
            ? empty("Nobody of the OnePlan group is called that.")
            : table(
                ["Name", "Mail address", "In OnePlan", "Add"],
                found.slice(0, MOST).map((member) => row(member, known, frame)),
              )
        }
        ${found.length > MOST && html`<p class="soft">${MOST} of ${grouped(found.length)} are shown: search for a part of the name.</p>`}
        <p><a href="/people">Back to the people of the group</a></p>`,
  };
}

function row({ id, name, mail, standing }: Member, known: OnePlanPeople["known"], { csrf }: Frame): readonly Part[] {
  const hidden = html`<input type="hidden" name="id" value="${id}" />`;
  const choice =
    standing === "owner"
      ? html`<input type="hidden" name="role" value="Administrator" />`
      : html`<select name="role" aria-label="Role of ${name}">
          ${roles.filter((role) => role !== "Administrator").map((role) => html`<option>${role}</option>`)}
        </select>`;
  return [
    name,
    mail ?? html`<span class="soft">none</span>`,
    standings[standing],
    known.has(id.toLowerCase())
      ? "is in the group"
      : (standing === "owner" || standing === "active") &&
        form(
          "/people/oneplan",
          csrf,
          hidden,
          choice,
          html` <button class="button" aria-label="Add ${name}">Add</button>`,
        ),
  ];
}
