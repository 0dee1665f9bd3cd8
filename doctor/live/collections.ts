/**
 * What a registration has several of and no setting declares: each one that is there was added by hand. Pure.
 *
 * @packageDocumentation
 */
import type { Outputs, Registration } from "../../contract/outputs.ts";
import { printable } from "../../contract/text/printable.ts";
import { changeApplication, changePrincipal } from "../connectors/commands.ts";
import type { Aspect, Fact, Part } from "./facts.ts";
import type { LiveApplication, LivePrincipal, Offered } from "../connectors/objects.ts";
import { LISTED } from "./properties.ts";

/** One of them. */
export interface Found {
  readonly aspect: Aspect;
  /** What it is known by. */
  readonly id: string;
  readonly label?: string;
  readonly value?: string;
  /** A change of the object that takes it away; absent: it is taken away in the portal. */
  readonly without?: object;
}

export function collectionFacts(
  { tenant }: Pick<Outputs, "tenant">,
  { objectId, principalId, displayName }: Registration,
  application: LiveApplication,
  principal: LivePrincipal | undefined,
): Fact[] {
  const facts = (on: Part, change: (body: object) => string, found: readonly Found[]) =>
    found.map(({ aspect, id, label = id, value, without }): Fact => ({
      ...{ aspect, on, id, label: printable(label) },
      ...(value !== undefined && { value: printable(value) }),
      takeAway: without === undefined ? inPortal(aspect, displayName) : change(without),
    }));
  return [
    ...facts("application", (body) => changeApplication(tenant.cloud, objectId, body), ofApplication(application)),
    ...(principal === undefined
      ? []
      : facts(
          "service principal",
          (body) => changePrincipal(tenant.cloud, principalId, body),
          ofPrincipal(principal, application),
        )),
  ];
}

/** As they are, with what they are on. */
export function collectionsOf(application: LiveApplication, principal: LivePrincipal | undefined): Found[] {
  return [...ofApplication(application), ...(principal === undefined ? [] : ofPrincipal(principal, application))];
}

function ofApplication(application: LiveApplication): Found[] {
  const { identifierUris, appRoles, api, managerApplications, optionalClaims, tags, addIns } = application;
  const known = api?.knownClientApplications ?? [];
  const authorized = api?.preAuthorizedApplications ?? [];
  const claims = (["accessToken", "idToken", "saml2Token"] as const).flatMap((token) =>
    (optionalClaims?.[token] ?? []).map(({ name, source, essential, additionalProperties }): Found => ({
      aspect: "token claim",
      id: [token, name, ...(source ? [source] : [])].join(" "),
      value: [essential ? "essential" : "if known", ...(additionalProperties ?? [])].join(", "),
      without: { optionalClaims: { [token]: [] } },
    })),
  );
  return [
    ...each(identifierUris, "identifier URI", (left) => ({ identifierUris: left })),
    ...(appRoles ?? []).map((role) => offered("app role", role)),
    ...(api?.oauth2PermissionScopes ?? []).map((scope) => offered("exposed permission", scope)),
    ...authorized.map(({ appId, delegatedPermissionIds }): Found => ({
      aspect: "pre-authorized application",
      id: appId.toLowerCase(),
      value: `for ${(delegatedPermissionIds ?? []).join(" ") || "nothing"}`,
      without: { api: { preAuthorizedApplications: authorized.filter((other) => other.appId !== appId) } },
    })),
    ...each(known, "known client application", (left) => ({ api: { knownClientApplications: left } })),
    ...each(managerApplications, "managing application", (left) => ({ managerApplications: left })),
    ...claims,
    ...each(tags, "tag", (left) => ({ tags: left })),
    ...(addIns ?? []).map(({ id, type }): Found => ({
      aspect: "add-in",
      id,
      label: `${type ?? "of no type"} (${id})`,
      without: { addIns: (addIns ?? []).filter((other) => other.id !== id) },
    })),
  ];
}

function ofPrincipal(principal: LivePrincipal, application: LiveApplication): Found[] {
  const { tags, replyUrls, servicePrincipalNames, addIns, appId } = principal;
  // Documented: it shows those of its application.
  const redirects = (["web", "spa", "publicClient"] as const).flatMap((each) => application[each]?.redirectUris ?? []);
  const names = [appId, ...(application.identifierUris ?? [])].map((name) => name.toLowerCase());
  return [
    ...each(tags, "tag", (left) => ({ tags: left }), [LISTED]),
    ...each(replyUrls, "reply address", (left) => ({ replyUrls: left }), redirects),
    ...each(
      servicePrincipalNames,
      "identifier URI",
      (left) => ({ servicePrincipalNames: left }),
      // In whatever case they are written.
      (servicePrincipalNames ?? []).filter((name) => names.includes(name.toLowerCase())),
    ),
    ...(addIns ?? []).map(({ id, type }): Found => ({
      aspect: "add-in",
      id,
      label: `${type ?? "of no type"} (${id})`,
      without: { addIns: (addIns ?? []).filter((other) => other.id !== id) },
    })),
  ];
}

/** @param own those that belong there */
function each(
  all: readonly string[] | null | undefined,
  aspect: Aspect,
  without: (left: readonly string[]) => object,
  own: readonly string[] = [],
): Found[] {
  const there = all ?? [];
  return there
    .filter((value) => !own.includes(value))
    .map((value) => ({ aspect, id: value, without: without(there.filter((other) => other !== value)) }));
}

function offered(aspect: Aspect, { id, value, isEnabled, allowedMemberTypes }: Offered): Found {
  const whom = allowedMemberTypes?.length ? `for ${allowedMemberTypes.join(" and ")}` : undefined;
  const state = isEnabled === false ? "disabled" : "enabled";
  return {
    aspect,
    id: id.toLowerCase(),
    label: `${value || "without a value"} (${id})`,
    value: [state, ...(whom === undefined ? [] : [whom])].join(" "),
  };
}

/** Documented: what others were offered has to be disabled before it is deleted. */
function inPortal(aspect: Aspect, displayName: string): string {
  const where = aspect === "app role" ? "App roles" : "Expose an API";
  return printable(`in Entra > App registrations > ${displayName} > ${where}: disable it, then delete it`);
}
