/**
 * The data plane of every storage account that ARM knows: whole blobs, written, read, listed and deleted by whom a role
 * allows to. Documented: Blob service REST reference, its error codes, and "Authorize with Microsoft Entra ID". No
 * blocks, leases, snapshots, versions or conditions: who needs those finds Azurite's.
 *
 * @packageDocumentation
 */
import fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { TokenRejected, verifyAccessToken } from "../../tokens.ts";
import type { World } from "../../world.ts";
import { armData, storageAccountId } from "../arm/data.ts";
import type { StorageAccount } from "../arm/data.ts";
import { isAllowed } from "../arm/rbac.ts";
import { reportDefect } from "../defects.ts";
import { inOwnWords } from "../framework-errors.ts";

const AUDIENCE = "https://storage.azure.com";
const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** An answer that is no success, as the service words it. */
class BlobError extends Error {
  override name = "BlobError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Addressed {
  Params: { container: string; "*": string };
}

/** Account and container -> name -> content, as base64: what a world puts away is JSON. */
type Kept = Record<string, Record<string, string>>;

export function blobHost(world: World): FastifyInstance {
  const app: FastifyInstance = fastify({ ...inOwnWords(() => app), bodyLimit: 64 * 1024 * 1024 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const kept = () => world.section<Kept>("blobs", () => ({}));

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof TokenRejected) {
      const authority = `https://login.microsoftonline.com/${world.tenant.id}/oauth2/authorize`;
      void reply.header("www-authenticate", `Bearer authorization_uri=${authority} resource_id=${AUDIENCE}`);
      return fail(reply, new BlobError(401, "InvalidAuthenticationInfo", error.message));
    }
    if (error instanceof BlobError) return fail(reply, error);
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return fail(
        reply,
        new BlobError(
          error.statusCode,
          "InvalidUri",
          "The requested URI does not represent any resource on the server.",
        ),
      );
    }
    reportDefect("Blob Storage", error);
    return fail(reply, new BlobError(500, "InternalError", "The server encountered an internal error."));
  });

  /** Lets a call through that the caller has a role for. */
  async function open(request: FastifyRequest<Addressed>, operation: "read" | "write" | "delete") {
    const { authorization } = request.headers;
    const account = armData(world).storageAccounts[request.hostname.split(".")[0]?.toLowerCase() ?? ""];
    if (authorization?.startsWith("SharedKey") && account?.properties["allowSharedKeyAccess"] === false) {
      const message = "Key based authentication is not permitted on this storage account.";
      throw new BlobError(403, "KeyBasedAuthenticationNotPermitted", message);
    }
    const caller = await verifyAccessToken(world, authorization, AUDIENCE);
    // Assumed: in the cloud such a name does not exist at all, and clients fail to look it up.
    if (!account) throw new BlobError(404, "ResourceNotFound", "The specified resource does not exist.");
    const { container } = request.params;
    const { roleAssignments, ownRoles } = armData(world);
    const question = {
      principalId: caller.oid,
      action: `${BLOBS}/${operation}`,
      scope: `${storageAccountId(world, account)}/blobServices/default/containers/${container}`,
      plane: "data" as const,
    };
    if (!isAllowed(roleAssignments, question, ownRoles)) {
      const message = "This request is not authorized to perform this operation using this permission.";
      throw new BlobError(403, "AuthorizationPermissionMismatch", message);
    }
    if (!account.containers[container]) {
      throw new BlobError(404, "ContainerNotFound", "The specified container does not exist.");
    }
    return (kept()[placeOf(account, container)] ??= {});
  }

  app.get<Addressed>("/:container", async (request, reply) => {
    const names = Object.keys(await open(request, "read")).toSorted();
    const blobs = names.map((name) => `<Blob><Name>${name}</Name></Blob>`).join("");
    void reply.type("application/xml");
    return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${blobs}</Blobs><NextMarker /></EnumerationResults>`;
  });
  app.get<Addressed>("/:container/*", async (request, reply) => {
    const content = found(await open(request, "read"), request.params["*"]);
    return reply.type("application/octet-stream").send(Buffer.from(content, "base64"));
  });
  app.put<Addressed>("/:container/*", async (request, reply) => {
    const blobs = await open(request, "write");
    if (request.headers["x-ms-blob-type"] !== "BlockBlob" || request.url.includes("comp=")) {
      throw new BlobError(501, "NotImplemented", "Of writing, the stand-in has Put Blob of a BlockBlob only.");
    }
    if (!/^[\w./-]+$/.test(request.params["*"])) {
      throw new BlobError(501, "NotImplemented", "Names of blobs are letters, digits, dots, slashes and hyphens here.");
    }
    blobs[request.params["*"]] = ((request.body ?? Buffer.alloc(0)) as Buffer).toString("base64");
    return reply.code(201).send();
  });
  app.delete<Addressed>("/:container/*", async (request, reply) => {
    const blobs = await open(request, "delete");
    found(blobs, request.params["*"]);
    delete blobs[request.params["*"]];
    return reply.code(202).send();
  });
  return app;
}

function placeOf(account: StorageAccount, container: string): string {
  return `${account.name}/${container}`;
}

function found(blobs: Readonly<Record<string, string>>, name: string): string {
  const content = Object.hasOwn(blobs, name) ? blobs[name] : undefined;
  if (content === undefined) throw new BlobError(404, "BlobNotFound", "The specified blob does not exist.");
  return content;
}

function fail(reply: FastifyReply, { status, code, message }: BlobError): FastifyReply {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return reply.code(status).header("x-ms-error-code", code).type("application/xml").send(body);
}
