/**
 * What the directory holds of registrations: all of them, since the mark of a stack cannot be searched for, or some.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type Call, type GraphClient, pages } from "../../sync/connectors/graph/index.ts";
import { ConnectionError } from "../../contract/errors.ts";

const text = z.string().nullish();
const Application = z.looseObject({
  id: z.string(),
  appId: z.string(),
  displayName: text,
  notes: text,
  requiredResourceAccess: z.array(z.looseObject({ resourceAppId: z.string() })).default([]),
  web: z.looseObject({ redirectUris: z.array(z.string()).default([]) }).nullish(),
  passwordCredentials: z.array(z.looseObject({ keyId: z.string(), displayName: text })).default([]),
});
export type DirectoryApplication = z.infer<typeof Application>;

const Principal = z.looseObject({ id: z.string(), appId: z.string(), displayName: text, notes: text });
export type DirectoryPrincipal = z.infer<typeof Principal>;

const Trust = z.looseObject({ id: z.string(), name: z.string(), description: text });
export type DirectoryTrust = z.infer<typeof Trust>;

const Owner = z.looseObject({ id: z.string() });
const ClientId = z.looseObject({ appId: z.string() });

const APPLICATION_FIELDS = "$select=id,appId,displayName,notes,requiredResourceAccess,web,passwordCredentials";

export class DirectoryReader {
  readonly #client: GraphClient;
  readonly #call: Call;

  constructor(client: GraphClient, signal: AbortSignal) {
    this.#client = client;
    this.#call = { doing: "look for registrations", needs: ["Application.Read.All"], signal };
  }

  applications(): Promise<DirectoryApplication[]> {
    return this.#all(`/applications?${APPLICATION_FIELDS}&$top=999`, Application);
  }

  async application(clientId: string): Promise<DirectoryApplication | undefined> {
    return (await this.#with("appId", clientId))[0];
  }

  called(displayName: string): Promise<DirectoryApplication[]> {
    return this.#with("displayName", displayName);
  }

  /** @param objectId @returns undefined: it is gone */
  async clientId(objectId: string): Promise<string | undefined> {
    const [found] = await batchGet(this.#client, [`/applications/${objectId}?$select=appId`], this.#call);
    return found === undefined ? undefined : this.#parse(ClientId, found).appId;
  }

  principals(): Promise<DirectoryPrincipal[]> {
    return this.#all("/servicePrincipals?$select=id,appId,displayName,notes&$top=999", Principal);
  }

  async owners(applicationId: string): Promise<string[]> {
    return (await this.#all(`/applications/${applicationId}/owners`, Owner)).map(({ id }) => id);
  }

  trusts(applicationId: string): Promise<DirectoryTrust[]> {
    return this.#all(`/applications/${applicationId}/federatedIdentityCredentials`, Trust);
  }

  #with(property: "appId" | "displayName", value: string): Promise<DirectoryApplication[]> {
    const filter = encodeURIComponent(`${property} eq '${value.replaceAll("'", "''")}'`);
    return this.#all(`/applications?$filter=${filter}&${APPLICATION_FIELDS}`, Application);
  }

  async #all<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const { value } of pages(this.#client, path, this.#call)) {
      for (const each of value) found.push(this.#parse(schema, each));
    }
    return found;
  }

  #parse<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new ConnectionError(`${this.#client.host} did not answer as documented about registrations.`);
  }
}
