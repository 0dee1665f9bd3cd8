/**
 * Reads a registration whole: the application, its service principal, and everything that hangs on the two.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError, PermissionError } from "../../contract/errors.ts";
import { batchGet, type Call, type GraphClient, GraphError, pages } from "../../sync/connectors/graph/index.ts";
import { type ApiPrincipal, type Assignment, type Grant, GrantsReader, READ_GRANTS } from "./grants.ts";
import { Application, type LiveApplication, type LivePrincipal, Principal, propertiesAt } from "./objects.ts";

const text = z.string().nullish();
const flag = z.boolean().nullish();

/** A person, or a service principal. */
const Owner = z.looseObject({
  id: z.string(),
  displayName: text,
  userPrincipalName: text,
  userType: text,
  accountEnabled: flag,
});
export type LiveOwner = z.infer<typeof Owner>;

const Trust = z.looseObject({
  id: z.string(),
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()).default([]),
});
export type LiveTrust = z.infer<typeof Trust>;

/** A group that it is in, directly or through others. */
const Group = z.looseObject({ id: z.string(), displayName: text, isAssignableToRole: flag });
export type LiveGroup = z.infer<typeof Group>;

const RoleAssignment = z.looseObject({ id: z.string(), roleDefinitionId: z.string(), directoryScopeId: text });

/** A role of Entra that it holds by itself. */
export interface LiveDirectoryRole {
  /** Of the assignment. */
  readonly id: string;
  readonly name: string;
  /** `/` is the whole tenant. */
  readonly scope: string;
}

const Named = z.looseObject({ displayName: text });

/** Documented: Directory.Read.All or RoleManagement.Read.Directory. */
export function directoryRolesPath(principalId: string): string {
  return `/roleManagement/directory/roleAssignments?$filter=${encodeURIComponent(`principalId eq '${principalId}'`)}`;
}

const Page = <T>(item: z.ZodType<T>) => z.looseObject({ value: z.array(item) });

/** By object id. */
export interface Ids {
  readonly objectId: string;
  readonly principalId: string;
}

export interface LiveRegistration {
  readonly application: LiveApplication;
  /** `undefined`: it was deleted, so that nobody can sign in as the registration. */
  readonly principal: LivePrincipal | undefined;
  readonly owners: readonly LiveOwner[];
  readonly principalOwners: readonly LiveOwner[];
  /** `undefined`: who looked may not read them. */
  readonly trusts: readonly LiveTrust[] | undefined;
  readonly assignments: readonly Assignment[];
  readonly grants: readonly Grant[];
  readonly directoryRoles: readonly LiveDirectoryRole[];
  /** Those that can hold a role of Entra; it has what they have. */
  readonly roleGroups: readonly LiveGroup[];
  /** Names of what is asked for and granted: APIs by client id and by object id. */
  readonly apis: ReadonlyMap<string, ApiPrincipal>;
}

/** Documented: least permission for listing federated identity credentials of applications that one does not own. */
export const READ_TRUSTS = "Application.Read.All";

const OWNER = "$select=id,displayName,userPrincipalName,userType,accountEnabled&$top=999";

const MEMBER = "$select=id,displayName,isAssignableToRole&$top=999";

export class RegistrationReader {
  readonly #client: GraphClient;
  readonly #grants: GrantsReader;
  /** Id of a role of Entra -> its name. */
  readonly #roles = new Map<string, string>();

  constructor(client: GraphClient) {
    this.#client = client;
    this.#grants = new GrantsReader(client);
  }

