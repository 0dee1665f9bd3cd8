/**
 * Users of ONES (Bookings ONE, Offision) as a target, by the route table.
 *
 * @packageDocumentation
 */
import { ConnectionError, CredentialError, PermissionError, TenantwireError } from "../../../contract/errors.ts";
import type { Created, Fields, NewObject, Place, Target, TargetObject } from "../../model/types.ts";
import { type ApiClient, ApiRefusal, basic, createApiClient, keptAuthorization } from "../api.ts";
import { BASE } from "./route-parts.ts";
import { INFORMATION, type Routes } from "./routes.ts";
import { checkFields, createBody, identifier, toTargetObject, updateBody, type User } from "./users.ts";

export interface OnesTargetOptions {
  /** Root of the server without a path, e.g. `https://ones.contoso.com`. */
  readonly baseUrl: string;
  /** Name of the token, for messages. */
  readonly keyName: string;
  /** Reads the token; asked once, and once more where it was refused. */
  readonly key: () => Promise<string>;
  /** Fields of a user that are mapped. */
  readonly fields: readonly string[];
  /** Groups of ONES that new users join. */
  readonly defaultGroups: readonly string[];
  readonly routes: Routes;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: () => void;
}

/** ONES says nothing about limits. */
const CONCURRENCY = 4;

export function createOnesTarget(options: OnesTargetOptions): Target {
  return new OnesTarget(options);
}

class OnesTarget implements Target {
  readonly name = "ONES";
  readonly matchBy = ["externalId", "mail"] as const;
  readonly concurrency = CONCURRENCY;
  readonly #options: OnesTargetOptions;
  readonly #client: ApiClient;
  #everybody: Promise<readonly TargetObject[]> | undefined;

  constructor(options: OnesTargetOptions) {
    this.#options = options;
    this.#client = clientOf(options);
  }

  /** What the information call answers is not published: a server is told by its address, and by whom it has. */
  async place(): Promise<Place> {
    const { baseUrl } = this.#options;
    const mend = "correct tenantwire:ones.baseUrl and deploy (pulumi up)";
    return { id: baseUrl, label: "the ONES server", mend, isAddress: true };
  }

  async check(fieldNames: readonly string[], signal: AbortSignal): Promise<void> {
    const { routes } = this.#options;
    checkFields(fieldNames, routes.properties);
    await this.#client.get(INFORMATION, {}, "tell about the server", signal);
    // Whether there is such a route is not known before it is asked.
    await this.#page(1, signal);
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly TargetObject[], void, void> {
    const { fields, routes } = this.#options;
    const seen = new Set<string>();
    for (let page = 1; ; page += 1) {
      const users = await this.#page(page, signal);
      const objects: TargetObject[] = [];
      for (const user of users) {
        const object = toTargetObject(user, fields, routes.properties);
        // People may move between pages while they are read; that one comes twice is no fault.
        if (object === undefined || seen.has(object.id)) continue;
        seen.add(object.id);
        objects.push(object);
      }
      // Not the page's size says that it is the last one: a server may give fewer at a time than it was asked for.
      if (users.length === 0) return;
      if (objects.length === 0) throw this.#nobodyNew();
      yield objects;
      if (routes.list.pageParameter === "") return;
    }
  }

  /** No route for a search is assumed: everybody is listed once for all look-ups between two writes. */
  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly TargetObject[]> {
    const everybody = (this.#everybody ??= this.#listAll(signal));
    const wanted = value.toLowerCase();
    try {
      return (await everybody).filter(({ keys }) => keys[attribute] === wanted);
    } catch (error) {
      this.#everybody = undefined;
      throw error;
    }
  }

  async get(id: string, signal: AbortSignal): Promise<TargetObject | undefined> {
    const { fields, routes } = this.#options;
    try {
      const user = await this.#client.get(pathOf(routes.get.path, id), {}, "read a user", signal);
      return toTargetObject(user, fields, routes.properties);
    } catch (error) {
      // That the address is right is known by now.
      if (error instanceof ApiRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  async create(object: NewObject, signal: AbortSignal): Promise<Created> {
    const { routes, defaultGroups } = this.#options;
    const { method, path } = routes.create;
    const body = createBody(object, defaultGroups, routes.properties);
    const created = (await this.#send(method, path, body, "create a user", signal)) as User | null;
    const id = identifier(created?.[routes.properties.id]);
    return id === undefined ? {} : { id };
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    await this.#write(id, updateBody(fields, this.#options.routes.properties), "update a user", signal);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    const { enabled } = this.#options.routes.properties;
    await this.#write(id, { [enabled]: active }, active ? "enable a user" : "disable a user", signal);
  }

  async adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void> {
    const { externalId } = this.#options.routes.properties;
    await this.#write(id, { [externalId]: sourceId }, "store the Entra id in a user", signal);
  }

  async #write(id: string, body: object, doing: string, signal: AbortSignal): Promise<void> {
    const { method, path } = this.#options.routes.update;
    await this.#send(method, pathOf(path, id), body, doing, signal);
  }

  /** What was listed before or meanwhile may no longer be so. */
  async #send(...write: Parameters<ApiClient["write"]>): Promise<unknown> {
    try {
      return await this.#client.write(...write);
    } finally {
      this.#everybody = undefined;
    }
  }

  async #listAll(signal: AbortSignal): Promise<readonly TargetObject[]> {
    const objects: TargetObject[] = [];
    for await (const page of this.list(signal)) objects.push(...page);
    return objects;
  }

  async #page(page: number, signal: AbortSignal): Promise<readonly unknown[]> {
    const { path, items, pageParameter, sizeParameter, pageSize } = this.#options.routes.list;
    const query = {
      ...(pageParameter !== "" && { [pageParameter]: String(page) }),
      ...(sizeParameter !== "" && { [sizeParameter]: String(pageSize) }),
    };
    const answer = await this.#list(path, query, signal);
    const users = items === "" ? answer : (answer as Record<string, unknown> | null)?.[items];
    if (Array.isArray(users)) return users as readonly unknown[];
    const where = items === "" ? "a list" : `a list under "${items}"`;
    throw new ConnectionError(
      `ONES (${this.#client.host}) did not answer with ${where} when asked to list the users: correct tenantwire:ones.routes.list.items by the server's API document.`,
    );
  }

  async #list(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#client.get(path, query, "list the users", signal);
    } catch (error) {
      if (!(error instanceof ApiRefusal && error.status === 404)) throw error;
      throw new TenantwireError(
        `ONES (${this.#client.host}) has no ${BASE}/${path}. The vendor does not publish its routes for users: ` +
          `write those of the server's API document under tenantwire:ones.routes and deploy (pulumi up), or sync to a file instead.`,
      );
    }
  }

