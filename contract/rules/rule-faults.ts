import { shown } from "../may-show.ts";
import { didYouMean, nearest } from "../nearest.ts";
import { type SettingsFault, valueAt } from "../settings-faults.ts";
import { ruleIds } from "./registry.ts";

/**
 * Names in the settings of the rules that name nothing: of rules, and of registrations in exceptions. Pure.
 *
 * @param rules as it was written, so that it is told along with other faults; what is of the wrong kind is passed over
 * @param registrationNames of the registrations that settings can declare
 */
export function ruleFaults(rules: unknown, registrationNames: readonly string[]): SettingsFault[] {
  if (typeof rules !== "object" || rules === null || Array.isArray(rules)) return [];
  return Object.entries(rules).flatMap(([id, rule]) =>
    ruleIds.includes(id) ? exceptionFaults(id, rule, registrationNames) : [unknownRule(id)],
  );
}

function unknownRule(id: string): SettingsFault {
  const [meant] = nearest(id, ruleIds);
  return {
    path: ["rules", id],
    text: `not a rule; ${didYouMean(id, ruleIds) ?? `the rules are ${ruleIds.join(", ")}`}`,
    ...(meant !== undefined && { meant }),
  };
}

function exceptionFaults(id: string, rule: unknown, known: readonly string[]): SettingsFault[] {
  const exceptions = valueAt(rule, ["exceptions"]);
  if (!Array.isArray(exceptions)) return [];
  return exceptions.flatMap((exception, index): SettingsFault[] => {
    const registration = valueAt(exception, ["registration"]);
    if (typeof registration !== "string" || known.includes(registration)) return [];
    return [
      {
        path: ["rules", id, "exceptions", index, "registration"],
        text: `${shown(registration)} is not a registration; ${didYouMean(registration, known) ?? `the registrations are ${known.join(", ")}`}`,
      },
    ];
  });
}
