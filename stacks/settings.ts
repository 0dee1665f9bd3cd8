/**
 * What a person writes in `stacks/Pulumi.<tenant>.yaml`, parsed once. Every fault is found at once and named by its
 * place in that file; nothing else of the program ever sees an unparsed setting.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";
import { ruleFaults } from "../contract/rules/rule-faults.ts";
import {
  type ConfigurationValue,
  encryptedFaults,
  secretFaults,
  secretsNamedBy,
  sharedSecretFaults,
} from "./secrets.ts";
import { combinationFaults } from "./settings/combinations.ts";
import { registrationNames } from "./registration-names.ts";
import { Rules } from "../contract/rules/settings.ts";
import { SyncIdentity } from "../components/sync-identity/settings.ts";
import { declaredKeys, vendorRegistrations, vendorSettings } from "./vendors.ts";
import { AdoptedCredentials } from "./settings/adopted.ts";
import { vaultFaults } from "./settings/kept.ts";
import { About, Azure, Tenant, Vault } from "./settings/tenant.ts";
import { SyncDeclared } from "../contract/strategies.ts";
import { flag, objectId } from "../contract/values.ts";
import { describeIssues, given, type SettingsFault, tell } from "../contract/settings-faults.ts";
import type { LineOf } from "../contract/settings-lines.ts";
import { structured } from "./handed-over.ts";

/** Values as YAML has them; a key that a setting names for its secret stands beside them. */
export const SettingsSchema = z.strictObject({
  tenant: Tenant,
  deployer: objectId("the service principal that deploys"),
  owners: z
    .array(objectId("a person"))
    .describe("a list of people's object ids; [] where nobody but the deployment should own what is made"),
  production: flag("whether people depend on what this stack makes: some rules are for such stacks only").default(true),
  protect: flag("registrations can be neither deleted nor replaced before it is taken away again").default(false),
  /** Told by every registration of the stack, for people who meet it in Entra. */
  about: About.optional(),
  azure: Azure.optional(),
  vault: Vault.optional(),
  syncIdentity: SyncIdentity.optional(),
  adoptedCredentials: AdoptedCredentials,
  ...vendorSettings,
  rules: Rules.prefault({}),
  sync: SyncDeclared.optional(),
});

export type Settings = z.output<typeof SettingsSchema>;

/**
 * Parses the configuration of a stack.
 *
 * @param configuration the keys in the namespace `tenantwire`, without it; values as the engine hands them over
 * @param stack name of the stack, for the file's name in messages
 * @param lineOf where in that file a setting is, for messages too
 * @throws SettingsError naming every fault: a line for each with place, fault, mend, file. It throws nothing else,
 *   whatever the configuration holds
 */
export function parseSettings(
  configuration: ReadonlyMap<string, ConfigurationValue>,
  stack: string,
  lineOf?: LineOf,
): Settings {
  const namesOfSettings = Object.keys(SettingsSchema.shape);
  // Alone: what else is wrong would be told in words of what was encrypted, and that may be another key's secret.
  const encrypted = encryptedFaults(configuration, namesOfSettings);
  if (encrypted.length > 0) throw new SettingsError(tell(encrypted, `stacks/Pulumi.${stack}.yaml`, lineOf));
  const written = Object.fromEntries(
    [...configuration].filter(([, { secret }]) => !secret).map(([key, { text }]) => [key, structured(text)]),
  );
  const named = secretsNamedBy(written);
  const secrets = named.map(({ name }) => name).filter((name) => !namesOfSettings.includes(name));
  const raw = Object.fromEntries(Object.entries(written).filter(([key]) => !secrets.includes(key)));

  const parsed = SettingsSchema.safeParse(raw);
  const combined = combinationFaults(raw);
  const faults = [
    ...(parsed.success ? [] : describeIssues(parsed.error.issues, SettingsSchema, raw)),
    ...combined,
    ...(given(raw, ["vault"]) || isMissing("vault", combined) ? [] : withoutVault(raw)),
    ...ruleFaults(raw["rules"], registrationNames),
    ...secretFaults(configuration, namesOfSettings, named, stack),
    ...(parsed.success ? sharedSecretFaults(declaredKeys(parsed.data), configuration, stack) : []),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new SettingsError(tell(faults, `stacks/Pulumi.${stack}.yaml`, lineOf));
}

function isMissing(setting: string, faults: readonly SettingsFault[]): boolean {
  return faults.some(({ path, missing }) => missing && path.length === 1 && path[0] === setting);
}

/** By the parts that are right, whatever is wrong with the others, so that it is told along with that. */
function withoutVault(raw: Readonly<Record<string, unknown>>): SettingsFault[] {
  const right: Partial<Settings> = Object.fromEntries(
    Object.entries(SettingsSchema.shape).map(([name, schema]) => [name, schema.safeParse(raw[name]).data]),
  );
  const sync = right.syncIdentity ? [{ setting: ["syncIdentity"], ...right.syncIdentity }] : [];
  return vaultFaults(declaredKeys(right), [...sync, ...vendorRegistrations(right)]);
}
