/**
 * Managed identities that are resources of their own, and the outside tokens that they trust. Documented: REST
 * reference of Microsoft.ManagedIdentity; error messages are assumed.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { directory } from "../../directory/index.ts";
import { list } from "../../directory/model.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import type { World } from "../../world.ts";
import { existingGroup, identityId } from "./data.ts";
import type { ArmData, UserAssignedIdentity } from "./data.ts";
import { ArmError, badRequest, resourceNotFound } from "./errors.ts";
import { covers } from "./rbac.ts";
import { isCollection, propertiesOf, tagsOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";

const TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities";

export const userAssignedIdentities: ArmType = { name: TYPE, handlers: { GET: get, PUT: put, DELETE: remove } };

/** Its service principal goes for good (assumed), its role assignments stay behind (documented). */
export function deleteIdentity(world: World, data: ArmData, identity: UserAssignedIdentity): void {
  const { registrations, data: objects } = directory(world);
  registrations.deleteServicePrincipal(identity.principalId);
  objects.deleted = objects.deleted.filter(({ object }) => object.id !== identity.principalId);
  delete data.identities[identityId(world, identity).toLowerCase()];
}

function get(request: ArmRequest): ArmAnswer {
  const { world, data, path } = request;
  if (!isCollection(request, 1)) return { status: 200, body: answer(world, existing(request)) };
  const value = Object.values(data.identities).filter((each) => covers(path.scope, identityId(world, each)));
  return { status: 200, body: { value: value.map((each) => answer(world, each)) } };
}

function put(request: ArmRequest): ArmAnswer {
  const { world, data, path, body } = request;
  const group = existingGroup(data, path.scope);
  const [name = ""] = path.names;
  const { location } = body;
  if (typeof location !== "string") {
    throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  }
  if (!/^[a-z0-9][\w-]{2,127}$/i.test(name)) throw badRequest(`The identity name '${name}' is invalid.`);
  const before = data.identities[path.id.toLowerCase()];
  const identity: UserAssignedIdentity = {
    name: before?.name ?? name,
    resourceGroup: group.name,
    location: before?.location ?? location.toLowerCase().replaceAll(" ", ""),
    tags: tagsOf(body),
    ...(before ? { principalId: before.principalId, clientId: before.clientId } : newPrincipal(world, name, path.id)),
  };
  data.identities[path.id.toLowerCase()] = identity;
  return { status: before ? 200 : 201, body: answer(world, identity) };
}

/** Documented: a managed identity is a service principal without a registration. */
function newPrincipal(world: World, displayName: string, resourceId: string) {
  const { registrations, lag } = directory(world);
  const clientId = randomUUID();
  const principal = registrations.createServicePrincipal(
    { id: "", appId: clientId },
    {
      displayName,
      servicePrincipalType: "ManagedIdentity",
      alternativeNames: ["isExplicit=True", resourceId],
      servicePrincipalNames: [clientId],
    },
    [],
  );
  lag.created(principal.id);
  return { principalId: principal.id, clientId };
}

function remove(request: ArmRequest): ArmAnswer {
  const identity = request.data.identities[request.path.id.toLowerCase()];
  if (!identity) return { status: 204 };
  deleteIdentity(request.world, request.data, identity);
  return { status: 200 };
}

function existing({ data, path }: ArmRequest): UserAssignedIdentity {
  const group = existingGroup(data, path.scope);
  const [name = ""] = path.names;
  const id = path.id.toLowerCase().split("/").slice(0, 9).join("/");
  const identity = data.identities[id];
  if (!identity) throw resourceNotFound(TYPE, name, group.name);
  return identity;
}

function answer(world: World, identity: UserAssignedIdentity): object {
  const { name, location, tags, principalId, clientId } = identity;
  return {
    id: identityId(world, identity),
    name,
    type: TYPE,
    location,
    tags,
    properties: { tenantId: world.tenant.id, principalId, clientId },
  };
}

