/** What is said of rules: what they find, and what keeps them from it. Pure. @packageDocumentation */
import type { Finding } from "../../contract/rules/index.ts";
import type { Review } from "../../review/changes/index.ts";
import { quoted } from "../../review/changes/words.ts";
import type { Row } from "./blocks.ts";

export function findingRows({ findings }: Review): Row[] {
  return findings.map((finding) => ({
    tone: finding.level === "mandatory" ? "danger" : "notice",
    cells: [finding.level, finding.rule, about(finding), finding.text, placed(finding)],
  }));
}

export function excusedRows(review: Review): Row[] {
  const who = whoSays(review);
  return [
    ...review.excused.map(({ finding, reason, ...where }): Row => ({
      tone: "notice",
      cells: ["excused", finding.rule, about(finding), quoted(reason), `${who}: ${placed(where)}`],
    })),
    ...review.relaxed.map(({ rule, from, to, reason, unheard, ...where }): Row => ({
      tone: unheard.length > 0 ? "danger" : "notice",
      cells: [
        to === "disabled" ? "off" : `${to}, not ${from}`,
        rule,
        unheard.map(about).join(", "),
        reason === undefined ? "no reason is written" : quoted(reason),
        `${who}: ${placed(where)}`,
      ],
    })),
  ];
}

export function policyRows({ policyChanges }: Review): Row[] {
  return policyChanges.map(({ place, before, after }) => ({
    tone: "danger",
    cells: [
      quoted(place),
      before === undefined ? "the default" : quoted(before),
      after === undefined ? "the default" : quoted(after),
    ],
  }));
}

/** Who decides by which rules a deployment is judged. */
export function whoSays({ rulesFrom }: Review): string {
  return rulesFrom === undefined ? "the settings under review" : `the base branch (${quoted(rulesFrom)})`;
}

function placed({ place, at }: Pick<Finding, "place" | "at">): string {
  return at === undefined ? quoted(place) : `${quoted(place)} (${quoted(at)})`;
}

function about({ registration, subject }: Finding): string {
  return [registration, subject]
    .filter((part) => part !== undefined)
    .map(quoted)
    .join(" ");
}
