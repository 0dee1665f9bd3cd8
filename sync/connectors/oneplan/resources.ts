/**
 * Resources as OnePlan sends and takes them. Names and letter case are OnePlan's. Pure.
 *
 * @packageDocumentation
 */
import type { Fields, FieldValue, NewObject, Item } from "../../model/types.ts";
import { fieldValue } from "../values.ts";
import type { Administrators } from "./administrators.ts";
import { NO_ID } from "./plans.ts";

/** A resource as OnePlan sends it; what is not used here is left out. Nothing of it is believed unseen. */
export interface Resource {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly Office365Id?: unknown;
  readonly ExternalId?: unknown;
  readonly Generic?: unknown;
  readonly Inactive?: unknown;
  readonly OnePlanSecurityGroup?: unknown;
  readonly Fields?: Readonly<Record<string, unknown>> | null;
}

/**
 * @param fieldNames fields that are mapped; the others are left out
 * @returns `undefined` for what is no person (a generic resource), or has no id
 */
export function resourceItem(
  resource: Resource,
  fieldNames: readonly string[],
  protectedGroups: Administrators,
): Item | undefined {
  const id = text(resource.id);
  if (id === undefined || resource.Generic === true) return undefined;
  const fields: Record<string, FieldValue> = {};
  for (const name of fieldNames) fields[name] = fieldValue(name === "name" ? resource.name : resource.Fields?.[name]);
  const group = protectedGroups.get(text(resource.OnePlanSecurityGroup)?.toLowerCase() ?? "");
  return {
    id,
    label: text(resource.name) ?? id,
    life: resource.Inactive === true ? "inactive" : "active",
    fields,
    keys: keysOf(resource),
    ...(group && { protected: `a member of the security group "${group.name}", which administers OnePlan` }),
  };
}

/** What a resource is matched by. Addresses and ids are compared without regard to letter case. */
function keysOf(resource: Resource): Record<string, string> {
  const keys: Record<string, string> = {};
  const office365Id = text(resource.Office365Id);
  const externalId = text(resource.ExternalId);
  const mail = text(resource.Fields?.["mail"]);
  if (office365Id !== undefined) keys["office365Id"] = office365Id.toLowerCase();
  if (externalId !== undefined) keys["externalId"] = externalId.toLowerCase();
  if (mail !== undefined) keys["mail"] = mail.toLowerCase();
  return keys;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" && value !== NO_ID ? value.trim() : undefined;
}

/**
 * The body of `POST /resources`. OnePlan documents three models for it and does not say which one counts: this is
 * what they have in common, and what it did with it is read back.
 */
export function createBody(object: NewObject): object {
  const { name, ...fields } = object.fields;
  return {
    Name: name ?? object.label,
    Mail: fields["mail"] ?? null,
    Generic: false,
    Office365Id: object.sourceId,
    Fields: fields,
  };
}

/** The body of `POST /resources/{id}`: only what changes. */
export function updateBody(changed: Fields): object {
  const { name, ...fields } = changed;
  return {
    ...(name !== undefined && { Name: name }),
    ...(Object.keys(fields).length > 0 && { Fields: fields }),
  };
}
