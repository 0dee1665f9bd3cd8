/** Who has access, and who asks for it. @packageDocumentation */
import type { AccessRequest } from "../../contract/access/requests.ts";
import { type Role, roles } from "../../contract/access/rules.ts";
import type { AccountStanding, PersonWithRole } from "../../sync/access/index.ts";
import { type Html, html, type Part } from "./html.ts";
import { form, type Frame, type Page } from "./layout.ts";
import { chip, table } from "./parts.ts";
import { relative, time } from "./times.ts";

export interface Access {
  readonly people: readonly PersonWithRole[];
  /** Newest first. */
  readonly requests: readonly AccessRequest[];
  readonly group: string;
  /** What the group is: titles and values. */
  readonly details: readonly (readonly [title: string, value: string])[];
  /** Why nobody of the tenant can be added by name, where that is so. */
  readonly whyNoneAdded?: string;
  /** OnePlan decides who comes in. */
  readonly linked: boolean;
  /** Of who signs in by a form, by the keys of the people; absent: nobody does here. */
  readonly accounts?: ReadonlyMap<string, AccountStanding>;
}

export function peoplePage({ people, requests, group, details, whyNoneAdded, linked, accounts }: Access): Page {
  const open = requests.filter(({ state }) => state === "open");
  const decided = requests.filter(({ state }) => state !== "open");
  return {
    title: "People",
    body: (frame) =>
      html`<p>
          Group
          <strong>${group}</strong>${linked && ": who comes in is decided by the OnePlan group that it is linked to"}.
        </p>
        <details class="cause">
          <summary>What the group is</summary>
          <p>Settings (<code>tenantwire:access</code>), which a deployment changes.</p>
          <dl class="facts">
            ${details.map(
              ([title, value]) =>
                html`<dt>${title}</dt>
                  <dd>${value}</dd>`,
            )}
          </dl>
        </details>
        <section>
          <h2>Requests that wait: ${open.length}</h2>
          ${
            open.length === 0
              ? html`<p class="soft">Nobody waits for a decision.</p>`
              : html`<ul class="cards">
                  ${open.map((each) => openRequest(each, frame))}
                </ul>`
          }
        </section>
        <section>
          <h2>People: ${people.length}</h2>
          ${table(
            ["Name", "Role", "Known", "Signed in", "Change"],
            people.map((each) => person(each, accounts, frame)),
          )}
          <p class="soft">
            A Reader sees everything here but people and the audit trail. An Editor also runs syncs and approves plans.
            An Administrator also decides about people.
          </p>
          ${linked ? addOfOnePlan() : add(frame, whyNoneAdded)}
        </section>
        ${
          decided.length > 0 &&
          html`<section>
            <h2>Decided before</h2>
            ${table(
              ["Who", "What for", "Asked", "Became"],
              decided.map(({ name, why, asked, state, decided: by }) => [
                name,
                why,
                time(asked, frame.clock),
                html`${chip(state === "approved" ? "good" : "calm", state)}
                ${by && html`by ${by.by}, ${time(by.at, frame.clock)}${by.why !== undefined && `: ${by.why}`}`}`,
              ]),
            )}
          </section>`
        }`,
  };
}

function openRequest({ id, name, mail, why, asked, expires }: AccessRequest, { clock, csrf }: Frame): Html {
  return html`<li class="card">
    <h3>${name}</h3>
    ${mail !== undefined && mail !== name && html`<p class="soft">${mail}</p>`}
    <p>“${why}”</p>
    <p class="soft">Asked ${relative(asked, clock)}; ends ${relative(expires, clock)}.</p>
    ${form(
      `/people/requests/${encodeURIComponent(id)}/approve`,
      csrf,
      html`<div class="filter">
        <label for="role-${id}">Role</label>${roleSelect(`role-${id}`, "Reader")}
        <button class="button primary">Approve</button>
      </div>`,
    )}
    ${form(
      `/people/requests/${encodeURIComponent(id)}/deny`,
      csrf,
      html`<div class="filter">
        <label for="why-${id}">Reason</label><input id="why-${id}" name="why" maxlength="500" />
        <button class="button danger">Deny</button>
      </div>`,
    )}
  </li>`;
}

