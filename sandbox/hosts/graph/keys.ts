/**
 * How an application renews its certificates by itself, without any permission: it proves that it holds one of them.
 * Documented: application and servicePrincipal, addKey and removeKey.
 *
 * @packageDocumentation
 */
import type { KeyObject } from "node:crypto";
import { errors, jwtVerify } from "jose";
import { certificateIn, keyCredentialsOf } from "../../directory/certificates.ts";
import type { Collection } from "../../directory/collection.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import type { World } from "../../world.ts";
import { bodyOf, noContent, ok, requiredText } from "./call.ts";
import type { Answer, Call, Route } from "./call.ts";
import { isRecord } from "./entities.ts";
import { badRequest, forbidden, GraphError } from "./errors.ts";
import { newKey } from "./key-credentials.ts";
import { checkOwnership, find } from "./lookup.ts";

export const keyRoutes: readonly Route[] = [
  ...routesOf("/applications", (call) => call.directory.applications),
  ...routesOf("/servicePrincipals", (call) => call.directory.servicePrincipals),
];

function routesOf(set: string, collection: (call: Call) => Collection): Route[] {
  const forbid = (call: Call) => {
    if (!isItself(call, collection(call).get(call.param("id")))) throw forbidden();
  };
  return [
    { method: "POST", path: `${set}/:id/addKey`, forbid, handle: (call) => addKey(call, collection(call)) },
    {
      method: "POST",
      path: `${set}/:id/removeKey`,
      forbid,
      handle: (call) => removeKey(call, collection(call)),
    },
  ];
}

async function addKey(call: Call, collection: Collection): Promise<Answer> {
  const [object, body] = await proven(call, collection);
  const wanted = body["keyCredential"];
  if (!isRecord(wanted)) throw badRequest("A value is required for property 'keyCredential'.");
  const added = newKey(call.world, wanted, { kind: kindOf(call, collection), object });
  collection.change(object, { keyCredentials: [...keyCredentialsOf(object), added] });
  return ok({ "@odata.context": `${call.root}/$metadata#microsoft.graph.keyCredential`, ...added, key: null });
}

function kindOf({ directory }: Call, collection: Collection) {
  return collection === directory.applications ? "applications" : "servicePrincipals";
}

async function removeKey(call: Call, collection: Collection): Promise<Answer> {
  const [object, body] = await proven(call, collection);
  const keyId = requiredText(body, "keyId");
  const keys = keyCredentialsOf(object);
  const kept = keys.filter((each) => each.keyId !== keyId);
  if (kept.length === keys.length) throw badRequest(`No key credential found with keyId '${keyId}'.`);
  collection.change(object, { keyCredentials: kept });
  return noContent;
}

async function proven(call: Call, collection: Collection): Promise<[DirectoryObject, Record<string, Json>]> {
  const object = find(call, collection);
  if (!isItself(call, object)) checkOwnership(call, object);
  const body = bodyOf(call);
  await checkProof(call.world, object, requiredText(body, "proof"));
  return [object, body];
}

function isItself({ claims }: Call, object: DirectoryObject | undefined): boolean {
  return object?.["appId"] === claims.appid && claims.scp === undefined;
}

/** Documented: `aud` of a proof, and for how long one may be good. */
const PROOF_AUDIENCE = "00000002-0000-0000-c000-000000000000";
const PROOF_SECONDS = 10 * 60;

/** A proof is a token that the object issued to itself, signed with one of its certificates that is valid now. */
async function checkProof(world: World, object: DirectoryObject, proof: string): Promise<void> {
  const now = world.now();
  for (const { key, startDateTime, endDateTime } of keyCredentialsOf(object)) {
    if (Date.parse(startDateTime) > now.getTime() || Date.parse(endDateTime) <= now.getTime()) continue;
    const certificate = certificateIn(key);
    if (certificate && (await isSignedBy(certificate.publicKey, object.id, proof, now))) return;
  }
  // Documented: an object without a valid certificate cannot use the action. Assumed: the code and the words.
  throw new GraphError(
    401,
    "Authentication_MissingOrMalformed",
    "The proof of possession of an existing key is invalid.",
  );
}

async function isSignedBy(key: KeyObject, issuer: string, proof: string, currentDate: Date): Promise<boolean> {
  try {
    const { payload } = await jwtVerify(proof, key, {
      algorithms: ["RS256", "PS256"],
      audience: PROOF_AUDIENCE,
      issuer,
      currentDate,
      requiredClaims: ["nbf", "exp"],
    });
    return (payload.exp ?? 0) - (payload.nbf ?? 0) <= PROOF_SECONDS;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
