/** What rules judge of a registration that is there. Pure. @packageDocumentation */
import type { PermissionNames } from "../../contract/permissions/resolve.ts";
import { type ApiPrincipal, nameIn } from "../connectors/grants.ts";
import type { LiveRegistration } from "../connectors/registrations.ts";

/** @returns permissions by name, whoever granted them, for everybody or for single people */
export function ruleFacts({ application, assignments, grants, apis }: LiveRegistration): {
  readonly granted: PermissionNames;
  readonly implicitGrant: boolean;
} {
  const named = (api: ApiPrincipal | undefined, name: string) => (api ? nameIn(api, name) : name);
  const implicit = application.web?.implicitGrantSettings;
  return {
    granted: {
      application: unique(
        assignments.map(({ appRoleId, resourceId }) => {
          const api = apis.get(resourceId);
          return named(api, api?.roles.get(appRoleId) ?? appRoleId);
        }),
      ),
      delegated: unique(
        grants.flatMap(({ resourceId, scope }) =>
          (scope ?? "")
            .split(" ")
            .filter(Boolean)
            .map((name) => named(apis.get(resourceId), name)),
        ),
      ),
    },
    implicitGrant: [implicit?.enableAccessTokenIssuance, implicit?.enableIdTokenIssuance].includes(true),
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
