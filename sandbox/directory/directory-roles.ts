import { randomUUID } from "node:crypto";
import type { World } from "../world.ts";

/** A role of Entra that somebody or something holds (documented: unifiedRoleAssignment). */
export interface DirectoryRoleAssignment {
  readonly id: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  /** `/` is the whole tenant. */
  readonly directoryScopeId: string;
}

/** Documented: ids and names of built-in roles, the same in every tenant. */
export const directoryRoles = {
  "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
  "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
  "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
  "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
} as const;

/** Assignments of roles; those of people who are administrators in every world are not among them. */
export function directoryRoleAssignments(world: World): DirectoryRoleAssignment[] {
  return world.section("directory-roles", () => ({ assignments: [] as DirectoryRoleAssignment[] })).assignments;
}

/** @returns its id */
export function assignDirectoryRole(
  world: World,
  principalId: string,
  role: keyof typeof directoryRoles,
  directoryScopeId = "/",
): string {
  const id = randomUUID();
  directoryRoleAssignments(world).push({ id, principalId, roleDefinitionId: directoryRoles[role], directoryScopeId });
  return id;
}
