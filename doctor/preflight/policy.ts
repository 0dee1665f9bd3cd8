/**
 * What the tenant's app management policy says about secrets (documented: tenantAppManagementPolicy). Pure.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { counted } from "../../contract/words.ts";
import { failed, ok, type Verdict } from "../checks/check.ts";

export const AppManagementPolicy = z.looseObject({
  isEnabled: z.boolean().default(false),
  applicationRestrictions: z
    .looseObject({
      passwordCredentials: z
        .array(
          z.looseObject({
            restrictionType: z.string(),
            state: z.string().nullish(),
            /** ISO 8601, `P180D`. */
            maxLifetime: z.string().nullish(),
          }),
        )
        .default([]),
    })
    .nullish(),
});
export type AppManagementPolicy = z.infer<typeof AppManagementPolicy>;

const MEND =
  "Sign in without a secret (federated), or ask an administrator for an exception (Entra > Application management policies).";

export function judgePolicy(
  { displayName, secret }: Pick<DeclaredRegistration, "displayName" | "secret">,
  policy: AppManagementPolicy,
): Verdict {
  if (secret === undefined || !policy.isEnabled) return ok("The tenant's policy allows it.");
  const rules = (policy.applicationRestrictions?.passwordCredentials ?? []).filter(({ state }) => state !== "disabled");
  if (rules.some(({ restrictionType }) => restrictionType === "passwordAddition")) {
    return failed(`The tenant's app management policy refuses secrets, and ${displayName} has one. ${MEND}`);
  }
  const { periodDays, overlapDays, latenessDays } = secret;
  const lives = periodDays + overlapDays + latenessDays + 1;
  for (const { restrictionType, maxLifetime } of rules) {
    const most = restrictionType === "passwordLifetime" ? daysOf(maxLifetime ?? "") : undefined;
    if (most !== undefined && lives > most) {
      return failed(
        `The tenant's app management policy allows secrets of ${counted(most, "day")}, and one of ${displayName} lives ${lives}: ` +
          `shorten periodDays, overlapDays or latenessDays to ${most - 1} days together.`,
      );
    }
  }
  return ok("The tenant's policy allows it.");
}

/** Whole days of an ISO 8601 duration of days, hours, minutes and seconds; months and years are no fixed length. */
function daysOf(duration: string): number | undefined {
  const [, days, hours, minutes, seconds] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? [];
  if (days === undefined && hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  return Math.floor(
    Number(days ?? 0) + Number(hours ?? 0) / 24 + Number(minutes ?? 0) / 1440 + Number(seconds ?? 0) / 86_400,
  );
}
