/**
 * Bookable resources of a ONES server and the areas they are in, as plain JSON, and what happens to them. Everything is
 * assumed: the vendor publishes no route for either, and that there are routes is a guess by those for users. There is
 * none to delete a resource: one that is out of use is not enabled.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { checkedBy, HttpError } from "./http-error.ts";

export const Resource = z.strictObject({
  id: z.int(),
  externalId: z.string().nullable(),
  /** Not unique. */
  name: z.string().min(1),
  /** Address of the mailbox; not unique. */
  email: z.string().nullable(),
  capacity: z.int().nonnegative().nullable(),
  floor: z.string().nullable(),
  equipment: z.array(z.string()),
  /** Ids of areas: a resource may be in several. */
  areas: z.array(z.int()),
  /** false: retired; it is kept and cannot be booked. */
  enabled: z.boolean(),
});
export type Resource = z.infer<typeof Resource>;

export const Area = z.strictObject({
  id: z.int(),
  externalId: z.string().nullable(),
  /** Unique, whatever the letter case. */
  name: z.string().min(1),
});
export type Area = z.infer<typeof Area>;

const ResourceChanges = Resource.omit({ id: true }).partial();
const AreaChanges = Area.omit({ id: true }).partial();

export interface OnesResources {
  resources: Resource[];
  areas: Area[];
  lastId: number;
}

export function resourceById({ resources }: OnesResources, id: string): Resource {
  return byId(resources, id, "Resource");
}

export function areaById({ areas }: OnesResources, id: string): Area {
  return byId(areas, id, "Area");
}

export function createResource(data: OnesResources, body: unknown): Resource {
  const changes = checkedResource(data, body);
  if (changes.name === undefined) throw new HttpError(400, "name is required.");
  const blank = { externalId: null, email: null, capacity: null, floor: null, equipment: [], areas: [], enabled: true };
  const resource = { ...blank, ...changes, id: ++data.lastId, name: changes.name };
  data.resources.push(resource);
  return resource;
}

export function updateResource(data: OnesResources, id: string, body: unknown): Resource {
  const before = resourceById(data, id);
  const after: Resource = { ...before, ...checkedResource(data, body) };
  data.resources[data.resources.indexOf(before)] = after;
  return after;
}

export function createArea(data: OnesResources, body: unknown): Area {
  const changes = checkedArea(data, body);
  if (changes.name === undefined) throw new HttpError(400, "name is required.");
  const area = { externalId: null, ...changes, id: ++data.lastId, name: changes.name };
  data.areas.push(area);
  return area;
}

export function updateArea(data: OnesResources, id: string, body: unknown): Area {
  const before = areaById(data, id);
  const after: Area = { ...before, ...checkedArea(data, body, before) };
  data.areas[data.areas.indexOf(before)] = after;
  return after;
}

function byId<T extends { readonly id: number }>(items: readonly T[], id: string, what: string): T {
  const found = items.find((each) => String(each.id) === id);
  if (found === undefined) throw new HttpError(404, `${what} not found.`);
  return found;
}

function checkedResource(data: OnesResources, body: unknown): Partial<Resource> {
  const changes = checkedBy(ResourceChanges, body) as Partial<Resource>;
  const unknown = changes.areas?.find((area) => !data.areas.some((each) => each.id === area));
  if (unknown !== undefined) throw new HttpError(400, `There is no area ${unknown}.`);
  return changes;
}

function checkedArea(data: OnesResources, body: unknown, before?: Area): Partial<Area> {
  const changes = checkedBy(AreaChanges, body) as Partial<Area>;
  const name = changes.name?.toLowerCase();
  if (data.areas.some((each) => each !== before && each.name.toLowerCase() === name)) {
    throw new HttpError(409, "The name of the area is taken.");
  }
  return changes;
}
