/** How far a run is, in whatever process it is. @packageDocumentation */
import { counted, grouped } from "../../contract/words.ts";
import type { Progress } from "../../sync/index.ts";
import type { UnderWay } from "../../sync/run/under-way.ts";
import type { KnownSync } from "../work/work.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./layout.ts";
import { chip, startedBy, syncPath, syncTitle } from "./parts.ts";
import { type Clock, relative } from "./times.ts";

const phases: Readonly<Record<Progress["phase"], string>> = {
  recover: "Looking after what an earlier run left",
  read: "Reading the source",
  list: "Reading the target",
  plan: "Planning",
  write: "Writing",
  verify: "Reading back",
};
const order = Object.keys(phases) as readonly Progress["phase"][];

/** `Reading the source: 1,200 of 2,000 objects`. */
export function progressWords(progress: Progress): string {
  return `${phases[progress.phase]}: ${amount(progress)}`;
}

/** @param isLook nothing is written */
export function progressPart(progress: Progress | undefined, isLook = false): Html {
  const at = progress ? order.indexOf(progress.phase) : -1;
  const steps = order
    .filter((phase) => !isLook || (phase !== "write" && phase !== "verify"))
    .map((phase) => {
      const index = order.indexOf(phase);
      const here = index === at && progress;
      return html`<li class="${index < at ? "past" : here ? "now" : "next"}" ${here && html` aria-current="step"`}>
        ${phases[phase]}${here && html`: ${amount(here)}`}
      </li>`;
    });
  return html`<p role="status">${chip("busy", "running")} ${progress ? progressWords(progress) : "beginning"}</p>
    ${progress?.total !== undefined && html`<progress max="${progress.total}" value="${progress.done}" aria-label="${phases[progress.phase]}"></progress>`}
    <ol class="phases">
      ${steps}
    </ol>`;
}

function amount({ done, total }: Progress): string {
  return total === undefined ? counted(done, "object") : `${grouped(done)} of ${counted(total, "object")}`;
}

/**
 * A part of a page that is drawn anew while somebody looks; without a script, whenever the person asks.
 *
 * @param events where its news come from; undefined: there are none any more
 * @param path of the page
 */
export function followed(part: Html, events: string | undefined, path: string): Html {
  return html`${
      events !== undefined &&
      html`<noscript
        ><p><a class="button" href="${path}">See how far it is now</a></p></noscript
      >`
    }
    <div id="live" ${events !== undefined && html` data-live="${events}"`}>${part}</div>`;
}

/** A run of another process. */
export function underWayPage(run: UnderWay, sync: KnownSync): Page {
  return {
    title: `${syncTitle(sync)}: run`,
    asOf: new Date(run.at),
    body: ({ clock, path }) =>
      html`${followed(underWayPart(run, clock), `/runs/${syncPath(sync)}/${run.runId}/events`, path)}
        <dl class="facts card">
          <dt>Began</dt>
          <dd>
            ${relative(run.startedAt, clock)}, ${startedBy(run.trigger)}${run.by !== undefined && `, by ${run.by}`}
          </dd>
          <dt>Run</dt>
          <dd><code>${run.runId}</code></dd>
        </dl>
        <p class="soft">
          It runs in another process, which tells how far it is every few seconds. Where nothing is heard for long, it
          waits for something that does not answer, or was killed: then the next run says so, and goes on where it was.
        </p>`,
  };
}

/** What changes while somebody looks. */
export function underWayPart({ progress, at }: UnderWay, clock: Clock): Html {
  return html`${progressPart(progress)}
    <p class="soft">Last heard of ${relative(at, clock)}.</p>`;
}
