/**
 * What Entra has granted to an application.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import { type Call, type GraphClient, GraphError, pages } from "../../sync/connectors/graph/index.ts";
import { ConnectionError } from "../../contract/errors.ts";

/** By name; permissions of another API than Microsoft Graph with that API's name in front: `Exchange: full_access`. */
export interface Granted {
  readonly application: readonly string[];
  /** Delegated, for everybody in the tenant. */
  readonly everybody: readonly string[];
  /** Delegated, for single people who agreed for themselves. */
  readonly somebody: readonly string[];
}

/** An API of the tenant. */
export interface ApiPrincipal {
  readonly id: string;
  readonly name: string;
  /** Whom Microsoft verified to be its publisher; absent: nobody. */
  readonly publisher?: string;
  /** Id of an application permission -> its name. */
  readonly roles: ReadonlyMap<string, string>;
  /** Id of a delegated permission -> its name. */
  readonly scopes: ReadonlyMap<string, string>;
}

/** Documented: least for app role assignments is Application.Read.All, for delegated grants Directory.Read.All. */
export const READ_GRANTS = "Directory.Read.All";

const call = (doing: string, signal: AbortSignal): Call => ({ doing, needs: [READ_GRANTS], signal });
const Principal = z.looseObject({
  id: z.string(),
  appId: z.string(),
  displayName: z.string().nullish(),
  appRoles: z.array(z.looseObject({ id: z.string(), value: z.string().nullish() })).default([]),
  oauth2PermissionScopes: z.array(z.looseObject({ id: z.string(), value: z.string().nullish() })).default([]),
  verifiedPublisher: z.looseObject({ displayName: z.string().nullish() }).nullish(),
});
const PRINCIPAL = "$select=id,appId,displayName,appRoles,oauth2PermissionScopes,verifiedPublisher";
const Assignment = z.looseObject({ id: z.string(), appRoleId: z.string(), resourceId: z.string() });
const Grant = z.looseObject({
  id: z.string(),
  resourceId: z.string(),
  consentType: z.string(),
  scope: z.string().nullish(),
});
export type Assignment = z.infer<typeof Assignment>;
export type Grant = z.infer<typeof Grant>;

export class GrantsReader {
  readonly #client: GraphClient;
  readonly #apis = new Map<string, Promise<ApiPrincipal>>();
  readonly #byClientId = new Map<string, Promise<ApiPrincipal | undefined>>();

  constructor(client: GraphClient) {
    this.#client = client;
  }

  /** @returns `undefined` when there is no such service principal (any more) */
  async granted(principalId: string, signal: AbortSignal): Promise<Granted | undefined> {
    const assignments = await this.assignments(principalId, signal);
    if (assignments === undefined) return undefined;
    const grants = await this.grants(principalId, signal);
    const application = await Promise.all(
      assignments.map(async ({ appRoleId, resourceId }) => {
        const api = await this.api(resourceId, signal);
        return nameIn(api, api.roles.get(appRoleId) ?? appRoleId);
      }),
    );
    const scopes = async (everybody: boolean) => {
      const names: string[] = [];
      for (const { resourceId, scope } of grants.filter((grant) => isForAll(grant) === everybody)) {
        const api = await this.api(resourceId, signal);
        for (const name of (scope ?? "").split(" ").filter(Boolean)) names.push(nameIn(api, name));
      }
      return sorted(names);
    };
    return { application: sorted(application), everybody: await scopes(true), somebody: await scopes(false) };
  }

  /** Application permissions that were granted, as Graph keeps them. */
  async assignments(principalId: string, signal: AbortSignal): Promise<Assignment[] | undefined> {
    const path = `/servicePrincipals/${principalId}/appRoleAssignments`;
    try {
      return await this.#all(path, Assignment, "read what was granted", signal);
    } catch (error) {
      if (error instanceof GraphError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Delegated permissions that were granted, as Graph keeps them. */
  grants(principalId: string, signal: AbortSignal): Promise<Grant[]> {
    const filter = encodeURIComponent(`clientId eq '${principalId}'`);
    return this.#all(`/oauth2PermissionGrants?$filter=${filter}`, Grant, "read what was granted", signal);
  }

  /** The service principal of an application, by client id. */
  async principalOf(clientId: string, signal: AbortSignal): Promise<ApiPrincipal | undefined> {
    const filter = encodeURIComponent(`appId eq '${clientId}'`);
    const found = await this.#all(
      `/servicePrincipals?$filter=${filter}&${PRINCIPAL}`,
      Principal,
      "look for an application",
      signal,
    );
    return found[0] && apiOf(found[0]);
  }

  /** As {@link principalOf}, for the names of its permissions: asked for once. */
  apiOf(clientId: string, signal: AbortSignal): Promise<ApiPrincipal | undefined> {
    const known = this.#byClientId.get(clientId) ?? this.principalOf(clientId, signal);
    this.#byClientId.set(clientId, known);
    return known;
  }

  /** An API by object id. */
  api(id: string, signal: AbortSignal): Promise<ApiPrincipal> {
    const known = this.#apis.get(id) ?? this.#readApi(id, signal);
    this.#apis.set(id, known);
    return known;
  }

  async #readApi(id: string, signal: AbortSignal): Promise<ApiPrincipal> {
    const path = `/servicePrincipals/${id}?${PRINCIPAL}`;
    const doing = "tell the names of permissions";
    return apiOf(this.#parse(Principal, await this.#client.get(path, call(doing, signal)), doing));
  }

  async #all<T>(path: string, schema: z.ZodType<T>, doing: string, signal: AbortSignal): Promise<T[]> {
    const found: T[] = [];
    for await (const { value } of pages(this.#client, path, call(doing, signal))) {
      for (const each of value) found.push(this.#parse(schema, each, doing));
    }
    return found;
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown, doing: string): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new ConnectionError(`${this.#client.host} did not answer as documented when asked to ${doing}.`);
  }
}

function apiOf(principal: z.infer<typeof Principal>): ApiPrincipal {
  const { id, appId, displayName, appRoles, oauth2PermissionScopes, verifiedPublisher } = principal;
  const publisher = verifiedPublisher?.displayName;
  return {
    ...(publisher && { publisher }),
    id,
    name: appId === MICROSOFT_GRAPH ? "" : (displayName ?? appId),
    roles: new Map(appRoles.map((role) => [role.id, role.value ?? role.id])),
    scopes: new Map(oauth2PermissionScopes.map((scope) => [scope.id, scope.value ?? scope.id])),
  };
}

/** A permission by name; of another API than Microsoft Graph with that API's name in front. */
export function nameIn(api: ApiPrincipal, permission: string): string {
  return api.name === "" ? permission : `${api.name}: ${permission}`;
}

function isForAll({ consentType }: Grant): boolean {
  return consentType === "AllPrincipals";
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
