/**
 * What ONES (Bookings ONE, Offision) has of one kind - users, resources - as a target, by the route table.
 *
 * @packageDocumentation
 */
import { ConnectionError } from "../../../contract/errors.ts";
import type { Created, Fields, NewObject, Place, Target, Item } from "../../model/types.ts";
import { type ApiClient, unlessAbsent } from "../api.ts";
import { Once } from "../once.ts";
import { pathOf } from "./connection.ts";
import { identifier, type Received, listAll, listPage } from "./list.ts";
import { type Collection, INFORMATION } from "./routes.ts";

/** What tells one kind from another. */
interface OnesKind {
  /** `a user`; and several: `users`. */
  readonly one: string;
  readonly several: string;
  readonly routes: Collection & {
    readonly properties: { readonly id: string; readonly externalId: string; readonly enabled: string };
  };
  /** Where its routes are in the settings: `tenantwire:ones.routes`. */
  readonly setting: string;
  /** What writes do, in words. */
  readonly words: { readonly disable: string; readonly adopt: string };
  /** @throws TenantwireError where a mapped field cannot be */
  check(fieldNames: readonly string[]): void;
  /** Whether there are the other routes that these fields need. */
  tryRoutes?(fieldNames: readonly string[], signal: AbortSignal): Promise<void>;
  /** `undefined` for what has no id. */
  objectOf(item: Received, signal: AbortSignal): Promise<Item | undefined>;
  /** What is written of the fields of one that is there, or of a new one. */
  bodyOf(fields: Fields, held: () => Promise<Received>, signal: AbortSignal): Promise<Received>;
  /** What only a new one gets. */
  readonly whenNew?: Received;
}

/** ONES says nothing about limits. */
const CONCURRENCY = 4;

export class OnesTarget implements Target {
  readonly name = "ONES";
  readonly matchBy = ["externalId", "mail"] as const;
  readonly concurrency = CONCURRENCY;
  readonly #baseUrl: string;
  readonly #client: ApiClient;
  readonly #kind: OnesKind;
  readonly #everything = new Once<readonly Item[]>();

  constructor(baseUrl: string, client: ApiClient, kind: OnesKind) {
    this.#baseUrl = baseUrl;
    this.#client = client;
    this.#kind = kind;
  }

  get host(): string {
    return this.#client.host;
  }

  /** What the information call answers is not published: a server is told by its address, and by what it has. */
  async place(): Promise<Place> {
    const mend = "correct tenantwire:ones.baseUrl and deploy (pulumi up)";
    return { id: this.#baseUrl, label: "the ONES server", mend, isAddress: true };
  }

  async check(fieldNames: readonly string[], signal: AbortSignal): Promise<void> {
    this.#kind.check(fieldNames);
    await this.#client.get(INFORMATION, {}, "tell about the server", signal);
    // Whether there are such routes is not known before they are asked.
    await listPage(this.#listing, 1, signal);
    await this.#kind.tryRoutes?.(fieldNames, signal);
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    for await (const page of listAll(this.#listing, signal)) {
      const objects = await Promise.all(page.map((item) => this.#kind.objectOf(item, signal)));
      yield objects.flatMap((object) => object ?? []);
    }
  }

  /** No route for a search is assumed: everything is listed once for all look-ups between two writes. */
  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    const everything = await this.#everything.get(() => this.#listAll(signal));
    const wanted = value.toLowerCase();
    return everything.filter(({ keys }) => keys[attribute] === wanted);
  }

  async get(id: string, signal: AbortSignal): Promise<Item | undefined> {
    const item = await this.#read(id, signal);
    if (item === undefined) return undefined;
    const object = await this.#kind.objectOf(item, signal);
    // What is not there is told by 404: taken for it, it would be made once more.
    if (object === undefined) throw this.#nothing();
    return object;
  }

  async create({ fields, sourceId }: NewObject, signal: AbortSignal): Promise<Created> {
    const { routes, one, whenNew } = this.#kind;
    const { create, properties } = routes;
    const body = {
      ...(await this.#kind.bodyOf(fields, async () => ({}), signal)),
      [properties.externalId]: sourceId,
      [properties.enabled]: true,
      ...whenNew,
    };
    const created = (await this.#send(create.method, create.path, body, `create ${one}`, signal)) as Received | null;
    const id = identifier(created?.[properties.id]);
    return id === undefined ? {} : { id };
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    const held = async () => (await this.#read(id, signal)) ?? {};
    await this.#write(id, await this.#kind.bodyOf(fields, held, signal), `update ${this.#kind.one}`, signal);
  }

  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    const { routes, one, words } = this.#kind;
    await this.#write(id, { [routes.properties.enabled]: active }, active ? `enable ${one}` : words.disable, signal);
  }

  async adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void> {
    const { routes, words } = this.#kind;
    await this.#write(id, { [routes.properties.externalId]: sourceId }, words.adopt, signal);
  }

  get #listing() {
    const { routes, several, setting } = this.#kind;
    return { client: this.#client, route: routes.list, id: routes.properties.id, what: several, setting };
  }

  async #read(id: string, signal: AbortSignal): Promise<Received | undefined> {
    const { routes, one } = this.#kind;
    // That the address is right is known by now.
    return unlessAbsent(async () => {
      const answer = await this.#client.get(pathOf(routes.get.path, id), {}, `read ${one}`, signal);
      if (typeof answer !== "object" || answer === null) throw this.#nothing();
      return answer as Received;
    });
  }

  #nothing(): ConnectionError {
    const { one, setting } = this.#kind;
    return new ConnectionError(
      `ONES (${this.#client.host}) answered nothing with an id when asked to read ${one}: correct get and properties.id in ${setting} by the server's API document.`,
    );
  }

  async #write(id: string, body: object, doing: string, signal: AbortSignal): Promise<void> {
    const { method, path } = this.#kind.routes.update;
    await this.#send(method, pathOf(path, id), body, doing, signal);
  }

  /** What was listed before or meanwhile may no longer be so. */
  async #send(...write: Parameters<ApiClient["write"]>): Promise<unknown> {
    try {
      return await this.#client.write(...write);
    } finally {
      this.#everything.forget();
    }
  }

  async #listAll(signal: AbortSignal): Promise<readonly Item[]> {
    const objects: Item[] = [];
    for await (const page of this.list(signal)) objects.push(...page);
    return objects;
  }
}
