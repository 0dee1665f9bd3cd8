/**
 * The data plane of every key vault that ARM knows: secrets, their versions, soft delete. Documented: Key Vault
 * secrets REST reference; the challenge was seen with \@azure/keyvault-secrets.
 *
 * @packageDocumentation
 */
import fastify from "fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { TokenRejected, verifyAccessToken } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { armData, vaultId } from "../arm/data.ts";
import type { Vault } from "../arm/data.ts";
import { heldRoles } from "../arm/held-roles.ts";
import { isAllowed } from "../arm/rbac.ts";
import { reportDefect } from "../defects.ts";
import { inOwnWords } from "../framework-errors.ts";
import { acceptEmptyJson } from "../json-body.ts";
import {
  forbiddenByPolicy,
  forbiddenByRbac,
  keyNotFound,
  purgeNotAllowed,
  secretDisabled,
  secretIsDeleted,
  secretNotFound,
  VaultError,
} from "./errors.ts";
import { keyOperations } from "./key-operations.ts";
import { deleteKey } from "./keys.ts";
import { page } from "./paging.ts";
import {
  backedUpSecret,
  backupSecret,
  currentVersion,
  deleteSecret,
  findDeletedSecret,
  findSecret,
  listDeletedSecrets,
  listSecrets,
  purgeSecret,
  recoverSecret,
  restoreSecret,
  SecretIsDeleted,
  setSecret,
  updateSecret,
} from "./store.ts";
import type { DeletedSecret, Secret, SecretVersion } from "./store.ts";

interface Named {
  Params: { name: string; version?: string };
}

const SecretChanges = z.object({
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: z
    .object({ enabled: z.boolean().optional(), exp: z.int().optional(), nbf: z.int().optional() })
    .optional(),
});

const AUDIENCE = "https://vault.azure.net";

const MOST_BYTES = 25_600;

/** Assumed: the words. */
function badBody({ issues }: z.ZodError): VaultError {
  const path = issues[0]?.path.join(".") ?? "";
  return new VaultError(400, "BadParameter", `Property ${path === "" ? "value" : path} has an invalid value.`);
}

