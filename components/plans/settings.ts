/** Work items of Azure DevOps as plans and tasks of OnePlan, both ways, by tenantwire's own sync. @packageDocumentation */
import { z } from "zod";
import { day, flag, secretName, text } from "../../contract/values.ts";
import { OnePlan, type OnePlanSettings } from "../oneplan/settings.ts";
import { needing, when, without } from "../settings/conditions.ts";
import { HIERARCHY, NAME, planFields, READ_ONLY, taskFields, TITLE } from "./fields.ts";

const names = (list: string, each: string) => z.array(text(each)).describe(`a list of ${list}`);

const Value = z
  .strictObject({
    azureDevOps: text("the value as Azure DevOps calls it"),
    oneplan: text("the value as OnePlan calls it"),
  })
  .describe("settings: azureDevOps, oneplan");

const Field = z
  .strictObject({
    azureDevOps: z
      .string()
      .regex(/^[A-Za-z][\w-]*(\.[\w-]+)+$/)
      .describe("the reference name of a field of work items, such as System.Title"),
    oneplan: text("the internal name of a field of OnePlan, or Name, Owner, AssignedTo, Parent, Type"),
    /** `once`: OnePlan gets it when the plan or task is made, and never again. */
    direction: z.enum(["toOnePlan", "toAzureDevOps", "both", "once"]).describe("which way the field goes"),
    conflict: z
      .enum(["azureDevOps", "oneplan", "newest", "fail"])
      .describe("what becomes of a value that changed on both sides; newest goes by the item, not by the field")
      .optional(),
    empty: z.enum(["clear", "keep"]).describe("what having no value means to the other side").optional(),
    values: z
      .array(Value)
      .min(1)
      .describe("a list of values that the two sides call otherwise: azureDevOps, oneplan")
      .optional(),
  })
  .describe("settings: azureDevOps, oneplan, direction, conflict, empty, values")
  .meta({
    allOf: [
      when({ direction: "both" }, {}, without("conflict")),
      ...Object.entries(HIERARCHY).map(([azureDevOps, oneplan]) =>
        when({ azureDevOps }, { properties: { oneplan: { const: oneplan } } }, {}),
      ),
      {
        if: { required: ["azureDevOps"], properties: { azureDevOps: { enum: READ_ONLY } } },
        then: { properties: { direction: { enum: ["toOnePlan", "once"] } } },
      },
    ],
  });

/** An entry of a list that goes there, with one of these directions. */
const having = (side: "azureDevOps" | "oneplan", name: string, directions: readonly string[]) => ({
  contains: {
    required: [side, "direction"],
    properties: { [side]: { const: name }, direction: { enum: directions } },
  },
});

export const TO_ONEPLAN = ["toOnePlan", "both", "once"];
export const TO_AZURE_DEVOPS = ["toAzureDevOps", "both"];

const fields = (of: string, defaults: readonly z.input<typeof Field>[]) =>
  z
    .array(Field)
    .describe(`a list of what goes where of ${of}: azureDevOps, oneplan, direction`)
    .meta(having("oneplan", NAME, TO_ONEPLAN))
    .default(defaults.map((each) => ({ ...each })));

const placement = (which: string) =>
  z
    .enum(["nearest", "top", "leave out"])
    .describe(`where ${which} goes: below the nearest plan above, to the top, or nowhere`);

const Organization = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/)
      .describe(
        "the name of an organization, as in https://dev.azure.com/<name>; of a server's collection a name of your own",
      ),
    url: z
      .string()
      .regex(/^https:\/\/(?!dev\.azure\.com(?:[:/]|$)|[^/]*\.visualstudio\.com(?:[:/]|$))[^/?#@\s]+(?:\/[^/?#\s]+)+$/)
      .describe(
        "the root of a server's collection without a slash at its end, such as https://devops.contoso.com/tfs/DefaultCollection; an organization of the cloud has only a name",
      )
      .optional(),
    buttonName: text("the label of the organization's button in OnePlan").optional(),
    /** Without one the sync identity is a member of the organization: nothing leaks, and nothing runs out. */
    token: z
      .strictObject({
        secret: secretName("plansToken"),
        expires: day("the one on which the personal access token expires"),
      })
      .describe("settings: secret, expires")
      .optional(),
    projects: names("names of team projects", "the name of a team project").min(1),
    area: z
      .string()
      .regex(/^[^\\/\s][^/]*[^\\/\s]$/)
      .describe("an area path such as Rollout\\Web, without backslashes around it")
      .optional(),
    query: text("a condition of WIQL, such as [System.Tags] CONTAINS 'OnePlan'").optional(),
    planTypes: names("work item types that become plans, outermost first", "a work item type").min(1),
    taskTypes: names("work item types that become tasks", "a work item type").default([]),
    projectPlanType: text("the plan type of the team project's own plan").optional(),
    outsideIterations: flag("whether tasks come that are in no iteration").default(false),
    createWorkItems: flag("whether what people make in OnePlan becomes a work item").default(false),
    notifications: flag("whether Azure DevOps tells people by mail of what the sync writes").default(true),
    nestedInItself: placement("a plan below one of its own type").default("nearest"),
    skippedLevel: placement("a plan whose parent is more than one level above").default("nearest"),
    parentOutOfScope: z
      .enum(["top", "leave out"])
      .describe("where an item goes whose parent is not synced: to the top, or nowhere")
      .default("top"),
    planFields: fields("plans", planFields),
    taskFields: fields("tasks", taskFields),
  })
  .describe("settings: name, projects, planTypes, taskTypes and others")
  .meta({
    allOf: [
      { if: { required: ["url"] }, then: { required: ["token"] } },
      { if: { required: ["area"] }, then: { properties: { projects: { maxItems: 1 } } } },
      {
        if: { required: ["createWorkItems"], properties: { createWorkItems: { const: true } } },
        then: {
          properties: {
            planFields: having("azureDevOps", TITLE, TO_AZURE_DEVOPS),
            taskFields: having("azureDevOps", TITLE, TO_AZURE_DEVOPS),
          },
        },
      },
    ],
  });

export const Plans = z
  .strictObject({
    /** A key of its own, as the vendor advises for every integration; without one it is that of `tenantwire:oneplan`. */
    oneplan: OnePlan.pick({ environment: true, baseUrl: true, key: true })
      .describe("settings: environment or baseUrl, key")
      .meta({ not: { required: ["environment", "baseUrl"] } })
      .optional(),
    integrationId: z
      .guid()
      .toLowerCase()
      .describe("the id of OnePlan's integration with Azure DevOps (a GUID), where there are several")
      .optional(),
    organizations: z.array(Organization).min(1).describe("a list of organizations"),
  })
  .describe("settings: oneplan, organizations")
  .meta({
    ...needing("vault", "syncIdentity"),
    allOf: [{ if: { not: { required: ["oneplan"] } }, then: needing("oneplan") }],
  });

export type PlansSettings = z.output<typeof Plans>;
export type OrganizationSettings = PlansSettings["organizations"][number];

/** Where plans are, and by which key. */
export interface WithOnePlan {
  readonly plans?: PlansSettings | undefined;
  readonly oneplan?: OnePlanSettings | undefined;
}
