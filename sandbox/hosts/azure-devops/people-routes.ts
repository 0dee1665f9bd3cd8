/**
 * Who is in the organization: people as the graph has them, service principals that were added.
 *
 * @packageDocumentation
 */
import { directory } from "../../directory/index.ts";
import { text } from "../../directory/model.ts";
import type { World } from "../../world.ts";
import type { Call, Route } from "./call.ts";
import { listed } from "./call.ts";
import { invalidArgument } from "./errors.ts";
import { descriptorOf } from "./identities.ts";
import { addMember, type Entitlement, type Organization } from "./organization.ts";

/** Documented: people and members are managed at hosts of their own. */
const PEOPLE_HOST = "vssps.dev.azure.com";
export const ENTITLEMENTS_HOST = "vsaex.dev.azure.com";

/** Assumed: people in a page. */
const PAGE_SIZE = 500;

/** Documented: the names; the next page's token comes in a header (read: azure-devops-node-api). */
function people(call: Call): object {
  const { home, query, reply, world } = call;
  const { users, servicePrincipals } = directory(world);
  const entitled = home.entitlements
    .map(({ originId }) => servicePrincipals.get(originId))
    .filter((each) => each !== undefined);
  const all = [
    ...[...users.values()].map((user) => ({
      id: user.id,
      subjectKind: "user",
      displayName: text(user, "displayName"),
      principalName: text(user, "userPrincipalName"),
      mailAddress: typeof user["mail"] === "string" ? user["mail"] : "",
    })),
    ...entitled.map((principal) => ({
      id: principal.id,
      subjectKind: "servicePrincipal",
      displayName: text(principal, "displayName"),
      principalName: principal.id,
      mailAddress: "",
    })),
  ];
  const token = query.get("continuationtoken");
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0) throw invalidArgument(`The continuationToken ${token} is not valid.`);
  const next = from + PAGE_SIZE;
  if (next < all.length) void reply.header("x-ms-continuationtoken", String(next));
  return listed(
    all.slice(from, next).map(({ id, subjectKind, displayName, principalName, mailAddress }) => ({
      subjectKind,
      domain: world.tenant.id,
      principalName,
      mailAddress,
      origin: "aad",
      originId: id,
      displayName,
      descriptor: descriptorOf(id),
      url: `https://${PEOPLE_HOST}/${home.name}/_apis/Graph/Users/${descriptorOf(id)}`,
    })),
  );
}

interface EntitlementBody {
  readonly accessLevel?: { readonly accountLicenseType?: string };
  readonly servicePrincipal?: { readonly origin?: string; readonly originId?: string };
}

/**
 * Documented: by the object id of the service principal, not of the application. That a failure is told inside of a 200
 * follows the published answer; its number and words are assumed, and so is that every member may do it.
 */
function addEntitlement(world: World, home: Organization, { accessLevel, servicePrincipal }: EntitlementBody): object {
  const { origin, originId } = servicePrincipal ?? {};
  if (origin !== "aad" || !originId)
    throw invalidArgument("The servicePrincipal needs the origin 'aad' and an originId.");
  if (!directory(world).servicePrincipals.get(originId)) {
    const value = `VS403283: Could not add service principal '${originId}': it is not in the directory ${world.tenant.id}.`;
    return { isSuccess: false, operationResult: { isSuccess: false, errors: [{ key: 5000, value }] } };
  }
  const entitlement = addMember(world, originId, accessLevel?.accountLicenseType);
  const result = entitlementAnswer(world, entitlement);
  return {
    isSuccess: true,
    operationResult: { isSuccess: true, errors: [], servicePrincipalId: entitlement.id, result },
    servicePrincipalEntitlement: result,
  };
}

function entitlementAnswer(world: World, { id, originId, accountLicenseType, dateCreated }: Entitlement): object {
  const principal = directory(world).servicePrincipals.get(originId);
  return {
    id,
    dateCreated,
    accessLevel: { licensingSource: "account", accountLicenseType, status: "active" },
    servicePrincipal: {
      subjectKind: "servicePrincipal",
      domain: world.tenant.id,
      origin: "aad",
      originId,
      applicationId: principal?.["appId"] ?? null,
      displayName: principal?.["displayName"] ?? null,
    },
  };
}

function entitlements({ home, world }: Call): object {
  const members = home.entitlements.map((each) => entitlementAnswer(world, each));
  return { members, continuationToken: null, totalCount: members.length };
}

function removeEntitlement({ home, params, reply }: Call): object {
  home.entitlements = home.entitlements.filter(({ id }) => id !== params["id"]);
  return reply.status(204).send();
}

const members = "/serviceprincipalentitlements";
const read = { host: ENTITLEMENTS_HOST, scope: "vso.memberentitlementmanagement" } as const;
const write = { host: ENTITLEMENTS_HOST, scope: "vso.memberentitlementmanagement_write" } as const;

export const peopleRoutes: readonly Route[] = [
  { method: "GET", path: "/graph/users", host: PEOPLE_HOST, scope: "vso.graph", isPreview: true, handler: people },
  { method: "GET", path: members, ...read, handler: entitlements },
  {
    method: "POST",
    path: members,
    ...write,
    isPreview: true,
    handler: ({ world, home, body }) => addEntitlement(world, home, body ?? {}),
  },
  { method: "DELETE", path: `${members}/:id`, ...write, handler: removeEntitlement },
];
