/**
 * The properties of an Entra user that can be mapped to a field of another system, by Graph's names, and the
 * application permission that reading one needs beyond User.Read.All. Settings, permissions and the sync all follow
 * from this one table.
 *
 * The list is the one that the vendor's own connector offers; what its pages call "employee name" has no counterpart
 * in Graph.
 *
 * @packageDocumentation
 */
export interface UserProperty {
  /** What `$select` names; a complex property is selected whole. */
  readonly select: string;
  /** Application permission of Microsoft Graph that this property needs in addition. */
  readonly permission?: string;
  /** Absent: text. */
  readonly type?: "boolean";
  /** Another user rather than a value: read by `$expand`, and no matter for a filter. */
  readonly relation?: true;
}

const plain = [
  "displayName",
  "mail",
  "userPrincipalName",
  "givenName",
  "surname",
  "companyName",
  "department",
  "jobTitle",
  "employeeId",
  "employeeType",
  "employeeHireDate",
  "city",
  "state",
  "streetAddress",
  "postalCode",
  "country",
  "mobilePhone",
  "faxNumber",
  "userType",
  "ageGroup",
  "officeLocation",
  "mailNickname",
  "preferredLanguage",
  "signInSessionsValidFromDateTime",
  "createdDateTime",
] as const;

const booleans = ["accountEnabled", "isResourceAccount"] as const;

const extensionAttributes = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);

/** What is mapped from it holds the id that the manager has in the target. */
export const MANAGER = "manager";

/** Name in the settings -> how to read it. */
export const userProperties: ReadonlyMap<string, UserProperty> = new Map<string, UserProperty>([
  ...plain.map((name) => [name, { select: name }] as const),
  ...booleans.map((name) => [name, { select: name, type: "boolean" }] as const),
  [MANAGER, { select: MANAGER, relation: true }],
  ["employeeLeaveDateTime", { select: "employeeLeaveDateTime", permission: "User-LifeCycleInfo.Read.All" }],
  ...extensionAttributes.map((name) => [name, { select: "onPremisesExtensionAttributes" }] as const),
]);

/** A directory extension, such as the one that Entra Connect makes for AD's `pager`: `extension_<app id>_pager`. */
export const DIRECTORY_EXTENSION = /^extension_[0-9a-f]{32}_\w+$/i;

/** AD's `pager`, by whatever name its directory extension has in the tenant: it is looked for there. */
export const PAGER = "pager";

/** How to read a property or a directory extension; `undefined` for a name that is neither. */
export function userProperty(name: string): UserProperty | undefined {
  return userProperties.get(name) ?? (DIRECTORY_EXTENSION.test(name) ? { select: name } : undefined);
}

/** Where a card number can come from. */
export const CARD_NUMBER_SOURCE =
  /^(?:none|pager|employeeId|extensionAttribute(?:[1-9]|1[0-5])|extension_[0-9a-fA-F]{32}_\w+)$/;

/** The same, besides `none`. */
export function isCardNumberSource(name: string): boolean {
  return name !== "none" && CARD_NUMBER_SOURCE.test(name);
}

/** What is mapped when the settings say nothing: the vendor's suggestion, OnePlan field -> Entra property. */
export const defaultUserFields: Readonly<Record<string, string>> = { name: "displayName", mail: "mail" };
/** The same for ONES, by the names of a user's page there. */
export const defaultOnesFields: Readonly<Record<string, string>> = {
  userName: "userPrincipalName",
  displayName: "displayName",
  email: "mail",
};
/** The same for a file: Entra's own names. */
export const defaultFileFields: Readonly<Record<string, string>> = { displayName: "displayName", mail: "mail" };
