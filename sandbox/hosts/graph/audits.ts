/**
 * The directory's audit log, as far as it is about applications, service principals and grants: who changed what.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { text } from "../../directory/model.ts";
import { graphTime } from "../../directory/time.ts";
import type { Call, Route } from "./call.ts";
import { directoryAuditType } from "./entities.ts";
import { fixedSource, listBody, listOptions } from "./list.ts";

export const auditRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/auditLogs/directoryAudits",
    options: listOptions,
    // The newest first (assumed).
    handle: (call) => listBody(call, fixedSource(call.directory.data.audits.toReversed()), directoryAuditType),
  },
];

/** By the part of the path after the object, what the log calls it (documented: audit activity reference). */
const activities: readonly (readonly [RegExp, string])[] = [
  [/\/owners\//, "owner"],
  [/\/(add|remove)(Password|Key)$/, "certificates and secrets management"],
  [/\/federatedIdentityCredentials/, "federated identity credentials"],
  [/\/appRoleAssign/, "app role assignment"],
];

/** Writes down a change that was made; reads, and changes of people and groups, are not kept here. */
export function audit(call: Call, { method, path }: Route, ids: Readonly<Record<string, string>>): void {
  const [, set] = path.split("/");
  if (method === "GET" || (set !== "applications" && set !== "servicePrincipals")) return;
  const { directory, claims, world } = call;
  const target = directory[set].get(ids["id"] ?? "");
  if (target === undefined) return;
  const kind = set === "applications" ? "Application" : "ServicePrincipal";
  const [, part] = activities.find(([pattern]) => pattern.test(path)) ?? [];
  const actor = directory.servicePrincipals.get(claims.oid);
  const person = actor ? undefined : directory.users.get(claims.oid);
  directory.data.audits.push({
    id: `Directory_${randomUUID()}`,
    activityDateTime: graphTime(world.now()),
    activityDisplayName: `Update ${kind === "Application" ? "application" : "service principal"}${part ? ` - ${part}` : ""}`,
    additionalDetails: [],
    category: "ApplicationManagement",
    correlationId: randomUUID(),
    loggedByService: "Core Directory",
    operationType: "Update",
    result: "success",
    resultReason: "",
    initiatedBy: {
      app: actor
        ? { appId: text(actor, "appId"), displayName: text(actor, "displayName"), servicePrincipalId: actor.id }
        : null,
      user: person
        ? {
            id: person.id,
            displayName: text(person, "displayName"),
            userPrincipalName: text(person, "userPrincipalName"),
          }
        : null,
    },
    targetResources: [{ id: target.id, displayName: text(target, "displayName"), type: kind, modifiedProperties: [] }],
  });
}
