/**
 * Where a search looks first, so that one person among 100,000 costs what is found, as in a database.
 *
 * @packageDocumentation
 */
import type { Json, OneplanData, Resource } from "./model.ts";

/** What a search compares of a resource. */
export type Searched = (resource: Resource) => Json | undefined;

/** Of what was searched for so far, by its name; by the text, in lower case, the ids of the resources that have it. */
interface Index {
  readonly of: Searched;
  readonly ids: Map<string, Set<string>>;
}

const indexes = new WeakMap<OneplanData, Map<string, Index>>();

/** Resources that have this text there, whatever its letter case. */
export function resourcesWith(data: OneplanData, name: string, of: Searched, text: string): Resource[] {
  const built = indexes.get(data) ?? new Map<string, Index>();
  indexes.set(data, built);
  const index = built.get(name) ?? indexOf(data, of);
  built.set(name, index);
  return [...(index.ids.get(text.toLowerCase()) ?? [])].flatMap((id) => data.resources[id] ?? []);
}

/** A resource was written: `undefined` where there was none before, or is none any more. */
export function reindex(
  data: OneplanData,
  id: string,
  before: Resource | undefined,
  after: Resource | undefined,
): void {
  for (const { of, ids } of indexes.get(data)?.values() ?? []) {
    const [old, now] = [before && textOf(of(before)), after && textOf(of(after))];
    if (old === now) continue;
    if (old !== undefined) ids.get(old)?.delete(id);
    if (now !== undefined) add(ids, now, id);
  }
}

function indexOf(data: OneplanData, of: Searched): Index {
  const ids = new Map<string, Set<string>>();
  for (const [id, resource] of Object.entries(data.resources)) {
    const text = textOf(of(resource));
    if (text !== undefined) add(ids, text, id);
  }
  return { of, ids };
}

function add(ids: Map<string, Set<string>>, text: string, id: string): void {
  const known = ids.get(text);
  if (known) known.add(id);
  else ids.set(text, new Set([id]));
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value.toLowerCase() : undefined;
}
