/**
 * An explanation of a user, for a person's eyes.
 *
 * @packageDocumentation
 */
import { printableData } from "../../contract/text/printable.ts";
import { createColors } from "picocolors";
import { type ExplainLook as Look, type Fact, fieldLines, page, runFacts } from "./explain.ts";
import { listed, quoted } from "../../contract/words.ts";
import type { UserExplanation } from "../../sync/kinds/users/explain.ts";

export type ExplainLook = Omit<Look, "sourceName">;

/** Renders an explanation; ends with a line break. */
export function renderExplanation(explanation: UserExplanation, look: ExplainLook): string {
  const explained = printableData(explanation);
  const colors = createColors(look.color);
  const { object, history } = explained;
  const facts: Fact[] = [
    ["Entra", entraText(explained)],
    ["scope", scopeText(explained)],
    ...runFacts(explained, { ...look, sourceName: "Entra" }),
  ];
  const lines = object.fields ? fieldsOf(explained, look, colors) : [];
  return page(`${colors.bold(object.label)}  ${colors.dim(object.id)}`, facts, lines, history, colors);
}

function entraText({ entra }: UserExplanation): string {
  if (!entra) return "not found: deleted, or never there";
  const names = [entra.userPrincipalName, entra.mail].filter((name) => name !== null);
  const account = entra.accountEnabled === false ? "account disabled" : "account enabled";
  return `${account}, ${listed([...new Set(names)]) || "without a name"}${entra.mail === null ? ", no mail address" : ""}`;
}

function scopeText({ scope }: UserExplanation): string {
  const ways = scope.paths.map((path) => path.map(({ name }) => quoted(name)).join(" > "));
  const units = scope.units.map(({ name }) => quoted(name));
  const member = [
    ...(ways.length > 0 ? [`member of ${listed(ways)}`] : []),
    ...(units.length > 0 ? [`in administrative unit ${listed(units)}`] : []),
  ].join(", ");
  if (scope.inScope) return `in scope: ${member || "everybody is"}`;
  return `out of scope: ${scope.reason ?? "not known"}${member && `, though ${member}`}`;
}

/** The fields, and below them those that refer to somebody whom the target does not have. */
function fieldsOf(
  { fields }: UserExplanation,
  { targetName }: ExplainLook,
  colors: ReturnType<typeof createColors>,
): readonly string[] {
  const rows = fields.map(({ refersTo, ...field }) =>
    refersTo?.label === undefined ? field : { ...field, property: `${field.property}: ${refersTo.label}` },
  );
  const missing = fields.flatMap(({ field, refersTo }) =>
    refersTo && refersTo.label === undefined
      ? [`${field} refers to ${refersTo.id}, whom ${targetName} does not have: it is set by the run that finds him`]
      : [],
  );
  return [...fieldLines(rows, targetName, colors), ...missing];
}