export function vaultHost(world: World): FastifyInstance {
  const app: FastifyInstance = fastify({
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    ...inOwnWords(() => app),
  });
  acceptEmptyJson(app);

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof VaultError) {
      const { status, code, message, inner } = error;
      return reply
        .code(status)
        .send({ error: { code, message, ...(inner !== undefined && { innererror: { code: inner } }) } });
    }
    if (error instanceof TokenRejected) {
      // The first request of a client has no token on purpose: it wants to know whom to ask for one (seen: 4.11).
      const challenge = `Bearer authorization="https://login.microsoftonline.com/${world.tenant.id}", resource="${AUDIENCE}"`;
      const isFirst = request.headers.authorization === undefined;
      void reply.header("www-authenticate", isFirst ? challenge : `${challenge}, error="invalid_token"`);
      const message = isFirst ? "AKV10000: Request is missing a Bearer or PoP token." : `AKV10032: ${error.message}`;
      return reply.code(401).send({ error: { code: "Unauthorized", message } });
    }
    if (error instanceof SecretIsDeleted) {
      const { status, code, message, inner } = secretIsDeleted(error.message);
      return reply.code(status).send({ error: { code, message, innererror: { code: inner } } });
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ error: { code: "BadParameter", message: error.message } });
    }
    reportDefect("Key Vault", error);
    return reply.code(500).send({ error: { code: "InternalServerError", message: error.message } });
  });

  // Assumed: code and words. Who shows no token is asked for one first, as everywhere.
  app.setNotFoundHandler(async (request) => {
    await verifyAccessToken(world, request.headers.authorization, AUDIENCE);
    const path = request.url.split("?")[0] ?? "";
    throw new VaultError(404, "NotFound", `The stand-in's Key Vault has no operation ${request.method} ${path}.`);
  });

  /** Lets a call through that the caller has a role for. */
  async function open(
    request: FastifyRequest,
    operation: string,
    name?: string,
    kind: "secrets" | "keys" = "secrets",
  ): Promise<Vault> {
    const caller = await verifyAccessToken(world, request.headers.authorization, AUDIENCE);
    const version = (request.query as Record<string, string>)["api-version"];
    if (!version) {
      throw new VaultError(400, "BadParameter", "The request does not have an api-version: ?api-version= is required.");
    }
    // Published versions: 2015 and 2016, 7.0 on, and days again since 2025. Assumed: the words.
    if (!/^(7\.\d(-preview\.\d)?|20\d{2}-\d{2}-\d{2}(-preview)?)$/.test(version)) {
      throw new VaultError(400, "BadParameter", `The specified version (${version}) is not recognized.`);
    }
    const data = armData(world);
    const vault = data.vaults[request.hostname.split(".")[0]?.toLowerCase() ?? ""];
    // Assumed: in the cloud such a name does not exist at all, and clients fail to look it up.
    if (!vault) throw new VaultError(404, "VaultNotFound", `There is no key vault ${request.hostname}.`);
    const scope = `${vaultId(world, vault)}${name === undefined ? "" : `/${kind}/${name}`}`;
    const action = `Microsoft.KeyVault/vaults/${kind}/${operation}`;
    if (!vault.properties.enableRbacAuthorization)
      throw forbiddenByPolicy(world, vault, caller, request.method.toLowerCase());
    const question = { principalId: caller.oid, action, scope, plane: "data" as const };
    if (!isAllowed(heldRoles(world, data), question, data.ownRoles))
      throw forbiddenByRbac(world, vault, caller, action, scope);
    return vault;
  }

  app.get("/secrets", async (request) => {
    const vault = await open(request, "readMetadata/action");
    const items = listSecrets(world, vault.name).map((secret) => item(vault, secret, currentVersion(secret)));
    return page(request, items);
  });
  app.get<Named>("/secrets/:name/versions", async (request) => {
    const { name } = request.params;
    const vault = await open(request, "readMetadata/action", name);
    const secret = mustFind(world, vault, name);
    return page(
      request,
      secret.versions.map((version) => item(vault, secret, version, true)),
    );
  });
  app.get<Named>("/secrets/:name", (request) => readSecret(request));
  app.get<Named>("/secrets/:name/:version", (request) => readSecret(request));

  async function readSecret(request: FastifyRequest<Named>): Promise<object> {
    const { name, version } = request.params;
    const vault = await open(request, "getSecret/action", name);
    const secret = mustFind(world, vault, name);
    const found = version ? secret.versions.find((each) => each.version === version) : currentVersion(secret);
    if (!found) throw secretNotFound(`${name}/${version}`);
    if (!found.enabled) throw secretDisabled();
    return { value: found.value, ...item(vault, secret, found, true) };
  }

  app.put<Named>("/secrets/:name", async (request) => {
    const { name } = request.params;
    const vault = await open(request, "setSecret/action", name);
    const body = (request.body ?? {}) as {
      value?: unknown;
      contentType?: string;
      tags?: Record<string, string>;
      attributes?: { enabled?: boolean; exp?: number; nbf?: number };
    };
    if (!/^[0-9a-z-]{1,127}$/i.test(name))
      throw new VaultError(400, "BadParameter", `The request URI contains an invalid name: ${name}`);
    if (typeof body.value !== "string") throw new VaultError(400, "BadParameter", "Property value is required.");
    // Documented: at most 25k bytes. Assumed: the words.
    if (Buffer.byteLength(body.value) > MOST_BYTES) {
      throw new VaultError(400, "BadParameter", `The value of a secret has at most ${MOST_BYTES} bytes.`);
    }
    const described = SecretChanges.safeParse(request.body);
    if (!described.success) throw badBody(described.error);
    const version = setSecret(world, vault.name, name, {
      value: body.value,
      ...(body.contentType !== undefined && { contentType: body.contentType }),
      ...(body.tags !== undefined && { tags: body.tags }),
      ...body.attributes,
    });
    return { value: version.value, ...item(vault, mustFind(world, vault, name), version, true) };
  });

  // Documented: changes what is said about a version; what is left out stays.
  app.patch<Named>("/secrets/:name/:version", (request) => changeSecret(request));
  app.patch<Named>("/secrets/:name", (request) => changeSecret(request));

  async function changeSecret(request: FastifyRequest<Named>): Promise<object> {
    const { name, version } = request.params;
    const vault = await open(request, "setSecret/action", name);
    const secret = mustFind(world, vault, name);
    const changes = SecretChanges.safeParse(request.body ?? {});
    if (!changes.success) throw badBody(changes.error);
    const { contentType, tags, attributes } = changes.data;
    const given = Object.entries({ contentType, tags, ...attributes }).filter(([, value]) => value !== undefined);
    const changed = updateSecret(world, secret, version ?? currentVersion(secret).version, Object.fromEntries(given));
    if (!changed) throw secretNotFound(`${name}/${version}`);
    return item(vault, secret, changed, true);
  }

  // Documented: all versions as one text that only the service can read. Here it is the name of a copy.
  app.post<Named>("/secrets/:name/backup", async (request) => {
    const { name } = request.params;
    const vault = await open(request, "backup/action", name);
    return { value: backupSecret(world, mustFind(world, vault, name)) };
  });
  app.post("/secrets/restore", async (request) => {
    const vault = await open(request, "restore/action");
    const { value } = (request.body ?? {}) as { readonly value?: unknown };
    const secret = typeof value === "string" ? backedUpSecret(world, value) : undefined;
    if (!secret) throw new VaultError(400, "BadParameter", "Backup blob is corrupted.");
    const restored = restoreSecret(world, vault.name, secret);
    if (!restored) {
      throw new VaultError(409, "Conflict", `There was a conflict restoring the secret ${secret.name}: it exists.`);
    }
    return item(vault, restored, currentVersion(restored), true);
  });

  app.delete<Named>("/secrets/:name", async (request) => {
    const { name } = request.params;
    const vault = await open(request, "delete", name);
    const deleted = deleteSecret(world, vault.name, name, vault.properties.softDeleteRetentionInDays);
    if (!deleted) throw secretNotFound(name);
    return deletedItem(vault, deleted);
  });

  app.get("/deletedsecrets", async (request) => {
    const vault = await open(request, "readMetadata/action");
    return page(
      request,
      listDeletedSecrets(world, vault.name).map((each) => deletedItem(vault, each)),
    );
  });
  app.get<Named>("/deletedsecrets/:name", async (request) => {
    const vault = await open(request, "readMetadata/action", request.params.name);
    return deletedItem(vault, mustFindDeleted(world, vault, request.params.name));
  });
  app.post<Named>("/deletedsecrets/:name/recover", async (request) => {
    const { name } = request.params;
    const vault = await open(request, "recover/action", name);
    const secret = recoverSecret(world, vault.name, name);
    if (!secret) throw secretNotFound(name);
    return item(vault, secret, currentVersion(secret), true);
  });
  app.delete<Named>("/deletedsecrets/:name", async (request, reply) => {
    const { name } = request.params;
    const vault = await open(request, "purge/action", name);
    mustFindDeleted(world, vault, name);
    if (vault.properties.enablePurgeProtection) throw purgeNotAllowed(vault);
    purgeSecret(world, vault.name, name);
    return reply.code(204).send();
  });
  app.delete<Named>("/keys/:name", async (request) => {
    const { name } = request.params;
    const vault = await open(request, "delete", name, "keys");
    const deleted = deleteKey(world, vault.name, name, vault.properties.softDeleteRetentionInDays);
    if (!deleted) throw keyNotFound(name);
    const { version, scheduledPurgeDate } = deleted;
    return {
      recoveryId: `${baseUrl(vault)}/deletedkeys/${deleted.name}`,
      scheduledPurgeDate,
      key: { kid: `${baseUrl(vault)}/keys/${deleted.name}/${version}`, kty: deleted.properties["kty"] },
    };
  });
  keyOperations(app, world, (request, operation, name) => open(request, operation, name, "keys"));
  return app;
}

