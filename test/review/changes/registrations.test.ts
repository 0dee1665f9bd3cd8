import { describe, expect, it } from "@jest/globals";
import { UNKNOWN } from "../../../review/preview.ts";
import { types } from "../../../review/changes/resources.ts";
import type { Permission } from "../../../review/changes/types.ts";
import { guidOf } from "../../components/deploy.ts";
import { deployedOutputs } from "../deployed-outputs.ts";
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
        properties: [{ name: "principalObjectId", before: "one", after: "another" }],
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
      {
        change: "added",
        role: "Key Vault Secrets User",
        principal: "tenantwire sync",
        scope: "Vault tw-contoso",
        reads: true,
      },
    ]);
    expect(attention).toEqual([
      { level: "notice", text: "`tenantwire sync` gets the role `Key Vault Secrets User` on `Vault tw-contoso`." },
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
      { level: "danger", text: "Other tenants' people can sign in to `ONES rooms` (`AzureADMultipleOrgs`)." },
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
      newHosts: ["c.contoso.com"],
      owners: { added: [{ id: "1", known: false }], removed: [{ id: "2", known: true }] },
      trusts: {
        added: [{ name: "sync", issuer: trust.issuer, subject: "other" }],
        removed: [{ name: "sync", issuer: trust.issuer, subject: "sync" }],
      },
    });
  });
});

describe("who can do more than before", () => {
  const known = { op: "same", before: { owners: ["known"] }, after: { owners: ["known"] } };
  const principal = step(types.principal, "sync-registration-principal", { of: "sync", ...known });
  const redirects = (before: string[], after: string[]) =>
    step(types.redirects, "r", { of: "sync", before: { redirectUris: before }, after: { redirectUris: after } });
  const owner = (id: string) => step(types.owner, "o", { of: "sync", after: { ownerObjectId: id } });
  const trust = (subject: string, issuer = "https://token.actions.githubusercontent.com", more: object = {}) =>
    step(types.trust, "t", {
      of: "sync",
      after: { displayName: "t", issuer, subject, audiences: ["api://AzureADTokenExchange"], ...more },
    });
  const people = new Map([
    ["guest", { displayName: "Eve", address: "eve@evil.example", guest: true, disabled: false }],
    ["gone", { displayName: "Gone Person", guest: false, disabled: true }],
    ["nobody", { guest: false, disabled: false }],
    ["jo", { displayName: "Jo", address: "jo@contoso.com", guest: false, disabled: false }],
  ]);
  const repository = "repo:contoso/integrations";

  it.each([
    [
      "a new host",
      redirects(["https://a.contoso.com/x"], ["https://a.contoso.com/x", "https://evil.example/x"]),
      "danger: `tenantwire sync` sends people who signed in to the host `evil.example`, which was not among its redirect URIs.",
    ],
    [
      "a look-alike host",
      redirects(["https://contoso.com/x"], ["https://xn--cntoso-wqf.com/x"]),
      "danger: `tenantwire sync` sends people who signed in to the host `xn--cntoso-wqf.com`, which was not among its redirect URIs.",
    ],
    [
      "another port",
      redirects(["https://contoso.com/x"], ["https://contoso.com:8443/x"]),
      "danger: `tenantwire sync` sends people who signed in to the host `contoso.com:8443`, which was not among its redirect URIs.",
    ],
    [
      "another path of a known host",
      redirects(["https://contoso.com/x"], ["https://contoso.com/y"]),
      "notice: `tenantwire sync` gets further redirect URIs: `https://contoso.com/y`.",
    ],
    [
      "an owner whom nobody looked up",
      owner("f00"),
      "danger: `f00` (name not known) comes to own `tenantwire sync`, and can make secrets for it and sign in as it.",
    ],
    [
      "an owner of something here",
      owner("known"),
      "notice: `known` (name not known) comes to own `tenantwire sync`, and can make secrets for it and sign in as it.",
    ],
    [
      "an owner by name",
      owner("jo"),
      "danger: `Jo` (`jo@contoso.com`) comes to own `tenantwire sync`, and can make secrets for it and sign in as it.",
    ],
    [
      "a guest",
      owner("guest"),
      "danger: `Eve` (`eve@evil.example`, a guest from another tenant) comes to own `tenantwire sync`, and can make secrets for it and sign in as it.",
    ],
    [
      "somebody who is switched off",
      owner("gone"),
      "danger: `Gone Person` (switched off) comes to own `tenantwire sync`, and can make secrets for it and sign in as it.",
    ],
    [
      "nobody",
      owner("nobody"),
      "danger: `nobody` (nobody in the directory has this id) comes to own `tenantwire sync`, and can make secrets for it and sign in as it.",
    ],
    [
      "pull requests",
      trust(`${repository}:pull_request`),
      "danger: `repo:contoso/integrations:pull_request` of `https://token.actions.githubusercontent.com` can sign in as `tenantwire sync`, without a secret: that is any pull request, with whatever its author writes into it.",
    ],
    [
      "any branch",
      trust(`${repository}:ref:refs/heads/*`),
      "danger: `repo:contoso/integrations:ref:refs/heads/*` of `https://token.actions.githubusercontent.com` can sign in as `tenantwire sync`, without a secret: that is everything that its wildcard fits: any branch, or any repository.",
    ],
    [
      "a whole repository",
      trust(repository),
      "danger: `repo:contoso/integrations` of `https://token.actions.githubusercontent.com` can sign in as `tenantwire sync`, without a secret: that is any branch and any workflow of what it names.",
    ],
    [
      "one environment",
      trust(`${repository}:environment:sync`),
      "danger: `repo:contoso/integrations:environment:sync` of `https://token.actions.githubusercontent.com` can sign in as `tenantwire sync`, without a secret.",
    ],
    [
      "an audience of another service",
      trust("sync", "https://workloads.contoso.com", { audiences: ["https://evil.example"] }),
      "danger: `sync` of `https://workloads.contoso.com` can sign in as `tenantwire sync`, without a secret; its tokens are made for `https://evil.example` and not for Entra.",
    ],
  ])("%s", (_what, change, line) => {
    const { attention } = review([sync, principal, change], { people });

    expect(attention.map(({ level, text }) => `${level}: ${text}`)).toEqual([line]);
  });

  it.each([
    ["a new host", redirects([], ["https://a.contoso.com/x"]), "notice"],
    ["an owner", owner("jo"), "notice"],
    ["a guest", owner("guest"), "danger"],
    ["one environment", trust(`${repository}:environment:sync`), "notice"],
    ["pull requests", trust(`${repository}:pull_request`), "danger"],
  ])("of a first deployment %s is named", (_what, change, level) => {
    delete change.oldState;
    change.op = "create";

    expect(review([change], { people }).attention.map((each) => each.level)).toEqual([level]);
  });

  it("says nothing of a trust that only has another name", () => {
    const inputs = { issuer: "https://workloads.contoso.com", subject: "sync", audiences: [] };
    const renamed = step(types.trust, "t", {
      of: "sync",
      before: { displayName: "a", ...inputs },
      after: { displayName: "b", ...inputs },
    });

    expect(review([sync, renamed])).toMatchObject({ attention: [], registrations: [{ name: "sync" }] });
  });

  it("tells of permissions that are taken away as of those that are given", () => {
    const { attention } = review([sync, access("sync", [roles["Calendars.ReadWrite"]], [])]);

    expect(attention).toEqual([
      {
        level: "notice",
        text: "`tenantwire sync` loses the application permission `Calendars.ReadWrite`: what needs it stops working.",
      },
    ]);
  });

  it("says that grants which another project is to give are gone meanwhile", () => {
    const grant = step(types.roleGrant, "sync-consent-User.Read.All", {
      of: "sync",
      before: { appRoleId: roles["User.Read.All"], principalObjectId: guidOf("sync") },
    });
    const settings = { registrations: [declared("sync", { consent: "apart" })], given: [], consents: [] };

    const { attention } = review([sync, grant], { declared: settings });

    expect(attention).toEqual([
      {
        level: "danger",
        text: expect.stringContaining(
          "Without a gap: let them go (npx --no-install tenantwire grants release -s <stack>",
        ) as unknown,
      },
    ]);
  });

  it("compares with what a refresh found, and not with the inputs that the bridge puts together", () => {
    const callback = "https://ones.contoso.com/callback";
    const drifted = redirects(["https://evil.example/x"], [callback]);
    const roleIds = [roles["Calendars.ReadWrite"]];
    const asked = access("sync", [roles["User.Read.All"]], roleIds);
    if (drifted.oldState) drifted.oldState.outputs = { redirectUris: ["https://evil.example/x", callback] };
    if (asked.oldState) asked.oldState.outputs = { roleIds: [roles["User.Read.All"], ...roleIds] };

    const { registrations, attention } = review([sync, drifted, asked]);

    expect(registrations[0]).toMatchObject({
      redirectUris: { added: [], removed: ["https://evil.example/x"] },
      permissions: { added: [], removed: [{ name: "User.Read.All" }] },
    });
    expect(attention.map(({ level }) => level)).toEqual(["notice"]);
  });
});

