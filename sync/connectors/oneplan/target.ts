/**
 * OnePlan's Resource Center as a target. A write that was answered proves nothing here: the engine reads back.
 *
 * @packageDocumentation
 */
import type { Created, Fields, NewObject, Place, Samples, Target, Item } from "../../model/types.ts";
import { type ApiClient, type Query, unlessAbsent } from "../api.ts";
import { notDocumented } from "../documented.ts";
import { Once } from "../once.ts";
import { called, createOnePlanClient, type OnePlanConnection } from "./client.ts";
import { checkFields, type ResourceField } from "./fields.ts";
import { type Administrators, administrators } from "./administrators.ts";
import { groupOfKey, type OnePlanGroup, placeOfGroup } from "./group.ts";
import { listElements } from "./list.ts";
import { Lookup } from "./lookup.ts";
import { createBody, type Resource, resourceItem, text, updateBody } from "./resources.ts";

interface OnePlanTargetOptions extends OnePlanConnection {
  /** Fields of a resource that are mapped: `name`, or the internal name of a resource field. */
  readonly fields: readonly string[];
}

/** OnePlan says nothing about limits: few enough not to be noticed, enough to get through a first sync. */
export const CONCURRENCY = 4;

export function createOnePlanTarget(options: OnePlanTargetOptions): Target {
  return new OnePlanTarget(createOnePlanClient(options), options.fields);
}

class OnePlanTarget implements Target {
  readonly name = "OnePlan";
  readonly matchBy = ["office365Id", "externalId", "mail"] as const;
  readonly concurrency = CONCURRENCY;
  readonly #client: ApiClient;
  readonly #fields: readonly string[];
  readonly #lookup: Lookup;
  readonly #group = new Once<OnePlanGroup>();
  readonly #protected = new Once<Administrators>();

  constructor(client: ApiClient, fields: readonly string[]) {
    this.#client = client;
    this.#fields = fields;
    this.#lookup = new Lookup({
      list: (query, signal) => this.#resources(query, signal),
      get: (id, signal) => this.get(id, signal),
    });
  }

  get host(): string {
    return this.#client.host;
  }

  async place(signal: AbortSignal): Promise<Place> {
    return placeOfGroup(await this.#keysGroup(signal));
  }

  async check(fieldNames: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#keysGroup(signal);
    const fields = await this.#client.get("resources/fields", {}, "list the resource fields", signal);
    if (!Array.isArray(fields)) throw this.#notDocumented("list the resource fields");
    checkFields(fieldNames, fields as readonly ResourceField[]);
  }

  tryOn(samples: Samples): void {
    this.#lookup.tryOn(samples);
  }

  list(signal: AbortSignal): AsyncIterable<readonly Item[]> {
    return this.#resources({}, signal);
  }

  find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    return this.#lookup.find(attribute, value, signal);
  }

  async get(id: string, signal: AbortSignal): Promise<Item | undefined> {
    const resource = await this.#read(`resources/${encodeURIComponent(id)}`, signal);
    // What a gateway answers in its place is nobody: who is there would be made once more.
    if (resource && text(resource.id)?.toLowerCase() !== id.toLowerCase()) throw this.#notDocumented("read a resource");
    return resource && resourceItem(resource, this.#fields, await this.#protectedGroups(signal));
  }

  #keysGroup(signal: AbortSignal): Promise<OnePlanGroup> {
    return this.#group.get(() => groupOfKey(this.#client, signal));
  }

  /** Assumed: what does not exist is `null`, as with unknown fields, or 404. That the address is right is known by now. */
  async #read(path: string, signal: AbortSignal): Promise<Resource | undefined> {
    const found = await unlessAbsent(() => this.#client.get(path, {}, "read a resource", signal));
    if (found === null || found === undefined) return undefined;
    const resource: Resource = found;
    if (text(resource.id) === undefined) throw this.#notDocumented("read a resource");
    return resource;
  }

  async create(object: NewObject, signal: AbortSignal): Promise<Created> {
    this.#lookup.forget();
    const created = (await this.#client.write(
      "POST",
      "resources",
      createBody(object),
      "create a resource",
      signal,
    )) as Resource | null;
    // Seen: 200 with a null body. Whether it was done is known only by looking, which reading back does for all at once.
    return typeof created?.id === "string" ? { id: created.id } : {};
  }

  async update(id: string, fields: Fields, signal: AbortSignal): Promise<void> {
    await this.#write(id, updateBody(fields), "update a resource", signal);
  }

  /** Assumed: `Inactive` can be written like the other properties of a resource. */
  async setActive(id: string, active: boolean, signal: AbortSignal): Promise<void> {
    await this.#write(id, { Inactive: !active }, active ? "activate a resource" : "inactivate a resource", signal);
  }

  async adopt(id: string, sourceId: string, signal: AbortSignal): Promise<void> {
    await this.#write(id, { Office365Id: sourceId }, "store the Entra id in a resource", signal);
  }

  async #write(id: string, body: object, doing: string, signal: AbortSignal): Promise<void> {
    this.#lookup.forget();
    await this.#client.write("POST", `resources/${encodeURIComponent(id)}`, body, doing, signal);
  }

  /** Generic resources (roles, machines) are no people: they are neither asked for nor taken. */
  async *#resources(query: Query, signal: AbortSignal): AsyncGenerator<readonly Item[], void, void> {
    const groups = await this.#protectedGroups(signal);
    const list = { path: "resources", query: { ...query, Generics: "false" }, doing: "list the resources" };
    for await (const elements of listElements(this.#client, list, signal)) {
      const objects: Item[] = [];
      for (const element of elements) {
        const object = resourceItem(element as Resource, this.#fields, groups);
        if (object !== undefined) objects.push(object);
      }
      yield objects;
    }
  }

  #protectedGroups(signal: AbortSignal): Promise<Administrators> {
    return this.#protected.get(() => administrators(this.#client, signal));
  }

  #notDocumented(doing: string): Error {
    return notDocumented(called(this.#client), doing);
  }
}
