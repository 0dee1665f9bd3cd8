import type { DirectoryObject } from "./model.ts";

/** Objects of one kind in the order of their creation, found by id and by one natural key. */
export interface Collection {
  /** Rows by place; `null` where an object was removed. For readers that page. */
  readonly rows: readonly (DirectoryObject | null)[];
  get(id: string): DirectoryObject | undefined;
  /** The object whose natural key (user principal name, appId) is this one, whatever its letter case. */
  byKey(key: string): DirectoryObject | undefined;
  placeOf(id: string): number | undefined;
  /** Adds at the end, or puts a removed object back into its place. */
  put(object: DirectoryObject, place?: number): void;
  /** Changes properties in place. */
  change(object: DirectoryObject, changes: Record<string, DirectoryObject[string]>): void;
  /** Takes the object out and tells the place it had. */
  remove(id: string): number;
  values(): IterableIterator<DirectoryObject>;
}

/** Called after each change of a collection. */
export type OnChange = (id: string, change: "create" | "remove" | { readonly properties: readonly string[] }) => void;

/**
 * A view of rows that are kept elsewhere; the indexes live beside them, so that what is kept stays plain.
 *
 * @param keyProperty the property that is the natural key, if the kind has one
 */
export function collection(
  rows: (DirectoryObject | null)[],
  keyProperty?: string,
  onChange: OnChange = () => {},
): Collection {
  const places = new Map<string, number>();
  const keys = new Map<string, DirectoryObject>();
  rows.forEach((row, place) => row && index(row, place));

  function keyOf(object: DirectoryObject): string | undefined {
    const key = keyProperty === undefined ? undefined : object[keyProperty];
    return typeof key === "string" ? key.toLowerCase() : undefined;
  }

  function index(object: DirectoryObject, place: number): void {
    places.set(object.id, place);
    const key = keyOf(object);
    if (key !== undefined) keys.set(key, object);
  }

  function unindex(object: DirectoryObject): void {
    places.delete(object.id);
    const key = keyOf(object);
    if (key !== undefined) keys.delete(key);
  }

  /** GUIDs are the same in any letter case; the ids of grants are not. */
  function placeOf(id: string): number | undefined {
    return places.get(id) ?? places.get(id.toLowerCase());
  }

  function get(id: string): DirectoryObject | undefined {
    const place = placeOf(id);
    return (place !== undefined && rows[place]) || undefined;
  }

  return {
    rows,
    get,
    byKey: (key) => keys.get(key.toLowerCase()),
    placeOf,
    put(object, place = rows.length) {
      rows[place] = object;
      index(object, place);
      onChange(object.id, "create");
    },
    change(object, changes) {
      const place = places.get(object.id);
      if (place === undefined) throw new Error(`${object.id} is not in this collection`);
      const properties = Object.keys(changes).filter(
        (name) => JSON.stringify(object[name] ?? null) !== JSON.stringify(changes[name] ?? null),
      );
      unindex(object);
      Object.assign(object, changes);
      index(object, place);
      if (properties.length > 0) onChange(object.id, { properties });
    },
    remove(id) {
      const place = places.get(id);
      const object = get(id);
      if (place === undefined || !object) throw new Error(`${id} is not in this collection`);
      unindex(object);
      rows[place] = null;
      onChange(id, "remove");
      return place;
    },
    *values() {
      for (const row of rows) if (row) yield row;
    },
  };
}
