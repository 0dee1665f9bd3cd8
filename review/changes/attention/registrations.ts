/** What the approver must not overlook of who can do what, and who can sign in as what. Pure. @packageDocumentation */
import { clouds } from "../../../contract/clouds.ts";
import { isSuspect } from "../people.ts";
import { newcomers } from "../trusts.ts";
import type { Attention, Owner, Permission, RegistrationChange, Trust } from "../types.ts";
import { listed, whoWords, permissionKey, permissionName, quoted, tierWords } from "../words.ts";
import { danger, notice } from "./level.ts";
import { command } from "../../../contract/this-stack.ts";

/** Of a token that is exchanged: Entra's own values. Another one is for another service. */
const OWN_AUDIENCES: readonly string[] = Object.values(clouds).map(({ tokenExchange }) => tokenExchange);

/** @param first nothing was deployed before, so that everything is new: it is named, and nothing was widened */
export function registrationAttention(registration: RegistrationChange, first: boolean): Attention[] {
  const { change, audience, trusts } = registration;
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
    ...newcomers(trusts).map((trust) => (isNarrow(trust) ? widened : danger)(signsIn(who, trust))),
  ];
}

/** Each person once, whatever they come to own or own no longer. */
export function ownersAttention(registrations: readonly RegistrationChange[], first: boolean): Attention[] {
  const widened = first ? notice : danger;
  const added = ofOwners(registrations.map(({ displayName, owners }) => [displayName, owners.added]));
  const kept = registrations.filter(({ change }) => change !== "deleted");
  const removed = ofOwners(kept.map(({ displayName, owners }) => [displayName, owners.removed]));
  return [
    ...added.map(({ owner, what, count }) => {
      const [them, each] = count === 1 ? ["it", "it"] : ["them", "each"];
      return (isSuspect(owner) ? danger : owner.known ? notice : widened)(
        `${whoWords(owner)} comes to own ${what}, and can make secrets for ${them} and sign in as ${each}.`,
      );
    }),
    ...removed.map(({ owner, what }) => notice(`${whoWords(owner)} no longer owns ${what}.`)),
  ];
}

function ofOwners(lists: readonly (readonly [name: string, owners: readonly Owner[]])[]) {
  const pairs = lists.flatMap(([name, owners]) => owners.map((owner) => ({ name, owner })));
  return [...Map.groupBy(pairs, ({ owner }) => owner.id).values()].flatMap((own) => {
    const [first] = own;
    return first ? [{ owner: first.owner, what: listed(own.map(({ name }) => quoted(name))), count: own.length }] : [];
  });
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

function permissionsAttention(
  who: string,
  { kind, change, permissions, consent, consentMode }: RegistrationChange,
): Attention[] {
  // What is granted is asked for as well, as a rule: it is told once.
  const once = (lists: readonly (readonly Permission[])[]) => [
    ...new Map(lists.flat().map((each) => [permissionKey(each), each])).values(),
  ];
  // Still asked for, and given again by somebody else.
  const handed = consentMode === "apart" && change !== "deleted" && permissions.removed.length < consent.removed.length;
  const removed = change === "deleted" ? [] : once([permissions.removed, handed ? [] : consent.removed]);
  return [
    ...(handed
      ? [
          danger(
            `${who} loses what this stack granted, until the project of the grants gives it again: what needs it stops working meanwhile. ` +
              `Without a gap: let them go (${command("grants release")}), deploy, then take them in (${command("grants adopt", "--apart")}).`,
          ),
        ]
      : []),
    ...once([permissions.added, consent.added]).flatMap((permission) => givenAttention(who, permission)),
    // A managed identity asks for nothing: what it gets is granted by whoever makes it.
    ...(kind === "registration" && change === "changed" ? grantedAttention(who, permissions.added, consent.added) : []),
    ...removed.map((permission) =>
      notice(
        `${who} loses the ${permission.kind} permission ${quoted(permissionName(permission))}: what needs it stops working.`,
      ),
    ),
  ];
}

/** What was asked for before, and left to a person until now. */
function grantedAttention(who: string, asked: readonly Permission[], granted: readonly Permission[]): Attention[] {
  const keys = asked.map(permissionKey);
  const own = granted.filter((each) => !keys.includes(permissionKey(each)));
  if (own.length === 0) return [];
  const names = listed(own.map((each) => quoted(permissionName(each))));
  return [
    notice(
      `The deployment itself grants ${names} to ${who}, for the whole tenant: until now that was for an administrator to decide, or was not granted.`,
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
