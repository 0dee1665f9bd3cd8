/**
 * What is there of a registration, as facts. Pure.
 *
 * @packageDocumentation
 */
import { X509Certificate } from "node:crypto";
import type { Outputs, Registration } from "../../contract/outputs.ts";
import { printable } from "../../contract/text/printable.ts";
import { nameIn } from "../connectors/grants.ts";
import {
  changeApplication,
  narrowGrant,
  removeAssignment,
  removeCredential,
  removeDirectoryRole,
  removeMember,
  removeOwner,
  removePrincipalOwner,
  removeRequest,
  removeTrust,
} from "../connectors/commands.ts";
import { collectionFacts } from "./collections.ts";
import { type DeclaredSlot, parts, slotLabel, slotsOf, trustValue, untilOf } from "./declared-facts.ts";
import type { Aspect, Fact, Part } from "./facts.ts";
import type { Certificate, Password } from "../connectors/objects.ts";
import { liveProperties } from "./properties.ts";
import type { LiveOwner, LiveRegistration } from "../connectors/registrations.ts";

/** @param live as read; what could not be read is in none of the facts */
export function liveFacts(outputs: Outputs, registration: Registration, live: LiveRegistration): Fact[] {
  return [
    ...credentialFacts(outputs, registration, live),
    ...parts.flatMap((on) => ownerFacts(outputs, registration, live, on)),
    ...trustFacts(registration, live),
    ...redirectFacts(outputs, registration, live),
    ...liveProperties(live.application, live.principal),
    ...collectionFacts(outputs, registration, live.application, live.principal),
    ...requestFacts(registration, live),
    ...grantFacts(outputs, live),
    ...roleFacts(outputs, registration, live),
  ];
}

function credentialFacts(outputs: Outputs, registration: Registration, live: LiveRegistration): Fact[] {
  const { application, principal } = live;
  const { clientId, principalId } = registration;
  const declared = slotsOf(outputs, registration);
  const own = {
    secret: ownPasswords(outputs, declared, application.passwordCredentials),
    certificate: new Map(
      declared.flatMap((slot) => (slot.aspect === "certificate" && slot.keyId ? [[slot.keyId, slot]] : [])),
    ),
  };
  const of = (on: Part, aspect: "secret" | "certificate", credentials: readonly Certificate[]) =>
    credentials.map((credential): Fact => {
      const { keyId, displayName, endDateTime } = credential;
      const slot = on === "application" ? own[aspect].get(keyId) : undefined;
      const [command, id] = on === "application" ? (["app", clientId] as const) : (["sp", principalId] as const);
      return {
        aspect,
        on,
        id: slot?.slot ?? keyId.toLowerCase(),
        label: slot ? slotLabel(slot.slot, slot.key) : `${named(displayName)} (key id ${keyId})`,
        value: untilOf(endDateTime, aspect === "certificate" ? thumbprintOf(credential) : undefined),
        takeAway: removeCredential(command, id, keyId, aspect === "certificate"),
      };
    });
  return [
    ...of("application", "secret", application.passwordCredentials),
    ...of("application", "certificate", application.keyCredentials),
    ...of("service principal", "secret", principal?.passwordCredentials ?? []),
    ...of("service principal", "certificate", principal?.keyCredentials ?? []),
  ];
}

/**
 * SHA-1 in upper-case hex, of the certificate itself where it was given: what `customKeyIdentifier` says can be chosen by
 * whoever adds one (documented: keyCredential; the key comes with `$select` alone).
 */
export function thumbprintOf({ key, customKeyIdentifier }: Certificate): string | undefined {
  if (key) {
    try {
      return new X509Certificate(Buffer.from(key, "base64")).fingerprint.replaceAll(":", "");
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return "of something that is no certificate";
    }
  }
  if (!customKeyIdentifier || /^[0-9a-f]{40}$/i.test(customKeyIdentifier)) return customKeyIdentifier?.toUpperCase();
  return Buffer.from(customKeyIdentifier, "base64").toString("hex").toUpperCase();
}

/**
 * Which passwords are the stack's own, by key id. Outputs of an earlier version do not tell it: there those that end when
 * a slot does, the ones with the slot's name first. A slot is one password: a second one that looks like it is somebody else's.
 */
function ownPasswords(
  { mark }: Outputs,
  declared: readonly DeclaredSlot[],
  passwords: readonly Password[],
): Map<string, DeclaredSlot> {
  const own = new Map<string, DeclaredSlot>();
  for (const slot of declared.filter(({ aspect }) => aspect === "secret")) {
    const ending = passwords.filter(({ keyId, endDateTime }) => {
      if (slot.keyId !== undefined) return keyId === slot.keyId;
      return !own.has(keyId) && Date.parse(endDateTime ?? "") === Date.parse(slot.end);
    });
    const name = `${mark} ${slot.slot}`;
    const password = ending.find(({ displayName }) => displayName === name) ?? ending[0];
    if (password !== undefined) own.set(password.keyId, slot);
  }
  return own;
}

