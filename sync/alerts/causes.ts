/**
 * What is not as it should be, a cause each, with what it means and what to do about it. Pure.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import type { AlertKind } from "../../contract/alerts.ts";
import { runPage, waitingPage } from "../../contract/console-pages.ts";
import { counted, withoutNames } from "../../contract/words.ts";
import { withoutRequests } from "../connectors/http/answer.ts";
import { type RunReport, wasStopped } from "../run/report.ts";
import { MOST_STOPPED } from "../run/standing.ts";
import type { Missed } from "../schedule/standing.ts";
import { type DeclaredSync, strategyName } from "../schedule/strategies.ts";
import { command } from "../../contract/this-stack.ts";

export interface Cause {
  /** The same as long as it lasts. */
  readonly key: string;
  readonly kind: AlertKind;
  /** In a few words. */
  readonly title: string;
  /** Sentences. */
  readonly happened: string;
  readonly means: string;
  readonly todo: string;
  /** The page of the console that shows it, where there is one. */
  readonly link?: string;
}

export interface Facts {
  /** The last run of each sync, and one before whose plan waits still. */
  readonly runs: readonly RunReport[];
  /** Strategies that did not run at their times, and have not since; undefined: nobody can tell. */
  readonly missed: readonly { readonly strategy: string; readonly missed: Missed }[] | undefined;
  /** Credentials that somebody has to act for. */
  readonly credentials: readonly { readonly name: string; readonly state: string; readonly advice: string }[];
  /** Registrations that are not as declared, with what differs; undefined: nobody looked. */
  readonly drift?: readonly Drifted[] | undefined;
  /** The syncs that are declared: what people call each, and where the console has its pages. */
  readonly syncs: readonly RunSync[];
  /** Address of the console that links lead to, without a slash at its end; undefined: there is none. */
  readonly console?: string | undefined;
}

interface RunSync extends DeclaredSync {
  /** As its runs name it. */
  readonly sync: string;
}

interface Drifted {
  readonly registration: string;
  readonly differences: readonly string[];
  /** Permissions that were granted to it and are not any more. */
  readonly revoked?: readonly string[];
}

export interface Causes {
  readonly open: readonly Cause[];
  /** Beginnings of the keys of causes of which it is not known whether they still are. */
  readonly unknown: readonly string[];
}

/** Reasons of one sync that are told apart; the rest is one cause. */
const MAX_REASONS = 10;

export function causesOf({ runs, missed, credentials, drift, syncs, console }: Facts): Causes {
  const linked = (page: string) => (console === undefined ? undefined : { link: `${console}${page}` });
  const open = [
    ...runsThatTell(runs).flatMap((report) => {
      const declared = syncs.find(({ sync }) => sync === report.sync);
      const link = linked(pageOf(report, declared));
      return ofRun(report, declared).map((cause) => ({ ...cause, ...link }));
    }),
    ...(missed ?? []).map(({ strategy, missed: { count, first, last, why } }): Cause => ({
      ...linked("/"),
      key: `missed ${strategy}`,
      kind: "missed",
      title: `${strategy} did not run at its time`,
      // In words that stay as they are when one more is missed.
      happened: `It was due from ${first} to ${last}, ${count} in all: ${withoutNames(why)}.`,
      means: "What changed since the last run has not arrived.",
      todo: `See that the scheduler runs (${command("run", "--check")}).`,
    })),
    ...credentials.map(({ name, state, advice }): Cause => ({
      ...linked("/credentials"),
      key: `credential ${name}`,
      kind: "credentials",
      title: `credential ${name}: ${state}`,
      happened: `How it stands: ${state}.`,
      means: "What signs in with it stops working when it ends.",
      todo: advice,
    })),
    ...(drift ?? []).map(({ registration, differences }): Cause => ({
      ...linked("/registrations"),
      key: `drift ${registration}`,
      kind: "drift",
      title: `registration ${registration} is not as declared`,
      happened: differences.map(withoutNames).join(" "),
      means: "Somebody changed it by hand. What it may do may not be what was approved.",
      todo: `Look who it was (${command("drift")}), then deploy (pulumi up --refresh), or declare what is meant.`,
    })),
    ...(drift ?? []).flatMap(({ registration, revoked = [] }) =>
      revoked.length === 0 ? [] : [{ ...ofConsent(registration, revoked), ...linked("/registrations") }],
    ),
  ];
  const unseen = [...(missed ? [] : ["missed "]), ...(drift ? [] : ["drift ", "consent "])];
  return { open, unknown: [...runs.flatMap(unknownAfter), ...unseen] };
}

function ofConsent(registration: string, revoked: readonly string[]): Cause {
  return {
    key: `consent ${registration}`,
    kind: "consent",
    title: `consent to registration ${registration} was revoked`,
    happened: `Not granted any more: ${revoked.join(", ")}.`,
    means: "Whoever signs in as it is refused what needs these. A sync that does stops.",
    todo: `Look who it was (${command("drift")}). If it was not meant, deploy (pulumi up --refresh); if it was, take it out of the settings.`,
  };
}

function pageOf({ runId, limit }: RunReport, sync: RunSync | undefined): string {
  if (!sync) return "/runs";
  return limit?.over === true ? waitingPage(sync, limit.hash) : runPage(sync, runId);
}

