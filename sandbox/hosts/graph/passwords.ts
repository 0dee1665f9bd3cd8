import { randomBytes, randomUUID } from "node:crypto";
import { forbiddenPassword } from "../../directory/app-management.ts";
import type { Collection } from "../../directory/collection.ts";
import { list } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { secretHash } from "../../directory/seed.ts";
import { graphTime } from "../../directory/time.ts";
import type { World } from "../../world.ts";
import { bodyOf, noContent, ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { checkAllowed } from "./credential-policy.ts";
import { isRecord } from "./entities.ts";
import { badRequest, GraphError } from "./errors.ts";
import { findOwned } from "./lookup.ts";

export const passwordRoutes: readonly Route[] = [
  ...routesOf("/applications", (call) => call.directory.applications),
  ...routesOf("/servicePrincipals", (call) => call.directory.servicePrincipals),
];

function routesOf(set: string, collection: (call: Call) => Collection): Route[] {
  return [
    {
      method: "POST",
      path: `${set}/:id/addPassword`,
      handle: (call) => addPassword(call, collection(call)),
    },
    {
      method: "POST",
      path: `${set}/:id/removePassword`,
      handle: (call) => removePassword(call, collection(call)),
    },
  ];
}

interface Password extends Record<string, Json> {
  readonly keyId: string;
}

/** Documented: `secretText` is in this answer and in no other. */
function addPassword(call: Call, collection: Collection) {
  const object = findOwned(call, collection);
  const wanted = bodyOf(call)["passwordCredential"] ?? {};
  const kind = collection === call.directory.applications ? "applications" : "servicePrincipals";
  const { kept, shown } = newPassword(call.world, kind, object, isRecord(wanted) ? wanted : {});
  change(collection, object, [...list<Json>(object, "passwordCredentials"), kept]);
  return ok({ "@odata.context": `${call.root}/$metadata#microsoft.graph.passwordCredential`, ...shown });
}

type OwnerKind = "applications" | "servicePrincipals";
type Wanted = Record<string, Json>;

/**
 * A password as it is kept, and as its maker sees it once. Documented: without an end it lives two years.
 *
 * @throws GraphError 400 for dates that cannot be, or where a policy of the tenant forbids it
 */
export function newPassword(world: World, kind: OwnerKind, object: DirectoryObject, wanted: Wanted) {
  const now = world.now();
  const start = timeOf(wanted, "startDateTime") ?? now;
  const end = timeOf(wanted, "endDateTime") ?? twoYearsAfter(start);
  if (end.getTime() <= start.getTime() || end.getTime() <= now.getTime()) {
    throw new GraphError(400, "KeyCredentialsInvalidEndDate", "Key credential end date is invalid.");
  }
  checkAllowed(forbiddenPassword(world, kind, object, end.getTime() - start.getTime()));
  const secretText = newSecret();
  const password = {
    customKeyIdentifier: null,
    displayName: wanted["displayName"] ?? null,
    endDateTime: graphTime(end),
    hint: secretText.slice(0, 3),
    keyId: randomUUID(),
    secretText: null,
    startDateTime: graphTime(start),
  };
  return { kept: { ...password, secretHash: secretHash(secretText) }, shown: { ...password, secretText } };
}

function removePassword(call: Call, collection: Collection) {
  const object = findOwned(call, collection);
  const { keyId } = bodyOf(call);
  const passwords = list<Password>(object, "passwordCredentials");
  const kept = passwords.filter((each) => each.keyId !== keyId);
  if (kept.length === passwords.length)
    throw badRequest(`No password credential found with keyId '${JSON.stringify(keyId)}'.`);
  change(collection, object, [...kept]);
  return noContent;
}

function change(collection: Collection, object: DirectoryObject, passwordCredentials: Json[]): void {
  collection.change(object, { passwordCredentials });
}

function timeOf(wanted: Wanted, name: string): Date | undefined {
  const value = wanted[name];
  return typeof value === "string" ? new Date(value) : undefined;
}

function twoYearsAfter(start: Date): Date {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + 2);
  return end;
}

/** 40 characters, with the mark that Entra's secrets have after the third. */
function newSecret(): string {
  const characters = randomBytes(30).toString("base64url").slice(0, 37);
  return `${characters.slice(0, 3)}8Q~${characters.slice(3)}`;
}
