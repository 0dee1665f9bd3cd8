/**
 * Azure's roles and who has them; the only judge of both ARM and the vaults' data plane.
 *
 * @packageDocumentation
 */
export interface RoleAssignment {
  /** GUID, chosen by whoever created it. */
  readonly name: string;
  /** Path of what it is for, lower case; it holds for everything below. */
  readonly scope: string;
  /** The same in the letter case it was written in: answers keep it. */
  readonly writtenScope: string;
  readonly roleId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly createdOn: string;
  readonly createdBy: string;
  /** In Azure's language of conditions; see `conditions.ts` for what is understood of it. */
  readonly condition?: string;
  /** It is listed, and lets nobody in before this: milliseconds since 1970. Absent: it holds. */
  readonly holdsFrom?: number;
}

export interface RoleDefinition {
  readonly id: string;
  readonly roleName: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
}

/** Documented: Azure built-in roles; only those that a deployment of this project meets, and only what matters here. */
export const roleDefinitions: readonly RoleDefinition[] = [
  {
    id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    roleName: "Contributor",
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
    ],
    dataActions: [],
  },
  {
    id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    roleName: "Role Based Access Control Administrator",
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
    ],
    notActions: [],
    dataActions: [],
  },
  {
    id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    roleName: "Key Vault Secrets Officer",
    actions: ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/deletedVaults/read"],
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
  },
  {
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    roleName: "Key Vault Secrets User",
    actions: [],
    notActions: [],
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
  },
  {
    id: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    roleName: "Reader",
    actions: ["*/read"],
    notActions: [],
    dataActions: [],
  },
  {
    id: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    roleName: "Key Vault Crypto Officer",
    actions: ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/deletedVaults/read"],
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/keys/*", "Microsoft.KeyVault/vaults/keyrotationpolicies/*"],
  },
  {
    id: "12338af0-0e69-4776-bea7-57ae8d297424",
    roleName: "Key Vault Crypto User",
    actions: [],
    notActions: [],
    dataActions: ["read", "update/action", "backup/action", "encrypt/action", "decrypt/action", "wrap/action"]
      .concat(["unwrap/action", "sign/action", "verify/action"])
      .map((operation) => `Microsoft.KeyVault/vaults/keys/${operation}`),
  },
  {
    id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    roleName: "Storage Blob Data Contributor",
    actions: ["containers/delete", "containers/read", "containers/write", "generateUserDelegationKey/action"].map(
      (action) => `Microsoft.Storage/storageAccounts/blobServices/${action}`,
    ),
    notActions: [],
    dataActions: ["delete", "read", "write", "move/action", "add/action"].map(
      (action) => `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/${action}`,
    ),
  },
  {
    id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    roleName: "Storage Blob Data Reader",
    actions: ["containers/read", "generateUserDelegationKey/action"].map(
      (action) => `Microsoft.Storage/storageAccounts/blobServices/${action}`,
    ),
    notActions: [],
    dataActions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
  },
  {
    id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    roleName: "Owner",
    actions: ["*"],
    notActions: [],
    dataActions: [],
  },
];

export interface AccessQuestion {
  readonly principalId: string;
  readonly action: string;
  /** Path of the resource; letter case does not matter. */
  readonly scope: string;
  /** Management of resources, or the data inside of them. */
  readonly plane: "control" | "data";
}

/** Whether any assignment at the scope or above it allows the action. Deny assignments do not exist here. */
export function isAllowed(
  assignments: Iterable<RoleAssignment>,
  question: AccessQuestion,
  own: readonly RoleDefinition[] = [],
): boolean {
  return !allowing(assignments, question, own).next().done;
}

/**
 * The assignments that allow an action, their conditions aside.
 *
 * @param own roles that somebody defined, beside the built-in ones
 */
export function* allowing(
  assignments: Iterable<RoleAssignment>,
  question: AccessQuestion,
  own: readonly RoleDefinition[],
): Generator<RoleAssignment, void> {
  for (const assignment of assignments) {
    if (assignment.principalId !== question.principalId || !covers(assignment.scope, question.scope)) continue;
    const role = [...roleDefinitions, ...own].find((each) => each.id === assignment.roleId);
    if (role && grants(role, question)) yield assignment;
  }
}

/** Whether a scope is the path itself or above it. */
export function covers(scope: string, path: string): boolean {
  const outer = scope.toLowerCase().replace(/\/+$/, "");
  const inner = path.toLowerCase();
  return inner === outer || inner.startsWith(`${outer}/`);
}

function grants(role: RoleDefinition, { action, plane }: AccessQuestion): boolean {
  if (plane === "data") return role.dataActions.some((pattern) => isNamed(pattern, action));
  return (
    role.actions.some((pattern) => isNamed(pattern, action)) &&
    !role.notActions.some((pattern) => isNamed(pattern, action))
  );
}

function isNamed(pattern: string, action: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[.]/g, "\\."));
  return new RegExp(`^${source.join(".*")}$`, "i").test(action);
}
