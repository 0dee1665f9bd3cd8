/**
 * Reading and writing resources, with what OnePlan is known or assumed to do on the way.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";
import { type OneplanBehaviour, oneplanBehaviour } from "./behaviour.ts";
import { caselessBody } from "./body.ts";
import { ZERO_ID } from "./model.ts";
import type { Json, OneplanData, Resource } from "./model.ts";
import { nullReference } from "./net-exception.ts";
import { reindex, resourcesWith } from "./resource-index.ts";

export interface ResourceFilter {
  readonly email: string;
  readonly field: string;
  readonly value: string;
  readonly generics: boolean;
}

/** What a list shows now. With `staleListReads` it is behind for resources that were written a moment ago. */
export function listResources(world: World, data: OneplanData, filter: ResourceFilter): Resource[] {
  const { resourceFilter } = oneplanBehaviour(world);
  return searched(data, filter, resourceFilter).filter((resource) => isMatch(resource, filter, resourceFilter));
}

/** Among these are all that match. */
function searched(data: OneplanData, filter: ResourceFilter, knows: OneplanBehaviour["resourceFilter"]): Resource[] {
  const { email, field, value } = filter;
  if (Object.keys(data.stale).length > 0) return seenByLists(data);
  if (email !== "") return resourcesWith(data, "mail", mailOf, email);
  if (field !== "" && knows !== "ignore") {
    return resourcesWith(data, `${knows} ${field}`, (resource) => valueOf(resource, field, knows), value);
  }
  return Object.values(data.resources);
}

function seenByLists(data: OneplanData): Resource[] {
  const seen = new Map(Object.entries(data.resources));
  for (const [id, entry] of Object.entries(data.stale)) {
    if (entry.before) seen.set(id, entry.before);
    else seen.delete(id);
    entry.reads -= 1;
    if (entry.reads <= 0) delete data.stale[id];
  }
  return [...seen.values()];
}

function isMatch(
  resource: Resource,
  { email, field, value, generics }: ResourceFilter,
  knows: OneplanBehaviour["resourceFilter"],
): boolean {
  if (resource.Generic && !generics) return false;
  if (email !== "" && !sameText(mailOf(resource), email)) return false;
  if (field === "" || knows === "ignore") return true;
  return sameText(valueOf(resource, field, knows), value);
}

function mailOf(resource: Resource): Json | undefined {
  return resource.Fields["mail"];
}

/** Assumed: a field that no resource has finds nothing. */
function valueOf(resource: Resource, field: string, knows: OneplanBehaviour["resourceFilter"]): Json | undefined {
  const isProperty = knows === "properties" && (field === "Office365Id" || field === "ExternalId");
  return isProperty ? (resource[field] ?? undefined) : resource.Fields[field];
}

/** Assumed: letter case does not matter where OnePlan compares text. */
export function sameText(one: Json | undefined, other: string): boolean {
  return typeof one === "string" && one.toLowerCase() === other.toLowerCase();
}

/** Documented body: ResourceReq; seen: free-form. What it names is taken, letter case does not matter (assumed: .NET). */
export function createResource(world: World, data: OneplanData, body: unknown): Resource {
  const request = caselessBody(body);
  const name = request.get("name");
  if (typeof name !== "string" || name === "") throw nullReference();
  const now = world.now().toISOString();
  const group = request.get("oneplansecuritygroup");
  const groupId = typeof group === "string" ? group : defaultGroup(data);
  const blank: Resource = {
    id: crypto.randomUUID(),
    userid: asText(request.get("userid")) ?? ZERO_ID,
    Office365Id: null,
    ExternalId: null,
    name,
    Generic: false,
    Inactive: false,
    CanLogin: false,
    UserOnly: false,
    OnePlanSecurityGroup: groupId,
    GlobalPermissions: permissionsOf(data, groupId),
    Fields: { name },
    Created: now,
    Modified: now,
  };
  // Assumed: a field that does not exist is left out of a new resource without a word.
  const written = { ...applied(data, blank, request, { inactivate: true }), Fields: knownFields(data, blank, request) };
  write(world, data, written.id, written);
  return written;
}

