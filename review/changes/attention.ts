/** What the approver must not overlook, in sentences. Pure. @packageDocumentation */
import { types } from "./resources.ts";
import type { Attention, DueCredential, Permission, RegistrationChange, Review } from "./types.ts";
import { counted, permissionKey, permissionName, quoted, shortType } from "./words.ts";

type Told = Omit<Review, "attention" | "version" | "stack" | "today" | "withinDays" | "firstDeployment" | "refused">;

/** @param notes warnings of the engine and the program, and what else is to be known */
export function attentionOf(told: Told, notes: readonly string[]): Attention[] {
  const all = [
    ...told.registrations.flatMap(registrationAttention),
    ...told.destroyed.flatMap(({ change, type, name, because }) =>
      danger(
        // Told in words of its own.
        type !== types.registration,
        `${shortType(type)} ${quoted(name)} is ${change}${because.length > 0 ? ` (${because.join(", ")} cannot be changed in place)` : ""}.`,
      ),
    ),
    ...told.secrets.flatMap(({ endsCurrent, displayName }) =>
      danger(
        endsCurrent,
        `The secret of ${quoted(displayName)} that is in use ends with this deployment: copies of it stop working.`,
      ),
    ),
    ...told.findings.flatMap(({ level, rule, registration, text }) =>
      danger(
        level === "mandatory",
        `${[rule, ...(registration ? [registration] : [])].map(quoted).join(", ")}: ${text}`,
      ),
    ),
    ...notice(notes),
    ...notice(
      told.roleAssignments
        .filter(({ change }) => change !== "removed")
        .map(({ role, principal, scope }) => `${quoted(principal)} gets the role ${role} on ${quoted(scope)}.`),
    ),
    ...notice(
      told.consentLinks.map(({ who, purpose }) => `After the deployment somebody has to consent: ${who}. ${purpose}`),
    ),
    ...notice(
      told.secrets
        .filter(({ toPaste }) => toPaste)
        .map(
          ({ displayName }) =>
            `After the deployment somebody enters the new secret of ${quoted(displayName)} in the vendor's form, and acknowledges it (tenantwire credentials ack).`,
        ),
    ),
    ...notice(told.due.map(dueWords)),
    ...notice(
      told.others.length > 0 ? [`${counted(told.others.length, "change")} of other kinds: see Other changes.`] : [],
    ),
  ];
  return [...all.filter(({ level }) => level === "danger"), ...all.filter(({ level }) => level === "notice")];
}

function dueWords({ name, state, advice }: DueCredential): string {
  const meanwhile = state === "due soon" ? " If this is deployed on that day or later, the renewal comes with it." : "";
  return `${quoted(name)}, ${state}: ${advice}${meanwhile}`;
}

function registrationAttention(registration: RegistrationChange): Attention[] {
  const { change, audience, trusts, permissions, consent } = registration;
  const who = quoted(registration.displayName);
  // What is granted is asked for as well, as a rule: it is told once.
  const added = new Map([...permissions.added, ...consent.added].map((each) => [permissionKey(each), each]));
  return [
    ...danger(
      change === "deleted",
      `The registration ${who} is deleted: nobody can sign in as it any more, and its consent goes with it.`,
    ),
    ...danger(
      change === "replaced",
      `The registration ${who} is replaced: it gets another client id, and everything that knows the old one stops working.`,
    ),
    ...danger(
      audience !== undefined && audience.after !== "AzureADMyOrg",
      `Other tenants' people can sign in to ${who} (${audience?.after}).`,
    ),
    ...[...added.values()].flatMap((permission) => permissionAttention(who, permission)),
    ...notice(
      trusts.added.map(
        ({ issuer, subject }) => `${quoted(subject)} of ${quoted(issuer)} can sign in as ${who}, without a secret.`,
      ),
    ),
  ];
}

function permissionAttention(who: string, permission: Permission): Attention[] {
  const { kind, tier, reason, write, mailbox } = permission;
  const name = quoted(permissionName(permission));
  if (tier === 0 || tier === "not classified") {
    return danger(true, `${who} gets the ${kind} permission ${name} (${tierWords(tier)}): ${reason}.`);
  }
  const reach = [...(write ? ["it writes"] : []), ...(mailbox ? ["it reaches into mailboxes"] : [])];
  if (tier === 2 && reach.length === 0) return [];
  return notice([`${who} gets the ${kind} permission ${name} (${tierWords(tier)}): ${[reason, ...reach].join("; ")}.`]);
}

export function tierWords(tier: Permission["tier"]): string {
  return tier === "not classified" ? tier : `tier ${tier}`;
}

function danger(isSo: boolean, text: string): Attention[] {
  return isSo ? [{ level: "danger", text }] : [];
}

function notice(texts: readonly string[]): Attention[] {
  return texts.map((text) => ({ level: "notice", text }));
}
