/**
 * Reads a registration whole: the application, its service principal, and everything that hangs on the two.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError, PermissionError } from "../../contract/errors.ts";
import { batchGet, type Call, type GraphClient, GraphRefusal, pages } from "../../sync/connectors/graph/index.ts";
import { type ApiPrincipal, type Assignment, type Grant, GrantsReader, READ_GRANTS } from "../checks/grants.ts";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const uris = z.looseObject({ redirectUris: z.array(z.string()).default([]) }).nullish();

const Password = z.looseObject({ keyId: z.string(), displayName: text, endDateTime: text });
export type Password = z.infer<typeof Password>;
const Certificate = Password.extend({ customKeyIdentifier: text, key: text });
export type Certificate = z.infer<typeof Certificate>;

const Credentials = z.looseObject({
  passwordCredentials: z.array(Password).default([]),
  keyCredentials: z.array(Certificate).default([]),
});

const Requested = z.looseObject({
  resourceAppId: z.string(),
  resourceAccess: z.array(z.looseObject({ id: z.string(), type: z.string() })).default([]),
});

const Application = Credentials.extend({
  id: z.string(),
  appId: z.string(),
  displayName: text,
  signInAudience: text,
  isFallbackPublicClient: flag,
  web: z
    .looseObject({
      redirectUris: z.array(z.string()).default([]),
      implicitGrantSettings: z.looseObject({ enableAccessTokenIssuance: flag, enableIdTokenIssuance: flag }).nullish(),
    })
    .nullish(),
  spa: uris,
  publicClient: uris,
  requiredResourceAccess: z.array(Requested).default([]),
  servicePrincipalLockConfiguration: z
    .looseObject({
      isEnabled: flag,
      allProperties: flag,
      credentialsWithUsageSign: flag,
      credentialsWithUsageVerify: flag,
    })
    .nullish(),
});
export type LiveApplication = z.infer<typeof Application>;

const Principal = Credentials.extend({
  id: z.string(),
  appId: z.string(),
  accountEnabled: flag,
  appRoleAssignmentRequired: flag,
  tags: z.array(z.string()).default([]),
});
export type LivePrincipal = z.infer<typeof Principal>;

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
  /** Names of what is asked for and granted: APIs by client id and by object id. */
  readonly apis: ReadonlyMap<string, ApiPrincipal>;
}

/** Documented: least permission for listing federated identity credentials of applications that one does not own. */
export const READ_TRUSTS = "Application.Read.All";

const OWNER = "$select=id,displayName,userPrincipalName,userType,accountEnabled&$top=999";
const CREDENTIALS = "passwordCredentials,keyCredentials";

/** What of the two objects is read, and what a delta query follows. */
export const APPLICATION_PROPERTIES = `appId,displayName,signInAudience,isFallbackPublicClient,web,spa,publicClient,requiredResourceAccess,servicePrincipalLockConfiguration,${CREDENTIALS}`;
export const PRINCIPAL_PROPERTIES = `appId,accountEnabled,appRoleAssignmentRequired,tags,${CREDENTIALS}`;

export class RegistrationReader {
  readonly #client: GraphClient;
  readonly #grants: GrantsReader;

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
    const [application, principal, owners, principalOwners] = await batchGet(
      this.#client,
      [
        `/applications/${objectId}?$select=id,${APPLICATION_PROPERTIES}`,
        `/servicePrincipals/${principalId}?$select=id,${PRINCIPAL_PROPERTIES}`,
        `/applications/${objectId}/owners?${OWNER}`,
        `/servicePrincipals/${principalId}/owners?${OWNER}`,
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
      apis: await this.#apis(live, [...(assignments ?? []), ...(grants ?? [])], signal),
    };
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
      if (error instanceof GraphRefusal && error.status === 404) return [];
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
