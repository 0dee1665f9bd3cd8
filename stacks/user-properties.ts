/**
 * The properties of an Entra user that can be mapped to a field of another system, by Graph's names, and the
 * application permission that reading one needs beyond User.Read.All. Settings, permissions and the sync all follow
 * from this one table.
 *
 * The list is the one that the vendor's own connector offers; what its pages call "employee name" has no counterpart
 * in Graph, and `manager` is a relation that needs a pass of its own.
 *
 * @packageDocumentation
 */
export interface UserProperty {
  /** What `$select` names; a complex property is selected whole. */
  readonly select: string;
  /** Application permission of Microsoft Graph that this property needs in addition. */
  readonly permission?: string;
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
  "accountEnabled",
  "isResourceAccount",
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

const extensionAttributes = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);

/** Name in the settings -> how to read it. */
export const userProperties: ReadonlyMap<string, UserProperty> = new Map<string, UserProperty>([
  ...plain.map((name) => [name, { select: name }] as const),
  ["employeeLeaveDateTime", { select: "employeeLeaveDateTime", permission: "User-LifeCycleInfo.Read.All" }],
  ...extensionAttributes.map((name) => [name, { select: "onPremisesExtensionAttributes" }] as const),
]);

/** What is mapped when the settings say nothing: the vendor's suggestion, OnePlan field -> Entra property. */
export const defaultUserFields: Readonly<Record<string, string>> = { name: "displayName", mail: "mail" };
