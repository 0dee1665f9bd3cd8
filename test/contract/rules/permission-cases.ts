import type { Case } from "./case.ts";
import { application, made, ones, registration } from "./declared-world.ts";

const scope = { name: "ONES rooms", recipientFilter: "CustomAttribute1 -eq 'ONES'" };

export const permissionCases: readonly Case[] = [
  [
    "tier-0-permission",
    "an application permission of tier 0",
    made(registration({ permissions: application("RoleManagement.ReadWrite.Directory") })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "RoleManagement.ReadWrite.Directory",
      place: "tenantwire:syncIdentity",
      text: "The application permission RoleManagement.ReadWrite.Directory is a path to control of the tenant: it can make anybody a Global Administrator. Leave it out, or write an exception with its reason.",
    },
  ],
  [
    "tier-0-permission",
    "a delegated permission of tier 0, twice",
    made(
      registration({
        permissions: { application: [], delegated: ["Directory.AccessAsUser.All", "Directory.AccessAsUser.All"] },
      }),
    ),
    {
      level: "mandatory",
      registration: "sync",
      subject: "Directory.AccessAsUser.All",
      place: "tenantwire:syncIdentity",
      text: "The delegated permission Directory.AccessAsUser.All is a path to control of the tenant: it has no bound of its own, so that with an administrator it is one. Leave it out, or write an exception with its reason.",
    },
  ],
  [
    "write-permission",
    "a permission to change calendars",
    made(ones({ permissions: { application: [], delegated: ["Calendars.ReadWrite.Shared", "openid"] } })),
    {
      level: "advisory",
      registration: "ones",
      subject: "Calendars.ReadWrite.Shared",
      place: "tenantwire:ones.microsoft365",
      text: "The delegated permission Calendars.ReadWrite.Shared does more than read: it can read the person's own calendars and those shared with them, and write into them. Leave it out, or say in an exception what needs it.",
    },
  ],
  [
    "tier-0-permission",
    "what writes and nobody has judged",
    made(registration({ permissions: application("Widgets.ReadWrite.All") })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "Widgets.ReadWrite.All",
      place: "tenantwire:syncIdentity",
      text: "The application permission Widgets.ReadWrite.All may be a path to control of the tenant: tenantwire has no entry for it: look it up in Microsoft's permissions reference. Leave it out, or write an exception with its reason.",
    },
  ],
  [
    "write-permission",
    "a permission in Microsoft's words",
    made(registration({ permissions: application("Bookings.Manage.All") })),
    {
      level: "advisory",
      registration: "sync",
      subject: "Bookings.Manage.All",
      place: "tenantwire:syncIdentity",
      text: "The application permission Bookings.Manage.All does more than read: it can manage bookings information. Leave it out, or say in an exception what needs it.",
    },
  ],
  [
    "mailbox-reach",
    "calendars of ONES without a scope",
    made(ones({ permissions: application("Calendars.ReadWrite", "Place.Read.All") })),
    {
      level: "advisory",
      registration: "ones",
      subject: "Calendars.ReadWrite",
      place: "tenantwire:ones.microsoft365",
      text: "The application permission Calendars.ReadWrite reaches every mailbox of the tenant. Write exchangeScope, so that Exchange gives it for some; a grant in Entra must go then, since grants add up.",
    },
  ],
  [
    "mailbox-reach",
    "calendars asked for beside a scope of calendars",
    made(ones({ permissions: application("Calendars.ReadWrite"), exchangeScope: scope })),
    {
      level: "advisory",
      registration: "ones",
      subject: "Calendars.ReadWrite",
      place: "tenantwire:ones.microsoft365",
      text: "The application permission Calendars.ReadWrite reaches every mailbox of the tenant. Leave it out, or let Exchange give it for some and not Entra as well: grants add up.",
    },
  ],
  [
    "mailbox-reach",
    "mail of ONES, which no option is for",
    made(ones({ permissions: application("Mail.Send") })),
    {
      level: "advisory",
      registration: "ones",
      subject: "Mail.Send",
      place: "tenantwire:ones.microsoft365",
      text: "The application permission Mail.Send reaches every mailbox of the tenant. Leave it out, or let Exchange give it for some and not Entra as well: grants add up.",
    },
  ],
  [
    "mailbox-reach",
    "mail beside a scope of calendars",
    made(ones({ permissions: application("Mail.Send"), exchangeScope: scope })),
    {
      level: "advisory",
      registration: "ones",
      subject: "Mail.Send",
      place: "tenantwire:ones.microsoft365",
      text: "The application permission Mail.Send reaches every mailbox of the tenant. Leave it out, or let Exchange give it for some and not Entra as well: grants add up.",
    },
  ],
  [
    "consent-beyond-declared",
    "more granted than asked for",
    made(registration({ granted: application("User.Read.All", "Group.Read.All") })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "Group.Read.All",
      place: "tenantwire:syncIdentity",
      text: "The application permission Group.Read.All is granted and nothing asks for it. Take the grant back, or declare what needs it.",
    },
  ],
  [
    "consent-beyond-declared",
    "the same name granted as the other kind",
    made(registration({ granted: { application: ["User.Read.All"], delegated: ["User.Read.All"] } })),
    {
      level: "mandatory",
      registration: "sync",
      subject: "User.Read.All",
      place: "tenantwire:syncIdentity",
      text: "The delegated permission User.Read.All is granted and nothing asks for it. Take the grant back, or declare what needs it.",
    },
  ],
  [
    "consent-beyond-declared",
    "calendars granted without a scope in Exchange",
    made(ones({ granted: application("Calendars.ReadWrite") })),
    {
      level: "mandatory",
      registration: "ones",
      subject: "Calendars.ReadWrite",
      place: "tenantwire:ones.microsoft365",
      text: "The application permission Calendars.ReadWrite is granted and nothing asks for it. Take the grant back, or declare what needs it.",
    },
  ],
  [
    "consent-beyond-declared",
    "calendars granted in Entra beside a scope in Exchange",
    made(ones({ exchangeScope: scope, granted: application("Calendars.ReadWrite") })),
    {
      level: "mandatory",
      registration: "ones",
      subject: "Calendars.ReadWrite",
      place: "tenantwire:ones.microsoft365",
      text: "The application permission Calendars.ReadWrite is granted, which makes exchangeScope void: grants add up, and this one reaches every mailbox. Take the grant back.",
    },
  ],
];