/** Documented: at most this many of one identity. */
const MAX_CREDENTIALS = 20;

interface Credential extends Record<string, string | string[]> {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: string[];
}

export const federatedIdentityCredentials: ArmType = {
  name: `${TYPE}/federatedIdentityCredentials`,
  handlers: {
    GET(request) {
      const identity = existing(request);
      const credentials = credentialsOf(request.world, identity);
      if (isCollection(request, 2)) {
        return {
          status: 200,
          body: { value: credentials.map((each) => credentialAnswer(request.world, identity, each)) },
        };
      }
      const found = credentials.find((each) => isNamed(each, request));
      if (!found) {
        const name = request.path.names.join("/");
        throw resourceNotFound(`${TYPE}/federatedIdentityCredentials`, name, identity.resourceGroup);
      }
      return { status: 200, body: credentialAnswer(request.world, identity, found) };
    },
    PUT: putCredential,
    DELETE(request) {
      const identity = existing(request);
      const credentials = credentialsOf(request.world, identity);
      const kept = credentials.filter((each) => !isNamed(each, request));
      if (kept.length === credentials.length) return { status: 204 };
      storeCredentials(request.world, identity, kept);
      return { status: 200 };
    },
  },
};

function putCredential(request: ArmRequest): ArmAnswer {
  const { world, path, body } = request;
  const identity = existing(request);
  const { issuer, subject, audiences } = propertiesOf(body);
  const [, name = ""] = path.names;
  if (!/^[a-z0-9][\w-]{2,119}$/i.test(name)) throw badRequest(`The federated credential name '${name}' is invalid.`);
  if (typeof issuer !== "string" || typeof subject !== "string" || issuer === "" || subject === "") {
    throw badRequest("The properties issuer and subject are required.");
  }
  if (!Array.isArray(audiences) || audiences.length !== 1 || typeof audiences[0] !== "string") {
    throw badRequest("The property audiences must have exactly one audience.");
  }
  const all = credentialsOf(world, identity);
  const before = all.find((each) => isNamed(each, request));
  const others = all.filter((each) => each !== before);
  if (others.some((each) => each.issuer === issuer && each.subject === subject)) {
    throw new ArmError(
      409,
      "Conflict",
      "Issuer and subject combination already exists for this Managed Identity. Federated Identity Credential must have a unique issuer and subject combination.",
    );
  }
  if (others.length >= MAX_CREDENTIALS) {
    throw badRequest(
      `Too many Federated Identity Credentials have been added to the identity: at most ${MAX_CREDENTIALS}.`,
    );
  }
  const credential = { id: before?.id ?? randomUUID(), name, issuer, subject, audiences: [audiences[0]] };
  storeCredentials(world, identity, [...others, credential]);
  return { status: before ? 200 : 201, body: credentialAnswer(world, identity, credential) };
}

function principalOf(world: World, { principalId }: UserAssignedIdentity): DirectoryObject {
  return directory(world).servicePrincipals.get(principalId) as DirectoryObject;
}

/** Where Entra looks when a token is shown to it. */
function credentialsOf(world: World, identity: UserAssignedIdentity): readonly Credential[] {
  return list<Credential>(principalOf(world, identity), "federatedIdentityCredentials");
}

function storeCredentials(world: World, identity: UserAssignedIdentity, credentials: readonly Credential[]): void {
  const { servicePrincipals } = directory(world);
  servicePrincipals.change(principalOf(world, identity), { federatedIdentityCredentials: [...credentials] });
}

function isNamed({ name }: Credential, { path }: ArmRequest): boolean {
  return name.toLowerCase() === path.names[1]?.toLowerCase();
}

function credentialAnswer(world: World, identity: UserAssignedIdentity, credential: Credential): object {
  const { name, issuer, subject, audiences } = credential;
  return {
    id: `${identityId(world, identity)}/federatedIdentityCredentials/${name}`,
    name,
    type: `${TYPE}/federatedIdentityCredentials`,
    properties: { issuer, subject, audiences },
  };
}
