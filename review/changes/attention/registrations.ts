/** What the approver must not overlook of who can do what, and who can sign in as what. Pure. @packageDocumentation */
import { clouds } from "../../../contract/clouds.ts";
import { newcomers } from "../trusts.ts";
import type { Attention, Owner, Permission, RegistrationChange, Trust } from "../types.ts";
import { listed, ownerWords, permissionKey, permissionName, quoted, tierWords } from "../words.ts";
import { danger, notice } from "./level.ts";

/** Of a token that is exchanged: Entra's own values. Another one is for another service. */
const OWN_AUDIENCES: readonly string[] = Object.values(clouds).map(({ tokenExchange }) => tokenExchange);

/** @param first nothing was deployed before, so that everything is new: it is named, and nothing was widened */
export function registrationAttention(registration: RegistrationChange, first: boolean): Attention[] {
  const { change, audience, trusts, owners } = registration;
  const who = quoted(registration.displayName);
  const widened = first ? notice : danger;
  const isOpened = audience !== undefined && audience.after !== "AzureADMyOrg";
  return [
    ...(change === "deleted" && registration.kind === "registration"
      ? [danger(`The registration ${who} is deleted: nobody can sign in as it any more, and its consent goes with it.`)]
      : []),
    ...(change === "replaced"
      ? [
          danger(
            `The ${registration.kind} ${who} is replaced: it gets another client id, and everything that knows the old one stops working.`,
          ),
        ]
      : []),
    ...(isOpened ? [danger(`Other tenants' people can sign in to ${who} (${quoted(audience.after)}).`)] : []),
    ...permissionsAttention(who, registration),
    ...redirectAttention(who, registration, widened),
    ...owners.added.map((owner) => (isSuspect(owner) ? danger : owner.known ? notice : widened)(owns(who, owner))),
    ...owners.removed.map((owner) => notice(`${ownerWords(owner)} no longer owns ${who}.`)),
    ...newcomers(trusts).map((trust) => (isNarrow(trust) ? widened : danger)(signsIn(who, trust))),
  ];
}

function isSuspect({ person }: Owner): boolean {
  return person !== undefined && (person.guest || person.disabled || person.displayName === undefined);
}

function owns(who: string, owner: Owner): string {
  return `${ownerWords(owner)} comes to own ${who}, and can make a secret for it and sign in as it.`;
}

function isNarrow({ breadth, audiences }: Trust): boolean {
  return breadth === undefined && audiences.every((audience) => OWN_AUDIENCES.includes(audience));
}

function signsIn(who: string, { issuer, subject, audiences, breadth }: Trust): string {
  const others = audiences.filter((audience) => !OWN_AUDIENCES.includes(audience));
  return [
    `${quoted(subject)} of ${quoted(issuer)} can sign in as ${who}, without a secret`,
    ...(breadth === undefined ? [] : [`: that is ${breadth}`]),
    ...(others.length > 0 ? [`; its tokens are made for ${listed(others.map(quoted))} and not for Entra`] : []),
    ".",
  ].join("");
}

function redirectAttention(
  who: string,
  { redirectUris, newHosts }: RegistrationChange,
  widened: (text: string) => Attention,
): Attention[] {
  const further = redirectUris.added.length > 0 && newHosts.length === 0;
  return [
    ...newHosts.map((host) =>
      widened(`${who} sends people who signed in to the host ${quoted(host)}, which was not among its redirect URIs.`),
    ),
    ...(further ? [notice(`${who} gets further redirect URIs: ${listed(redirectUris.added.map(quoted))}.`)] : []),
  ];
}

function permissionsAttention(who: string, { change, permissions, consent }: RegistrationChange): Attention[] {
  // What is granted is asked for as well, as a rule: it is told once.
  const once = (lists: readonly (readonly Permission[])[]) => [
    ...new Map(lists.flat().map((each) => [permissionKey(each), each])).values(),
  ];
  const removed = change === "deleted" ? [] : once([permissions.removed, consent.removed]);
  return [
    ...once([permissions.added, consent.added]).flatMap((permission) => givenAttention(who, permission)),
    ...removed.map((permission) =>
      notice(
        `${who} loses the ${permission.kind} permission ${quoted(permissionName(permission))}: what needs it stops working.`,
      ),
    ),
  ];
}

function givenAttention(who: string, permission: Permission): Attention[] {
  const { kind, tier, reason, write, mailbox } = permission;
  const name = quoted(permissionName(permission));
  if (tier === 0 || tier === "not classified") {
    return [danger(`${who} gets the ${kind} permission ${name} (${tierWords(tier)}): ${reason}.`)];
  }
  const reach = [...(write ? ["it writes"] : []), ...(mailbox ? ["it reaches into mailboxes"] : [])];
  if (tier === 2 && reach.length === 0) return [];
  return [notice(`${who} gets the ${kind} permission ${name} (${tierWords(tier)}): ${[reason, ...reach].join("; ")}.`)];
}
