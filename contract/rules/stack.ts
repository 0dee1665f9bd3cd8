/** Rules about a stack as a whole: who owns it, and what keeps it from being deleted. @packageDocumentation */
import { countsAsControl, describePermission } from "../permissions/index.ts";
import type { Declared, KnownRegistration } from "../registrations.ts";
import type { Rule } from "./rule.ts";

/** An application permission by which rights are made: who owns such a registration can use it without being seen. */
function controls({ permissions }: KnownRegistration): boolean {
  return permissions.application.some((name) => countsAsControl(describePermission(name, "application")));
}

function peopleOf({ owners, deployer }: Pick<Declared, "owners" | "deployer">): ReadonlySet<string> {
  const people = new Set(owners.map((owner) => owner.toLowerCase()));
  people.delete(deployer.toLowerCase());
  return people;
}

export const twoOwners: Rule = {
  id: "two-owners",
  level: "mandatory",
  title: "Two people own what is made",
  docs: "The people in owners, without the principal that deploys. Add a second person, or write an exception with its reason. None (owners: []) is right where a registration has a permission of tier 0.",
  find: (declared) => {
    const people = peopleOf(declared);
    const { registrations } = declared;
    if (people.size >= 2 || registrations.length === 0) return [];
    if (people.size === 0 && registrations.some(controls)) return [];
    const found = people.size === 0 ? "No person owns the registrations" : "One person alone owns the registrations";
    const text = `${found}: two are needed, so that somebody is left when one goes. Add the object id of another person, or write an exception with its reason.`;
    return [{ path: ["owners"], text }];
  },
};

export const ownersOfControl: Rule = {
  id: "owners-of-control",
  level: "advisory",
  title: "Nobody owns what controls the tenant",
  docs: "People in owners of a registration with an application permission of tier 0: each can make a secret for it, and is an administrator of the tenant with that. Write owners: [], and let the deployment alone own it.",
  find: (declared) => {
    if (peopleOf(declared).size === 0) return [];
    return declared.registrations.filter(controls).map(({ name, displayName }) => ({
      registration: name,
      path: ["owners"],
      text: `Who owns ${displayName} can make a secret for it and use its permissions of tier 0. Write owners: [], so that the deployment alone owns it, or say in an exception why people do.`,
    }));
  },
};

export const protectedRegistrations: Rule = {
  id: "protected-registrations",
  level: "advisory",
  title: "Registrations of production are protected",
  docs: "A production stack without protect: true. Write it, so that no deployment deletes or replaces a registration by mistake.",
  find: ({ production, protect, registrations }) => {
    if (!production || protect || registrations.length === 0) return [];
    const text =
      "A deployment can delete or replace registrations that people depend on. Write true, so that it is refused, or production: false where nobody depends on them.";
    return [{ path: ["protect"], text }];
  },
};

export const purgeProtection: Rule = {
  id: "purge-protection",
  level: "mandatory",
  title: "The vault of production cannot be purged",
  docs: "A production stack whose vault has purgeProtection: false. Take the line away (it is on by default).",
  find: ({ production, purgeProtection: protection }) => {
    if (!production || protection !== false) return [];
    const text =
      "The vault and its secrets can be purged for good. Take the line away (protection is on by default), or write production: false where nobody depends on them.";
    return [{ path: ["vault", "purgeProtection"], text }];
  },
};
