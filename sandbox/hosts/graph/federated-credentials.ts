import { randomUUID } from "node:crypto";
import { list, text } from "../../directory/model.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { bodyOf, created, noContent, ok } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { federatedCredentialType } from "./entities.ts";
import { badRequest, duplicate, GraphError, notFound } from "./errors.ts";
import { fixedSource, listBody, listOptions } from "./list.ts";
import { find, findOwned } from "./lookup.ts";
import { entityBody, propertiesOf } from "./render.ts";

const SET = "/applications/:id/federatedIdentityCredentials";
const PROPERTY = "federatedIdentityCredentials";
/** Documented: at most this many for one application. */
const MAX_CREDENTIALS = 20;

export const federatedCredentialRoutes: readonly Route[] = [
  {
    method: "GET",
    path: SET,
    options: listOptions,
    handle(call) {
      const application = find(call, call.directory.applications);
      return listBody(call, fixedSource(credentialsOf(application)), federatedCredentialType, {
        context: setOf(application),
      });
    },
  },
  {
    method: "GET",
    path: `${SET}/:key`,
    options: ["$select"],
    handle(call) {
      const application = find(call, call.directory.applications);
      return ok(entityBody(call, findCredential(call, application), federatedCredentialType, setOf(application)));
    },
  },
  { method: "POST", path: SET, handle: create },
  { method: "PATCH", path: `${SET}/:key`, handle: update },
  {
    method: "DELETE",
    path: `${SET}/:key`,
    handle(call) {
      const application = findOwned(call, call.directory.applications);
      const credential = findCredential(call, application);
      store(
        call,
        application,
        credentialsOf(application).filter((each) => each !== credential),
      );
      return noContent;
    },
  },
];

function create(call: Call) {
  const application = findOwned(call, call.directory.applications);
  const body = bodyOf(call);
  const credential = { ...propertiesOf(call, body, federatedCredentialType), id: randomUUID() };
  const others = credentialsOf(application);
  if (others.length >= MAX_CREDENTIALS) {
    throw badRequest(`The application already has the maximum of ${MAX_CREDENTIALS} federated identity credentials.`);
  }
  check(credential, others);
  store(call, application, [...others, credential]);
  return created(entityBody(call, credential, federatedCredentialType, setOf(application)));
}

function update(call: Call) {
  const application = findOwned(call, call.directory.applications);
  const credential = findCredential(call, application);
  const body = bodyOf(call);
  // Documented: the name identifies the credential and cannot be changed; writing the same one is no change.
  if (body["name"] !== undefined && body["name"] !== credential["name"]) {
    throw badRequest("The property 'name' of a federated identity credential is immutable.");
  }
  const changed = { ...credential, ...propertiesOf(call, body, federatedCredentialType, { current: credential }) };
  const others = credentialsOf(application).filter((each) => each !== credential);
  check(changed, others);
  store(
    call,
    application,
    credentialsOf(application).map((each) => (each === credential ? changed : each)),
  );
  return noContent;
}

/** Documented: one audience; name, and issuer with subject, once in an application. */
function check(credential: DirectoryObject, others: readonly DirectoryObject[]): void {
  if (list(credential, "audiences").length !== 1) {
    throw invalid("A federated identity credential must have exactly one audience.");
  }
  const name = text(credential, "name");
  // Seen: azure-dev, the answer to a name that is taken.
  if (others.some((each) => text(each, "name") === name)) {
    throw duplicate(`FederatedIdentityCredential with name ${name} already exists.`);
  }
  const issuer = text(credential, "issuer");
  const subject = text(credential, "subject");
  // Seen: azure-workload-identity, the answer to a pair that is taken.
  if (others.some((each) => text(each, "issuer") === issuer && text(each, "subject") === subject)) {
    throw invalid(
      `The combination of issuer and subject must be unique for the application. Issuer ${issuer} and Subject: ${subject} already exist.`,
    );
  }
}

function setOf({ id }: DirectoryObject): string {
  return `applications('${id}')/${PROPERTY}`;
}

function invalid(message: string): GraphError {
  return new GraphError(400, "InvalidFederatedIdentityCredentialValue", message);
}

function credentialsOf(application: DirectoryObject): readonly DirectoryObject[] {
  return list<DirectoryObject>(application, PROPERTY);
}

/** By id or by name (documented). */
function findCredential(call: Call, application: DirectoryObject): DirectoryObject {
  const key = call.param("key");
  const found = credentialsOf(application).find((each) => each.id === key || text(each, "name") === key);
  if (!found) throw notFound(key);
  return found;
}

function store(call: Call, application: DirectoryObject, credentials: readonly DirectoryObject[]): void {
  call.directory.applications.change(application, { [PROPERTY]: [...credentials] as Json[] });
}
