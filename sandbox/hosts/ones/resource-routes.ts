import type { FastifyInstance } from "fastify";
import type { ById, Paged } from "./paging.ts";
import { pageOf } from "./paging.ts";
import {
  areaById,
  createArea,
  createResource,
  resourceById,
  updateArea,
  updateResource,
  type OnesResources,
} from "./resources.ts";

/** Assumed: what there is, and that it is done as for users. */
export function serveResources(api: FastifyInstance, data: OnesResources): void {
  api.get<Paged>("/resource/v1/resources", ({ query }) => pageOf(data.resources, query));
  api.get<ById>("/resource/v1/resources/:id", ({ params }) => resourceById(data, params.id));
  api.post("/resource/v1/resources", ({ body }) => createResource(data, body));
  api.patch<ById>("/resource/v1/resources/:id", ({ params, body }) => updateResource(data, params.id, body));
  api.get<Paged>("/resource/v1/areas", ({ query }) => pageOf(data.areas, query));
  api.get<ById>("/resource/v1/areas/:id", ({ params }) => areaById(data, params.id));
  api.post("/resource/v1/areas", ({ body }) => createArea(data, body));
  api.patch<ById>("/resource/v1/areas/:id", ({ params, body }) => updateArea(data, params.id, body));
}
