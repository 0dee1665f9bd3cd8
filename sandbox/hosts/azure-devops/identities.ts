/**
 * People and service principals in fields of work items.
 *
 * @packageDocumentation
 */
import { directory } from "../../directory/index.ts";
import { text } from "../../directory/model.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import type { World } from "../../world.ts";
import { organization, ORGANIZATION } from "./organization.ts";
import type { Caller } from "./sign-in.ts";
import type { FieldValue, Identity } from "./tracking.ts";

/** A descriptor with the id in it; what is real is opaque (assumed). */
export function descriptorOf(id: string): string {
  return `aad.${Buffer.from(id).toString("base64url")}`;
}

/** An IdentityRef, as fields of work items have it (published examples). */
export function identityRef({ id, displayName, uniqueName }: Identity): object {
  const descriptor = descriptorOf(id);
  const avatar = `https://dev.azure.com/${ORGANIZATION}/_apis/GraphProfile/MemberAvatars/${descriptor}`;
  return {
    displayName,
    url: `https://vssps.dev.azure.com/${ORGANIZATION}/_apis/Identities/${id}`,
    _links: { avatar: { href: avatar } },
    id,
    uniqueName,
    imageUrl: avatar,
    descriptor,
  };
}

/** As reports have it unless they are asked for references (published examples). */
export function identityText({ displayName, uniqueName }: Identity): string {
  return `${displayName} <${uniqueName}>`;
}

export function isIdentity(value: unknown): value is Identity {
  return typeof value === "object" && value !== null && "uniqueName" in value;
}

export function identityOf({ id, displayName, account }: Caller): Identity {
  return { id, displayName, uniqueName: account };
}

/**
 * Who is meant: `Name <mail>`, a mail address, a name that only one has, or a reference with one of `descriptor`, `id`
 * and `uniqueName` (assumed: in this order).
 */
export function findIdentity(world: World, value: unknown): Identity | undefined {
  if (typeof value === "string") return byText(world, value.trim());
  if (typeof value !== "object" || value === null) return undefined;
  const { descriptor, id, uniqueName } = value as Record<string, unknown>;
  if (typeof descriptor === "string" && descriptor !== "") {
    return byId(world, Buffer.from(descriptor.replace(/^\w+\./, ""), "base64url").toString());
  }
  if (typeof id === "string" && id !== "") return byId(world, id);
  return typeof uniqueName === "string" ? byText(world, uniqueName.trim()) : undefined;
}

function byText(world: World, value: string): Identity | undefined {
  const [, name, mail] = /^(.*?)\s*<([^<>]*)>$/.exec(value) ?? [undefined, value, value];
  const { users } = directory(world);
  const wanted = (mail ?? "").toLowerCase();
  const named: DirectoryObject[] = [];
  for (const user of users.values()) {
    if (
      [user["userPrincipalName"], user["mail"]].some(
        (each) => typeof each === "string" && each.toLowerCase() === wanted,
      )
    ) {
      return person(user);
    }
    if (user["displayName"] === name) named.push(user);
  }
  const [only] = named;
  if (only && named.length === 1) return person(only);
  return organization(world)
    .entitlements.map(({ originId }) => byId(world, originId))
    .find((each) => each?.uniqueName === wanted || each?.displayName === name);
}

function byId(world: World, id: string): Identity | undefined {
  const { users, servicePrincipals } = directory(world);
  const user = users.get(id);
  if (user) return person(user);
  const principal = servicePrincipals.get(id);
  if (!principal || !organization(world).entitlements.some(({ originId }) => originId === principal.id))
    return undefined;
  return { id: principal.id, displayName: text(principal, "displayName"), uniqueName: principal.id };
}

function person(user: DirectoryObject): Identity {
  return { id: user.id, displayName: text(user, "displayName"), uniqueName: text(user, "userPrincipalName") };
}

/** A value as text, for comparing. */
export function plainValue(value: FieldValue): string | number | boolean {
  return isIdentity(value) ? identityText(value) : value;
}
