import { PAGER } from "../../../contract/user-properties.ts";
import type { GraphClient, Purpose } from "../../connectors/graph/index.ts";
import type { Mapping } from "./mapping.ts";
import { pagerExtension } from "./pager.ts";
import { permissionsFor, selectFor } from "./select.ts";

/** How users are read and mapped. */
export interface Manner {
  readonly mapping: Mapping;
  readonly select: readonly string[];
  readonly purpose: Purpose;
}

export interface MannerRequest {
  readonly client: GraphClient;
  readonly mapping: Mapping;
  /** Properties of the user that are looked at. */
  readonly properties: readonly string[];
  /** Where the users of the target are in the settings, for messages. */
  readonly setting: string;
  readonly signal: AbortSignal;
}

/** @throws TenantwireError when it cannot be known which directory extension `pager` is */
export async function mannerOf({ client, mapping, properties, setting, signal }: MannerRequest): Promise<Manner> {
  const pager = properties.includes(PAGER) ? await pagerExtension(client, setting, signal) : undefined;
  const read = properties.map((property) => (property === PAGER && pager !== undefined ? pager : property));
  return {
    mapping: pager === undefined ? mapping : mapping.withPager(pager),
    select: selectFor(read),
    purpose: { doing: "read users", needs: permissionsFor(read) },
  };
}
