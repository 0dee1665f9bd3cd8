/**
 * What a person writes in `stacks/Pulumi.<tenant>.yaml`, parsed once. Every fault is found at once and named by its
 * place in that file; nothing else of the program ever sees an unparsed setting.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { defaultPolicy } from "../components/credentials/next.ts";
import { Fault } from "../components/fault.ts";
import { Cloud } from "./outputs.ts";
import { type ConfigurationValue, SECRET_NAME, secretFaults, secretsNamedBy } from "./secrets.ts";
import { combinationFaults } from "./settings-combinations.ts";
import { describeIssues, tell } from "./settings-faults.ts";
import {
  defaultFileFields,
  defaultOnesFields,
  defaultUserFields,
  isCardNumberSource,
  userProperties,
} from "./user-properties.ts";

/** OnePlan's hosts by the words of its setup guides; another one is written as `baseUrl`. */
const ONEPLAN_ENVIRONMENTS = ["my", "eu", "au", "ca"] as const;

const objectId = (whose: string) => z.guid().toLowerCase().describe(`the object id of ${whose} (a GUID)`);
const days = (what: string) => z.int().min(0).describe(`whole days: ${what}`);
const text = (what: string) => z.string().regex(/\S/).describe(what);
/** A root without path, query or credentials; what comes out has no slash at the end. */
const root = (what: string) =>
  z
    .url({ protocol: /^https$/ })
    .refine((url) => `${new URL(url).origin}/` === new URL(url).href)
    .transform((url) => new URL(url).origin)
    .describe(what);

const Tenant = z
  .strictObject({
    id: z.guid().toLowerCase().describe("the tenant's id (a GUID)"),
    domain: z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
      .describe("one of the tenant's domains, such as contoso.onmicrosoft.com"),
    cloud: Cloud.default("Microsoft").describe("the cloud that the tenant is in"),
  })
  .describe("settings: id, domain");

const Azure = z
  .strictObject({
    location: z
      .string()
      .regex(/^[a-z0-9]+$/)
      .describe("an Azure region, such as westeurope"),
    resourceGroup: z
      .string()
      .regex(/^[\w().-]{0,89}[\w()-]$/)
      .describe("a name for the resource group"),
  })
  .describe("settings: location, resourceGroup");

const Vault = z
  .strictObject({
    // Key Vault's own rule, two hyphens in a row are refused too; 24 characters less the 8 that the engine appends.
    namePrefix: z
      .string()
      .regex(/^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,15}$/)
      .describe(
        "what the vault's name begins with: 2 to 16 letters, digits and single hyphens, beginning with a letter",
      ),
    purgeProtection: z.boolean().default(true).describe("true or false"),
  })
  .describe("settings: namePrefix");

const Federated = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z0-9][\w-]{2,119}$/)
      .describe("a name of 3 to 120 letters, digits, hyphens and underscores"),
    issuer: z.url({ protocol: /^https$/ }).describe("the issuer's address, beginning with https://"),
    subject: text("the subject that the issuer gives the identity"),
    audience: text("the audience of the identity's tokens").optional(),
  })
  .describe("settings: name, issuer, subject");

const SyncIdentity = z
  .strictObject({
    displayName: text("the name that the registration has in Entra"),
    federated: z.array(Federated).min(1).describe("a list of outside identities that are trusted").optional(),
    secret: z
      .strictObject({
        periodDays: days("how long a secret is the newest one").default(defaultPolicy.period),
        overlapDays: days("how long a copy of a secret may be in use").default(defaultPolicy.overlap),
        latenessDays: days("how late a deployment may be").default(defaultPolicy.lateness),
      })
      .describe("settings: periodDays, overlapDays, latenessDays; {} for the defaults")
      .optional(),
  })
  .describe("settings: displayName, and federated or secret");

const CardNumber = z
  .strictObject({
    source: z
      .string()
      .refine((source) => source === "none" || isCardNumberSource(source))
      .describe(
        "none, employeeId, extensionAttribute1 to extensionAttribute15, or a directory extension, extension_<app id without hyphens>_pager",
      ),
    field: text("the field of OnePlan that card numbers go to").optional(),
  })
  .describe("settings: source, field");

