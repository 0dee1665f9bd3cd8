/** Something that runs now or ran a moment ago: how far it is, and what it did or would do. @packageDocumentation */
import { counted, grouped, messageOf } from "../../contract/words.ts";
import type { Progress } from "../../sync/index.ts";
import type { Role } from "../access.ts";
import { may } from "../../contract/access/rules.ts";
import type { Job } from "../work/work.ts";
import { type Html, html } from "./html.ts";
import { form, type Frame, type Page } from "./layout.ts";
import { chip, syncPath, syncTitle } from "./parts.ts";
import { reportBody } from "./runs.ts";
import { type Clock, relative } from "./times.ts";

export function workPage(job: Job, role: Role | null): Page {
  const title = `${syncTitle(job.sync)}: ${job.what === "look" ? "what would change" : "run"}`;
  return {
    title,
    ...(job.ended && { asOf: job.ended }),
    body: (frame) =>
      html`${
          !job.ended &&
          html`<noscript
            ><p><a class="button" href="${frame.path}">See how far it is now</a></p></noscript
          >`
        }
        <div id="live" ${!job.ended && html` data-live="/work/${job.id}/events"`}>${stateOf(job, frame.clock)}</div>
        ${job.ended !== undefined && outcome(job, frame, role)}`,
  };
}

const phases: Readonly<Record<Progress["phase"], string>> = {
  recover: "Looking after what an earlier run left",
  read: "Reading the source",
  list: "Reading the target",
  plan: "Planning",
  write: "Writing",
  verify: "Reading back",
};
const order = Object.keys(phases) as readonly Progress["phase"][];

/** What changes while somebody looks. */
export function stateOf({ asked, began, ended, progress, what }: Job, clock: Clock): Html {
  if (ended) return html`<p>${chip("calm", "over")} ended ${relative(ended, clock)}</p>`;
  if (!began)
    return html`<p role="status">
      ${chip("calm", "waiting")} asked for ${relative(asked, clock)}: something else runs first
    </p>`;
  const at = progress ? order.indexOf(progress.phase) : -1;
  const steps = order
    .filter((phase) => what === "run" || (phase !== "write" && phase !== "verify"))
    .map((phase) => {
      const index = order.indexOf(phase);
      const here = index === at && progress;
      return html`<li class="${index < at ? "past" : here ? "now" : "next"}" ${here && html` aria-current="step"`}>
        ${phases[phase]}${here && html`: ${amount(here)}`}
      </li>`;
    });
  return html`<p role="status">
      ${chip("busy", "running")} ${progress ? html`${phases[progress.phase]}: ${amount(progress)}` : "beginning"}
    </p>
    ${progress?.total !== undefined && html`<progress max="${progress.total}" value="${progress.done}" aria-label="${phases[progress.phase]}"></progress>`}
    <ol class="phases">
      ${steps}
    </ol>`;
}

function amount({ done, total }: Progress): string {
  return total === undefined ? counted(done, "object") : `${grouped(done)} of ${counted(total, "object")}`;
}

function outcome(job: Job, { clock, csrf }: Frame, role: Role | null): Html {
  const { report, error, sync, what } = job;
  if (!report) return html`<p class="notice bad">${messageOf(error)}</p>`;
  const isOver = report.limit?.over === true;
  const mayRun = role !== null && may(role, "run a sync, or what failed again");
  const mayApprove = role !== null && may(role, "approve exactly this plan");
  const isTried = job.tried !== undefined;
  return html`${sameAsLooked(job)}
  ${isTried && html`<p class="notice">With the settings that were tried. Nothing was stored: to have them, change the stack's settings and deploy.</p>`}
  ${
    what === "look" &&
    !isTried &&
    html`<div class="card">
      <p>
        ${
          isOver
            ? html`This is over a limit: nothing of it is written until somebody approves exactly this.`
            : report.plan === undefined
              ? "Nothing would change."
              : "Nothing of this was written. A run writes what it finds then."
        }
      </p>
      <div class="actions">
        ${isOver && mayApprove && form(`/work/${job.id}/approve`, csrf, html`<button class="button primary">Approve exactly this plan (${report.limit?.hash ?? ""})</button>`)}
        ${!isOver && report.plan !== undefined && mayRun && form(`/work/${job.id}/approve`, csrf, html`<button class="button primary">Run it</button>`)}
        ${form(`/syncs/${syncPath(sync)}/look`, csrf, html`<button class="button">Look again</button>`)}
      </div>
    </div>`
  }
  ${reportBody(report, { sync, clock, ...(mayRun && csrf !== undefined && { csrf }) })}`;
}

/** Whether a run did what somebody had looked at. */
function sameAsLooked({ looked, report }: Job): Html | false {
  if (looked === undefined || !report) return false;
  return report.plan === looked
    ? html`<p class="notice good">It did exactly the plan that was looked at (${looked}).</p>`
    : html`<p class="notice">
        The source or the target had changed since somebody looked (${looked}): the plan was ${report.plan ?? "empty"}.
      </p>`;
}
