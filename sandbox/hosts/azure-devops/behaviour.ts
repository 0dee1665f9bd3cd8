import { z } from "zod";
import type { World } from "../../world.ts";

/** Limits that are published, and what nobody here has seen; every value that names no source is assumed. */
export const AzureDevOpsBehaviour = z.strictObject({
  /** Revisions after which every update fails with 500 (documented: 10,000). */
  revisionLimit: z.int().positive(),
  /** Results that a query may have (documented: 20,000). */
  queryLimit: z.int().positive(),
  /** Whether fewer results that are wanted (`$top`) keep a query below its limit (inferred), or it is counted before. */
  queryTop: z.enum(["cuts", "doesNotHelp"]),
  /** Links that an item may have (reported: 1,000). */
  linkLimit: z.int().positive(),
  /** What `errorPolicy: omit` puts in the place of an item that cannot be read (reported: null). */
  omitted: z.enum(["null", "absent"]),
  /** Items that batches leave out although they exist and can be read one by one (reported as a mistake to guard against). */
  batchForgets: z.array(z.int()),
  /** Whether a field's format can be Markdown: Azure DevOps Server may refuse to hear of it (reported). */
  markdown: z.enum(["accept", "refuse"]),
  /**
   * What a row of the links feed looks like: its ids beside `rel` (published example), or among the attributes of a
   * relation (read: the types of azure-devops-node-api).
   */
  linkRows: z.enum(["flat", "attributes"]),
  /** Revisions, or links, on a page of the reporting feeds, unless `$maxPageSize` says fewer. */
  feedPage: z.int().positive(),
  /** Load that an identity may cause in five minutes, in TSTU (documented: 200). */
  loadLimit: z.number().positive(),
  /** Load of one request, and of each item that it reads or writes, in TSTU. */
  loadOfRequest: z.number().nonnegative(),
  loadOfItem: z.number().nonnegative(),
  /** Share of the limit from which headers tell of the load. */
  loadToldFrom: z.number().nonnegative(),
  /** How often an event is delivered: events may come twice. */
  deliveries: z.int().positive(),
  /** Failed deliveries in a row after which a subscription is `disabledBySystem`. */
  hookFailures: z.int().positive(),
});
export type AzureDevOpsBehaviour = z.infer<typeof AzureDevOpsBehaviour>;

/** The switches of a world, to be changed in place. */
export function azureDevOpsBehaviour(world: World): AzureDevOpsBehaviour {
  return world.section<AzureDevOpsBehaviour>("azure-devops-behaviour", () => ({
    revisionLimit: 10_000,
    queryLimit: 20_000,
    queryTop: "cuts",
    linkLimit: 1000,
    omitted: "null",
    batchForgets: [],
    markdown: "accept",
    linkRows: "flat",
    feedPage: 1000,
    loadLimit: 200,
    loadOfRequest: 0.01,
    loadOfItem: 0.0005,
    loadToldFrom: 0.5,
    deliveries: 1,
    hookFailures: 5,
  }));
}