const OnePlan = z
  .strictObject({
    environment: z.enum(ONEPLAN_ENVIRONMENTS).describe("an environment of OnePlan").optional(),
    baseUrl: root("the root of OnePlan, such as https://my.oneplan.ai").optional(),
    key: z
      .strictObject({
        name: text("the name of OnePlan's authentication key"),
        secret: z
          .string()
          .regex(SECRET_NAME)
          .describe("the name of the configuration key that holds the secret (not the secret), such as oneplanKey"),
      })
      .describe("settings: name, secret"),
    users: z
      .strictObject({
        groups: z.array(text("the name of an Entra group")).describe("a list of names of Entra groups").default([]),
        administrativeUnits: z
          .array(text("the name or the id of an administrative unit"))
          .describe("a list of names or ids of administrative units")
          .optional(),
        fields: z
          .record(z.string(), z.enum([...userProperties.keys()]).describe("a property of an Entra user"))
          .describe("settings: a field of OnePlan, a property of the Entra user")
          .default({ ...defaultUserFields }),
        cardNumber: CardNumber.optional(),
      })
      .describe("settings: groups, administrativeUnits, fields, cardNumber")
      .prefault({}),
  })
  .describe("settings: key, users");

/** Who is in scope is said for every target as for OnePlan. */
const users = OnePlan.shape.users.unwrap();
const fieldsOf = (what: string, fields: Readonly<Record<string, string>>) =>
  z
    .record(z.string(), z.enum([...userProperties.keys()]).describe("a property of an Entra user"))
    .describe(`settings: a field of ${what}, a property of the Entra user`)
    .default({ ...fields });

const Ones = z
  .strictObject({
    baseUrl: root("the root of the ONES server, such as https://ones.contoso.com"),
    key: z
      .strictObject({
        name: text("what the token is called in ONES").default("tenantwire"),
        secret: z
          .string()
          .regex(SECRET_NAME)
          .describe("the name of the configuration key that holds the secret (not the secret), such as onesKey"),
      })
      .describe("settings: name, secret"),
    users: users
      .extend({
        fields: fieldsOf("ONES", defaultOnesFields),
        cardNumber: CardNumber.omit({ field: true }).describe("settings: source").optional(),
        defaultGroups: z.array(text("the name of a group of ONES")).describe("a list of names of groups").default([]),
      })
      .describe("settings: groups, fields, cardNumber, defaultGroups")
      .prefault({}),
    routes: z.unknown().optional(),
  })
  .describe("settings: baseUrl, key, users, routes");

const Files = z
  .strictObject({
    users: users
      .extend({
        path: text("the file's path"),
        format: z.enum(["jsonl", "csv"]).describe("a format of the file"),
        fields: fieldsOf("the file", defaultFileFields),
      })
      .describe("settings: path, format, groups, fields"),
  })
  .describe("settings: users");

const Schema = z.strictObject({
  tenant: Tenant,
  deployer: objectId("the service principal that deploys"),
  owners: z.array(objectId("a person")).min(1).describe("a list of at least one person's object id"),
  azure: Azure.optional(),
  vault: Vault.optional(),
  syncIdentity: SyncIdentity.optional(),
  oneplan: OnePlan.optional(),
  ones: Ones.optional(),
  files: Files.optional(),
  sync: z.unknown().optional(),
});

export type Settings = z.output<typeof Schema>;
export type OnePlanSettings = z.output<typeof OnePlan>;
export type SyncIdentitySettings = z.output<typeof SyncIdentity>;

/** The settings cannot be used. The message has one line for each fault: place, fault, mend, file. */
export class SettingsError extends Fault {
  override name = "SettingsError";
}

/**
 * Parses the configuration of a stack.
 *
 * @param configuration the keys in the namespace `tenantwire`, without it; values as the engine hands them over
 * @param stack name of the stack, for the file's name in messages
 * @throws SettingsError naming every fault
 */
export function parseSettings(configuration: ReadonlyMap<string, ConfigurationValue>, stack: string): Settings {
  const namesOfSettings = Object.keys(Schema.shape);
  const raw: Record<string, unknown> = {};
  for (const [key, { text, secret }] of configuration) {
    if (!secret || namesOfSettings.includes(key)) raw[key] = structured(text);
  }
  const named = secretsNamedBy(raw);
  for (const { name } of named) if (!namesOfSettings.includes(name)) delete raw[name];

  const parsed = Schema.safeParse(raw);
  const faults = [
    ...(parsed.success ? [] : describeIssues(parsed.error.issues, Schema, raw)),
    ...combinationFaults(raw),
    ...secretFaults(configuration, namesOfSettings, named, stack),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new SettingsError(tell(faults, `stacks/Pulumi.${stack}.yaml`));
}

/** Root of OnePlan without a path. */
export function oneplanRoot({ environment, baseUrl }: OnePlanSettings): string {
  return baseUrl ?? `https://${environment ?? "my"}.oneplan.ai`;
}

/** The engine hands structured values over as JSON, texts as they are, and nothing at all as an empty text. */
function structured(text: string): unknown {
  if (text === "") return null;
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
