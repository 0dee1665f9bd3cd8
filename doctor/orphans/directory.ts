/**
 * What the directory holds of registrations: read whole, since the mark of a stack cannot be searched for.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { type GraphClient, pages } from "../../sync/connectors/graph/index.ts";
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

const APPLICATION_FIELDS = "$select=id,appId,displayName,notes,requiredResourceAccess,web,passwordCredentials";

export class DirectoryReader {
  readonly #client: GraphClient;
  readonly #signal: AbortSignal;

  constructor(client: GraphClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  applications(): Promise<DirectoryApplication[]> {
    return this.#all(`/applications?${APPLICATION_FIELDS}&$top=999`, Application);
  }

  async application(clientId: string): Promise<DirectoryApplication | undefined> {
    const filter = encodeURIComponent(`appId eq '${clientId}'`);
    return (await this.#all(`/applications?$filter=${filter}&${APPLICATION_FIELDS}`, Application))[0];
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

  async #all<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const call = { doing: "look for registrations", needs: ["Application.Read.All"], signal: this.#signal };
    const found: T[] = [];
    for await (const { value } of pages(this.#client, path, call)) {
      for (const each of value) {
        const parsed = schema.safeParse(each);
        if (!parsed.success)
          throw new ConnectionError(`${this.#client.host} did not answer as documented about registrations.`);
        found.push(parsed.data);
      }
    }
    return found;
  }
}