function ownerFacts(
  { tenant }: Outputs,
  { clientId, principalId, owners: declared }: Registration,
  { owners, principalOwners, principal }: LiveRegistration,
  on: Part,
): Fact[] {
  // Outputs of an earlier version do not say who owns it.
  if (declared === undefined || (on === "service principal" && principal === undefined)) return [];
  return (on === "application" ? owners : principalOwners).map((owner) => ({
    aspect: "owner",
    on,
    id: owner.id.toLowerCase(),
    label: ownerName(owner),
    takeAway:
      on === "application"
        ? removeOwner(clientId, owner.id)
        : removePrincipalOwner(tenant.cloud, principalId, owner.id),
  }));
}

/** Who it is, for a person. */
export function ownerName({ displayName, userPrincipalName, id }: LiveOwner): string {
  const address = userPrincipalName ? ` <${printable(userPrincipalName)}>` : "";
  return `${displayName ? printable(displayName) : "without a name"}${address} (${id})`;
}

function trustFacts({ clientId }: Registration, { trusts }: LiveRegistration): Fact[] {
  return (trusts ?? []).map(({ id, name, issuer, subject, audiences }) => ({
    aspect: "trust",
    on: "application",
    id: name,
    label: printable(name),
    value: printable(trustValue(issuer, subject, audiences)),
    takeAway: removeTrust(clientId, id),
  }));
}

const platforms = [
  ["web", "web redirect URI"],
  ["spa", "single-page redirect URI"],
  ["publicClient", "public client redirect URI"],
] as const;

function redirectFacts(
  { tenant }: Outputs,
  { objectId, redirectUris: declared }: Registration,
  { application }: LiveRegistration,
): Fact[] {
  return platforms.flatMap(([platform, aspect]) => {
    const left = platform === "web" ? declared : [];
    const takeAway = changeApplication(tenant.cloud, objectId, { [platform]: { redirectUris: left } });
    return (application[platform]?.redirectUris ?? []).map((uri): Fact => {
      return { aspect, on: "application", id: uri, label: printable(uri), takeAway };
    });
  });
}

function requestFacts({ clientId }: Registration, { application, apis }: LiveRegistration): Fact[] {
  return application.requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) =>
    resourceAccess.map(({ id, type }): Fact => {
      const api = apis.get(resourceAppId);
      const role = type === "Role";
      const name = (role ? api?.roles : api?.scopes)?.get(id) ?? id;
      const full = `${role ? "application" : "delegated"} ${api ? nameIn(api, name) : `${resourceAppId}: ${name}`}`;
      return {
        ...permission("requested permission", "application", full),
        takeAway: removeRequest(clientId, resourceAppId, id),
      };
    }),
  );
}

function grantFacts({ tenant }: Outputs, { principal, assignments, grants, apis }: LiveRegistration): Fact[] {
  if (principal === undefined) return [];
  const roles = assignments.map(({ id, appRoleId, resourceId }): Fact => {
    const api = apis.get(resourceId);
    const name = api?.roles.get(appRoleId) ?? appRoleId;
    return {
      ...permission("granted permission", "service principal", `application ${api ? nameIn(api, name) : name}`),
      takeAway: removeAssignment(tenant.cloud, principal.id, id),
    };
  });
  const scopes = grants.flatMap(({ id, resourceId, scope }) => {
    const api = apis.get(resourceId);
    const names = (scope ?? "").split(" ").filter(Boolean);
    return names.map((name): Fact => {
      const left = names.filter((each) => each !== name);
      return {
        ...permission("granted permission", "service principal", `delegated ${api ? nameIn(api, name) : name}`),
        takeAway: narrowGrant(tenant.cloud, id, left),
      };
    });
  });
  return [...roles, ...scopes];
}

/** Nothing here gives a registration a role of Entra: what it may is in its permissions. */
function roleFacts(
  { tenant }: Outputs,
  { principalId }: Registration,
  { directoryRoles, roleGroups }: LiveRegistration,
): Fact[] {
  return [
    ...directoryRoles.map(({ id, name, scope }): Fact => ({
      ...{ aspect: "directory role", on: "service principal", id: id.toLowerCase() },
      label: printable(name),
      value: scope === "/" ? "for the whole tenant" : printable(`for ${scope}`),
      takeAway: removeDirectoryRole(tenant.cloud, id),
    })),
    ...roleGroups.map(({ id, displayName }): Fact => ({
      ...{ aspect: "role-assignable group", on: "service principal", id: id.toLowerCase() },
      label: `${named(displayName)} (${id})`,
      takeAway: removeMember(tenant.cloud, id, principalId),
    })),
  ];
}

function permission(aspect: Aspect, on: Part, name: string): Fact {
  return { aspect, on, id: name, label: printable(name) };
}

function named(name: string | null | undefined): string {
  return name ? `"${printable(name)}"` : "without a name";
}