  /**
   * @returns `undefined` when the application is gone
   * @throws PermissionError when who looks may not read the directory
   */
  async read({ objectId, principalId }: Ids, signal: AbortSignal): Promise<LiveRegistration | undefined> {
    const call: Call = { doing: "read a registration", needs: [READ_GRANTS], signal };
    const properties = propertiesAt(this.#client.host);
    const [application, principal, owners, principalOwners, groups, roles] = await batchGet(
      this.#client,
      [
        `/applications/${objectId}?$select=id,${properties.application}`,
        `/servicePrincipals/${principalId}?$select=id,${properties.principal}`,
        `/applications/${objectId}/owners?${OWNER}`,
        `/servicePrincipals/${principalId}/owners?${OWNER}`,
        `/servicePrincipals/${principalId}/transitiveMemberOf?${MEMBER}`,
        directoryRolesPath(principalId),
      ],
      call,
    );
    if (application === undefined) return undefined;
    const live = this.#parse(Application, application);
    const there = principal === undefined ? undefined : this.#parse(Principal, principal);
    const assignments = there && (await this.#grants.assignments(there.id, signal));
    const grants = there && (await this.#grants.grants(there.id, signal));
    return {
      application: live,
      principal: there,
      owners: owners === undefined ? [] : this.#parse(Page(Owner), owners).value,
      principalOwners: principalOwners === undefined ? [] : this.#parse(Page(Owner), principalOwners).value,
      trusts: await this.#trusts(objectId, signal),
      assignments: assignments ?? [],
      grants: grants ?? [],
      directoryRoles:
        roles === undefined ? [] : await this.#named(this.#parse(Page(RoleAssignment), roles).value, call),
      roleGroups: (groups === undefined ? [] : this.#parse(Page(Group), groups).value).filter(
        ({ isAssignableToRole }) => isAssignableToRole === true,
      ),
      apis: await this.#apis(live, [...(assignments ?? []), ...(grants ?? [])], signal),
    };
  }

  async #named(assignments: readonly z.infer<typeof RoleAssignment>[], call: Call): Promise<LiveDirectoryRole[]> {
    const unknown = [...new Set(assignments.map(({ roleDefinitionId }) => roleDefinitionId))].filter(
      (id) => !this.#roles.has(id),
    );
    const paths = unknown.map((id) => `/roleManagement/directory/roleDefinitions/${id}?$select=id,displayName`);
    const found = await batchGet(this.#client, paths, call);
    for (const [at, id] of unknown.entries()) {
      const role = found[at] === undefined ? undefined : this.#parse(Named, found[at]);
      this.#roles.set(id, role?.displayName ?? id);
    }
    return assignments.map(({ id, roleDefinitionId, directoryScopeId }) => ({
      id,
      name: this.#roles.get(roleDefinitionId) ?? roleDefinitionId,
      scope: directoryScopeId ?? "/",
    }));
  }

  async #trusts(objectId: string, signal: AbortSignal): Promise<LiveTrust[] | undefined> {
    const call: Call = { doing: "read which outside identities are trusted", needs: [READ_TRUSTS], signal };
    const found: LiveTrust[] = [];
    try {
      for await (const { value } of pages(
        this.#client,
        `/applications/${objectId}/federatedIdentityCredentials`,
        call,
      )) {
        for (const each of value) found.push(this.#parse(Trust, each));
      }
      return found;
    } catch (error) {
      if (error instanceof PermissionError) return undefined;
      if (error instanceof GraphError && error.status === 404) return [];
      throw error;
    }
  }

  /** An API that nobody has a service principal of in this tenant has no names: its ids are shown. */
  async #apis(
    { requiredResourceAccess }: LiveApplication,
    granted: readonly { readonly resourceId: string }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ApiPrincipal>> {
    const apis = new Map<string, ApiPrincipal>();
    for (const clientId of new Set(requiredResourceAccess.map(({ resourceAppId }) => resourceAppId))) {
      const api = await this.#grants.apiOf(clientId, signal);
      if (api === undefined) continue;
      apis.set(clientId, api);
      apis.set(api.id, api);
    }
    for (const { resourceId } of granted) {
      if (!apis.has(resourceId)) apis.set(resourceId, await this.#grants.api(resourceId, signal));
    }
    return apis;
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new ConnectionError(`${this.#client.host} did not answer as documented about a registration.`);
  }
}
