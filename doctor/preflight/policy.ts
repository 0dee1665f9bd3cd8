/**
 * What the tenant's app management policy says about secrets and certificates (documented: tenantAppManagementPolicy,
 * appManagementPolicy). Pure.
 *
 * @packageDocumentation
 */
import { shortestDays } from "../../contract/durations.ts";
import {
  type DeclaredRegistration,
  type DeclaredRotation,
  type DeclaredSecret,
  rotationOf,
} from "../../contract/registrations.ts";
import { counted } from "../../contract/words.ts";
import { failed, ok, type Verdict, warning } from "../checks/check.ts";
import type { AppManagementPolicy, Restriction } from "../connectors/policies.ts";

const MEND =
  "Sign in without a secret (federated), or ask an administrator for an exception (Entra > Application management policies).";

/** What a policy says about each kind, by its own words. */
const KINDS = {
  secret: {
    list: "passwordCredentials",
    none: "passwordAddition",
    longest: "passwordLifetime",
    // Documented: secrets that are chosen by who adds them, and symmetric keys. Ours are made by Entra.
    others: ["customPasswordAddition", "symmetricKeyAddition", "symmetricKeyLifetime"],
  },
  certificate: {
    list: "keyCredentials",
    // Documented (beta): only certificates of the authorities that the policy names. Ours are signed by their own key.
    none: "trustedCertificateAuthority",
    longest: "asymmetricKeyLifetime",
    others: [],
  },
} as const;

const ALLOWED = ok("The tenant's policy allows it.");

/**
 * @param policy of the tenant, or the one that an administrator assigned to the registration: that one counts alone
 * @param created when the registration was made, ISO 8601; now, where it is not there yet
 * @param stack for the commands
 */
export function policyVerdict(
  registration: Pick<DeclaredRegistration, "displayName" | "setting" | "secret" | "certificate">,
  policy: AppManagementPolicy,
  { created, stack }: { readonly created: string; readonly stack: string },
): Verdict {
  const { displayName } = registration;
  const renewed = rotationOf(registration);
  if (renewed === undefined || !policy.isEnabled) return ALLOWED;
  const { part } = renewed;
  const { list, none, longest, others } = KINDS[part];
  const restrictions = policy.restrictions ?? policy.applicationRestrictions;
  const rules = (restrictions?.[list] ?? []).filter((rule) => isInForce(rule, created));
  const forbidding = rules.find(({ restrictionType }) => restrictionType === none);
  if (forbidding) {
    const what = part === "secret" ? "secrets" : "certificates that no authority of its own list issued";
    return broken(
      forbidding,
      `refuses ${what}, and ${displayName} has one${part === "secret" ? "" : " of its own"}. ${MEND}`,
    );
  }
  const bounds = rules.filter(({ restrictionType }) => restrictionType === longest).map(boundOf);
  const tooShort = lifeVerdict(registration, renewed, bounds, stack);
  if (tooShort) return tooShort;
  const known: readonly string[] = [longest, ...others];
  const unknown = [
    ...bounds.flatMap(({ most, written }) => (most === undefined ? [`their longest life, "${written}"`] : [])),
    ...rules.flatMap(({ restrictionType: type }) => (known.includes(type) ? [] : [`the rule "${type}"`])),
  ];
  if (unknown.length === 0) return ALLOWED;
  return warning(
    `The tenant's app management policy says something about ${part}s that is not known here: ${unknown.join(", ")}. ` +
      `Look whether it allows that of ${displayName} (Entra > Application management policies).`,
  );
}

/** Documented: what says nothing is on; a date binds what was created then or later. */
function isInForce({ state, restrictForAppsCreatedAfterDateTime: since }: Restriction, created: string): boolean {
  return state !== "disabled" && (!since || Date.parse(created) >= Date.parse(since));
}

/** The longest life that a rule allows, in days; `most` is undefined where it cannot be read. */
interface Bound {
  readonly rule: Restriction;
  readonly written: string;
  readonly most: number | undefined;
}

function boundOf(rule: Restriction): Bound {
  const written = rule.maxLifetime ?? "";
  // A rule that names no length bounds nothing.
  return { rule, written, most: written === "" ? Number.POSITIVE_INFINITY : shortestDays(written) };
}

function lifeVerdict(
  { displayName, setting }: Pick<DeclaredRegistration, "displayName" | "setting">,
  { part, rotation }: DeclaredRotation,
  bounds: readonly Bound[],
  stack: string,
): Verdict | undefined {
  const { periodDays, overlapDays, latenessDays } = rotation;
  const lives = periodDays + overlapDays + latenessDays + 1;
  const [shortest] = bounds
    .flatMap(({ rule, most }) => (most === undefined ? [] : [{ rule, most }]))
    .toSorted((one, other) => one.most - other.most);
  if (shortest === undefined || lives <= shortest.most) return undefined;
  const { rule, most } = shortest;
  const within = planWithin(most, rotation);
  const says = `allows ${part}s of ${counted(most, "day")}, and one of ${displayName} lives ${lives}`;
  if (!within) return broken(rule, `${says}: no rotation fits into that. ${MEND}`);
  const commands = Object.entries(within).map(
    ([name, days]) =>
      `pulumi config set --stack ${stack} --plaintext --path tenantwire:${[...setting, part, name].join(".")} ${days}`,
  );
  return broken(rule, `${says}. Plan it within that:`, commands);
}

/** Whom a rule leaves out cannot be known by who deploys: its own attributes are not his to read. */
function broken({ excludeActors }: Restriction, says: string, commands: readonly string[] = []): Verdict {
  const sentence = `The tenant's app management policy ${says}`;
  if (excludeActors === undefined || excludeActors === null) return failed([sentence, ...commands]);
  return warning([
    sentence,
    ...commands,
    "The rule leaves out who has a security attribute (excludeActors). Whether the deploying identity has it is not looked up: with it, nothing needs to be done.",
  ]);
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
