/** Role assignments in Azure. Pure. @packageDocumentation */
import { componentsOf, nameOf, type Preview, typeOf } from "../preview.ts";
import { builtInRoles } from "../../contract/azure-roles.ts";
import { registrationName } from "./registrations.ts";
import { type Change, registrationOf, statesOf, textOf, types } from "./resources.ts";
import type { RoleAssignmentChange } from "./types.ts";

/** Azure's built-in roles by their ids, the same in every subscription (published): those of this product, and Owner. */
const ROLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(builtInRoles).map(([name, id]) => [id, name])),
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
};

/** What only reads, as the product gives it. Everything else can change something, or give rights. */
const READING: readonly string[] = ["Key Vault Secrets User", "Reader", "Storage Blob Data Reader"];

export function roleAssignmentChanges(preview: Preview, changes: readonly Change[]): RoleAssignmentChange[] {
  const states = statesOf(preview);
  return changes
    .filter(({ type }) => type === types.roleAssignment)
    .map((change) => {
      const { urn, op, oldState, newState } = change;
      const state = newState ?? oldState;
      const registration = registrationOf(urn, state, states);
      const owner = registration === undefined ? undefined : states.get(registration);
      const displayName = textOf(owner, "displayName") ?? textOf(owner, "resourceName");
      const role = roleOf(change);
      const condition = textOf(state, "condition");
      const kind = { create: "added", delete: "removed" } as const;
      return {
        change: kind[op as keyof typeof kind] ?? "replaced",
        role,
        principal:
          displayName ??
          (registration && registrationName(registration)) ??
          textOf(state, "principalId") ??
          "a principal that the preview does not name",
        scope: scopeOf(change),
        reads: READING.includes(role),
        ...(condition !== undefined && { condition }),
      };
    });
}

/** A role's id is made with the vault's: of a new vault the preview knows neither. */
function roleOf({ urn, newState, oldState }: Change): string {
  const id = textOf(newState ?? oldState, "roleDefinitionId")
    ?.split("/")
    .at(-1);
  if (id !== undefined) return ROLES[id] ?? id;
  // It exists for this one role.
  if (componentsOf(urn).at(-1)?.endsWith(":VaultReader")) return "Key Vault Secrets User";
  return "a role that is known after the deployment";
}

/** The last two parts of a resource id, `vaults/tw-contoso1234`, or what it is made of. */
function scopeOf({ newState, oldState }: Change): string {
  const state = newState ?? oldState;
  const known = textOf(state, "scope");
  if (known !== undefined) return known.split("/").slice(-2).join("/");
  const made = state?.propertyDependencies["scope"]?.[0];
  return made === undefined ? "known after the deployment" : `${typeOf(made).split(":").at(-1)} ${nameOf(made)}`;
}
