/**
 * What registrations declare beside what was granted to them. Pure.
 *
 * @packageDocumentation
 */
import { MAIL } from "../../contract/exchange.ts";
import type { Registration } from "../../contract/outputs.ts";
import { counted, listed } from "../../contract/words.ts";
import { SIGN_IN } from "../live/declared-facts.ts";
import { failed, ok, type Verdict, warning } from "./check.ts";
import type { Granted } from "../connectors/grants.ts";

/** Of one registration: which permissions are not granted, and which are that nobody declared. */
export interface PermissionGap {
  readonly missing: Names;
  readonly undeclared: Names;
}

interface Names {
  readonly application: readonly string[];
  readonly delegated: readonly string[];
}

export function differenceOf(declared: Names, granted: Granted): PermissionGap {
  const delegated = [...new Set([...granted.everybody, ...granted.somebody])].sort();
  return {
    missing: {
      application: without(declared.application, granted.application),
      delegated: without(declared.delegated, granted.everybody),
    },
    undeclared: {
      application: without(granted.application, declared.application),
      delegated: without(delegated, declared.delegated).filter((name) => !SIGN_IN.includes(name)),
    },
  };
}

/**
 * @param granted `undefined`: there is no such service principal
 * @param takeAway commands that take away what was granted and not declared
 */
export function permissionsVerdict(
  registration: Registration,
  granted: Granted | undefined,
  takeAway: readonly string[] = [],
): Verdict {
  const { displayName, permissions, consent } = registration;
  if (granted === undefined) {
    return failed(`The service principal of ${displayName} is gone. Deploy the stack again (pulumi up --refresh).`);
  }
  const { missing, undeclared } = differenceOf(permissions, granted);
  const tooMuch = isEmpty(undeclared)
    ? []
    : [
        `Granted but not declared: ${namesOf(undeclared)}. Declare it, or take it away in Entra > Enterprise applications > ${displayName} > Permissions${takeAway.length === 0 ? "." : ", or by"}`,
        ...takeAway,
      ];
  if (isEmpty(missing)) {
    if (tooMuch.length > 0) return failed(tooMuch);
    const count = permissions.application.length + permissions.delegated.length;
    return ok(count === 0 ? "It asks for nothing." : `${counted(count, "permission")} declared and granted.`);
  }
  const verdict = missingVerdict(missing, consent, displayName);
  const [begin, ...commands] = tooMuch;
  return begin === undefined ? verdict : failed([`${verdict.text} ${begin}`, ...commands]);
}

function missingVerdict(missing: Names, { mode, link }: Registration["consent"], displayName: string): Verdict {
  const names = namesOf(missing);
  if (mode === "grant") {
    return failed(`Declared but not granted: ${names}. Deploy the stack again (pulumi up --refresh).`);
  }
  if (mode === "apart") {
    return failed(`Declared but not granted: ${names}. Deploy the grants (pulumi up in the folder grants).`);
  }
  if (mode === "link") {
    const where = link ?? "the link in the outputs (pulumi stack output)";
    return failed(`Consent was not given: ${names}. An administrator of the tenant has to open ${where}`);
  }
  if (missing.application.length === 0) {
    return ok(`Not granted for everybody: ${names}. Each person consents when signing in first.`);
  }
  return warning(
    `Declared but not granted: ${names}. The settings leave consent to others (consent: none): Entra > App registrations > ${displayName} > API permissions.`,
  );
}

/**
 * Whether a registration that Exchange holds to some mailboxes reaches all of them all the same: grants add up
 * (documented: RBAC for Applications).
 */
export function scopeVerdict(registration: Registration, granted: Granted): Verdict {
  const { displayName, exchangeScope } = registration;
  const scope = exchangeScope?.name ?? "";
  const isMail = exchangeScope?.permission === MAIL;
  const wide = isMail ? /^Mail\.Send|: Mail\.Send|full_access_as_app/ : /^Calendars\.|: Calendars\.|full_access_as_app/;
  const found = granted.application.filter((name) => wide.test(name));
  if (found.length === 0) {
    return ok(
      `Entra grants no ${isMail ? "sending of mail: mailboxes" : "calendars: they"} are reached by the scope "${scope}" of Exchange alone.`,
    );
  }
  return warning(
    `Wide open: Exchange holds ${displayName} to the mailboxes of the scope "${scope}", but Entra grants ${listed(found)} too. ` +
      `Grants add up, so it reaches every mailbox. Take ${found.length > 1 ? "them" : "it"} away in Entra > Enterprise applications > ${displayName} > Permissions.`,
  );
}

/** `application A and B, delegated C` */
export function namesOf({ application, delegated }: Names): string {
  const parts = [
    application.length > 0 && `application ${listed(application)}`,
    delegated.length > 0 && `delegated ${listed(delegated)}`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name));
}

function isEmpty({ application, delegated }: Names): boolean {
  return application.length + delegated.length === 0;
}
