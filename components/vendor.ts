/**
 * What the rest of the product asks of a vendor. A vendor is a folder here and a line in `vendors.ts`; its outputs are
 * a file in `contract/outputs/`. Everything is pure and free of Pulumi: reviews and checks ask the same.
 *
 * @packageDocumentation
 */
import type { z } from "zod";
import type { Cloud, Integrations, Outputs, VendorConsent } from "../contract/outputs.ts";
import type { PermissionNames } from "../contract/permissions/resolve.ts";
import type { DeclaredKey, DeclaredRegistration } from "../contract/registrations.ts";
import type { SettingsFault } from "../contract/settings-faults.ts";
import type { Path } from "../contract/path.ts";
import type { Sheet } from "../contract/sheet.ts";

/** Top-level settings -> what may be written there; all of them optional. */
export type SettingsShape = Readonly<Record<string, z.ZodType>>;

/** Those settings as they were parsed. */
export type SettingsOf<Shape extends SettingsShape> = { readonly [Key in keyof Shape]: z.output<Shape[Key]> };

/** The tenant that the settings are of. */
export interface DeclaredTenant {
  readonly id: string;
  readonly domain: string;
  readonly cloud: Cloud;
}

/** What outputs are made of, beside the settings. */
export interface OutputsInput {
  readonly tenant: DeclaredTenant;
  /** Name of a key -> name of its secret in the vault. Only keys that are kept. */
  readonly vaultSecrets: Readonly<Record<string, string>>;
}

export interface Vendor<Shape extends SettingsShape = SettingsShape> {
  /** What a person writes of it. */
  readonly settings: Shape;
  /** Faults of settings that are right one by one and do not make sense together, in what was written. */
  faults(raw: unknown): SettingsFault[];
  /** The settings that name a secret, in what was written. */
  secretSettings?(raw: unknown): Path[];
  /** Names of all registrations that it can declare. */
  readonly registrationNames?: readonly string[];
  /** What is made in Entra. */
  registrations?(settings: SettingsOf<Shape>): DeclaredRegistration[];
  keys?(settings: SettingsOf<Shape>): DeclaredKey[];
  /** What tenantwire's own syncs to it read in Microsoft Graph. */
  reads?(settings: SettingsOf<Shape>, tenant: DeclaredTenant): PermissionNames[];
  /** Consents that the vendor's own applications need: given in a browser, on a page of Entra or of the vendor. */
  consents?(settings: SettingsOf<Shape>, tenant: DeclaredTenant): VendorConsent[];
  /** What the stack's outputs tell of it. */
  outputs(settings: SettingsOf<Shape>, input: OutputsInput): Integrations;
  /** Its forms, filled in. */
  sheets?(outputs: Outputs): Sheet[];
}

/** Says of a vendor what it is, and checks it against the settings that it has. */
export function vendor<Shape extends SettingsShape>(description: Vendor<Shape>): Vendor<Shape> {
  return description;
}
