/** Which work items of Azure DevOps are plans and tasks of OnePlan, and what of them goes where. @packageDocumentation */
import { z } from "zod";

/** A field of a work item, and the field of a plan or task that goes with it. */
export const PlansField = z.strictObject({
  /** Reference name, e.g. `System.Title`. */
  azureDevOps: z.string(),
  /** Internal name of the field, or the name of a built-in property such as `Name` or `Owner`. */
  oneplan: z.string(),
  /** `once`: OnePlan gets it when the plan or task is made, and never again. */
  direction: z.enum(["toOnePlan", "toAzureDevOps", "both", "once"]),
  /** What becomes of a value that changed on both sides; only of `both`, by default `fail`. `newest` goes by the item. */
  conflict: z.enum(["azureDevOps", "oneplan", "newest", "fail"]).optional(),
  /** What having no value means; by default `clear`. With `keep` it says nothing, and so wins no conflict either. */
  empty: z.enum(["clear", "keep"]).optional(),
  /** Values of states and choices as either side calls them. None: they are called the same. */
  values: z.array(z.strictObject({ azureDevOps: z.string(), oneplan: z.string() })).optional(),
});
export type PlansField = z.infer<typeof PlansField>;

/** What to do with an item that has no place: go below the nearest plan above, to the top, or stay away. */
const PlacementRule = z.enum(["nearest", "top", "leave out"]);

/** An organization whose work items are synced with one OnePlan group. */
export const PlansOrganization = z.strictObject({
  /** What the command line calls it; of the cloud, the organization's own name. */
  name: z.string(),
  /** Root of the organization (`https://dev.azure.com/contoso`) or of a server's collection, without a slash at the end. */
  url: z.url(),
  /** The label in OnePlan. */
  buttonName: z.string().optional(),
  /** Vault secret that holds the personal access token; without one the sync identity is a member of the organization. */
  tokenVaultSecret: z.string().optional(),
  /** Names of team projects. */
  projects: z.array(z.string()).min(1),
  /** Area path; only items below it are synced. */
  area: z.string().optional(),
  /** A condition of WIQL that every item has to meet, e.g. `[System.Tags] CONTAINS 'OnePlan'`. */
  query: z.string().optional(),
  /** Types that become plans, outermost first. Plan types of OnePlan have the same names. */
  planTypes: z.array(z.string()).min(1),
  /** Types that become backlog tasks. */
  taskTypes: z.array(z.string()),
  /** The plan type of the team project's own plan, which everything else lies below; none: the project is no plan. */
  projectPlanType: z.string().optional(),
  /** Do tasks come that are in no iteration? */
  outsideIterations: z.boolean(),
  /** Does what people make in OnePlan become a work item? */
  createWorkItems: z.boolean(),
  /** Are people told by mail of what the sync writes in Azure DevOps? */
  notifications: z.boolean(),
  nestedInItself: PlacementRule,
  skippedLevel: PlacementRule,
  parentOutOfScope: PlacementRule.exclude(["nearest"]),
  planFields: z.array(PlansField),
  taskFields: z.array(PlansField),
});
export type PlansOrganization = z.infer<typeof PlansOrganization>;

export const PlansOutputs = z.strictObject({
  /** Root of OnePlan without a path, e.g. `https://my.oneplan.ai`. */
  baseUrl: z.url(),
  /** Name of the authentication key: the user name of HTTP Basic. */
  keyName: z.string(),
  /** Vault secret that holds the value of the authentication key. */
  keyVaultSecret: z.string(),
  /** Id of OnePlan's integration record with Azure DevOps, where it is not found by its type. */
  integrationId: z.guid().optional(),
  organizations: z.array(PlansOrganization).min(1),
});
export type PlansOutputs = z.infer<typeof PlansOutputs>;

/** Of the stack's `integrations`. */
export const integrations = { plans: PlansOutputs.optional() };
