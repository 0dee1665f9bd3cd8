/**
 * Roles of Entra: which of them a principal holds, and what they are called (documented: unifiedRoleAssignment,
 * unifiedRoleDefinition). Only built-in ones; who is given one is written into the directory itself.
 *
 * @packageDocumentation
 */
import { directoryRoleAssignments, directoryRoles } from "../../directory/directory-roles.ts";
import type { DirectoryObject } from "../../directory/model.ts";
import { noContent, ok } from "./call.ts";
import type { Route } from "./call.ts";
import { roleAssignmentType, roleDefinitionType } from "./entities.ts";
import { notFound } from "./errors.ts";
import { fixedSource, listBody, listOptions } from "./list.ts";
import { entityBody } from "./render.ts";

const definitions: readonly DirectoryObject[] = Object.entries(directoryRoles).map(([displayName, id]) => ({
  ...{ id, templateId: id, displayName, isBuiltIn: true, isEnabled: true, version: "1" },
}));

export const directoryRoleRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/roleManagement/directory/roleAssignments",
    options: listOptions,
    handle: (call) =>
      listBody(
        call,
        fixedSource(directoryRoleAssignments(call.world).map((each) => ({ ...each }))),
        roleAssignmentType,
      ),
  },
  {
    method: "DELETE",
    path: "/roleManagement/directory/roleAssignments/:id",
    handle(call) {
      const all = directoryRoleAssignments(call.world);
      const at = all.findIndex(({ id }) => id === call.param("id"));
      if (at < 0) throw notFound(call.param("id"));
      all.splice(at, 1);
      return noContent;
    },
  },
  {
    method: "GET",
    path: "/roleManagement/directory/roleDefinitions",
    options: listOptions,
    handle: (call) => listBody(call, fixedSource(definitions), roleDefinitionType),
  },
  {
    method: "GET",
    path: "/roleManagement/directory/roleDefinitions/:id",
    options: ["$select"],
    handle(call) {
      const found = definitions.find(({ id }) => id === call.param("id"));
      if (!found) throw notFound(call.param("id"));
      return ok(entityBody(call, found, roleDefinitionType));
    },
  },
];
