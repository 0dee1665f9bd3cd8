import { CredentialError, PermissionError } from "../../../contract/errors.ts";
import type { Fields, FieldValue, NewObject, Target, Item } from "../../model/types.ts";
import { type ApiClient, ApiError, createApiClient, keptAuthorization } from "../api.ts";

export interface FabrikamOptions {
  readonly baseUrl: string;
  readonly key: () => Promise<string>;
  readonly fields: readonly string[];
  readonly onRequest: () => void;
}

/** As the server sends it. */
interface Person {
  readonly id: string;
  readonly entraId: string;
  readonly active: boolean;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export function createFabrikamTarget({ baseUrl, key, fields, onRequest }: FabrikamOptions): Target {
  const client = createApiClient({
    product: "Fabrikam Desk",
    root: baseUrl,
    authorization: keptAuthorization(key),
    keyRejected: (host) => new CredentialError(`Fabrikam Desk (${host}) refused its key: store another and deploy.`),
    notAllowed: (host, doing) => new PermissionError(`Fabrikam Desk (${host}) does not let its key ${doing}.`),
    onRequest,
  });
  return new FabrikamTarget(client, fields);
}

class FabrikamTarget implements Target {
  readonly name = "Fabrikam Desk";
  readonly matchBy = ["entraId"] as const;
  readonly concurrency = 4;
  readonly #client: ApiClient;
  readonly #fields: readonly string[];

  constructor(client: ApiClient, fields: readonly string[]) {
    this.#client = client;
    this.#fields = fields;
  }

  async check(_fieldNames: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#people({ top: "1" }, signal);
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    yield await this.#people({}, signal);
  }

  async find(_attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    return this.#people({ entraId: value }, signal);
  }

  async get(id: string, signal: AbortSignal): Promise<Item | undefined> {
    try {
      return this.#object((await this.#client.get(`people/${id}`, {}, "read a person", signal)) as Person);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async create({ sourceId, fields }: NewObject, signal: AbortSignal): Promise<{ readonly id: string }> {
    const body = { entraId: sourceId, active: true, fields };
    return (await this.#client.write("POST", "people", body, "create a person", signal)) as Person;
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    await this.#client.write("PATCH", `people/${id}`, { fields }, "update a person", signal);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    await this.#client.write("PATCH", `people/${id}`, { active }, "switch a person on or off", signal);
  }

  async adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void> {
    await this.#client.write("PATCH", `people/${id}`, { entraId: sourceId }, "store the Entra id", signal);
  }

  async #people(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Item[]> {
    const people = (await this.#client.get("people", query, "list the people", signal)) as Person[];
    return people.map((person) => this.#object(person));
  }

  #object({ id, entraId, active, fields }: Person): Item {
    const mapped = Object.fromEntries(this.#fields.map((field) => [field, fields[field] ?? null]));
    return {
      id,
      label: String(fields["name"] ?? id),
      life: active ? "active" : "inactive",
      fields: mapped,
      keys: { entraId },
    };
  }
}
