import { identityId, storageAccountId, vaultId } from "./data.ts";
import { badRequest } from "./errors.ts";
import { heldRoles } from "./held-roles.ts";
import { isAllowed } from "./rbac.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";

/** `/subscriptions/{id}/resources`: every resource that the caller may see, without its properties (documented). */
export const resources: ArmType = {
  name: "Microsoft.Resources/subscriptions/resources",
  filters: true,
  handlers: { GET: list },
};

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

function list({ world, data, caller, query }: ArmRequest): ArmAnswer {
  const all: readonly Listed[] = [
    ...Object.values(data.vaults).map((each) => listed(each, vaultId(world, each), "Microsoft.KeyVault/vaults")),
    ...Object.values(data.identities).map((each) =>
      listed(each, identityId(world, each), "Microsoft.ManagedIdentity/userAssignedIdentities"),
    ),
    ...Object.values(data.storageAccounts).map((each) =>
      listed(each, storageAccountId(world, each), "Microsoft.Storage/storageAccounts"),
    ),
  ];
  const held = heldRoles(world, data);
  const isWanted = filterOf(query["$filter"]);
  const mayRead = ({ id, type }: Listed) => {
    const question = { principalId: caller.oid, action: `${type}/read`, scope: id, plane: "control" as const };
    return isAllowed(held, question, data.ownRoles);
  };
  return { status: 200, body: { value: all.filter((each) => isWanted(each) && mayRead(each)) } };
}

function listed(
  { name, location, tags }: Pick<Listed, "name" | "location" | "tags">,
  id: string,
  type: string,
): Listed {
  return { id, name, type, location, tags };
}

/** Documented: by `resourceType`, `resourceGroup` or `name`; more than one with `and`. */
function filterOf(text: string | undefined): (resource: Listed) => boolean {
  if (!text) return () => true;
  const tests = text.split(/\s+and\s+/i).map((part) => {
    const [, property = "", wanted = ""] = /^\s*(\w+)\s+eq\s+'([^']*)'\s*$/i.exec(part) ?? [];
    switch (property.toLowerCase()) {
      case "resourcetype":
        return ({ type }: Listed) => type.toLowerCase() === wanted.toLowerCase();
      case "name":
        return ({ name }: Listed) => name.toLowerCase() === wanted.toLowerCase();
      case "resourcegroup":
        return ({ id }: Listed) => groupOf(id) === wanted.toLowerCase();
      default:
        throw badRequest(`The filter '${text}' is not supported by the stand-in tenant.`);
    }
  });
  return (resource) => tests.every((test) => test(resource));
}

function groupOf(id: string): string | undefined {
  return /\/resourcegroups\/([^/]+)/i.exec(id)?.[1]?.toLowerCase();
}