describe("identities of other stacks", () => {
  it("a managed identity, with its trusts, its permissions and its roles", () => {
    const identity = step(types.managedIdentity, "preview-identity", { after: { resourceName: "tenantwire-preview" } });
    const of = [urn(types.managedIdentity, "preview-identity")];
    const made = [
      identity,
      step(types.managedTrust, "preview-github", {
        after: { federatedIdentityCredentialResourceName: "github", issuer: "https://i", subject: "s", audiences: [] },
      }),
      step(types.roleGrant, "preview-Directory.Read.All", { after: { appRoleId: roles["Application.ReadWrite.All"] } }),
      step(types.roleAssignment, "preview-contributor", {
        after: {
          roleDefinitionId:
            "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
          scope: "/subscriptions/1",
        },
      }),
    ];
    for (const { newState } of made.slice(1)) if (newState) newState.propertyDependencies = { principalId: of };

    const { registrations, attention } = review(made);

    expect(registrations).toMatchObject([
      { kind: "managed identity", name: "preview", displayName: "tenantwire-preview", change: "created" },
    ]);
    expect(attention.map(({ level, text }) => `${level}: ${text.split(":")[0]}`)).toEqual([
      "danger: `tenantwire-preview` gets the application permission `Application.ReadWrite.All` (tier 0)",
      "danger: `tenantwire-preview` gets the role `Contributor` on `subscriptions/1`.",
      "notice: `s` of `https",
    ]);
  });

  it("a principal that was made elsewhere, by its name where the outputs have it", () => {
    const grant = step(types.roleGrant, "g", {
      after: { appRoleId: roles["Application.ReadWrite.All"], principalObjectId: guidOf("ones principal") },
    });

    const [known] = review([grant], { last: deployedOutputs() }).registrations;
    const [unknown] = review([grant]).registrations;

    expect(known).toMatchObject({ kind: "principal", name: "ones", displayName: "ones" });
    expect(unknown).toMatchObject({ kind: "principal", displayName: guidOf("ones principal") });
    expect(names(known?.consent.added ?? [])).toEqual(["application Application.ReadWrite.All"]);
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
