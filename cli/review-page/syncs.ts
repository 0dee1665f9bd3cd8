/** What is said of outputs: what the syncs and the vendors' forms live on. Pure. @packageDocumentation */
import { place } from "../../review/changes/attention/outputs.ts";
import type { Review } from "../../review/changes/index.ts";
import { listed, quoted } from "../../review/changes/words.ts";
import { isOfSyncs } from "../../review/outputs/differences.ts";
import { type OutputDifference } from "../../review/outputs/difference.ts";
import type { Row } from "./blocks.ts";

export function syncRows({ outputs }: Review): Row[] {
  return outputs.filter(isOfSyncs).map(outputRow);
}

/** Registrations and credentials, as people and checks are told of them. */
export function otherOutputRows({ outputs }: Review): Row[] {
  return outputs.filter((difference) => !isOfSyncs(difference)).map(outputRow);
}

function outputRow(difference: OutputDifference): Row {
  const { before, after, danger } = difference;
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return {
    tone: danger === undefined ? (change === "changed" ? "plain" : change) : "danger",
    cells: [change, quoted(place(difference)), words(difference), danger ?? ""],
  };
}

function words({ before, after, added, removed }: OutputDifference): string {
  if (added !== undefined && removed !== undefined) {
    const parts = [
      ...(added.length > 0 ? [`${listed(added.map(quoted))} added`] : []),
      ...(removed.length > 0 ? [`${listed(removed.map(quoted))} removed`] : []),
      ...(Array.isArray(after) && after.length === 0 ? ["nothing is left in it"] : []),
    ];
    return parts.join("; ");
  }
  if (before === undefined) return value(after);
  return `${value(before)} before, now ${value(after)}`;
}

function value(of: unknown): string {
  if (of === undefined) return "nothing";
  return quoted(typeof of === "string" ? of : JSON.stringify(of));
}
