/**
 * What the tenant's app management policy says about secrets and certificates (documented: tenantAppManagementPolicy,
 * appManagementPolicy). Pure.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { type DeclaredRegistration, type DeclaredSecret, rotationOf } from "../../contract/registrations.ts";
import { counted } from "../../contract/words.ts";
import { failed, ok, type Verdict } from "../checks/check.ts";

const Restriction = z.looseObject({
  restrictionType: z.string(),
  state: z.string().nullish(),
  /** ISO 8601, `P180D`. */
  maxLifetime: z.string().nullish(),
});

const Restrictions = z.looseObject({
  passwordCredentials: z.array(Restriction).default([]),
  keyCredentials: z.array(Restriction).default([]),
});

export const AppManagementPolicy = z.looseObject({
  isEnabled: z.boolean().default(false),
  applicationRestrictions: Restrictions.nullish(),
  /** Of a policy that is assigned to a registration. */
  restrictions: Restrictions.nullish(),
});
export type AppManagementPolicy = z.infer<typeof AppManagementPolicy>;

const MEND =
  "Sign in without a secret (federated), or ask an administrator for an exception (Entra > Application management policies).";

/** What a policy says about each kind, by its own words. */
const KINDS = {
  secret: { list: "passwordCredentials", none: "passwordAddition", longest: "passwordLifetime" },
  certificate: { list: "keyCredentials", none: undefined, longest: "asymmetricKeyLifetime" },
} as const;

/**
 * @param policy of the tenant, or the one that an administrator assigned to the registration: that one counts alone
 * @param stack for the commands
 */
export function judgePolicy(
  registration: Pick<DeclaredRegistration, "displayName" | "setting" | "secret" | "certificate">,
  policy: AppManagementPolicy,
  stack: string,
): Verdict {
  const { displayName, setting } = registration;
  const renewed = rotationOf(registration);
  if (renewed === undefined || !policy.isEnabled) return ok("The tenant's policy allows it.");
  const { part, rotation } = renewed;
  const { list, none, longest } = KINDS[part];
  const restrictions = policy.restrictions ?? policy.applicationRestrictions;
  const rules = (restrictions?.[list] ?? []).filter(({ state }) => state !== "disabled");
  if (rules.some(({ restrictionType }) => restrictionType === none)) {
    return failed(`The tenant's app management policy refuses secrets, and ${displayName} has one. ${MEND}`);
  }
  const { periodDays, overlapDays, latenessDays } = rotation;
  const lives = periodDays + overlapDays + latenessDays + 1;
  const limits = rules.flatMap(({ restrictionType, maxLifetime }) => {
    const most = restrictionType === longest ? daysOf(maxLifetime ?? "") : undefined;
    return most === undefined ? [] : [most];
  });
  const most = Math.min(...limits);
  if (lives <= most) return ok("The tenant's policy allows it.");
  const within = planWithin(most, rotation);
  const says = `The tenant's app management policy allows ${part}s of ${counted(most, "day")}, and one of ${displayName} lives ${lives}`;
  if (!within) return failed(`${says}: no rotation fits into that. ${MEND}`);
  const commands = Object.entries(within).map(
    ([name, days]) =>
      `pulumi config set --stack ${stack} --plaintext --path tenantwire:${[...setting, part, name].join(".")} ${days}`,
  );
  return failed([`${says}. Plan it within that:`, ...commands]);
}

/**
 * The same proportions within so many days, all of them used.
 *
 * @returns undefined: too few for any rotation
 */
export function planWithin(
  most: number,
  { periodDays, overlapDays, latenessDays }: DeclaredSecret,
): Pick<DeclaredSecret, "periodDays" | "overlapDays" | "latenessDays"> | undefined {
  const all = most - 1;
  const share = (days: number) => Math.floor((days * all) / (periodDays + overlapDays + latenessDays));
  const overlap = share(overlapDays);
  const lateness = share(latenessDays);
  const period = all - overlap - lateness;
  return period > overlap ? { periodDays: period, overlapDays: overlap, latenessDays: lateness } : undefined;
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
