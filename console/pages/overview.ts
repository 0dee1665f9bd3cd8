/** How everything stands, what needs somebody first. @packageDocumentation */
import { may } from "../../contract/access/rules.ts";
import { counted } from "../../contract/words.ts";
import type { Role } from "../access.ts";
import type { Concern, Overview } from "../data/overview.ts";
import type { Job } from "../work/work.ts";
import { sections } from "../sections.ts";
import { type Html, html } from "./html.ts";
import { form, type Frame, type Page } from "./layout.ts";
import { changed, chip, empty, statusChip, syncPath, syncTitle, type Tone } from "./parts.ts";
import { progressWords } from "./progress.ts";
import { type Clock, relative, timesIn } from "./times.ts";

export function overviewPage(overview: Overview, role: Role | null): Page {
  return {
    title: "Overview",
    body: (frame) =>
      html`${attention(overview, frame, role)}
        <section aria-labelledby="integrations">
          <h2 id="integrations">Integrations</h2>
          ${
            overview.syncs.length === 0
              ? empty(
                  "The deployed stack syncs nothing yet: add users or rooms of a product, or plans, to its settings and deploy.",
                )
              : html`<ul class="cards">
                  ${overview.syncs.map((each) => integration(each, frame, role))}
                </ul>`
          }
        </section>`,
  };
}

/** In the order in which somebody should look. */
const groups: readonly { readonly name: Group; readonly title: string; readonly tone: Tone }[] = [
  { name: "word", title: "Waits for somebody's word", tone: "warn" },
  { name: "failed", title: "Failed", tone: "bad" },
  { name: "act", title: "Has to be looked after", tone: "warn" },
];

type Group = "word" | "failed" | "act";

/** Of every kind: what is in none would not be shown, and all would look well. */
const groupOf: Readonly<Record<Concern["kind"], Group>> = {
  staged: "word",
  request: "word",
  failure: "failed",
  missed: "failed",
  channel: "failed",
  deployed: "act",
  credentials: "act",
  drift: "act",
  consent: "act",
  exceptions: "act",
};

/** So few are read at once; of more, titles first. */
const FEW = 3;

function attention({ concerns, scheduler }: Overview, { clock }: Frame, role: Role | null): Html {
  const found = groups
    .map(({ name, ...group }) => ({ ...group, concerns: concerns.filter(({ kind }) => groupOf[kind] === name) }))
    .filter((group) => group.concerns.length > 0);
  const noScheduler = scheduler !== undefined && html`<p class="notice bad">${scheduler}</p>`;
  if (found.length === 0) {
    return noScheduler || html`<p class="notice good">${chip("good", "All well")} Nothing waits for anybody.</p>`;
  }
  return html`${noScheduler}
    <section aria-labelledby="attention">
      <h2 id="attention">Needs somebody: ${concerns.length}</h2>
      ${found.map(
        ({ title, tone, concerns: some }) =>
          html`<h3>${title}</h3>
            <ul class="causes">
              ${some.map((concern) => concernItem(concern, { tone, clock, role, isOpen: concerns.length <= FEW }))}
            </ul>`,
      )}
    </section>`;
}

interface ConcernShown {
  readonly tone: Tone;
  readonly clock: Clock;
  readonly role: Role | null;
  readonly isOpen: boolean;
}

function concernItem(
  { title, happened, means, todo, link }: Concern,
  { tone, clock, role, isOpen }: ConcernShown,
): Html {
  const needs = sections.find(({ path }) => path === link)?.needs;
  const mayOpen = needs === undefined || (role !== null && may(role, needs));
  return html`<li class="${tone}">
    <details ${isOpen && html`open`}>
      <summary>${title}</summary>
      <p>${timesIn(happened, clock)}</p>
      <p>${means}</p>
      <p><strong>To do:</strong> ${timesIn(todo, clock)}</p>
    </details>
    ${link !== undefined && link !== "/" && mayOpen && html`<a class="button" href="${link}" aria-label="See it: ${title}">See it</a>`}
  </li> `;
}

function jobWords({ began, blocked }: Job): string {
  if (began) return "running, see how far";
  return blocked === undefined ? "waits for what runs first" : "waits for the run of another process";
}

function integration(each: Overview["syncs"][number], { clock, csrf }: Frame, role: Role | null): Html {
  const { last, strategy, underWay, job, waiting, isDisabled } = each;
  const path = syncPath(each);
  const byItself = isDisabled ? "by hand only: its strategy is disabled" : "by hand and by events only";
  // What was asked for here and has not begun waits, be it for a run of another process.
  const elsewhere = job?.began ? undefined : underWay;
  const isRunning = job?.began !== undefined || elsewhere !== undefined;
  const mayRun = role !== null && may(role, "run a sync, or what failed again");
  const mayLook = role !== null && may(role, "see what would change");
  return html`<li class="card">
    <h3>${syncTitle(each)}</h3>
    <p>
      ${last ? statusChip(last) : chip("calm", "never ran")}
      ${isRunning ? chip("busy", "running") : job && chip("calm", "waiting")}
    </p>
    <dl class="facts">
      <dt>Last run</dt>
      <dd>
        ${last ? html`<a href="/runs/${path}/${last.runId}">${relative(last.startedAt, clock)}</a>: ${changed(last)}` : "none is remembered"}
      </dd>
      <dt>Next run</dt>
      <dd>
        ${strategy ? html`${relative(strategy.next, clock)} <span class="soft">${strategy.schedule}</span>` : byItself}
      </dd>
      ${
        elsewhere &&
        html`<dt>Now</dt>
          <dd>
            <a href="/runs/${path}/${elsewhere.runId}"
              >running in another process since ${relative(elsewhere.startedAt, clock)}</a
            >${elsewhere.progress && html`: ${progressWords(elsewhere.progress)}`}
          </dd>`
      }
      ${
        job &&
        html`<dt>${job.began ? "Now" : "Then"}</dt>
          <dd><a href="/work/${job.id}">${jobWords(job)}</a></dd>`
      }
    </dl>
    <div class="actions">
      ${waiting.map(({ hash, objects }) => html`<a class="button primary" href="/waiting/${path}/${hash}">Decide about ${counted(objects, "object")}</a>`)}
      ${mayLook && form(`/syncs/${path}/look`, csrf, html`<button class="button">See what would change</button>`)}
      ${mayRun && form(`/syncs/${path}/run`, csrf, html`<button class="button">Run now</button>`)}
    </div>
  </li>`;
}
