import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { oneconnectPermissions } from "../../../components/oneplan/oneconnect-permissions.ts";
import { userSyncPermissions } from "../../../components/sync-identity/user-permissions.ts";
import { type OnesMode, onesModes, onesPermissions } from "../../../components/ones/permissions.ts";
import { classifiedNames } from "../../../contract/permissions/classified.ts";
import {
  countsAsControl,
  describePermission,
  type PermissionKind,
  permissions,
} from "../../../contract/permissions/index.ts";
import { permissionNames } from "../../../contract/permissions/published.ts";
import { PUBLISHED, publishedPermissions } from "../../../docs/generate/permissions.ts";
import { userProperties } from "../../../contract/user-properties.ts";

const kinds: PermissionKind[] = ["application", "delegated"];

describe("describePermission", () => {
  it.each([
    [
      "Calendars.ReadWrite",
      "application",
      {
        allows: "Read the calendars of every mailbox and write into them",
        tier: 1,
        reason: "it can alter and delete what people rely on",
        write: true,
        mailbox: true,
      },
    ],
    [
      "Calendars.ReadWrite",
      "delegated",
      {
        allows: "Read the person's own calendars and write into them",
        tier: 2,
        reason: "it reaches only what the person who signed in can open",
        write: true,
        mailbox: true,
      },
    ],
    [
      "AppRoleAssignment.ReadWrite.All",
      "delegated",
      {
        allows: "Grant any application permission to any application, where the person who signed in may",
        tier: 0,
        reason: "it can grant any permission, to itself as well",
        write: true,
        mailbox: false,
      },
    ],
    [
      "Widgets.ReadWrite.All",
      "application",
      {
        allows: "Change what Microsoft Graph calls Widgets (by its name)",
        tier: "not classified",
        reason: "tenantwire has no entry for it: look it up in Microsoft's permissions reference",
        write: true,
        mailbox: false,
      },
    ],
    [
      "MailboxFolder.Read.All",
      "application",
      {
        allows: "Read all the users' mailbox folders",
        tier: 1,
        reason: "it reads only, and nobody here has judged who can see that anyway",
        write: false,
        mailbox: true,
      },
    ],
  ] as const)("%s, %s", (name, kind, description) => {
    expect(describePermission(name, kind)).toEqual({ name, kind, ...description });
  });

  it.each([
    ["openid", false, false],
    ["User.Read", false, false],
    ["Calendars.ReadBasic.All", false, true],
    ["Calendars.Read.Shared", false, true],
    ["User.Export.All", false, false],
    ["ConsentRequest.ReadApprove.All", true, false],
    ["Mail.Send", true, true],
    ["MailboxSettings.ReadWrite", true, true],
    ["Contacts.ReadWrite", true, true],
    ["Contacts-OnPremisesSyncBehavior.ReadWrite.All", true, false],
    ["OrgContact.Read.All", false, false],
    ["Sites.FullControl.All", true, false],
    ["Sites.Selected", true, false],
    ["Directory.AccessAsUser.All", true, false],
    ["MailboxItem.ImportExport.All", true, true],
  ])("%s writes: %s, reaches mailboxes: %s", (name, write, mailbox) => {
    for (const kind of kinds) expect(describePermission(name, kind)).toMatchObject({ write, mailbox });
  });

  it("has words for any name", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...kinds), (name, kind) => {
        expect(describePermission(name, kind)).toMatchObject({ name, kind, allows: expect.stringMatching(/^[A-Z]/) });
      }),
    );
  });
});

describe("the table", () => {
  it("has each permission of a kind once", () => {
    const names = permissions.map(({ name, kind }) => `${kind} ${name}`);

    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  });

  it.each(permissions)("$kind $name is told in words that fit into a sentence", ({ allows, reason }) => {
    expect(allows).toMatch(/^[A-Z][a-z]+,? .*[^.]$/s);
    expect(reason).toMatch(/^it .*[^.]$/s);
    expect(allows.length).toBeLessThan(120);
  });

  const modes = Object.keys(onesModes) as OnesMode[];
  const groups = { groups: ["x"], administrativeUnits: ["x"] };
  const everyField = Object.fromEntries([...userProperties.keys()].map((property) => [property, property]));
  const asked = [
    ...modes.map((mode) => onesPermissions({ mode, mailSend: true })),
    userSyncPermissions({ ...groups, fields: everyField }),
    oneconnectPermissions({ authentication: "office365Strict", allowed: [] }),
    {
      // The identities that preview, deploy and consent, and ONES' sign-in.
      application: [
        "Application.ReadWrite.OwnedBy",
        "AppRoleAssignment.ReadWrite.All",
        "Directory.Read.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Policy.Read.All",
        "Application.Read.All",
      ],
      delegated: ["openid", "profile", "email"],
    },
  ];

  it.each(kinds)("has every %s permission that anything here asks for", (kind) => {
    const missing = asked
      .flatMap((names) => names[kind])
      .filter((name) => describePermission(name, kind).tier === "not classified");

    expect(missing).toEqual([]);
  });

  it.each(kinds)("knows that whoever deploys by %s permissions controls the tenant", (kind) => {
    const rights = ["AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"];

    expect(rights.map((name) => describePermission(name, kind).tier)).toEqual([0, 0]);
  });
});

