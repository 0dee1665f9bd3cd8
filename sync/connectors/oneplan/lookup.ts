/**
 * Finding single resources. OnePlan documents `?email=` and `?field=&value=`, but not which fields the second knows,
 * and other filters of it were seen to be ignored. So a hit counts when the resource really has the value, and
 * "nothing found" only where the filter was seen to find something.
 *
 * @packageDocumentation
 */
import type { Item } from "../../model/types.ts";
import type { Query } from "../api.ts";

/** Attribute -> OnePlan's name of the property, for those that are looked up by `?field=`. */
const properties: Readonly<Record<string, string>> = { office365Id: "Office365Id", externalId: "ExternalId" };

type List = (query: Query, signal: AbortSignal) => AsyncIterable<readonly Item[]>;

export class Lookup {
  readonly #list: List;
  readonly #trusted = new Map<string, Promise<boolean>>();
  #index: Promise<Index> | undefined;

  constructor(list: List) {
    this.#list = list;
  }

  /** Something was written: what was listed before may no longer be so. */
  forget(): void {
    this.#index = undefined;
  }

  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    const wanted = value.toLowerCase();
    const matches = (object: Item) => object.keys[attribute] === wanted;
    if (attribute === "mail") return this.#query({ email: value }, matches, signal);
    const property = properties[attribute];
    if (property === undefined) throw new TypeError(`OnePlan's resources are not looked up by ${attribute}.`);

    const found = await this.#query({ field: property, value }, matches, signal);
    if (found.length > 0) return found;
    const trusted = this.#trusted.get(attribute) ?? this.#tryFilter(attribute, property, signal);
    this.#trusted.set(attribute, trusted);
    if (await trusted) return [];
    this.#index ??= this.#listAll(signal);
    return (await this.#index).get(`${attribute} ${wanted}`) ?? [];
  }

  async #query(query: Query, matches: (object: Item) => boolean, signal: AbortSignal): Promise<readonly Item[]> {
    const found: Item[] = [];
    for await (const objects of this.#list(query, signal)) found.push(...objects.filter(matches));
    return found;
  }

  /** Does the filter find a resource that is known to have such a value? Where none has one, it has nothing to find. */
  async #tryFilter(attribute: string, property: string, signal: AbortSignal): Promise<boolean> {
    const known = await this.#anyWith(attribute, signal);
    const value = known?.keys[attribute];
    if (known === undefined || value === undefined) return false;
    const found = await this.#query({ field: property, value }, ({ id }) => id === known.id, signal);
    return found.length > 0;
  }

  /** The first one that comes; the rest of the list is not waited for. */
  async #anyWith(attribute: string, signal: AbortSignal): Promise<Item | undefined> {
    for await (const objects of this.#list({}, signal)) {
      const known = objects.find((object) => object.keys[attribute] !== undefined);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  async #listAll(signal: AbortSignal): Promise<Index> {
    const index: Index = new Map();
    for await (const objects of this.#list({}, signal)) {
      for (const object of objects) {
        for (const attribute of Object.keys(properties)) {
          const value = object.keys[attribute];
          if (value === undefined) continue;
          const key = `${attribute} ${value}`;
          index.set(key, [...(index.get(key) ?? []), object]);
        }
      }
    }
    return index;
  }
}

/** `<attribute> <value>` -> the resources that have it. */
type Index = Map<string, readonly Item[]>;