function person(
  { key, name, mail, role, since, signedIn, oneplan, oneplanId }: PersonWithRole,
  accounts: Access["accounts"],
  { clock, csrf }: Frame,
): readonly Part[] {
  const at = encodeURIComponent(key);
  const isOwner = oneplan === "owner";
  return [
    html`${name}${mail !== undefined && mail !== name && html` <span class="soft">${mail}</span>`}`,
    html`<span class="word">${role ?? "no access"}</span
      >${isOwner && html` <span class="soft">owner in OnePlan</span>`}`,
    relative(since, clock),
    signedIn === undefined ? "never" : relative(signedIn, clock),
    html`${
      role !== undefined &&
      !isOwner &&
      html`${form(`/people/${at}/role`, csrf, roleSelect(`of-${key}`, role, `Role of ${name}`), html`<button class="button" aria-label="Change the role of ${name}">Change</button>`)}
      ${form(`/people/${at}/remove`, csrf, html`<button class="button danger" aria-label="Remove ${name}">Remove</button>`)}`
    }
    ${accounts && role !== undefined && oneplanId !== undefined && account({ key, name }, accounts.get(key), csrf, clock)}`,
  ];
}

/** Signing in by a form, of one person. */
function account(
  { key, name }: Pick<PersonWithRole, "key" | "name">,
  standing: AccountStanding | undefined,
  csrf: string | undefined,
  clock: Frame["clock"],
): Html {
  const at = `/people/${encodeURIComponent(key)}/account`;
  if (!standing) {
    return form(at, csrf, html`<button class="button" aria-label="Give ${name} an account">Give an account</button>`);
  }
  const { isSet, linkUntil } = standing;
  return html`<p class="soft">
      ${isSet ? "Has a password." : "Has an account without a password."}${linkUntil !== undefined && html` A link to set it ends ${relative(linkUntil, clock)}.`}
    </p>
    ${form(at, csrf, html`<button class="button" aria-label="New link for ${name}">New link</button>`)}
    ${form(`${at}/remove`, csrf, html`<button class="button danger" aria-label="Take account away of ${name}">Take account away</button>`)}`;
}

function addOfOnePlan(): Html {
  return html`<p><a class="button" href="/people/oneplan">Add somebody of OnePlan</a></p>
    <details class="cause">
      <summary>Add somebody of the tenant</summary>
      <p>Not here: people come into a linked group from OnePlan. Add the person to the OnePlan group.</p>
    </details>`;
}

function add({ csrf }: Frame, whyNot: string | undefined): Html {
  return html`<details class="cause">
      <summary>Add somebody of the tenant</summary>
      ${
        whyNot === undefined
          ? form(
              "/people/add",
              csrf,
              html`<p>
                  <label for="account">User principal name or object id</label
                  ><input id="account" name="account" required autocomplete="off" />
                </p>
                <p><label for="new-role">Role</label>${roleSelect("new-role", "Reader")}</p>
                <button class="button primary">Add</button>`,
            )
          : html`<p>Not yet: ${whyNot}.</p>`
      }
    </details>
    <details class="cause">
      <summary>Add somebody of OnePlan</summary>
      <p>
        Not yet: the group is not linked to one of OnePlan. Name it under
        <code>tenantwire:access.oneplanConfiguration</code>, and deploy (<code>pulumi up</code>).
      </p>
    </details>`;
}

function roleSelect(id: string, chosen: Role, label?: string): Html {
  return html`<select id="${id}" name="role" ${label !== undefined && html` aria-label="${label}"`}>
    ${roles.map((role) => html`<option${role === chosen && html` selected`}>${role}</option>`)}
  </select>`;
}
