/**
 * What an administrator writes in `bootstrap/Pulumi.<tenant>.yaml`. Every fault is found at once and named by its place
 * in that file.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { purposes } from "../components/pipeline-identity/rights.ts";
import { SettingsError } from "../contract/errors.ts";
import type { LineOf } from "../contract/settings-lines.ts";
import { structured } from "../stacks/handed-over.ts";
import type { ConfigurationValue } from "../stacks/secrets.ts";
import { Azure, Tenant } from "../stacks/settings/tenant.ts";
import { flag, objectId, text } from "../contract/values.ts";
import { describeIssues, type SettingsFault, tell, valueAt } from "../contract/settings-faults.ts";

/** What a job signs in for: the identities made here, and the stack's own sync identity. */
export const jobs = [...purposes, "sync"] as const;
export type Job = (typeof jobs)[number];

const number = (whose: string) =>
  z
    .union([z.int().positive().transform(String), z.string().regex(/^\d+$/)])
    .describe(`the number that GitHub gives ${whose}`);

const GitHub = z
  .strictObject({
    // Letter case counts: Entra compares subjects letter by letter.
    organization: z
      .string()
      .regex(/^[\w.-]+$/)
      .describe("the organization's name as GitHub writes it"),
    repository: z
      .string()
      .regex(/^[\w.-]+$/)
      .describe("the repository's name, without the organization"),
    ids: z
      .strictObject({ organization: number("the organization"), repository: number("the repository") })
      .describe("settings: organization, repository")
      .optional(),
    branch: z
      .string()
      .regex(/^[\w./-]+$/)
      .describe("the branch that is deployed")
      .default("main"),
    reviewers: z
      .strictObject({
        users: z.array(number("a person")).default([]),
        teams: z.array(number("a team")).default([]),
      })
      .refine(({ users, teams }) => users.length + teams.length <= 6, "at most 6, which is what GitHub takes")
      .describe("settings: users, teams (numbers that GitHub gives them)")
      .optional(),
  })
  .describe("settings: organization, repository");

const Connection = z
  .strictObject({
    issuer: z.url({ protocol: /^https$/ }).describe("the issuer that the service connection shows"),
    subject: text("the subject identifier that the service connection shows"),
  })
  .describe("settings: issuer, subject");

const AzureDevOps = z
  .strictObject({
    organization: text("the organization's name as Azure DevOps writes it"),
    /** Needed for connections whose issuer and subject are not written. */
    organizationId: z.guid().toLowerCase().describe("the organization's id (a GUID)").optional(),
    project: text("the project's name as Azure DevOps writes it"),
    connections: z.partialRecord(z.enum(jobs), Connection).prefault({}),
  })
  .describe("settings: organization, project, connections");

const Schema = z.strictObject({
  tenant: Tenant,
  // It is in names of Azure, GitHub and Azure DevOps, and in the name of a blob.
  stack: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/)
    .describe("the name of the stack: small letters, digits and hyphens"),
  azure: Azure,
  // Of the 24 characters of an account's name the engine takes 8, and what it is for 5.
  namePrefix: z
    .string()
    .regex(/^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,10}$/)
    .describe("2 to 11 letters, digits and single hyphens, beginning with a letter"),
  consent: flag("whether a further identity is made, which can grant anything").describe(
    "true or false: whether anything in the stack has the consent grant",
  ),
  deployTo: z
    .array(text("the name of a resource group"))
    .min(1)
    .describe("a list of names of resource groups that are there already")
    .optional(),
  github: GitHub.optional(),
  azureDevOps: AzureDevOps.optional(),
  syncIdentities: z.array(objectId("a sync identity")).default([]).describe("a list of object ids"),
  protect: flag("whether state, key and vault cannot be deleted").default(true),
});

export type BootstrapSettings = z.output<typeof Schema>;

/**
 * Parses the configuration of a bootstrap stack.
 *
 * @param configuration the keys in the namespace `tenantwire`, without it
 * @param stack name of the bootstrap stack, for the file's name in messages
 * @param lineOf where in that file a setting is, for messages too
 * @throws SettingsError naming every fault
 */
export function parseBootstrapSettings(
  configuration: ReadonlyMap<string, ConfigurationValue>,
  stack: string,
  lineOf?: LineOf,
): BootstrapSettings {
  const raw = Object.fromEntries([...configuration].map(([key, value]) => [key, structured(value.text)]));
  const parsed = Schema.safeParse(raw);
  const faults = [...(parsed.success ? [] : describeIssues(parsed.error.issues, Schema, raw)), ...combinations(raw)];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new SettingsError(tell(faults, `bootstrap/Pulumi.${stack}.yaml`, lineOf));
}

function combinations(raw: Record<string, unknown>): SettingsFault[] {
  const faults: SettingsFault[] = [];
  if (raw["github"] === undefined && raw["azureDevOps"] === undefined) {
    faults.push({ path: ["github"], text: "missing, and so is azureDevOps; expected one of them, or both" });
  }
  if (raw["azureDevOps"] !== undefined && valueAt(raw, ["azureDevOps", "organizationId"]) === undefined) {
    const needed = jobs.filter((job) => job !== "consent" || raw["consent"] === true);
    const unknown = needed.filter((job) => valueAt(raw, ["azureDevOps", "connections", job]) === undefined);
    const text =
      "missing; expected issuer and subject as the service connection shows them, " +
      "or azureDevOps.organizationId where it is of the older kind";
    for (const job of unknown) faults.push({ path: ["azureDevOps", "connections", job], text });
  }
  const own = valueAt(raw, ["azure", "resourceGroup"]);
  const deployTo = valueAt(raw, ["deployTo"]);
  const groups: unknown[] = Array.isArray(deployTo) ? deployTo : [`tenantwire-${String(raw["stack"])}`];
  if (typeof own === "string" && groups.some((name) => String(name).toLowerCase() === own.toLowerCase())) {
    const text =
      "the resource group of the pipelines' identities, and whoever deploys into it could change them; " +
      "expected another one than tenantwire:deployTo, by default tenantwire-<stack>";
    faults.push({ path: ["azure", "resourceGroup"], text });
  }
  return faults;
}

/** The resource group that the stack deploys into and the bootstrap makes; undefined: `deployTo` names others. */
export function stackGroupOf({ deployTo, stack }: Pick<BootstrapSettings, "deployTo" | "stack">): string | undefined {
  return deployTo ? undefined : `tenantwire-${stack}`;
}
