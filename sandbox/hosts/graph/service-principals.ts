import { isDeepStrictEqual } from "node:util";
import { MICROSOFT_SERVICES } from "../../data/first-party.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { registrationOf } from "../../directory/vendors.ts";
import { bodyOf, created, noContent, ok, requiredText } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { mirrored } from "./applications.ts";
import { servicePrincipalType } from "./entities.ts";
import { duplicate, forbidden, GraphError } from "./errors.ts";
import { withRelations } from "./expand.ts";
import { withKeptKeys } from "./key-credentials.ts";
import { listRoutes, sourceOf } from "./list.ts";
import { checkOwnership, find, findOwned } from "./lookup.ts";
import { boundOwners } from "./owners.ts";
import { entityBody, propertiesOf } from "./render.ts";

export const servicePrincipalRoutes: readonly Route[] = [
  ...listRoutes("/servicePrincipals", servicePrincipalType, {
    source: (call) => sourceOf(call.directory.servicePrincipals),
  }),
  {
    method: "GET",
    path: "/servicePrincipals/:id",
    options: ["$select", "$expand"],
    handle: (call) => ok(withRelations(call, find(call, call.directory.servicePrincipals), servicePrincipalType)),
  },
  // Seen: CLI for Microsoft 365 11.11 reads what an API offers by itself.
  ...(["appRoles", "oauth2PermissionScopes"] as const).map((name): Route => ({
    method: "GET",
    path: `/servicePrincipals/:id/${name}`,
    handle(call) {
      const principal = find(call, call.directory.servicePrincipals);
      const context = `${call.root}/$metadata#servicePrincipals('${principal.id}')/${name}`;
      return ok({ "@odata.context": context, value: principal[name] ?? [] });
    },
  })),
  { method: "POST", path: "/servicePrincipals", handle: create },
  {
    method: "PATCH",
    path: "/servicePrincipals/:id",
    handle(call) {
      const { servicePrincipals } = call.directory;
      const principal = findOwned(call, servicePrincipals);
      const given = propertiesOf(call, bodyOf(call), servicePrincipalType, { current: principal });
      checkForeign(principal, given);
      servicePrincipals.change(
        principal,
        withKeptKeys(call.world, given, { kind: "servicePrincipals", object: principal }),
      );
      return noContent;
    },
  },
  {
    method: "DELETE",
    path: "/servicePrincipals/:id",
    handle(call) {
      const principal = findOwned(call, call.directory.servicePrincipals);
      // Assumed: the code. Seen: azuread provider 6.9.1 asks for it where it only found the principal, and goes on.
      if (principal["appOwnerOrganizationId"] === MICROSOFT_SERVICES) throw forbidden();
      call.directory.registrations.deleteServicePrincipal(principal.id);
      return noContent;
    },
  },
];

/**
 * What a service principal shows of its application is that application's to change (documented), and one of another
 * tenant cannot be changed from here: nobody takes the permissions off Microsoft's own. Assumed: the code.
 */
function checkForeign(principal: DirectoryObject, given: Record<string, Json>): void {
  if (principal["appOwnerOrganizationId"] !== MICROSOFT_SERVICES) return;
  const { properties } = servicePrincipalType;
  const isChanged = (name: string) =>
    name in given && !isDeepStrictEqual(given[name], principal[name] ?? properties.get(name)?.initial);
  if (Object.keys(mirrored(principal)).some(isChanged)) throw forbidden();
}

function create(call: Call) {
  const { applications, servicePrincipals, registrations, lag } = call.directory;
  const { appId: _, ...body } = bodyOf(call);
  const appId = requiredText(bodyOf(call), "appId");
  // Documented: a multi-tenant application of another tenant gets a service principal here by its appId.
  const application = registrationOf(call.world, applications, appId);
  // Seen: azuread provider 6.9.1, which tries again for ten minutes, since a new application may lag.
  if (!application || lag.hides(application.id)) {
    throw new GraphError(
      400,
      "NoBackingApplicationObject",
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    );
  }
  // Seen: Entra's answer in reliable-web-app-pattern-java.
  if (servicePrincipals.byKey(appId)) {
    throw duplicate(
      `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
    );
  }
  checkOwnership(call, application);
  const given = propertiesOf(call, body, servicePrincipalType, { binds: ["owners@odata.bind"] });
  const properties = { ...mirrored(application), ...withKeptKeys(call.world, given, { kind: "servicePrincipals" }) };
  const owners = [call.claims.oid, ...boundOwners(call, body)];
  const principal = registrations.createServicePrincipal(application, properties, owners);
  lag.created(principal.id);
  return created(entityBody(call, principal, servicePrincipalType));
}
