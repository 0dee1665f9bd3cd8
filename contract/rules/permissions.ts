/** Rules about what registrations ask for, and what was granted to them. @packageDocumentation */
import { countsAsControl, describePermission, type PermissionDescription } from "../permissions/index.ts";
import type { KnownRegistration } from "../registrations.ts";
import { inEach, type Rule, type Violation } from "./rule.ts";

const kinds = ["application", "delegated"] as const;

export const tierZeroPermission: Rule = {
  id: "tier-0-permission",
  level: "mandatory",
  title: "No path to control of the tenant",
  docs: "Permissions of tier 0, by which rights are made, and those that write and are not classified. Leave them out, or write an exception with its reason.",
  find: inEach((registration) =>
    asked(registration)
      .filter(countsAsControl)
      .map((permission) => ({
        ...about(registration, permission),
        text: `${named(permission)} ${isKnown(permission) ? "is" : "may be"} a path to control of the tenant: ${permission.reason}. Leave it out, or write an exception with its reason.`,
      })),
  ),
};

export const writePermission: Rule = {
  id: "write-permission",
  level: "advisory",
  title: "Reading is enough",
  docs: "Permissions that do more than read (those of tier 0 have their own rule). Leave them out where reading is enough.",
  find: inEach((registration) =>
    asked(registration)
      .filter((permission) => permission.write && !countsAsControl(permission))
      .map((permission) => ({
        ...about(registration, permission),
        text: `${named(permission)} does more than read: it can ${clause(permission)}. Leave it out, or say in an exception what needs it.`,
      })),
  ),
};

export const mailboxReach: Rule = {
  id: "mailbox-reach",
  level: "advisory",
  title: "Only the mailboxes that are needed",
  docs: "Application permissions into mailboxes: in Entra they reach all of them. Let Exchange give them for some, and do not grant them in Entra as well: grants add up.",
  find: inEach((registration) =>
    asked(registration)
      .filter(({ kind, mailbox }) => kind === "application" && mailbox)
      .map((permission) => ({
        ...about(registration, permission),
        text: `${named(permission)} reaches every mailbox of the tenant. ${narrower(registration, permission)}`,
      })),
  ),
};

/** Where Exchange's roles are an option of the settings they are named; else they are an administrator's own work. */
function narrower({ exchangeScopable, exchangeScope }: KnownRegistration, permission: PermissionDescription): string {
  if (exchangeScopable?.includes(permission.name) && exchangeScope === undefined) {
    return "Write exchangeScope, so that Exchange gives it for some; a grant in Entra must go then, since grants add up.";
  }
  return "Leave it out, or let Exchange give it for some and not Entra as well: grants add up.";
}

export const consentBeyondDeclared: Rule = {
  id: "consent-beyond-declared",
  level: "mandatory",
  title: "Granted is what is asked for",
  docs: "Permissions that were granted in the tenant and that nothing asks for. Judged by a review that asks the directory (-s <stack>, or --directory): no setting tells it. Take them back, or declare what needs them.",
  find: ({ registrations }) => {
    if (registrations.every(({ granted }) => granted === undefined)) return undefined;
    return registrations.flatMap(beyond);
  },
};

function beyond(registration: KnownRegistration): Violation[] {
  const { permissions, granted = { application: [], delegated: [] }, exchangeScope } = registration;
  return kinds.flatMap((kind) => {
    const further = [...new Set(granted[kind])].filter((name) => !permissions[kind].includes(name));
    return further.map((name) => {
      const permission = describePermission(name, kind);
      const widens = exchangeScope !== undefined && kind === "application" && permission.mailbox;
      const text = widens
        ? `${named(permission)} is granted, which makes exchangeScope void: grants add up, and this one reaches every mailbox. Take the grant back.`
        : `${named(permission)} is granted and nothing asks for it. Take the grant back, or declare what needs it.`;
      return { ...about(registration, permission), text };
    });
  });
}

function isKnown({ tier }: PermissionDescription): boolean {
  return tier !== "not classified";
}

function asked({ permissions }: KnownRegistration): PermissionDescription[] {
  return kinds.flatMap((kind) => [...new Set(permissions[kind])].map((name) => describePermission(name, kind)));
}

function about(registration: KnownRegistration, { name }: PermissionDescription) {
  return { registration: registration.name, subject: name, path: registration.setting };
}

function named({ kind, name }: PermissionDescription): string {
  return `The ${kind} permission ${name}`;
}

function clause({ allows }: PermissionDescription): string {
  return allows.charAt(0).toLowerCase() + allows.slice(1);
}