/** The published contracts are no part of the project: whoever has them names their folder. */
const folder = join(
  process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../../shared/contracts"),
  "graph",
);
const missing = `[skipped: no published contracts at ${folder}; TENANTWIRE_CONTRACTS names their folder]`;
const suite = existsSync(folder) ? describe : describe.skip;

describe("every permission that Microsoft publishes", () => {
  it.each(kinds)("is judged, if it writes or controls: %s", (kind) => {
    const names = Object.values(permissionNames[kind]);
    const unclassified = names.filter((name) => describePermission(name, kind).tier === "not classified");

    expect(unclassified).toEqual([]);
    expect(names.length).toBeGreaterThan(500);
  });

  it.each(kinds)("is judged once, and exists: %s", (kind) => {
    const own = permissions.filter((entry) => entry.kind === kind).map(({ name }) => name);
    const published = new Set(Object.values(permissionNames[kind]));
    const classified = classifiedNames(kind);

    expect([...own, ...classified].filter((name) => !published.has(name))).toEqual([]);
    expect(classified.filter((name, index) => own.includes(name) || classified.indexOf(name) < index)).toEqual([]);
  });

  it.each([
    ["User-PasswordProfile.ReadWrite.All", 0],
    ["DeviceManagementApps.ReadWrite.All", 0],
    ["Policy.ReadWrite.CrossTenantAccess", 0],
    ["RoleManagement.ReadWrite.Exchange", 0],
    ["DeviceLocalCredential.Read.All", 0],
    ["Bookings.ReadWrite.All", 1],
  ])("%s is of tier %s", (name, tier) => {
    expect(describePermission(name, "application").tier).toBe(tier);
  });

  it("counts as control where it writes and nobody has judged it", () => {
    expect(countsAsControl(describePermission("Widgets.ReadWrite.All", "application"))).toBe(true);
    expect(countsAsControl(describePermission("Widgets.Read.All", "application"))).toBe(false);
  });
});

suite(`permissions against the published ones${existsSync(folder) ? "" : ` ${missing}`}`, () => {
  interface Published {
    readonly value: string;
    readonly adminConsentDisplayName: string | null;
    readonly adminConsentDescription: string | null;
  }

  it("is the list that `node docs/generate/permissions.ts <file>` makes of Microsoft's", () => {
    const text = readFileSync(join(folder, "permissions-descriptions.json"), "utf8");

    expect(readFileSync(PUBLISHED, "utf8")).toBe(publishedPermissions(text));
  });

  function published(kind: PermissionKind): Published[] {
    // The upstream file begins with a byte order mark.
    const text = readFileSync(join(folder, "permissions-descriptions.json"), "utf8").replace(/^\uFEFF/, "");
    return (JSON.parse(text) as Record<string, Published[]>)[`${kind}ScopesList`] ?? [];
  }

  it.each(kinds)("every %s permission of the table exists", (kind) => {
    const names = new Set(published(kind).map(({ value }) => value));
    const own = permissions.filter((entry) => entry.kind === kind).map(({ name }) => name);

    expect(own.filter((name) => !names.has(name))).toEqual([]);
    expect(own.length).toBeGreaterThan(40);
  });

  /** Names that promise reading while the description promises more, or something that is no reading of data. */
  const asGoodAsReading = ["BackupRestore-Search.Read.All", "ThreatHunting.Read.All"];

  it.each(kinds)("no %s permission that is published as more than reading counts as reading", (kind) => {
    const more = published(kind).filter(({ adminConsentDisplayName }) =>
      /^\W*(read (and|&) (?!view)|read[/-]write|manage|create|write|update|delete|send|run|restore|search)/i.test(
        adminConsentDisplayName ?? "",
      ),
    );
    const wrong = more.filter(({ value }) => !describePermission(value, kind).write).map(({ value }) => value);

    expect(wrong.sort()).toEqual(asGoodAsReading);
    expect(more.length).toBeGreaterThan(150);
  });

  /** Their descriptions mention mailboxes or mail, and no mailbox is opened. */
  const noMailbox = /^(User-Mail|SecurityAnalyzedMessage)\.|^email$/;

  it.each(kinds)("every %s permission into mailboxes is known as one", (kind) => {
    const into = published(kind).filter(({ value, adminConsentDisplayName }) =>
      noMailbox.test(value) ? false : /mailbox|\bcalendars?\b|\bmails?\b/i.test(adminConsentDisplayName ?? ""),
    );

    expect(into.filter(({ value }) => !describePermission(value, kind).mailbox).map(({ value }) => value)).toEqual([]);
    expect(into.length).toBeGreaterThan(10);
  });
});
