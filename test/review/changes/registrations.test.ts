import { describe, expect, it } from "@jest/globals";
import { UNKNOWN } from "../../../review/preview.ts";
import { types } from "../../../review/changes/resources.ts";
import type { Permission } from "../../../review/changes/types.ts";
import { access, declared, delegatedUserReadAll, registration, review, roles, step, urn } from "../previews.ts";

const names = (list: readonly Permission[]) => list.map(({ kind, name, id }) => `${kind} ${name ?? id}`);
const sync = registration("sync", "tenantwire sync");

describe("permissions", () => {
  it("compares what is asked for by id, whatever the order, and names the difference", () => {
    const before = [roles["User.Read.All"], roles["GroupMember.Read.All"]];
    const after = [roles["GroupMember.Read.All"], roles["Calendars.ReadWrite"]];

    const [change] = review([sync, access("sync", before, after)]).registrations;

    expect(change).toMatchObject({ name: "sync", displayName: "tenantwire sync", change: "changed" });
    expect(change?.permissions).toEqual({
      added: [
        {
          kind: "application",
          name: "Calendars.ReadWrite",
          id: roles["Calendars.ReadWrite"],
          allows: "Read the calendars of every mailbox and write into them",
          tier: 1,
          reason: expect.any(String),
          write: true,
          mailbox: true,
        },
      ],
      removed: [expect.objectContaining({ name: "User.Read.All", tier: 2 })],
    });
    expect(change?.consent).toEqual({ added: [], removed: [] });
  });

  it("keeps application and delegated permissions of one name apart", () => {
    const ids = (property: string, id: string) => ({
      apiClientId: "00000003-0000-0000-c000-000000000000",
      [property]: [id],
    });
    const swapped = step(types.access, "sync-registration-access-graph", {
      of: "sync",
      before: ids("roleIds", roles["User.Read.All"]),
      after: ids("scopeIds", delegatedUserReadAll),
    });

    const [change] = review([sync, swapped]).registrations;

    expect(names(change?.permissions.added ?? [])).toEqual(["delegated User.Read.All"]);
    expect(names(change?.permissions.removed ?? [])).toEqual(["application User.Read.All"]);
  });

  it("shows an id that it does not know as it is, and takes it for the worst", () => {
    const unknown = "11111111-2222-3333-4444-555555555555";

    const { registrations, attention } = review([sync, access("sync", [], [unknown])]);

    expect(registrations[0]?.permissions.added).toEqual([
      expect.objectContaining({ id: unknown, tier: "not classified", write: true, mailbox: true }),
    ]);
    expect(registrations[0]?.permissions.added[0]).not.toHaveProperty("name");
    expect(attention).toEqual([
      {
        level: "danger",
        text: `\`tenantwire sync\` gets the application permission \`${unknown}\` (not classified): tenantwire does not know the id.`,
      },
    ]);
  });

  it("does not take an id of another API for one of Graph's", () => {
    const other = step(types.access, "sync-registration-access-other", {
      of: "sync",
      after: { apiClientId: "00000002-0000-0ff1-ce00-000000000000", roleIds: [roles["User.Read.All"]] },
    });

    const [change] = review([sync, other]).registrations;

    expect(change?.permissions.added[0]).toMatchObject({
      id: roles["User.Read.All"],
      allows: expect.stringContaining("00000002-0000-0ff1-ce00-000000000000"),
    });
  });

  it("tells consent apart from what is asked for", () => {
    const grant = step(types.roleGrant, "sync-consent-User.Read.All", {
      of: "sync",
      after: { appRoleId: roles["User.Read.All"], principalObjectId: UNKNOWN },
    });
    const delegated = step(types.delegatedGrant, "sync-consent-delegated", {
      of: "sync",
      before: { claimValues: ["openid", "User.Read"] },
      after: { claimValues: ["User.Read", "Calendars.ReadWrite.Shared"] },
    });

    const [change] = review([sync, grant, delegated]).registrations;

    expect(change?.permissions).toEqual({ added: [], removed: [] });
    expect(names(change?.consent.added ?? [])).toEqual([
      "application User.Read.All",
      "delegated Calendars.ReadWrite.Shared",
    ]);
    expect(names(change?.consent.removed ?? [])).toEqual(["delegated openid"]);
  });

  it("says nothing of what one resource loses and another gets", () => {
    const inputs = { apiClientId: "00000003-0000-0000-c000-000000000000", roleIds: [roles["User.Read.All"]] };

    const { registrations, changes } = review([
      sync,
      step(types.access, "old-access", { of: "sync", before: inputs }),
      step(types.access, "new-access", { of: "sync", after: inputs }),
    ]);

    expect(registrations).toEqual([]);
    expect(changes.map(({ name }) => name)).toEqual(["new-access", "old-access"]);
  });

  it("says nothing of a grant that is made anew for the same permission, but lists it", () => {
    const inputs = { appRoleId: roles["User.Read.All"] };
    const anew = step(types.roleGrant, "sync-consent-User.Read.All", {
      op: "replace",
      of: "sync",
      before: { ...inputs, principalObjectId: "one" },
      after: { ...inputs, principalObjectId: "another" },
      replaceReasons: ["principalObjectId"],
    });

    const { registrations, others } = review([sync, anew]);

    expect(registrations).toEqual([]);
    expect(others).toEqual([
      {
        operation: "replace",
        type: types.roleGrant,
        name: "sync-consent-User.Read.All",
        properties: ["principalObjectId"],
      },
    ]);
  });
});

