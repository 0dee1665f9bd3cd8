/** A plan that a limit stopped. @packageDocumentation */
import { may } from "../../contract/access/rules.ts";
import { counted } from "../../contract/words.ts";
import { isAllowed, type LimitedSet } from "../../sync/run/allowances.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { Role } from "../access.ts";
import type { KnownSync } from "../work/work.ts";
import { html } from "./html.ts";
import { form, type Page } from "./layout.ts";
import { chip, objectLink, syncPath, syncTitle, table } from "./parts.ts";
import { relative, time } from "./times.ts";

export interface Waiting extends LimitedSet {
  readonly sync: KnownSync;
  /** What the last run that found it says; absent where that is not remembered any more. */
  readonly report?: Pick<RunReport, "plan" | "limit">;
  /** Whether no run since has come so far that it found another plan, or went through. */
  readonly isOpen: boolean;
  readonly members: readonly { readonly kind: string; readonly sourceId: string; readonly label?: string }[];
}

/** More are counted. */
const MOST = 1_000;

export function waitingPage(waiting: Waiting, role: Role | null): Page {
  const { sync, hash, at, objects, allowedUntil, members, report, isOpen } = waiting;
  const why = report?.limit?.hash === hash ? report.limit.why : undefined;
  // What a run has passed since is nothing to decide about; what was left alone stopped no run.
  const isPast = why !== undefined && !isOpen;
  return {
    title: `${syncTitle(sync)}: a plan ${isPast ? "that waited" : "waits"}`,
    asOf: new Date(at),
    body: ({ clock, csrf }) => {
      const until = isAllowed(waiting, clock.now) ? allowedUntil : undefined;
      return html`<div class="card">
          <p>
            ${until !== undefined ? html`${chip("good", "allowed")} until ${time(until, clock)}` : isPast ? html`${chip("calm", "waits no more")}` : html`${chip("warn", "waits")} since ${relative(at, clock)}`}
          </p>
          ${why !== undefined && html`<p>${why}</p>`}
          <p>
            ${
              isPast
                ? "A run since found another plan, or was let through: nothing of this waits for anybody."
                : report === undefined
                  ? "The run that found these is not remembered any more: see before and after, and approve there."
                  : why === undefined
                    ? html`These were left alone; approving (<code>${hash}</code>) starts a run that makes them
                      inactive.`
                    : html`Nothing of that run was written. See the values before and after first; approving starts a
                      run that writes exactly its plan (<code>${report.plan ?? "empty"}</code>), or nothing where the
                      source or the target changed meanwhile. The set (<code>${hash}</code>) is allowed for three days
                      then.`
            }
          </p>
          <div class="actions">
            ${form(`/syncs/${syncPath(sync)}/look`, csrf, html`<button class="${isPast ? "button" : "button primary"}">See before and after</button>`)}
            ${until === undefined && !isPast && report && role !== null && may(role, "approve exactly this plan") && form(`/waiting/${syncPath(sync)}/${hash}/approve`, csrf, html`<input type="hidden" name="plan" value="${report.plan ?? ""}" /><button class="button">Approve exactly this plan</button>`)}
          </div>
        </div>
        <section>
          <h2>Who and what is in it: ${counted(objects, "object")}</h2>
          ${members.length > MOST && html`<p class="soft">The first ${MOST} are shown.</p>`}
          ${table(
            ["Object", "Change"],
            members
              .slice(0, MOST)
              .map(({ kind, sourceId, label }) => [
                objectLink(sync, sourceId, label),
                html`<span class="kind ${kind}">${kind}</span>`,
              ]),
          )}
        </section>`;
    },
  };
}
