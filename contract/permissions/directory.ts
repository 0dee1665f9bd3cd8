/**
 * Permissions that read the directory and sign people in. Texts, tiers and reasons are this project's own.
 *
 * @packageDocumentation
 */
import { both, delegated, type PermissionEntry } from "./entry.ts";

const OPEN = "it reads only, and what it reads most people of the company can see";
const OWN = "it reaches only the person who signed in";

export const directoryPermissions: readonly PermissionEntry[] = [
  ...both([
    ["User.Read.All", 2, "Read every person's account: names, mail addresses, phone numbers, departments", OPEN],
    ["User.ReadBasic.All", 2, "Read every person's name and mail address", OPEN],
    ["GroupMember.Read.All", 2, "Read every group's name and members", OPEN],
    ["AdministrativeUnit.Read.All", 2, "Read administrative units and who is in them", OPEN],
    ["Directory.Read.All", 2, "Read nearly everything in the directory: people, groups, applications, devices", OPEN],
    ["Organization.Read.All", 2, "Read the company's name, domains and licences", OPEN],
    ["Domain.Read.All", 2, "Read the domains of the tenant", OPEN],
    ["Place.Read.All", 2, "Read the company's rooms, room lists and buildings", OPEN],
    ["ProfilePhoto.Read.All", 2, "Read everybody's photo", OPEN],
    ["Presence.Read.All", 2, "Read who is available, busy or away", OPEN],
    ["Policy.Read.All", 2, "Read the tenant's policies", "it reads only, and grants nothing"],
    [
      "Group.Read.All",
      1,
      "Read every group, its members and what was written and shared in it",
      "it reads the conversations of private groups",
    ],
    [
      "User-LifeCycleInfo.Read.All",
      1,
      "Read on which day people leave",
      "it reads what the company may not have told anybody yet",
    ],
    ["AuditLog.Read.All", 1, "Read who signed in when, from where, and who changed what", "it shows what people do"],
  ]),
  ...delegated([
    ["Place.ReadWrite.All", 1, "Change rooms, where the person who signed in may", "it can change every room"],
    ["User.Read", 2, "Sign the person in and read their own account", OWN],
    ["User.ReadWrite", 2, "Read and change the account of the person who signed in", OWN],
    ["openid", 2, "Sign the person in", OWN],
    ["profile", 2, "Read the name of the person who signed in", OWN],
    ["email", 2, "Read the mail address of the person who signed in", OWN],
    [
      "offline_access",
      2,
      "Keep what the person allowed while they are away",
      "it lengthens other permissions and adds none",
    ],
  ]),
];