  #nobodyNew(): ConnectionError {
    return new ConnectionError(
      `ONES (${this.#client.host}) gives the same users on every page, or users without an id: correct list.pageParameter or properties.id in tenantwire:ones.routes by the server's API document.`,
    );
  }
}

export function pathOf(template: string, id: string): string {
  return template.replaceAll("{id}", encodeURIComponent(id));
}

/** What the server is reached with. */
export type OnesConnection = Pick<OnesTargetOptions, "baseUrl" | "keyName" | "key" | "routes" | "onRequest">;

/** Asks for what every server tells, which needs nothing but the key: is it the right one, in the right form? */
export async function readInformation(connection: OnesConnection, signal: AbortSignal): Promise<void> {
  await clientOf(connection).get(INFORMATION, {}, "tell about the server", signal);
}

/** @param mayWrite who may change what is written here, for the message that the key does not let it be */
export function clientOf(
  { baseUrl, keyName, key, routes, onRequest }: OnesConnection,
  mayWrite = "users are changed by a Global Administrator or a User manager",
): ApiClient {
  const { authentication } = routes;
  const other = authentication === "raw" ? "basic" : "raw";
  return createApiClient({
    product: "ONES",
    root: `${baseUrl}/${BASE}`,
    authorization: keptAuthorization(async () => authorizationOf(await key(), authentication, keyName)),
    keyRefused: (host) =>
      new CredentialError(
        `ONES (${host}) refused the key "${keyName}". Make a new one in ONES (Management console > Settings > API authentication), ` +
          `store it with pulumi config set --secret, and deploy (pulumi up). If the key is right, try authentication: ${other} in tenantwire:ones.routes.`,
      ),
    notAllowed: (host, doing, said) =>
      new PermissionError(`ONES (${host}) does not let the key "${keyName}" ${doing}: ${mayWrite}.${said}`),
    onRequest,
  });
}

/** A header that cannot be sent would be shown whole in the error. */
function authorizationOf(key: string, form: Routes["authentication"], keyName: string): string {
  const value = key.trim();
  if (form === "basic") return basic(value, "");
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new CredentialError(
    `The key "${keyName}" of ONES is empty, or has characters that no key has: store it again with pulumi config set --secret, and deploy (pulumi up).`,
  );
}
