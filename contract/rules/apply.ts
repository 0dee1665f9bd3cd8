import type { Path } from "../path.ts";
import { place } from "../settings-faults.ts";
import type { RulesSettings } from "./settings.ts";
import type { Declared } from "../registrations.ts";
import { rules, staleException } from "./registry.ts";
import type { FindingLevel, RuleDescription, Violation } from "./rule.ts";

export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly level: FindingLevel;
  /** Name of the registration, where it is about one. */
  readonly registration?: string;
  /** What of it, such as the name of a permission. */
  readonly subject?: string;
  /** Setting that can mend it, such as `tenantwire:ones.microsoft365`. */
  readonly place: string;
  /** File and line of it, `stacks/Pulumi.contoso.yaml:12`, where they are known. */
  readonly at?: string;
  /** What is wrong, and what to do. */
  readonly text: string;
}

/** What a rule would find, and may be there all the same. */
export interface Excused {
  readonly finding: Finding;
  /** Why, in the company's own words. */
  readonly reason: string;
  /** Of the exception. */
  readonly place: string;
  readonly at?: string;
}

/** A rule that is less strict than by default. */
export interface Relaxed {
  readonly rule: string;
  readonly title: string;
  readonly from: FindingLevel;
  readonly to: "disabled" | FindingLevel;
  /** Undefined: nobody wrote one down. */
  readonly reason?: string;
  readonly place: string;
  readonly at?: string;
  /** What it finds at the level that it has by default, where it is switched off. */
  readonly unheard: readonly Finding[];
}

export interface RuleFindings {
  readonly findings: readonly Finding[];
  readonly excused: readonly Excused[];
  readonly relaxed: readonly Relaxed[];
}

/** File and line of a setting, where they are known. */
export type AtOf = (path: Path) => string | undefined;

type RuleSettings = RulesSettings[string];
type Exception = RuleSettings["exceptions"][number];

/**
 * What the rules say of what is declared, with the company's own levels and exceptions. Pure.
 *
 * @param settings of the rules: `rules` of a stack's settings, `{}` for the defaults
 * @param atOf where settings are, for what is found
 * @returns in the order of the rules; what is left over of the exceptions comes last
 */
export function findingsOf(declared: Declared, settings: RulesSettings, atOf?: AtOf): Finding[] {
  return [...applyRules(declared, settings, atOf).findings];
}

/** The same, with what the settings of the rules keep from being a finding. */
export function applyRules(declared: Declared, settings: RulesSettings, atOf: AtOf = () => undefined): RuleFindings {
  const outcomes = rules.map((rule) => settle(rule, rule.find(declared), ownOf(rule, settings), atOf));
  const own = ownOf(staleException, settings);
  const left = outcomes.flatMap(({ stale }) => stale);
  const stale = settle(staleException, left, own, atOf);
  // An exception to stale exceptions can be stale itself. There is no exception to that.
  const stalest = settle(staleException, stale.stale, own && { ...own, exceptions: [] }, atOf);
  const all = [...outcomes, stale, stalest];
  return {
    findings: all.flatMap(({ findings }) => findings),
    excused: all.flatMap(({ excused }) => excused),
    relaxed: [...rules, staleException].flatMap((rule) => relaxedOf(rule, ownOf(rule, settings), declared, atOf)),
  };
}

const STRICTNESS = ["disabled", "advisory", "mandatory"];

function relaxedOf(
  rule: RuleDescription & { readonly find?: (typeof rules)[number]["find"] },
  own: RuleSettings | undefined,
  declared: Declared,
  atOf: AtOf,
): Relaxed[] {
  const { id, title, level: from } = rule;
  const to = own?.level ?? from;
  if (STRICTNESS.indexOf(to) >= STRICTNESS.indexOf(from)) return [];
  const unheard = to === "disabled" ? (rule.find?.(declared) ?? []) : [];
  return [
    {
      ...{ rule: id, title, from, to, ...placed(["rules", id, "level"], atOf) },
      ...(own?.reason !== undefined && { reason: own.reason }),
      unheard: unheard.map((violation) => found(rule, from, violation, atOf)),
    },
  ];
}

interface Outcome {
  readonly findings: readonly Finding[];
  readonly excused: readonly Excused[];
  /** Exceptions that matched nothing. */
  readonly stale: readonly Violation[];
}

function settle(
  rule: RuleDescription,
  violations: readonly Violation[] | undefined,
  { level = rule.level, exceptions }: RuleSettings = { exceptions: [] },
  atOf: AtOf,
): Outcome {
  if (level === "disabled" || violations === undefined) return { findings: [], excused: [], stale: [] };
  return {
    findings: violations
      .filter((violation) => !exceptions.some((exception) => covers(exception, violation)))
      .map((violation) => found(rule, level, violation, atOf)),
    excused: violations.flatMap((violation) => {
      const index = exceptions.findIndex((exception) => covers(exception, violation));
      const exception = exceptions[index];
      if (!exception) return [];
      const { reason } = exception;
      const own = placed(["rules", rule.id, "exceptions", index], atOf);
      return [{ finding: found(rule, level, violation, atOf), reason, ...own }];
    }),
    stale: exceptions.flatMap((exception, index) =>
      violations.some((violation) => covers(exception, violation)) ? [] : [staleOf(rule, exception, index)],
    ),
  };
}

function ownOf({ id }: RuleDescription, settings: RulesSettings): RuleSettings | undefined {
  return Object.hasOwn(settings, id) ? settings[id] : undefined;
}

/** What an exception does not name, it is for all of. */
function covers({ registration, subject }: Exception, violation: Violation): boolean {
  return (
    (registration === undefined || registration === violation.registration) &&
    (subject === undefined || subject === violation.subject)
  );
}

function staleOf({ id }: RuleDescription, { registration, subject }: Exception, index: number): Violation {
  const at = registration === undefined ? "" : ` at ${registration}`;
  const about = subject === undefined ? "" : ` about ${subject}`;
  return {
    ...(registration !== undefined && { registration }),
    subject: id,
    path: ["rules", id, "exceptions", index],
    text: `The rule finds nothing${at}${about} that this exception is for. Take it away.`,
  };
}

function found({ id }: RuleDescription, level: FindingLevel, { path, text, ...rest }: Violation, atOf: AtOf): Finding {
  return { rule: id, level, ...rest, ...placed(path, atOf), text };
}

function placed(path: Path, atOf: AtOf): Pick<Finding, "place" | "at"> {
  const at = atOf(path);
  return { place: place(path), ...(at !== undefined && { at }) };
}
