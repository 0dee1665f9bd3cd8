/**
 * Azure Resource Manager: what a stack declares beside the directory. Every call needs a token for ARM, an
 * `api-version` and a role that allows it; versions are not told apart.
 *
 * @packageDocumentation
 */
import fastify from "fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { TokenRejected, verifyAccessToken } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { reportDefect } from "../defects.ts";
import { inOwnWords } from "../framework-errors.ts";
import { acceptEmptyJson } from "../json-body.ts";
import { SecretIsDeleted } from "../vault/store.ts";
import { armData } from "./data.ts";
import { ArmError, authorizationFailed, notHere } from "./errors.ts";
import { federatedIdentityCredentials, userAssignedIdentities } from "./identities.ts";
import { heldRoles } from "./held-roles.ts";
import { storageNames, vaultNames } from "./names.ts";
import { permissions } from "./permissions.ts";
import { isAllowed } from "./rbac.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { parseResourcePath } from "./resource-id.ts";
import type { ResourcePath } from "./resource-id.ts";
import { resourceGroups } from "./resource-groups.ts";
import { resources } from "./resources.ts";
import { blobServices } from "./blob-services.ts";
import { roleAssignments } from "./role-assignments.ts";
import { roleDefinitionType } from "./role-definitions.ts";
import { blobContainers, storageAccounts, storageKeys } from "./storage.ts";
import { subscriptions } from "./subscriptions.ts";
import { vaultKeys } from "./vault-keys.ts";
import { vaultSecrets } from "./vault-secrets.ts";
import { deletedVaults, locationDeletedVaults, purge, vaults } from "./vaults.ts";

/** Documented: both are ARM; the second is its older name. */
const AUDIENCES = ["https://management.azure.com/", "https://management.core.windows.net/"];

const types: Readonly<Record<string, ArmType>> = {
  subscriptions,
  resources,
  resourcegroups: resourceGroups,
  "microsoft.keyvault/vaults": vaults,
  "microsoft.keyvault/vaults/secrets": vaultSecrets,
  "microsoft.keyvault/vaults/keys": vaultKeys,
  "microsoft.keyvault/checknameavailability": vaultNames,
  "microsoft.keyvault/deletedvaults": deletedVaults,
  "microsoft.keyvault/locations/deletedvaults": locationDeletedVaults,
  "microsoft.keyvault/locations/deletedvaults/purge": purge,
  "microsoft.managedidentity/userassignedidentities": userAssignedIdentities,
  "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials": federatedIdentityCredentials,
  "microsoft.storage/storageaccounts": storageAccounts,
  "microsoft.storage/storageaccounts/listkeys": storageKeys,
  "microsoft.storage/storageaccounts/blobservices": blobServices,
  "microsoft.storage/storageaccounts/blobservices/containers": blobContainers,
  "microsoft.storage/checknameavailability": storageNames,
  "microsoft.authorization/permissions": permissions,
  "microsoft.authorization/roleassignments": roleAssignments,
  "microsoft.authorization/roledefinitions": roleDefinitionType,
};

export const armTypes: readonly ArmType[] = Object.values(types);

export function armHost(world: World): FastifyInstance {
  const data = armData(world);
  const app: FastifyInstance = fastify(inOwnWords(() => app));
  acceptEmptyJson(app);

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof ArmError)
      return reply.code(error.status).send({ error: { code: error.code, message: error.message } });
    if (error instanceof TokenRejected) {
      void reply.header(
        "www-authenticate",
        `Bearer authorization_uri="https://login.microsoftonline.com/${world.tenant.id}", error="invalid_token", error_description="${error.message}"`,
      );
      return reply.code(401).send({ error: { code: "InvalidAuthenticationToken", message: error.message } });
    }
    if (error instanceof SecretIsDeleted) {
      return reply.code(409).send({ error: { code: "Conflict", message: secretIsDeleted(error.message) } });
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ error: { code: "InvalidRequestContent", message: error.message } });
    }
    reportDefect("ARM", error);
    return reply.code(500).send({ error: { code: "InternalServerError", message: error.message } });
  });

  app.all("/*", async (request, reply) => {
    const answer = await handle(request);
    void reply.code(answer.status);
    if (answer.location !== undefined) void reply.header("location", answer.location).header("retry-after", "0");
    return reply.send(answer.body);
  });

  async function handle(request: FastifyRequest): Promise<ArmAnswer> {
    if (request.headers.authorization === undefined) {
      throw new ArmError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
    }
    const caller = await verifyAccessToken(world, request.headers.authorization, AUDIENCES);
    const query = request.query as Record<string, string>;
    if (!query["api-version"]) {
      throw new ArmError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
      );
    }
    if (!API_VERSION.test(query["api-version"])) {
      // Reported: the code. Which versions a type has is not known here.
      throw new ArmError(400, "InvalidApiVersionParameter", `The api-version '${query["api-version"]}' is invalid.`);
    }
    // Seen elsewhere (msgraph-sdk): clients join paths with a slash too many.
    const url = (request.url.split("?")[0] ?? "").replaceAll(/\/{2,}/g, "/");
    // What a long operation's `Location` points at: everything here is done at once.
    if (/^\/subscriptions\/[^/]+\/operationresults\/[0-9a-f]+$/i.test(url)) return { status: 200 };
    const path = parseResourcePath(url);
    const type = path && types[path.type];
    if (!path || !type) throw unknownType(url, path);
    checkSubscription(world, url);
    const handler = type.handlers[request.method];
    if (!handler && ONLY_IN_AZURE.includes(request.method)) throw notHere(`${request.method} of ${type.name}`);
    if (request.method === "GET" && query["$filter"] && type.filters !== true) throw notHere(`$filter of ${type.name}`);
    if (!handler) {
      throw new ArmError(
        405,
        "HttpMethodNotAllowed",
        `The requested resource does not support http method '${request.method}'.`,
      );
    }
    const body = (request.body ?? {}) as Record<string, unknown>;
    const call: ArmRequest = { world, data, caller, method: request.method, path, query, body };
    checkRight(call, type);
    return handler(call);
  }
  return app;
}

/** Documented: a day, and for some a word after it. */
const API_VERSION = /^\d{4}-\d{2}-\d{2}(-(privatepreview|preview|alpha|beta))?$/i;
/** Azure has these of most types. */
const ONLY_IN_AZURE = ["PATCH", "HEAD", "POST"];

const VERBS: Readonly<Record<string, string>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  PATCH: "write",
  DELETE: "delete",
};

function checkRight({ world, data, caller, path, method }: ArmRequest, type: ArmType): void {
  // Whoever has a right below a subscription may see the subscription itself (documented), and lists what is theirs.
  if (type === subscriptions || type === resources) return;
  const action = `${type.name}/${method === "POST" ? type.postAction : VERBS[method]}`;
  const question = { principalId: caller.oid, action, scope: path.id, plane: "control" as const };
  if (isAllowed(heldRoles(world, data), question, data.ownRoles)) return;
  throw authorizationFailed(caller.appid, caller.oid, action, path.id);
}

function checkSubscription(world: World, url: string): void {
  const id = /^\/subscriptions\/([^/]+)/i.exec(url)?.[1];
  if (id === undefined || id.toLowerCase() === world.subscriptionId) return;
  throw new ArmError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
}

function unknownType(url: string, path: ResourcePath | undefined): ArmError {
  const type = path?.type ?? url;
  return new ArmError(404, "InvalidResourceType", `The resource type '${type}' is not part of the stand-in tenant.`);
}

function secretIsDeleted(name: string): string {
  return `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
}
