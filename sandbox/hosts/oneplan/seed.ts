/**
 * A OnePlan group as an administrator would find it before the first sync: a few people were there already.
 *
 * @packageDocumentation
 */
import { ordinaryPeople } from "../../data/ordinary-people.ts";
import type { World } from "../../world.ts";
import { ZERO_ID } from "./model.ts";
import type { OneplanData, Resource, ResourceField, SecurityGroup } from "./model.ts";

/** Custom fields have to exist before anything is mapped to them (documented); these do. */
const FIELDS = {
  name: "Name",
  mail: "Email",
  userPrincipalName: "User Principal Name",
  givenName: "Given Name",
  surname: "Surname",
  jobTitle: "Job Title",
  department: "Department",
  companyName: "Company",
  officeLocation: "Office Location",
  mobilePhone: "Mobile Phone",
  employeeId: "Employee Id",
  employeeType: "Employee Type",
  city: "City",
  state: "State",
  country: "Country",
  preferredLanguage: "Preferred Language",
};

export function oneplanSeed(world: World): OneplanData {
  const id = (...words: string[]) => world.guid("oneplan", ...words);
  const created = world.now().toISOString();
  const owners: SecurityGroup = {
    id: id("group", "owner"),
    GroupName: "Owner",
    IsDefault: false,
    License: "Full",
    PermissionSettings: { Global: "Administrator" },
  };
  const members: SecurityGroup = {
    id: id("group", "member"),
    GroupName: "Team Member",
    IsDefault: true,
    License: "Team Member",
    PermissionSettings: { Global: "None" },
  };
  const resource = (key: string, name: string, mail: string | null, more: Partial<Resource> = {}): Resource => ({
    id: id("resource", key),
    userid: ZERO_ID,
    Office365Id: null,
    ExternalId: null,
    name,
    Generic: false,
    Inactive: false,
    CanLogin: false,
    UserOnly: false,
    OnePlanSecurityGroup: members.id,
    GlobalPermissions: 0,
    Fields: { name, ...(mail !== null && { mail }) },
    Created: created,
    Modified: created,
    ...more,
  });

  const [owner, ...people] = ordinaryPeople(world);
  const resources: Resource[] = [];
  if (owner) {
    const rights = {
      userid: id("user", "owner"),
      CanLogin: true,
      OnePlanSecurityGroup: owners.id,
      GlobalPermissions: 1,
    };
    resources.push(resource("owner", owner.name, owner.mail, rights));
  }
  // Typed in by hand long ago: the mail address is all that they share with the directory.
  for (const [index, person] of people.slice(0, 3).entries()) {
    resources.push(resource(`typed ${index}`, person.name, person.mail));
  }
  const [, , , doubled, generic] = people;
  if (doubled) {
    resources.push(resource("doubled 1", doubled.name, doubled.mail));
    resources.push(resource("doubled 2", `${doubled.name} (old)`, doubled.mail));
  }
  if (generic) resources.push(resource("generic of a person", "Consultant", generic.mail, { Generic: true }));
  resources.push(resource("generic", "Developer", null, { Generic: true }));
  resources.push(resource("outsider", "Supplier", "supplier@fabrikam.com"));

  const fields = Object.entries(FIELDS).map(([InternalName, DisplayName]): ResourceField => ({
    Id: id("field", InternalName),
    InternalName,
    DisplayName,
    ColumnType: 1,
    System: ["name", "mail"].includes(InternalName),
  }));
  return {
    configId: id("group"),
    resources: Object.fromEntries(resources.map((each) => [each.id, each])),
    fields,
    securityGroups: [owners, members],
    stale: {},
  };
}