function mustFind(world: World, vault: Vault, name: string): Secret {
  const secret = findSecret(world, vault.name, name);
  if (!secret) throw secretNotFound(name);
  return secret;
}

function mustFindDeleted(world: World, vault: Vault, name: string): DeletedSecret {
  const deleted = findDeletedSecret(world, vault.name, name);
  if (!deleted) throw secretNotFound(name);
  return deleted;
}

/** A secret without its value; lists name it without a version, whoever reads or writes one learns the version. */
function item(vault: Vault, secret: Secret, version: SecretVersion, withVersion = false): Record<string, unknown> {
  const { enabled, created, updated, exp, nbf, contentType, tags } = version;
  return {
    id: `${baseUrl(vault)}/secrets/${secret.name}${withVersion ? `/${version.version}` : ""}`,
    ...(contentType !== undefined && { contentType }),
    attributes: {
      enabled,
      ...(nbf !== undefined && { nbf }),
      ...(exp !== undefined && { exp }),
      created,
      updated,
      recoveryLevel: vault.properties.enablePurgeProtection ? "Recoverable" : "Recoverable+Purgeable",
      recoverableDays: vault.properties.softDeleteRetentionInDays,
    },
    tags,
  };
}

function deletedItem(vault: Vault, { secret, deletedDate, scheduledPurgeDate }: DeletedSecret): object {
  return {
    recoveryId: `${baseUrl(vault)}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate,
    ...item(vault, secret, currentVersion(secret), true),
  };
}

function baseUrl(vault: Vault): string {
  return `https://${vault.name.toLowerCase()}.vault.azure.net`;
}
