import { groupId, identityId, storageAccountId, vaultId } from "./data.ts";
import type { ResourceGroup } from "./data.ts";
import { ArmError, badRequest, groupNotFound } from "./errors.ts";
import { deleteIdentity } from "./identities.ts";
import { covers } from "./rbac.ts";
import { isCollection, operationResult, tagsOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { deleteVault } from "./vaults.ts";

export const resourceGroups: ArmType = {
  name: "Microsoft.Resources/subscriptions/resourceGroups",
  filters: true,
  handlers: { GET: get, HEAD: head, PUT: put, PATCH: patch, DELETE: remove },
};

function get(request: ArmRequest): ArmAnswer {
  if (isCollection(request, 1)) {
    const isWanted = byTag(request.query["$filter"]);
    const groups = Object.values(request.data.resourceGroups).filter(isWanted);
    return { status: 200, body: { value: groups.map((each) => answer(request, each)) } };
  }
  const group = find(request);
  if (!group) throw groupNotFound(nameOf(request));
  return { status: 200, body: answer(request, group) };
}

/** Documented: `tagName eq '..'`, and `tagValue eq '..'` with it. */
function byTag(text: string | undefined): (group: ResourceGroup) => boolean {
  if (!text) return () => true;
  const [, name, value] = /^\s*tagName eq '([^']*)'(?:\s+and\s+tagValue eq '([^']*)')?\s*$/i.exec(text) ?? [];
  if (name === undefined)
    throw badRequest(`The filter '${text}' is not supported: tagName eq '..' and tagValue eq '..' are.`);
  const wanted = name.toLowerCase();
  return ({ tags }) =>
    Object.entries(tags).some(([tag, each]) => tag.toLowerCase() === wanted && (value === undefined || each === value));
}

/** Documented: only the tags of a group can be changed. */
function patch(request: ArmRequest): ArmAnswer {
  const group = find(request);
  if (!group) throw groupNotFound(nameOf(request));
  const changed = { ...group, ...(request.body["tags"] !== undefined && { tags: tagsOf(request.body) }) };
  request.data.resourceGroups[group.name.toLowerCase()] = changed;
  return { status: 200, body: answer(request, changed) };
}

function head(request: ArmRequest): ArmAnswer {
  return { status: find(request) ? 204 : 404 };
}

function put(request: ArmRequest): ArmAnswer {
  const name = nameOf(request);
  const location = request.body["location"];
  if (typeof location !== "string" || location === "") {
    throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  }
  // Documented: at most 90 characters of these.
  if (!/^[-\w._()]{1,90}$/u.test(name) || name.endsWith(".")) {
    throw new ArmError(
      400,
      "InvalidResourceGroup",
      `The provided resource group name '${name}' has these invalid characters: the name can only be a letter, digit, '-', '.', '(', ')' or '_'.`,
    );
  }
  const before = find(request);
  const normalized = location.toLowerCase().replaceAll(" ", "");
  if (before && before.location !== normalized) {
    throw new ArmError(
      409,
      "InvalidResourceGroupLocation",
      `Invalid resource group location '${normalized}'. The Resource group already exists in location '${before.location}'.`,
    );
  }
  const group = { name: before?.name ?? name, location: normalized, tags: tagsOf(request.body) };
  request.data.resourceGroups[name.toLowerCase()] = group;
  return { status: before ? 200 : 201, body: answer(request, group) };
}

/** Deletes what is in it too. */
function remove(request: ArmRequest): ArmAnswer {
  const { data, world } = request;
  const group = find(request);
  if (!group) throw groupNotFound(nameOf(request));
  for (const vault of Object.values(data.vaults)) {
    if (covers(groupId(world, group.name), vaultId(world, vault))) deleteVault(world, data, vault);
  }
  for (const identity of Object.values(data.identities)) {
    if (covers(groupId(world, group.name), identityId(world, identity))) deleteIdentity(world, data, identity);
  }
  for (const account of Object.values(data.storageAccounts)) {
    if (covers(groupId(world, group.name), storageAccountId(world, account))) delete data.storageAccounts[account.name];
  }
  data.roleAssignments = data.roleAssignments.filter(({ scope }) => !covers(groupId(world, group.name), scope));
  delete data.resourceGroups[group.name.toLowerCase()];
  return { status: 202, location: operationResult(request, request.query["api-version"]) };
}

function nameOf({ path }: ArmRequest): string {
  return path.names[0] ?? "";
}

function find(request: ArmRequest): ResourceGroup | undefined {
  return request.data.resourceGroups[nameOf(request).toLowerCase()];
}

function answer({ world }: ArmRequest, group: ResourceGroup): object {
  return {
    id: groupId(world, group.name),
    name: group.name,
    type: "Microsoft.Resources/resourceGroups",
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: "Succeeded" },
  };
}
