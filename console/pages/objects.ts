/** One object across all runs: how it stands, and what was done with it; and finding one. @packageDocumentation */
import { may } from "../../contract/access/rules.ts";
import { counted } from "../../contract/words.ts";
import type { Retry } from "../../sync/model/recorded.ts";
import type { KnownObject } from "../../sync/run/known-object.ts";
import type { PastChange } from "../../sync/run/object-history.ts";
import type { Role } from "../access.ts";
import type { LinkedObjects } from "../data/links.ts";
import type { KnownSync } from "../work/work.ts";
import { type Html, html, type Part } from "./html.ts";
import { form, type Page } from "./layout.ts";
import { chip, empty, objectLink, outcomeChip, syncPath, syncTitle, table } from "./parts.ts";
import { type Clock, relative, time } from "./times.ts";

export interface Found {
  /** Connected ones, by integration. */
  readonly linked: readonly LinkedObjects[];
  /** Integrations that remember something with exactly this id, which is connected to nothing. */
  readonly unlinked: readonly KnownSync[];
}

/** @param found undefined: nothing was asked for yet */
export function objectsPage(asked: string, found: Found | undefined): Page {
  return {
    title: "Objects",
    body: html`<p>People, rooms and work items: how one stands, and what the runs did with it.</p>
      <form class="filter" method="get" action="/objects">
        <label for="q">Name, address or id</label><input id="q" name="q" type="search" value="${asked}" required />
        <button class="button">Find</button>
      </form>
      ${found !== undefined && results(asked, found)}`,
  };
}

function results(asked: string, { linked, unlinked }: Found): Html {
  const some = linked.filter(({ links }) => links.length > 0);
  if (some.length === 0 && unlinked.length === 0)
    return empty(
      "Nothing that is remembered is called like that. Names and addresses are known of what is connected; anything else that failed is found by its id, as its run shows it.",
    );
  return html`${some.map(
    ({ sync, links, isCut }) =>
      html`<section>
        <h2>${syncTitle(sync)}</h2>
        ${isCut && html`<p class="soft">The first ${links.length} are shown: give more of the name for others.</p>`}
        ${table(
          ["Object", "In the target", "State"],
          links.map(({ a, b, label }) => [
            objectLink(sync, a.id, label),
            html`<code>${b.id}</code>`,
            b.active ? chip("good", "active") : chip("calm", "inactive"),
          ]),
        )}
      </section>`,
  )}
  ${
    unlinked.length > 0 &&
    html`<ul>
      ${unlinked.map((sync) => html`<li>${objectLink(sync, asked)}: ${syncTitle(sync)}, connected to nothing</li>`)}
    </ul>`
  }`;
}

export interface ObjectShown extends KnownObject {
  readonly sync: KnownSync;
  /** What the sides are called, as its runs say; absent before the first one. */
  readonly sides?: { readonly a: string; readonly b: string };
  /** Instant at which the last run ended. */
  readonly at?: string;
}

export function objectPage(shown: ObjectShown, role: Role | null): Page {
  const { id, link, retries, unsettled, limited, history, sync, sides, at } = shown;
  const mayRun = role !== null && may(role, "run a sync, or what failed again");
  return {
    title: link?.label || id,
    ...(at !== undefined && { asOf: new Date(at) }),
    body: ({ clock, csrf }) =>
      html`<p>
          ${standing(shown)} ${retries.some(({ attempts }) => attempts > 0) && chip("bad", "failing")}
          <span class="soft">${syncTitle(sync)}</span>
        </p>
        <dl class="facts card">
          <dt>In ${sides?.a ?? "the source"}</dt>
          <dd><code>${id}</code></dd>
          ${
            link &&
            html`<dt>In ${sides?.b ?? "the target"}</dt>
              <dd>
                <code>${link.b.id}</code>
                <span class="soft"
                  >${link.origin === "created" ? "made by a run" : "was there before, and was linked"}</span
                >
              </dd>`
          }
          ${retries.map((retry) => failing(retry, clock))}
          ${
            unsettled &&
            html`<dt>Not known</dt>
              <dd>how the last write to it ended: the next run looks before it writes</dd>`
          }
          ${
            limited &&
            html`<dt>Waits</dt>
              <dd><a href="/waiting/${syncPath(sync)}/${limited.hash}">in a set that a limit stopped</a></dd>`
          }
        </dl>
        ${mayRun && form(`/syncs/${syncPath(sync)}/run`, csrf, html`<input type="hidden" name="one" value="${id}" /><button class="button">Run this one now</button>`)}
        <section>
          <h2>What the runs did with it</h2>
          ${
            history.length === 0
              ? empty("No run that is remembered changed it, or tried to.")
              : table(
                  ["Run", "Change", "How it ended", "Why"],
                  history.map((each) => past(sync, each, clock)),
                )
          }
        </section>
        ${link && agreedSection(link.b.agreed, sides?.b)}`,
  };
}

function standing({ link }: Pick<KnownObject, "link">): Html {
  if (!link) return chip("calm", "connected to nothing");
  return link.b.active ? chip("good", "active") : chip("calm", "inactive");
}

function failing({ attempts, since, next, reason }: Retry, clock: Clock): Html {
  if (attempts === 0)
    return html`<dt>Looked at again</dt>
      <dd>${relative(next, clock)}: ${reason}</dd>`;
  return html`<dt>Fails</dt>
    <dd>
      ${counted(attempts, "time")} in a row since ${time(since, clock)}: ${reason} <br /><span class="soft"
        >${Date.parse(next) <= clock.now.getTime() ? "the next run tries it again" : html`tried again ${relative(next, clock)}, or once it changes in the source`}</span
      >
    </dd>`;
}

function past(sync: KnownSync, { runId, startedAt, kind, outcome, reason }: PastChange, clock: Clock): readonly Part[] {
  return [
    html`<a href="/runs/${syncPath(sync)}/${runId}">${time(startedAt, clock)}</a>`,
    html`<span class="kind ${kind}">${kind}</span>`,
    outcomeChip(outcome),
    reason,
  ];
}

function agreedSection(agreed: NonNullable<KnownObject["link"]>["b"]["agreed"], target = "the target"): Html | false {
  const rows = Object.entries(agreed).map(([name, value]) => [
    name,
    value === null ? "(empty)" : typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  return (
    rows.length > 0 &&
    html`<section>
      <h2>What was agreed in ${target}</h2>
      <p class="soft">As it was read back there last.</p>
      ${table(["Field", "Value"], rows)}
    </section>`
  );
}
