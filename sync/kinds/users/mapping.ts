/**
 * From a user of Entra to what the target should hold. Pure.
 *
 * @packageDocumentation
 */
import { DIRECTORY_EXTENSION, MANAGER, PAGER } from "../../../contract/user-properties.ts";
import type { FieldValue, Reference, Item } from "../../model/types.ts";
import { quoted, oneOf } from "../../../contract/words.ts";
import type { GraphUser } from "../../connectors/graph/index.ts";
import { fieldValue } from "../../connectors/values.ts";

export type { GraphUser } from "../../connectors/graph/index.ts";

interface MappingOptions {
  /** Field of the target -> property of the Entra user. */
  readonly fields: Readonly<Record<string, string>>;
  readonly disabledAccountsAreInactive: boolean;
  /** Names of the groups whose members are in scope; none: everybody. */
  readonly groups: readonly string[];
  /** Fields that keep what they hold where the property has no value; all others are emptied. */
  readonly keep?: ReadonlySet<string>;
  /** Fields that the target refuses to be without, and what they are called in a report; by default OnePlan's. */
  readonly required?: Readonly<Record<string, string>>;
  /** The target's field of the mail address; by default `mail`. */
  readonly mailField?: string;
}

export interface Mapping {
  /** A user that is in scope. */
  inScope(user: GraphUser): Item;
  /**
   * A user that is out of scope. What is known of it may be the id alone.
   *
   * @param why in words for the report; by default it is in none of the groups
   */
  outOfScope(user: GraphUser, why?: string): Item;
  deleted(id: string): Item;
  /** The same where `pager` is this directory extension. */
  withPager(extension: string): Mapping;
}

export function createMapping(options: MappingOptions): Mapping {
  const entries = Object.entries(options.fields);
  const { required = { name: "name", mail: "mail address" }, mailField = "mail" } = options;
  const notMember = `not a member of ${oneOf(options.groups.map(quoted))}`;
  const without = (id: string, label: string, life: Item["life"], why: string): Item => {
    return { id, label, life, why, keys: keysOf(id, null) };
  };

  return {
    inScope(user) {
      const fields: Record<string, FieldValue> = {};
      let references: Record<string, Reference> | undefined;
      let skip: string | undefined;
      for (const [field, property] of entries) {
        const manager = property === MANAGER ? managerOf(user) : undefined;
        if (manager !== undefined) {
          references ??= {};
          references[field] = options.keep?.has(field) ? { id: manager, keep: true } : { id: manager };
          continue;
        }
        const value = property === MANAGER ? null : propertyValue(user, property);
        // A field that is left out is neither compared nor written.
        if (value !== null || !options.keep?.has(field)) fields[field] = value;
        if (value === null && Object.hasOwn(required, field))
          skip ??= `has no ${required[field]} (${property}) in Entra`;
      }
      const disabled = options.disabledAccountsAreInactive && user["accountEnabled"] === false;
      // What few have is added after: to spread it into each of a hundred thousand costs more than all the rest.
      const item: { -readonly [Part in keyof Item]: Item[Part] } = {
        id: user.id,
        label: labelOf(user),
        life: disabled ? "inactive" : "active",
        fields,
        keys: keysOf(user.id, fields[mailField] ?? fieldValue(user["mail"])),
      };
      if (disabled) item.why = "account disabled in Entra";
      if (references) item.references = references;
      if (skip !== undefined) item.skip = skip;
      return item;
    },
    outOfScope: (user, why = notMember) => without(user.id, labelOf(user), "inactive", why),
    deleted: (id) => without(id, id, "gone", "deleted in Entra"),
    withPager(extension) {
      const fields = entries.map(([field, property]) => [field, property === PAGER ? extension : property]);
      return createMapping({ ...options, fields: Object.fromEntries(fields) as Record<string, string> });
    },
  };
}

/** A property in the form that values are compared in. */
export function propertyValue(user: GraphUser, property: string): FieldValue {
  const value = fieldValue(valueOf(user, property));
  // A directory extension may be a whole number; where it is a card number, the target has it as text.
  return typeof value === "number" && DIRECTORY_EXTENSION.test(property) ? String(value) : value;
}

function valueOf(user: GraphUser, property: string): unknown {
  if (!property.startsWith("extensionAttribute")) return user[property];
  const attributes = user["onPremisesExtensionAttributes"];
  return typeof attributes === "object" ? (attributes as Record<string, unknown> | null)?.[property] : undefined;
}

/** Without a manager, Graph leaves the relation out of a user. In a delta it comes in a list (assumed). */
function managerOf(user: GraphUser): string | undefined {
  const [manager] = [user[MANAGER] ?? user[`${MANAGER}@delta`]].flat() as readonly (
    { readonly id?: unknown } | undefined
  )[];
  return typeof manager?.id === "string" ? manager.id : undefined;
}

function labelOf(user: GraphUser): string {
  for (const property of ["displayName", "mail", "userPrincipalName"]) {
    const value = user[property];
    if (typeof value === "string" && value !== "") return value;
  }
  return user.id;
}

/** Addresses are compared without regard to letter case. */
function keysOf(id: string, mail: FieldValue): Record<string, string> {
  const keys: Record<string, string> = { office365Id: id, externalId: id };
  if (typeof mail === "string") keys["mail"] = mail.toLowerCase();
  return keys;
}
