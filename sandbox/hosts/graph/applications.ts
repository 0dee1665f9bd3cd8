import { list, text } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { graphTime } from "../../directory/time.ts";
import { checkEntitlements } from "./body-rules.ts";
import { bodyOf, created, noContent, ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { applicationType, isRecord } from "./entities.ts";
import { badRequest, GraphError } from "./errors.ts";
import { withRelations } from "./expand.ts";
import { listRoutes, sourceOf } from "./list.ts";
import { withKeptKeys } from "./key-credentials.ts";
import { find, findOwned } from "./lookup.ts";
import { boundOwners } from "./owners.ts";
import { newPassword } from "./passwords.ts";
import { entityBody, propertiesOf } from "./render.ts";

export const applicationRoutes: readonly Route[] = [
  ...listRoutes("/applications", applicationType, {
    source: (call) => sourceOf(call.directory.applications),
  }),
  {
    method: "GET",
    path: "/applications/:id",
    options: ["$select", "$expand"],
    handle: (call) => ok(withRelations(call, find(call, call.directory.applications), applicationType)),
  },
  { method: "POST", path: "/applications", handle: create },
  { method: "PATCH", path: "/applications/:id", handle: update },
  {
    method: "DELETE",
    path: "/applications/:id",
    handle(call) {
      call.directory.registrations.deleteApplication(findOwned(call, call.directory.applications).id);
      return noContent;
    },
  },
];

/** Documented: an application that creates another becomes its owner, beside those that the body names. */
function create(call: Call) {
  const { registrations, applications, lag } = call.directory;
  const { passwordCredentials, ...body } = bodyOf(call);
  const given = propertiesOf(call, body, applicationType, { binds: ["owners@odata.bind"] });
  const properties = withKeptKeys(call.world, withEntitlements(given), { kind: "applications" });
  checkIdentifierUris(call, properties);
  checkAudience(properties);
  // What a policy forbids is found before anything is made.
  const unborn = { id: "", createdDateTime: graphTime(call.world.now()) };
  const passwords = (Array.isArray(passwordCredentials) ? passwordCredentials : [])
    .filter(isRecord)
    .map((wanted) => newPassword(call.world, "applications", unborn, wanted));
  const application = registrations.createApplication(properties, [call.claims.oid, ...boundOwners(call, body)]);
  applications.change(application, { passwordCredentials: passwords.map(({ kept }) => kept) });
  lag.created(application.id);
  const shown = entityBody(call, application, applicationType);
  // Documented of addPassword: the text of a secret is in the answer that made it, and in no other.
  return created(
    passwords.length === 0 ? shown : { ...shown, passwordCredentials: passwords.map((each) => each.shown) },
  );
}

/** Documented: roles and scopes are enabled where nothing is said of it; reads tell all that one has. */
function withEntitlements(properties: Record<string, Json>): Record<string, Json> {
  const { appRoles, api } = properties;
  const scopes = isRecord(api) ? api["oauth2PermissionScopes"] : undefined;
  return {
    ...properties,
    ...(Array.isArray(appRoles) && {
      appRoles: appRoles
        .filter(isRecord)
        .map((role) => ({ ...emptyRole, ...role, isEnabled: role["isEnabled"] ?? true })),
    }),
    ...(isRecord(api) &&
      Array.isArray(scopes) && {
        api: {
          ...api,
          oauth2PermissionScopes: scopes
            .filter(isRecord)
            .map((scope) => ({ ...emptyScope, ...scope, isEnabled: scope["isEnabled"] ?? true })),
        },
      }),
  };
}

const emptyRole = { allowedMemberTypes: [], description: null, displayName: null, origin: "Application", value: null };
const emptyScope = {
  ...{ adminConsentDescription: null, adminConsentDisplayName: null, origin: "Application", type: "User" },
  ...{ userConsentDescription: null, userConsentDisplayName: null },
};

function update(call: Call) {
  const application = findOwned(call, call.directory.applications);
  const given = propertiesOf(call, bodyOf(call), applicationType, { current: application });
  const properties = withKeptKeys(call.world, withEntitlements(given), { kind: "applications", object: application });
  checkIdentifierUris(call, properties, application);
  checkRemovedPermissions(application, properties);
  checkEntitlements({ ...application, ...properties });
  checkAudience({ ...application, ...properties });
  call.directory.applications.change(application, properties);
  mirror(call, application);
  return noContent;
}

/** Documented: what a service principal of the own tenant shows of its application follows the application. */
function mirror(call: Call, application: DirectoryObject): void {
  const { servicePrincipals } = call.directory;
  const principal = servicePrincipals.byKey(text(application, "appId"));
  if (principal) servicePrincipals.change(principal, mirrored(application));
}

export function mirrored(application: DirectoryObject): Record<string, Json> {
  const web = (application["web"] ?? {}) as Record<string, Json>;
  const api = (application["api"] ?? {}) as Record<string, Json>;
  const name = text(application, "displayName");
  return {
    displayName: name,
    appDisplayName: name,
    appDescription: application["description"] ?? null,
    homepage: web["homePageUrl"] ?? null,
    logoutUrl: web["logoutUrl"] ?? null,
    replyUrls: web["redirectUris"] ?? [],
    servicePrincipalNames: [text(application, "appId"), ...list<string>(application, "identifierUris")],
    signInAudience: application["signInAudience"] ?? "AzureADMyOrg",
    appRoles: application["appRoles"] ?? [],
    oauth2PermissionScopes: api["oauth2PermissionScopes"] ?? [],
    info: application["info"] ?? null,
  };
}

/** Reported: a soft-deleted application still holds its identifier URIs. */
function checkIdentifierUris(call: Call, properties: Record<string, Json>, application?: DirectoryObject): void {
  const wanted = (properties["identifierUris"] ?? []) as string[];
  if (wanted.length === 0) return;
  const { applications, data } = call.directory;
  const foreign = wanted.find((uri) => !isOnVerifiedDomain(uri, data.domains));
  if (foreign !== undefined) {
    throw new GraphError(
      400,
      "HostNameNotOnVerifiedDomain",
      `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${foreign}'`,
    );
  }
  const buried = data.deleted.filter((each) => each.kind === "applications").map((each) => each.object);
  for (const other of [...applications.values(), ...buried]) {
    if (other.id === application?.id) continue;
    if (list<string>(other, "identifierUris").some((uri) => wanted.includes(uri))) {
      throw badRequest("Another object with the same value for property identifierUris already exists.");
    }
  }
}

/** Documented and reported, with code and words: an address has to be on a domain of the tenant. */
function isOnVerifiedDomain(uri: string, domains: readonly { readonly id: string }[]): boolean {
  const { protocol, hostname } = new URL(uri);
  if (protocol !== "https:" && protocol !== "http:") return true;
  return domains.some(({ id }) => hostname === id || hostname.endsWith(`.${id}`));
}

/** Documented: whom personal accounts sign in with takes tokens of version 2 alone; the words are reported. */
function checkAudience({ signInAudience, api }: Record<string, Json>): void {
  const isPersonal = typeof signInAudience === "string" && signInAudience.includes("PersonalMicrosoftAccount");
  if (isPersonal && !(isRecord(api) && api["requestedAccessTokenVersion"] === 2)) {
    throw badRequest("Property api.requestedAccessTokenVersion is invalid.");
  }
}

interface Permission {
  readonly id: string;
  readonly isEnabled?: boolean;
}

/** Documented: an app role or scope must be disabled before it is removed. */
function checkRemovedPermissions(application: DirectoryObject, properties: Record<string, Json>): void {
  const api = (object: Record<string, Json>) => (object["api"] ?? {}) as Record<string, Json>;
  const before = [application["appRoles"], api(application)["oauth2PermissionScopes"]];
  const after = [properties["appRoles"], properties["api"] && api(properties)["oauth2PermissionScopes"]];
  for (const [index, kept] of after.entries()) {
    if (!Array.isArray(kept)) continue;
    const had = (before[index] ?? []) as unknown as Permission[];
    const stays = new Set((kept as unknown as Permission[]).map((each) => each.id));
    if (had.some((each) => each.isEnabled !== false && !stays.has(each.id))) {
      throw new GraphError(
        400,
        "CannotDeleteOrUpdateEnabledEntitlement",
        "Property value cannot be deleted unless it is disabled first.",
      );
    }
  }
}
