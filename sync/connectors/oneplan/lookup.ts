/**
 * Finding single resources. OnePlan documents `?email=` and `?field=&value=`, but not which fields the second knows,
 * and other filters of it were seen to be ignored. So a hit counts when the resource really has the value, and
 * "nothing found" only where the filter was seen to find something. Where it cannot be relied on, everything is listed,
 * once for all that is looked up between two writes.
 *
 * @packageDocumentation
 */
import type { Item, Samples } from "../../model/types.ts";
import type { Query } from "../api.ts";
import { Once } from "../once.ts";

/** Attribute -> its filter. */
const filters: Readonly<Record<string, (value: string) => Query>> = {
  office365Id: (value) => ({ field: "Office365Id", value }),
  externalId: (value) => ({ field: "ExternalId", value }),
  mail: (value) => ({ email: value }),
};

/** The filter of these is documented, and believed until it is seen to be ignored. */
const DOCUMENTED = new Set(["mail"]);

/** An answer with more that was not asked for than this is of a filter that was ignored. */
const MAX_STRAY = 50;

interface Resources {
  list(query: Query, signal: AbortSignal): AsyncIterable<readonly Item[]>;
  get(id: string, signal: AbortSignal): Promise<Item | undefined>;
}

export class Lookup {
  readonly #resources: Resources;
  /** By attribute: whether its filter can be relied on. */
  readonly #works = new Map<string, Promise<boolean>>();
  #samples: Samples = {};
  readonly #index = new Once<Index>();

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  /** Resources that the filters are tried on, so that nothing has to be listed for it. */
  tryOn(samples: Samples): void {
    this.#samples = samples;
  }

  /** Something was written: what was listed before may no longer be so. */
  forget(): void {
    this.#index.forget();
  }

  async find(attribute: string, value: string, signal: AbortSignal): Promise<readonly Item[]> {
    const filter = filters[attribute];
    if (!filter) throw new TypeError(`OnePlan's resources are not looked up by ${attribute}.`);
    if (await this.#reliesOn(attribute, filter, signal)) {
      const { hits, isIgnored } = await this.#filtered(attribute, filter, value, signal);
      if (isIgnored) this.#works.set(attribute, Promise.resolve(false));
      return hits;
    }
    return (await this.#listed(signal)).with(attribute, value);
  }

  #reliesOn(attribute: string, filter: (value: string) => Query, signal: AbortSignal): Promise<boolean> {
    const known = this.#works.get(attribute);
    if (known) return known;
    const works = DOCUMENTED.has(attribute) ? Promise.resolve(true) : this.#tryFilter(attribute, filter, signal);
    this.#works.set(attribute, works);
    // What could not be found out is tried again.
    works.catch(() => this.#works.delete(attribute));
    return works;
  }

  /** Does the filter find a resource that is known to have such a value? Where none has one, it has nothing to find. */
  async #tryFilter(attribute: string, filter: (value: string) => Query, signal: AbortSignal): Promise<boolean> {
    const sample = this.#samples[attribute];
    const other = Object.keys(this.#samples).find((each) => !DOCUMENTED.has(each) && this.#samples[each]);
    if (sample === null && other !== undefined && other !== attribute) {
      // Nobody had one when everything was listed: what the same filter does for the other attribute has to do.
      const otherFilter = filters[other];
      if (otherFilter && (await this.#reliesOn(other, otherFilter, signal))) return true;
    }
    const given = sample ? await this.#resources.get(sample, signal) : undefined;
    const known = given?.keys[attribute] === undefined ? (await this.#listed(signal)).any(attribute) : given;
    const value = known?.keys[attribute];
    if (known === undefined || value === undefined) return false;
    const { hits, isIgnored } = await this.#filtered(attribute, filter, value, signal);
    return !isIgnored && hits.some(({ id }) => id === known.id);
  }

  async #filtered(
    attribute: string,
    filter: (value: string) => Query,
    value: string,
    signal: AbortSignal,
  ): Promise<{ readonly hits: readonly Item[]; readonly isIgnored: boolean }> {
    const wanted = value.toLowerCase();
    const hits: Item[] = [];
    let stray = 0;
    for await (const objects of this.#resources.list(filter(value), signal)) {
      const own = objects.filter(({ keys }) => keys[attribute] === wanted);
      stray += objects.length - own.length;
      hits.push(...own);
    }
    return { hits, isIgnored: stray > MAX_STRAY };
  }

  #listed(signal: AbortSignal): Promise<Index> {
    return this.#index.get(() => this.#list(signal));
  }

  async #list(signal: AbortSignal): Promise<Index> {
    const index = new Index();
    for await (const objects of this.#resources.list({}, signal)) for (const object of objects) index.add(object);
    return index;
  }
}

/** Resources by what they are looked up by. */
class Index {
  readonly #byValue = new Map<string, Map<string, Item[]>>(Object.keys(filters).map((each) => [each, new Map()]));

  add(object: Item): void {
    for (const [attribute, byValue] of this.#byValue) {
      const value = object.keys[attribute];
      if (value === undefined) continue;
      const others = byValue.get(value);
      if (others) others.push(object);
      else byValue.set(value, [object]);
    }
  }

  with(attribute: string, value: string): readonly Item[] {
    return this.#byValue.get(attribute)?.get(value.toLowerCase()) ?? [];
  }

  /** One that has any value. */
  any(attribute: string): Item | undefined {
    const [first] = this.#byValue.get(attribute)?.values() ?? [];
    return first?.[0];
  }
}