/** Without those that were told to stop; of many in a row the last one tells that nothing comes of them. */
function runsThatTell(runs: readonly RunReport[]): readonly RunReport[] {
  const stopped = Map.groupBy(runs.filter(wasStopped), ({ sync }) => sync);
  const often = [...stopped.values()].flatMap(([last, ...others]) =>
    last && 1 + others.length >= MOST_STOPPED ? [last] : [],
  );
  return runs.filter((report) => !wasStopped(report) || often.includes(report));
}

/** A run that did not come to its end tells nothing of what others met; one that was told to stop nothing at all. */
function unknownAfter(report: RunReport): readonly string[] {
  const { sync, status, limit } = report;
  if (wasStopped(report)) return ["exceptions", "staged", "success"].map((kind) => `${kind} ${sync}`);
  if (limit?.over === true) return [`exceptions ${sync} `];
  return status === "Failure" ? [`exceptions ${sync} `, `staged ${sync} `] : [];
}

/** @param declared undefined: it is not declared any more */
function ofRun(report: RunReport, declared: RunSync | undefined): readonly Cause[] {
  const { sync, source, target, status, limit, runId } = report;
  const name = declared ? strategyName(declared) : sync;
  const way = `${source} to ${target}`;
  const look = command("runs show", runId.slice(0, 8));
  const lookAtWhom = command("runs show", runId.slice(0, 8), "--names");
  if (limit?.over === true) {
    const staged: Cause = {
      key: `staged ${sync} ${limit.hash}`,
      kind: "staged",
      title: `${name}: a plan waits for somebody's word`,
      happened: `The run of ${way} was stopped. ${withoutNames(report.failure ?? limit.why)}`,
      means: "Nothing of that run was written. The changes of all runs wait until somebody decides.",
      todo: `Look who is in the plan (${lookAtWhom}). If it is meant, allow it by the command above; if not, mend it at the source.`,
    };
    return [staged];
  }
  if (wasStopped(report)) {
    const stopped: Cause = {
      key: `failure ${sync}`,
      kind: "failure",
      title: `${name} is stopped again and again`,
      happened: `The last ${MOST_STOPPED} runs of ${way} were told to stop before their end: by a time limit of what starts them, Ctrl-C, or a machine that shut down.`,
      means:
        "What changed since the last whole run has not arrived in whole. Each run goes on where the one before was.",
      todo: `See what ends it, and let it take its time; or run it where nothing does (${runningOf(declared)}). The whole run: ${look}`,
    };
    return [stopped];
  }
  if (status === "Failure") {
    const failed: Cause = {
      key: `failure ${sync}`,
      kind: "failure",
      title: `${name} failed`,
      happened: `The run of ${way} could not go on: ${withoutNames(report.failure ?? "it was stopped")}`,
      means: "What changed since the last run has not arrived in whole. The next run goes on where this one was.",
      todo: `Mend what the sentence above names, then run the sync (${runningOf(declared)}). Where it names nothing, see what ${command("test")} finds. The whole run: ${look}`,
    };
    return [failed];
  }
  if (status === "Success") {
    const succeeded: Cause = {
      key: `success ${sync}`,
      kind: "success",
      title: `${name} succeeded`,
      happened: `The run of ${way} ended, and everything is as it should be.`,
      means: "There is nothing to do.",
      todo: `The whole run: ${look}`,
    };
    return [succeeded];
  }
  return exceptionsOf(report, { name, look: lookAtWhom, again: runningOf(declared, "--again") });
}

/** The command that runs it, and nothing else. */
function runningOf(declared: RunSync | undefined, ...options: readonly string[]): string {
  if (!declared) return command("sync", ...options);
  return command(`sync ${declared.kind}`, "--target", declared.target, ...options);
}

/** Objects that fail for one reason are one task of one person. */
function exceptionsOf(
  { sync, source, target, exceptions, counts }: RunReport,
  { name, look, again }: { readonly name: string; readonly look: string; readonly again: string },
): Cause[] {
  const byReason = Map.groupBy(
    exceptions.map(({ reason }) => withoutRequests(withoutNames(reason))),
    digestOf,
  );
  const reasons = [...byReason].sort(([, one], [, other]) => other.length - one.length);
  const named = reasons.slice(0, MAX_REASONS);
  const rest = counts.fail - named.reduce((sum, [, { length }]) => sum + length, 0);
  const means = "Everything else went on. What failed is tried again by itself, less and less often.";
  const causes = named.map(([digest, { length, 0: reason = "" }]): Cause => ({
    key: `exceptions ${sync} ${digest}`,
    kind: "exceptions",
    title: `${name}: ${counted(length, "object")} failed for one reason`,
    happened: `From ${source} to ${target}, ${counted(length, "object")} failed: ${reason}`,
    means,
    todo: `See which (${look}), mend it, then run those again: ${again}`,
  }));
  if (rest <= 0 && causes.length > 0) return causes;
  const others: Cause = {
    key: `exceptions ${sync} others`,
    kind: "exceptions",
    title: `${name}: ${rest > 0 ? `${counted(rest, "object")} failed for other reasons` : "it was not read to its end"}`,
    happened:
      rest > 0
        ? `From ${source} to ${target}, ${counted(rest, "object")} failed for other reasons.`
        : `${source} could not be read to its end.`,
    means,
    todo: `The whole run: ${look}`,
  };
  return [...causes, others];
}

const GUID = /\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi;

/**
 * Of a text, whatever numbers and ids are in it: what only counts on, or meets another object or request, is nothing new.
 */
export function digestOf(text: string): string {
  const steady = withoutRequests(text).replaceAll(GUID, "0").replaceAll(/\d+/g, "0");
  return createHash("sha256").update(steady).digest("hex").slice(0, 12);
}
