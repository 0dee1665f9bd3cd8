/**
 * What the OnePlan group keeps, as plain JSON.
 *
 * @packageDocumentation
 */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A person or a generic resource: one list in OnePlan (documented: API help). Names and their casing are OnePlan's. */
export interface Resource {
  readonly id: string;
  /** Zero GUID while nobody has signed in as this resource (assumed). */
  readonly userid: string;
  readonly Office365Id: string | null;
  readonly ExternalId: string | null;
  readonly name: string;
  readonly Generic: boolean;
  readonly Inactive: boolean;
  readonly CanLogin: boolean;
  readonly UserOnly: boolean;
  /** Id of a security group. */
  readonly OnePlanSecurityGroup: string;
  /** 1 for members of a group with global Administrator, else 0 (assumed: only its type is documented). */
  readonly GlobalPermissions: number;
  /** By the InternalName of a resource field. */
  readonly Fields: Readonly<Record<string, Json>>;
  readonly Created: string;
  readonly Modified: string;
}

export interface ResourceField {
  readonly Id: string;
  readonly InternalName: string;
  readonly DisplayName: string;
  /** 1 is text (seen in one tenant). */
  readonly ColumnType: number;
  readonly System: boolean;
}

export interface SecurityGroup {
  readonly id: string;
  readonly GroupName: string;
  readonly IsDefault: boolean;
  readonly License: string;
  readonly PermissionSettings: { readonly Global: string };
}

export interface OneplanData {
  /** Id of the OnePlan group; every record carries it. */
  readonly configId: string;
  resources: Record<string, Resource>;
  fields: ResourceField[];
  readonly securityGroups: readonly SecurityGroup[];
  /** What lists still show of resources that were written a moment ago; `null`: not there yet. */
  stale: Record<string, { before: Resource | null; reads: number }>;
}

/** "None", wherever an id is expected (documented). */
export const ZERO_ID = "00000000-0000-0000-0000-000000000000";
