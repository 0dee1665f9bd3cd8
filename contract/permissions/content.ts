/**
 * Permissions that reach what people write: mailboxes, files, chats. As an application's they reach everybody's, as
 * delegated ones what the person who signed in can open. Texts, tiers and reasons are this project's own.
 *
 * @packageDocumentation
 */
import { application, delegated, type PermissionEntry } from "./entry.ts";

const PRIVATE = "it reads what people wrote to some and not to all";
const ALTERS = "it can alter and delete what people rely on";
const OWN = "it reaches only what the person who signed in can open";

const calendars: readonly PermissionEntry[] = [
  ...application([
    [
      "Calendars.ReadBasic.All",
      1,
      "Read the calendars of every mailbox without texts and attachments",
      "it shows who meets whom and when",
    ],
    ["Calendars.Read", 1, "Read the calendars of every mailbox", PRIVATE],
    ["Calendars.ReadWrite", 1, "Read the calendars of every mailbox and write into them", ALTERS],
  ]),
  ...delegated([
    ["Calendars.ReadBasic", 2, "Read the person's own calendars without texts and attachments", OWN],
    ["Calendars.Read", 2, "Read the person's own calendars", OWN],
    ["Calendars.Read.Shared", 2, "Read the person's own calendars and those shared with them", OWN],
    ["Calendars.ReadWrite", 2, "Read the person's own calendars and write into them", OWN],
    [
      "Calendars.ReadWrite.Shared",
      2,
      "Read the person's own calendars and those shared with them, and write into them",
      OWN,
    ],
  ]),
];

const mail: readonly PermissionEntry[] = [
  ...application([
    [
      "Mail.ReadBasic.All",
      1,
      "Read sender, recipients and subject of every mail of every mailbox",
      "it shows who writes to whom about what",
    ],
    ["Mail.Read", 1, "Read every mail of every mailbox", "it reads everything that people and systems send, codes too"],
    [
      "Mail.ReadWrite",
      1,
      "Read, change and delete every mail of every mailbox",
      "it reads everything that people and systems send, and can hide it from them",
    ],
    ["Mail.Send", 1, "Send mail in the name of every mailbox", "it can write as anybody to anybody"],
    ["MailboxSettings.Read", 2, "Read the settings of every mailbox", "it reads time zones and absence notes, no mail"],
    ["MailboxSettings.ReadWrite", 1, "Change the settings of every mailbox", ALTERS],
    ["Contacts.Read", 1, "Read the contacts of every mailbox", PRIVATE],
    ["Contacts.ReadWrite", 1, "Read the contacts of every mailbox and change them", ALTERS],
  ]),
  ...delegated([
    ["Mail.Read", 2, "Read the person's own mail", OWN],
    ["Mail.ReadWrite", 2, "Read, change and delete the person's own mail", OWN],
    ["Mail.Send", 2, "Send mail in the name of the person", OWN],
    ["MailboxSettings.Read", 2, "Read the settings of the person's own mailbox", OWN],
    ["MailboxSettings.ReadWrite", 2, "Change the settings of the person's own mailbox", OWN],
    ["Contacts.Read", 2, "Read the person's own contacts", OWN],
    ["Contacts.ReadWrite", 2, "Read the person's own contacts and change them", OWN],
    ["EWS.AccessAsUser.All", 2, "Do in mailboxes whatever the person who signed in may do", OWN],
  ]),
];

const files: readonly PermissionEntry[] = [
  ...application([
    ["Files.Read.All", 1, "Read every file of the company", PRIVATE],
    ["Files.ReadWrite.All", 1, "Read, change and delete every file of the company", ALTERS],
    ["Sites.Read.All", 1, "Read every SharePoint site", PRIVATE],
    ["Sites.ReadWrite.All", 1, "Read and change what is in every SharePoint site", ALTERS],
    ["Sites.FullControl.All", 1, "Do anything in every SharePoint site, and say who else may", ALTERS],
    [
      "Sites.Selected",
      1,
      "Use the SharePoint sites that it was given one by one",
      "it reaches nothing by itself, and what it was given can include writing",
    ],
    ["Chat.Read.All", 1, "Read every chat", PRIVATE],
    ["ChannelMessage.Read.All", 1, "Read every message in the channels of every team", PRIVATE],
  ]),
  ...delegated([
    ["Files.Read.All", 2, "Read every file that the person can open", OWN],
    ["Files.ReadWrite.All", 2, "Read, change and delete every file that the person can", OWN],
    ["Sites.Read.All", 2, "Read every SharePoint site that the person can open", OWN],
    ["Sites.ReadWrite.All", 2, "Read and change what the person can in every SharePoint site", OWN],
  ]),
];

export const contentPermissions: readonly PermissionEntry[] = [...calendars, ...mail, ...files];
