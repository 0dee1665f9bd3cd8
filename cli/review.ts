/**
 * `tenantwire review`: what a deployment would change, for the person who must approve it. Changes nothing.
 *
 * @packageDocumentation
 */
import { NOTICE_DAYS } from "../components/credentials/status.ts";
import { given } from "../contract/may-show.ts";
import { readFile } from "node:fs/promises";
import {
  failureOf,
  lastOutputsOf,
  newPeople,
  parsePolicy,
  parsePreview,
  type PolicySource,
  type Preview,
  type Review,
  type Reviewing,
  reviewPreview,
  stackOf,
  tenantOf,
} from "../review/index.ts";
import { NotText, decodeText } from "../contract/text/decode.ts";
import { lookUpPeople, lookUpRegistrations } from "./directory.ts";
import { interruption } from "./interruption.ts";
import { origin } from "./origin.ts";
import { pageOf, renderHtml, renderMarkdown, renderText } from "./review-page/index.ts";
import { atIn, atOf, linesOf } from "../stacks/settings-file.ts";
import { today } from "../components/today.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { writeWhole } from "./write.ts";
import { printableJson, printableText } from "../contract/text/printable.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { linesAfter } from "./how-it-ended.ts";
import { jsonOf, pulumi } from "./pulumi.ts";
import { workFor } from "../contract/this-stack.ts";

export interface ReviewOptions {
  readonly stack?: string;
  readonly preview?: string;
  readonly format?: string;
  readonly within?: number;
  /** Settings file of the base branch, whose rules count. */
  readonly rules?: string;
  /** File with the names of the files that the pull request changes, one a line. */
  readonly changed?: string;
  /** File that the page is written into too, as HTML: whole, where a comment is cut. */
  readonly html?: string;
  /** Ask the directory for names and grants; with a stack it is done anyhow. */
  readonly directory?: boolean;
}

const renderers: Readonly<Record<string, (review: Review) => string>> = {
  text: (review) => printableText(renderText(pageOf(review))),
  markdown: (review) => printableText(renderMarkdown(pageOf(review))),
  html: (review) => printableText(renderHtml(pageOf(review))),
  json: (review) => `${printableJson(review)}\n`,
};

/** Exits with 10 where a finding is mandatory, and with 11 where none is and the rules themselves change. */
export async function review(options: ReviewOptions): Promise<void> {
  // What is not read in a terminal becomes a comment.
  const { format = process.stdout.isTTY ? "text" : "markdown", within = NOTICE_DAYS } = options;
  const render = Object.hasOwn(renderers, format) ? renderers[format] : undefined;
  if (!render) throw new SettingsError(`--format takes ${Object.keys(renderers).join(", ")}, not ${given(format)}.`);
  if (!Number.isInteger(within) || within < 0) {
    throw new SettingsError(`--within takes whole days from 0 on, not ${String(within)}.`);
  }
  const day = await today();
  const base = options.rules === undefined ? undefined : await policyIn(options.rules);
  const { preview, stack } = await previewOf(options);
  if (options.stack === undefined) workFor({ stack });
  const otherFiles = options.changed === undefined ? [] : await otherFilesIn(options.changed, stack);
  const reviewing = {
    stack,
    today: day,
    withinDays: within,
    base,
    otherFiles,
    atOf: atOf(stack),
    origin: await origin(process.env),
  };
  const asks = options.directory === true || options.preview === undefined;
  const seen = asks ? await askDirectory(preview, stack) : {};
  const reviewed = reviewPreview(preview, { ...reviewing, ...seen });
  process.stdout.write(render(reviewed));
  if (options.html !== undefined) await writePage(options.html, printableText(renderHtml(pageOf(reviewed))));
  process.exitCode = exitCodeOf(reviewed);
}

function exitCodeOf({ findings, policyChanges }: Review): ExitCode {
  if (findings.some(({ level }) => level === "mandatory")) return ExitCode.successWithExceptions;
  return policyChanges.length > 0 ? ExitCode.policyChanged : ExitCode.success;
}

/** @throws SettingsError when nothing can be written there */
async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeWhole(file, page);
  } catch (error) {
    if (error instanceof TenantwireError) throw error;
    throw new SettingsError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}

async function policyIn(file: string): Promise<PolicySource> {
  const text = await read(file);
  return { file, policy: parsePolicy(text, file), atOf: atIn({ file, text }) };
}

/** Of what a pull request changes, all but the settings that are reviewed. */
async function otherFilesIn(file: string, stack: string): Promise<readonly string[]> {
  const names = (await read(file)).split(/\r?\n/).filter((name) => name !== "");
  return [...new Set(names)].filter((name) => name !== `stacks/Pulumi.${stack}.yaml`);
}

/** What only the directory knows. A review without it is better than none: then it says why it has none. */
async function askDirectory(preview: Preview, stack: string): Promise<Pick<Reviewing, "people" | "live" | "notes">> {
  const notes: string[] = [];
  const orNote = async <T>(what: string, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof TenantwireError)) throw error;
      notes.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const tenant = tenantOf(preview, stack);
  const ids = newPeople(preview, stack);
  const people =
    tenant === undefined || ids.length === 0
      ? undefined
      : await orNote("Names of owners and administrators are not known", lookUpPeople(ids, tenant, interruption()));
  const { outputs } = lastOutputsOf(preview);
  const live =
    outputs === undefined || outputs.registrations.length === 0
      ? undefined
      : await orNote("What was granted by hand is not known", lookUpRegistrations(outputs, interruption()));
  return { people, live, notes };
}

async function previewOf({ stack, preview: file }: ReviewOptions): Promise<{ preview: Preview; stack: string }> {
  if (file === undefined && stack === undefined) {
    throw new SettingsError("Which tenant? Name its stack (-s <stack>) or give a preview of it (--preview <file>).");
  }
  const preview = file === undefined ? await runPreview(String(stack)) : parsePreview(await read(file), file);
  const own = stackOf(preview) ?? stack ?? "";
  const failure = failureOf(preview, own, linesOf(own));
  if (failure !== undefined) throw failed(file ?? `stack "${own}"`, failure);
  // A stack may be named in full: organization/project/stack.
  if (stack !== undefined && stack.split("/").at(-1) !== own) {
    throw new SettingsError(
      `${file} is a preview of the stack "${own}", not of "${stack}": leave -s out, or make another.`,
    );
  }
  return { preview, stack: own };
}

/** @throws SettingsError when it is not there, or no text */
async function read(file: string): Promise<string> {
  try {
    return decodeText(await readFile(file));
  } catch (error) {
    if (error instanceof NotText) throw new SettingsError(`${file} ${error.message}.`, { cause: error });
    throw new SettingsError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}

async function runPreview(stack: string): Promise<Preview> {
  // Streaming events would carry secrets in the clear, and so would `pulumi up --json`.
  const { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: _, ...env } = process.env;
  const args = ["preview", "--json", "--show-sames", "--stack", stack];
  const { succeeded, stdout, said } = await pulumi(args, {
    env,
    purpose: "The review needs",
    otherwise: "give a preview as a file (--preview)",
  });
  // What goes wrong before the program runs is on standard error, and there is no JSON.
  if (!succeeded && stdout.trim() === "") throw failed(`stack "${stack}"`, said);
  jsonOf(stdout, args);
  return parsePreview(stdout, "What pulumi printed");
}

function failed(origin: string, said: string): TenantwireError {
  return new TenantwireError(linesAfter(`The preview of ${origin} failed. pulumi says: `, said));
}
