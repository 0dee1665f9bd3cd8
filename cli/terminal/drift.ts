/**
 * What was changed by hand, for a person's eyes.
 *
 * @packageDocumentation
 */
import { createColors } from "picocolors";
import type { Outputs } from "../../contract/outputs.ts";
import { printable } from "../../contract/text/printable.ts";
import { counted } from "../../contract/words.ts";
import type { Drift, Drifted } from "../../doctor/drift/index.ts";
import { describeChange, tellDifference } from "../../doctor/live/words.ts";

/** Ends with a line break. */
export function renderDrift(drift: Drift, outputs: Outputs, { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const since = drift.before === undefined ? "the first look" : `since ${drift.before}`;
  const lines = drift.drifted.flatMap((each) => {
    const registration = outputs.registrations.find(({ name }) => name === each.registration);
    if (registration === undefined) return [];
    return [
      colors.bold(printable(`${each.registration} (${registration.displayName})`)),
      ...changedLines(each).map((line) => `  ${printable(line)}`),
      ...each.differences.flatMap((difference) => {
        const [what = "", ...mends] = tellDifference(difference, registration, outputs.mark).map(printable);
        return [`  ${colors.red(what)}`, ...mends.map((line) => `    ${line}`)];
      }),
      "",
    ];
  });
  const count = drift.drifted.filter(({ differences }) => differences.length > 0).length;
  const sum = count === 0 ? "Everything is as declared" : `${counted(count, "registration")} not as declared`;
  const unseen = (drift.unseen ?? []).map(printable);
  return `${[...lines, `${sum} (${since}).`, ...unseen].join("\n")}\n`;
}

function changedLines({ since, actors }: Drifted): string[] {
  if (since.length === 0) return [];
  const who =
    actors === undefined
      ? ["Who it was is not known: the audit log may not be read here (AuditLog.Read.All)."]
      : actors.map(({ who: name, did, at }) => `${at} ${name}: ${did}`);
  return [...since.map((each) => `New: ${describeChange(each)}`), ...who];
}