describe("what belongs to which registration", () => {
  it("is found without the registration's own step", () => {
    const [change] = review([access("ones", [], [roles["User.Read.All"]])]).registrations;

    expect(change).toMatchObject({ name: "ones", displayName: "ones" });
  });

  it("is found through the service principal", () => {
    const principal = step(types.principal, "sync-registration-principal", {
      op: "same",
      of: "sync",
      before: {},
      after: {},
    });
    const assignment = step(types.roleAssignment, "sync-reader-role", {
      after: { principalId: UNKNOWN, scope: UNKNOWN, roleDefinitionId: UNKNOWN },
      within: ["tenantwire:vault:VaultReader"],
    });
    assignment.newState!.propertyDependencies = {
      principalId: [principal.urn],
      scope: [urn("azure-native:keyvault:Vault", "tw-contoso")],
    };

    const { roleAssignments, attention } = review([sync, principal, assignment]);

    expect(roleAssignments).toEqual([
      { change: "added", role: "Key Vault Secrets User", principal: "tenantwire sync", scope: "Vault tw-contoso" },
    ]);
    expect(attention).toEqual([
      { level: "notice", text: "`tenantwire sync` gets the role Key Vault Secrets User on `Vault tw-contoso`." },
    ]);
  });
});

describe("the registration itself", () => {
  const inputs = { displayName: "ONES", signInAudience: "AzureADMyOrg" };

  it.each([
    ["created", { after: inputs }, []],
    [
      "deleted",
      { before: inputs },
      ["The registration `ONES` is deleted: nobody can sign in as it any more, and its consent goes with it."],
    ],
    [
      "replaced",
      { op: "replace", before: inputs, after: inputs },
      [
        "The registration `ONES` is replaced: it gets another client id, and everything that knows the old one stops working.",
      ],
    ],
  ])("is %s", (change, rest, danger) => {
    const { registrations, attention, destroyed } = review([registration("ones", "ONES", rest)]);

    expect(registrations).toEqual([expect.objectContaining({ change })]);
    expect(attention.filter(({ level }) => level === "danger").map(({ text }) => text)).toEqual(danger);
    expect(destroyed.map((each) => each.change)).toEqual(change === "created" ? [] : [change]);
  });

  it("is renamed, and opened to other tenants", () => {
    const after = { displayName: "ONES rooms", signInAudience: "AzureADMultipleOrgs" };

    const { registrations, attention, others } = review([registration("ones", "ONES", { before: inputs, after })]);

    expect(registrations).toEqual([
      expect.objectContaining({
        change: "changed",
        displayName: "ONES rooms",
        renamedFrom: "ONES",
        audience: { before: "AzureADMyOrg", after: "AzureADMultipleOrgs" },
      }),
    ]);
    expect(attention).toEqual([
      { level: "danger", text: "Other tenants' people can sign in to `ONES rooms` (AzureADMultipleOrgs)." },
    ]);
    expect(others).toEqual([]);
  });

  it("has redirect URIs, owners and trusted identities as sets", () => {
    const before = { type: "Web", redirectUris: ["https://a.contoso.com", "https://b.contoso.com"] };
    const after = { type: "Web", redirectUris: ["https://b.contoso.com", "https://c.contoso.com"] };
    const trust = { displayName: "sync", issuer: "https://workloads.contoso.com", subject: "sync" };

    const [change] = review([
      sync,
      step(types.redirects, "sync-registration-redirects", { of: "sync", before, after }),
      step(types.owner, "sync-registration-owner-1", { of: "sync", after: { ownerObjectId: "1" } }),
      step(types.principal, "sync-registration-principal", {
        of: "sync",
        before: { owners: ["deployer", "2"] },
        after: { owners: ["1", "deployer"] },
      }),
      step(types.trust, "sync-federated-sync-trust", {
        of: "sync",
        before: trust,
        after: { ...trust, subject: "other" },
      }),
    ]).registrations;

    expect(change).toMatchObject({
      redirectUris: { added: ["https://c.contoso.com"], removed: ["https://a.contoso.com"] },
      owners: { added: ["1"], removed: ["2"] },
      trusts: {
        added: [{ name: "sync", issuer: trust.issuer, subject: "other" }],
        removed: [{ name: "sync", issuer: trust.issuer, subject: "sync" }],
      },
    });
  });
});

describe("consent in a browser", () => {
  it("is asked for where a registration with a link asks for more", () => {
    const { consentLinks } = review([registration("ones", "ONES"), access("ones", [], [roles["User.Read.All"]])], {
      declared: { registrations: [declared("ones", { consent: "link" })], given: [], consents: [] },
    });

    expect(consentLinks).toEqual([{ who: "`ONES`", purpose: "An administrator grants what it asks for." }]);
  });

  it("is not asked for where it asks for less", () => {
    const { consentLinks } = review([registration("ones", "ONES"), access("ones", [roles["User.Read.All"]], [])], {
      declared: { registrations: [declared("ones", { consent: "link" })], given: [], consents: [] },
    });

    expect(consentLinks).toEqual([]);
  });

  it("is asked for once for a vendor's application", () => {
    const consent = {
      name: "authorize",
      product: "OneConnect",
      purpose: "Lets it read.",
      link: "https://my.oneconnect.ai",
    };
    const { consentLinks } = review([], { declared: { registrations: [], given: [], consents: [consent] } });

    expect(consentLinks).toEqual([{ who: "OneConnect", purpose: "Lets it read.", link: "https://my.oneconnect.ai" }]);
  });
});
