import { randomUUID } from "node:crypto";
import { graphTime } from "../../directory/time.ts";
import type { DirectoryObject, Json } from "../../directory/model.ts";
import { bodyOf, created, noContent, ok, referencedId } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { groupType } from "./entities.ts";
import { badRequest, notHere } from "./errors.ts";
import { withRelations } from "./expand.ts";
import { listRoutes, sourceOf } from "./list.ts";
import { find } from "./lookup.ts";
import { checkMember } from "./members.ts";
import { boundOwners } from "./owners.ts";
import { entityBody, propertiesOf } from "./render.ts";

const BINDS = ["members@odata.bind", "owners@odata.bind"];

export const groupRoutes: readonly Route[] = [
  ...listRoutes("/groups", groupType, { source: (call) => sourceOf(call.directory.groups) }),
  {
    method: "GET",
    path: "/groups/:id",
    options: ["$select", "$expand"],
    handle: (call) => ok(withRelations(call, find(call, call.directory.groups), groupType)),
  },
  { method: "POST", path: "/groups", handle: create },
  { method: "PATCH", path: "/groups/:id", handle: update },
  {
    method: "DELETE",
    path: "/groups/:id",
    handle(call) {
      call.directory.people.deleteGroup(find(call, call.directory.groups).id);
      return noContent;
    },
  },
];

function create(call: Call) {
  const { people, registrations, lag } = call.directory;
  const body = bodyOf(call);
  const properties = propertiesOf(call, body, groupType, { binds: BINDS });
  checkSecurityGroup(properties);
  const now = graphTime(call.world.now());
  const group: DirectoryObject = { ...properties, id: randomUUID(), createdDateTime: now, renewedDateTime: now };
  const owners = boundOwners(call, body);
  people.createGroup(group, boundMembers(call, body, group.id));
  registrations.setOwners(group.id, owners);
  lag.created(group.id);
  return created(entityBody(call, group, groupType));
}

function update(call: Call) {
  const { people, groups } = call.directory;
  const group = find(call, groups);
  const body = bodyOf(call);
  const properties = propertiesOf(call, body, groupType, { current: group, binds: ["members@odata.bind"] });
  checkSecurityGroup(properties);
  // Documented: set when the group is made, and never again.
  if (isAssignable(properties) !== undefined && isAssignable(properties) !== (isAssignable(group) ?? false)) {
    throw badRequest("Property 'isAssignableToRole' cannot be changed.");
  }
  const members = boundMembers(call, body, group.id);
  people.update("groups", group, properties);
  for (const member of members) people.addMember(group.id, member);
  return noContent;
}

/** `null` says no. */
function isAssignable({ isAssignableToRole }: Record<string, Json>): boolean | undefined {
  return isAssignableToRole === undefined ? undefined : isAssignableToRole === true;
}

/** The stand-in's groups are security groups with members that somebody named. */
function checkSecurityGroup(properties: Record<string, Json>): void {
  const { groupTypes, mailEnabled, securityEnabled, visibility, membershipRule } = properties;
  if (Array.isArray(groupTypes) && groupTypes.length > 0)
    throw notHere(`groups of the types ${JSON.stringify(groupTypes)}`);
  // Documented: hidden members are for Microsoft 365 groups, rules for groups of the type DynamicMembership.
  if (visibility === "HiddenMembership") throw badRequest("HiddenMembership is only for Microsoft 365 groups.");
  if (typeof membershipRule === "string") throw badRequest("A membership rule is only for dynamic groups.");
  // Reported (many threads): what Graph itself refuses, and the words.
  if (mailEnabled === true || securityEnabled === false) {
    throw badRequest(
      "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.",
    );
  }
}

function boundMembers(call: Call, body: Record<string, Json>, groupId: string): string[] {
  const links = body["members@odata.bind"] ?? [];
  if (!Array.isArray(links)) throw badRequest("Invalid value specified for 'members@odata.bind'.");
  return [...new Set(links.map((link) => checkMember(call, groupId, referencedId(link))))];
}
