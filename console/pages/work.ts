/** Something that runs now or ran a moment ago: how far it is, and what it did or would do. @packageDocumentation */
import { messageOf } from "../../contract/words.ts";
import type { Role } from "../access.ts";
import { may } from "../../contract/access/rules.ts";
import type { Job } from "../work/work.ts";
import { type Html, html } from "./html.ts";
import { form, type Frame, type Page } from "./layout.ts";
import { chip, statusChip, syncPath, syncTitle } from "./parts.ts";
import { followed, progressPart } from "./progress.ts";
import { isLookOverLimit, reportBody } from "./runs.ts";
import { type Clock, lasted, relative, timesIn } from "./times.ts";

/** @param page of the changes, from 1 */
export function workPage(job: Job, role: Role | null, page: number): Page {
  const title = `${syncTitle(job.sync)}: ${job.what === "look" ? "what would change" : "run"}`;
  return {
    title,
    ...(job.ended && { asOf: job.ended }),
    body: (frame) =>
      html`${followed(stateOf(job, frame.clock), job.ended ? undefined : `/work/${job.id}/events`, frame.path)}
      ${job.ended !== undefined && outcome(job, frame, role, page)}
      ${job.began === undefined && job.ended === undefined && withdrawal(job, frame, role)}`,
  };
}

function withdrawal({ id }: Job, { csrf }: Frame, role: Role | null): Html | false {
  if (role === null || !may(role, "run a sync, or what failed again")) return false;
  return html`<div class="actions">
    ${form(`/work/${id}/withdraw`, csrf, html`<button class="button">Withdraw it</button>`)}
  </div>`;
}

/** What changes while somebody looks. */
export function stateOf(job: Job, clock: Clock): Html {
  const { asked, began, ended, blocked, progress, what, report } = job;
  if (ended)
    return html`<p>
      ${howItEnded(job)} ended ${relative(ended, clock)}${report && html`, took ${lasted(report.seconds)}`}
    </p>`;
  if (!began && blocked !== undefined)
    return html`<p role="status">
        ${chip("calm", "waiting")} asked for ${relative(asked, clock)}: it begins when the run that is under way has
        ended
      </p>
      <p class="soft">${blocked}</p>`;
  if (!began)
    return html`<p role="status">
      ${chip("calm", "waiting")} asked for ${relative(asked, clock)}: something else runs first
    </p>`;
  return progressPart(progress, what === "look");
}

/** A look that went well says what it is: no success of a run. */
function howItEnded({ report, what, withdrawnBy }: Job): Html {
  if (withdrawnBy !== undefined) return chip("calm", "withdrawn");
  if (!report) return chip("bad", "Failure");
  const isLook = what === "look" && report.status !== "Failure";
  return isLook ? chip("calm", "looked at, not written") : statusChip(report);
}

function outcome(job: Job, { clock, csrf }: Frame, role: Role | null, page: number): Html {
  const { report, error, sync, what, withdrawnBy } = job;
  if (withdrawnBy !== undefined)
    return html`<p class="notice">${withdrawnBy} withdrew it before it began: nothing of it was done.</p>`;
  if (!report) return html`<p class="notice bad" role="alert">${timesIn(messageOf(error), clock)}</p>`;
  const isOver = report.limit?.over === true;
  const mayRun = role !== null && may(role, "run a sync, or what failed again");
  const mayApprove = role !== null && may(role, "approve exactly this plan");
  const isTried = job.tried !== undefined;
  return html`${sameAsLooked(job, csrf)}
  ${isLookOverLimit(report) && html`<p class="notice bad">Over a limit: ${report.limit?.why}.</p>`}
  ${isTried && html`<p class="notice">With the settings that were tried. Nothing was stored: to have them, change the stack's settings and deploy.</p>`}
  ${
    what === "look" &&
    !isTried &&
    html`<div class="card">
      <p>
        ${
          isOver
            ? "Nothing of it is written until somebody approves exactly this."
            : report.plan === undefined
              ? "Nothing would change."
              : "Nothing of this was written. Run it writes exactly this, or nothing where the source or the target changed meanwhile."
        }
      </p>
      <div class="actions">
        ${isOver && mayApprove && form(`/work/${job.id}/approve`, csrf, html`<button class="button primary">Approve exactly this plan (${report.plan ?? "empty"})</button>`)}
        ${!isOver && report.plan !== undefined && mayRun && form(`/work/${job.id}/approve`, csrf, html`<button class="button primary">Run it</button>`)}
        ${form(`/syncs/${syncPath(sync)}/look`, csrf, html`<button class="button">Look again</button>`)}
      </div>
    </div>`
  }
  ${reportBody(report, { sync, clock, page, ...(mayRun && csrf !== undefined && { csrf }) })}`;
}

/** A run goes by what somebody had looked at, or does nothing: then there is something else to look at. */
function sameAsLooked({ looked, report, sync }: Job, csrf: string | undefined): Html | false {
  if (!looked || !report) return false;
  return report.plan === looked.plan
    ? html`<p class="notice good">Its plan was exactly the one that was looked at (${looked.plan ?? "empty"}).</p>`
    : form(`/syncs/${syncPath(sync)}/look`, csrf, html`<button class="button primary">Look again</button>`);
}
