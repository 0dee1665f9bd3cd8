/**
 * A review as a page: what is said in which order, for every renderer alike. Pure.
 *
 * Texts are plain; what stands between backticks is somebody else's text and shown as code.
 *
 * @packageDocumentation
 */
import { byReach, FILES_NAMED } from "../../review/changes/attention/files.ts";
import type { PropertyChange, Review } from "../../review/changes/index.ts";
import { counted, quoted, shortType } from "../../review/changes/words.ts";
import type { Block, Page, Row, Section, Tone } from "./blocks.ts";
import { originWords } from "./origin.ts";
import { excusedRows, findingRows, policyRows, whoSays } from "./rules.ts";
import { otherOutputRows, syncRows } from "./syncs.ts";
import { registrationBlocks } from "./registrations.ts";
import { secretRows } from "./secrets.ts";
import { summaryOf } from "./summary.ts";
import { commandFor } from "../../contract/this-stack.ts";

export function pageOf(review: Review): Page {
  const { stack, today, attention } = review;
  const sections: Section[] = [
    {
      title: "Needs your eye",
      tone: attention.some(({ level }) => level === "danger") ? "danger" : "notice",
      open: true,
      blocks: [{ kind: "list", items: attention.map(({ level, text }) => ({ tone: level, text })) }],
    },
    { title: "Registrations", tone: "plain", open: true, blocks: review.registrations.flatMap(registrationBlocks) },
    table("Secrets", ["", "secret", "what", "when"], secretRows(review), { open: true }),
    table("Access in Azure", ["", "who", "role", "on", "only where"], roleRows(review), { open: true }),
    table("Consent in a browser", ["who", "what for", "where"], consentRows(review), { open: true }),
    table("Destroyed and replaced", ["", "what", "name", "because"], destroyedRows(review), {
      open: true,
      tone: "danger",
    }),
    table("What the syncs will do differently", ["", "output", "what", "why it matters"], syncRows(review), {
      open: true,
    }),
    table("Other outputs", ["", "output", "what", "why it matters"], otherOutputRows(review), {}),
    table("The rules themselves change", ["what", "before", "after"], policyRows(review), {
      open: true,
      tone: "danger",
    }),
    table("Findings", ["level", "rule", "about", "what to do", "setting"], findingRows(review), {
      open: review.findings.some(({ level }) => level === "mandatory"),
    }),
    table("Excused, and switched off", ["", "rule", "about", "reason", "who says so"], excusedRows(review), {
      open: true,
    }),
    table("Other files of the pull request", ["file"], fileRows(review), {}),
    table("Other changes", CHANGE_COLUMNS, changeRows(review.others), { open: true }),
    table(`Every change of the engine (${review.count})`, CHANGE_COLUMNS, changeRows(review.changes), {}),
  ];
  return {
    title: `Review of ${quoted(stack)}`,
    origin: originWords(review.origin),
    ...summaryOf(review),
    sections: sections.filter(({ blocks }) => blocks.some((block) => !isEmpty(block))),
    footnote:
      `The rules are those of ${whoSays(review)}. True for ${today}. Secrets that fall due within ${counted(review.withinDays, "day")} are told. ` +
      `What was changed by hand in the tenant is told by ${commandFor({ stack }, "drift")}; of it only grants are judged here, where the directory is asked.`,
  };
}

const CHANGE_COLUMNS = ["", "type", "name", "properties"];

function table(
  title: string,
  columns: readonly string[],
  rows: readonly Row[],
  { open = false, tone = "plain" }: { readonly open?: boolean; readonly tone?: Tone },
): Section {
  return { title, tone, open, blocks: [{ kind: "table", columns, rows }] };
}

function isEmpty(block: Block): boolean {
  if (block.kind === "table") return block.rows.length === 0;
  return block.kind === "list" && block.items.length === 0;
}

function roleRows({ roleAssignments }: Review): Row[] {
  return roleAssignments.map(({ change, principal, role, scope, condition }) => ({
    tone: change === "removed" ? "removed" : "added",
    cells: [change, quoted(principal), quoted(role), quoted(scope), condition === undefined ? "" : quoted(condition)],
  }));
}

function consentRows({ consentLinks }: Review): Row[] {
  return consentLinks.map(({ who, purpose, link }) => ({
    tone: "plain",
    cells: [who, purpose, link === undefined ? "the link is in the outputs after the deployment" : quoted(link)],
  }));
}

/** All of them, where not all are named above. */
function fileRows({ otherFiles }: Review): Row[] {
  if (otherFiles.length <= FILES_NAMED) return [];
  return byReach(otherFiles).map((file) => ({ tone: "plain", cells: [quoted(file)] }));
}

function destroyedRows({ destroyed }: Review): Row[] {
  return destroyed.map(({ change, type, name, because }) => ({
    tone: "danger",
    cells: [change, shortType(type), quoted(name), because.join(", ")],
  }));
}

const TONES: Readonly<Record<string, Tone>> = { create: "added", delete: "removed", replace: "danger" };

function changeRows(changes: Review["changes"]): Row[] {
  return changes.map(({ operation, type, name, properties }) => ({
    tone: TONES[operation] ?? "plain",
    cells: [operation, quoted(type), quoted(name), properties.map(propertyWords).join("; ")],
  }));
}

function propertyWords({ name, before, after }: PropertyChange): string {
  if (before === undefined || after === undefined) return quoted(name);
  return `${quoted(name)}: ${quoted(before)} before, now ${quoted(after)}`;
}