/**
 * @returns the resource after the update, or null when nothing was done: a body that names an unknown field answers
 * 200 with a null body (seen in one tenant for updates with an unknown field id)
 */
export function updateResource(world: World, data: OneplanData, id: string, body: unknown): Resource | null {
  const before = data.resources[id.toLowerCase()];
  if (!before) throw nullReference();
  const request = caselessBody(body);
  const fields = fieldsOf(request);
  if (Object.keys(fields).some((name) => !isField(data, name))) return null;
  const inactivate = oneplanBehaviour(world).inactivate === "accept";
  const changed = applied(data, before, request, { inactivate });
  // Assumed: fields that are not named keep their values.
  const written = { ...changed, Fields: knownFields(data, before, request), Modified: world.now().toISOString() };
  write(world, data, id.toLowerCase(), written);
  return written;
}

/** Answers the same whether anything was deleted or not (seen in one tenant). */
export function deleteResource(world: World, data: OneplanData, id: string): string {
  if (oneplanBehaviour(world).delete === "accept" && data.resources[id.toLowerCase()]) {
    write(world, data, id.toLowerCase(), null);
  }
  return "Delete Successful";
}

function write(world: World, data: OneplanData, id: string, resource: Resource | null): void {
  const reads = oneplanBehaviour(world).staleListReads;
  if (reads > 0) {
    const before = data.stale[id] ? data.stale[id].before : (data.resources[id] ?? null);
    data.stale[id] = { before, reads };
  }
  reindex(data, id, data.resources[id], resource ?? undefined);
  if (resource) data.resources[id] = resource;
  else delete data.resources[id];
}

function applied(
  data: OneplanData,
  before: Resource,
  request: ReadonlyMap<string, Json>,
  { inactivate }: { inactivate: boolean },
): Resource {
  const flag = (key: string, old: boolean) => {
    const value = request.get(key);
    return typeof value === "boolean" ? value : old;
  };
  const text = (key: string, old: string | null) => (request.has(key) ? asText(request.get(key)) : old);
  const group = text("oneplansecuritygroup", before.OnePlanSecurityGroup) ?? before.OnePlanSecurityGroup;
  return {
    ...before,
    name: nameOf(request) ?? before.name,
    Office365Id: text("office365id", before.Office365Id),
    ExternalId: text("externalid", before.ExternalId),
    Generic: flag("generic", before.Generic),
    Inactive: inactivate ? flag("inactive", before.Inactive) : before.Inactive,
    CanLogin: flag("canlogin", before.CanLogin),
    UserOnly: flag("useronly", before.UserOnly),
    OnePlanSecurityGroup: group,
    GlobalPermissions: permissionsOf(data, group),
  };
}

/** Assumed: the name and the mail of a resource are the fields `name` and `mail` too. */
function knownFields(data: OneplanData, before: Resource, request: ReadonlyMap<string, Json>): Record<string, Json> {
  const fields = Object.entries(fieldsOf(request)).filter(([name]) => isField(data, name));
  const mail = request.get("mail");
  const name = nameOf(request);
  return {
    ...before.Fields,
    ...(mail !== undefined && { mail }),
    ...Object.fromEntries(fields),
    ...(name !== undefined && { name }),
  };
}

function nameOf(request: ReadonlyMap<string, Json>): string | undefined {
  const name = fieldsOf(request)["name"] ?? request.get("name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

function fieldsOf(request: ReadonlyMap<string, Json>): Record<string, Json> {
  const fields = request.get("fields");
  return typeof fields === "object" && fields !== null && !Array.isArray(fields) ? fields : {};
}

function isField(data: OneplanData, name: string): boolean {
  return data.fields.some((field) => field.InternalName === name);
}

function asText(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function defaultGroup(data: OneplanData): string {
  return data.securityGroups.find((group) => group.IsDefault)?.id ?? ZERO_ID;
}

function permissionsOf(data: OneplanData, groupId: string): number {
  const group = data.securityGroups.find((each) => each.id === groupId);
  return group?.PermissionSettings.Global === "Administrator" ? 1 : 0;
}
