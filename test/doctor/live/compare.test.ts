/** What is there beside what is declared: each difference, and no other. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compareWithDeclared } from "../../../doctor/live/compare.ts";
import { compareFacts, type Fact } from "../../../doctor/live/facts.ts";
import { lockVerdict } from "../../../doctor/live/lock.ts";
import { ownersVerdict } from "../../../doctor/live/owners.ts";
import type { LiveApplication, LivePrincipal } from "../../../doctor/connectors/objects.ts";
import type { LiveRegistration } from "../../../doctor/connectors/registrations.ts";
import { tellDifference } from "../../../doctor/live/words.ts";
import type { Outputs, Registration } from "../../../contract/outputs.ts";
import { guidOf } from "../../components/deploy.ts";
import { deployedOutputs } from "../../review/deployed-outputs.ts";

const NOW = new Date("2026-03-01T00:00:00Z");
const OWNER = guidOf("owner");

function declared(): { outputs: Outputs; registration: Registration } {
  const outputs = deployedOutputs((all) => {
    for (const each of all.registrations) each.owners = [OWNER];
  });
  const registration = outputs.registrations.find(({ name }) => name === "ones");
  if (registration === undefined) throw new Error("There is no such registration.");
  return { outputs, registration };
}

const GRAPH = {
  id: "graph",
  name: "",
  roles: new Map([
    ["place", "Place.Read.All"],
    ["mail", "Mail.Send"],
  ]),
  scopes: new Map([["user", "User.Read"]]),
};

/** As the outputs declare it. */
function asDeclared({ outputs, registration }: ReturnType<typeof declared>): LiveRegistration {
  const secret = outputs.credentials.secrets.find(({ clientId }) => clientId === registration.clientId);
  const owner = { id: OWNER, displayName: "Ada", userPrincipalName: "ada@contoso.com", accountEnabled: true };
  return {
    application: {
      id: registration.objectId,
      appId: registration.clientId,
      passwordCredentials: (["a", "b"] as const).flatMap((slot) => {
        const held = secret?.state[slot];
        return held ? [{ keyId: slot, displayName: `${outputs.mark} ${slot}`, endDateTime: held.end }] : [];
      }),
      keyCredentials: [],
      web: { redirectUris: [...registration.redirectUris] },
      displayName: registration.displayName,
      notes: outputs.mark,
      api: { requestedAccessTokenVersion: 2 },
      requiredResourceAccess: [{ resourceAppId: "graph app", resourceAccess: [{ id: "place", type: "Role" }] }],
    },
    principal: {
      id: registration.principalId,
      appId: registration.clientId,
      passwordCredentials: [],
      keyCredentials: [],
      notes: outputs.mark,
      tags: ["WindowsAzureActiveDirectoryIntegratedApp"],
    },
    owners: [owner],
    principalOwners: [owner],
    trusts: [],
    assignments: [{ id: "assignment", appRoleId: "place", resourceId: "graph" }],
    grants: [],
    directoryRoles: [],
    roleGroups: [],
    apis: new Map([
      ["graph", GRAPH],
      ["graph app", GRAPH],
    ]),
  };
}

function differences(change: (live: LiveRegistration) => Partial<LiveRegistration>): string[] {
  const { outputs, registration } = declared();
  const live = asDeclared({ outputs, registration });
  return compareWithDeclared(outputs, registration, { ...live, ...change(live) }, NOW).map(
    ({ kind, aspect, on, id }) => `${kind} ${aspect} ${id} on the ${on}`,
  );
}

it("finds nothing where everything is as declared", () => {
  expect(differences(() => ({}))).toEqual([]);
});

describe("finds", () => {
  const password = { keyId: "by hand", displayName: "x", endDateTime: "2099-12-31T00:00:00Z" };

  it("a secret that ends when the stack's own does", () => {
    const found = differences(({ application }) => {
      const [own] = application.passwordCredentials;
      const twin = { keyId: "twin", displayName: own?.displayName, endDateTime: own?.endDateTime };
      return { application: { ...application, passwordCredentials: [...application.passwordCredentials, twin] } };
    });
    expect(found).toEqual(["surplus secret twin on the application"]);
  });

  it("secrets and certificates of the service principal", () => {
    const found = differences(({ principal }) => ({
      principal: principal && { ...principal, passwordCredentials: [password], keyCredentials: [password] },
    }));
    expect(found).toEqual([
      "surplus secret by hand on the service principal",
      "surplus certificate by hand on the service principal",
    ]);
  });

  it("a current secret that was taken away, and not one that has expired", () => {
    const found = differences(({ application }) => ({ application: { ...application, passwordCredentials: [] } }));
    const { outputs, registration } = declared();
    const state = outputs.credentials.secrets.find(({ clientId }) => clientId === registration.clientId)?.state;
    expect(found).toContain(`missing secret ${state?.current} on the application`);
  });

  it("owners of either part", () => {
    expect(differences(() => ({ owners: [], principalOwners: [{ id: "EVE" }] }))).toEqual([
      "surplus owner eve on the service principal",
      `missing owner ${OWNER} on the application`,
      `missing owner ${OWNER} on the service principal`,
    ]);
  });

  it("a permission that was granted beside the others, by its name", () => {
    const found = differences(({ assignments }) => ({
      assignments: [...assignments, { id: "another", appRoleId: "mail", resourceId: "graph" }],
      grants: [{ id: "grant", resourceId: "graph", consentType: "AllPrincipals", scope: "openid User.Read" }],
    }));
    expect(found).toEqual([
      "surplus granted permission application Mail.Send on the service principal",
      "surplus granted permission delegated User.Read on the service principal",
    ]);
  });

  it("a service principal that is gone, and not everything that went with it", () => {
    expect(differences(() => ({ principal: undefined, assignments: [], principalOwners: [] }))).toEqual([
      "missing setting the service principal on the service principal",
    ]);
  });

  it("roles of Entra, and groups that can have them", () => {
    const found = differences(() => ({
      directoryRoles: [{ id: "ONE", name: "Application Administrator", scope: "/" }],
      roleGroups: [{ id: "two", displayName: "Admins", isAssignableToRole: true }],
    }));
    expect(found).toEqual([
      "surplus directory role one on the service principal",
      "surplus role-assignable group two on the service principal",
    ]);
  });

  it.each<[string, Partial<LiveApplication>, string]>([
    ["its name", { displayName: "Another" }, "changed setting name"],
    ["its mark", { notes: null }, "changed setting mark of the stack"],
    ["who signs in", { signInAudience: "AzureADMultipleOrgs" }, "changed setting who may sign in"],
    ["public clients", { isFallbackPublicClient: true }, "changed setting public client flows"],
    ["devices", { isDeviceOnlyAuthSupported: true }, "changed setting sign-in of devices without a person"],
    ["native authentication", { nativeAuthenticationApisEnabled: "all" }, "changed setting native authentication"],
    ["groups in tokens", { groupMembershipClaims: "All" }, "changed setting groups in tokens"],
    ["no version 2", { api: { requestedAccessTokenVersion: null } }, "changed setting version of access tokens"],
    [
      "mapped claims",
      { api: { requestedAccessTokenVersion: 2, acceptMappedClaims: true } },
      "changed setting claims that the client maps itself",
    ],
    [
      "unverified addresses",
      { authenticationBehaviors: { removeUnverifiedEmailClaim: false } },
      "changed setting unverified e-mail addresses in tokens",
    ],
    ["a key for tokens", { tokenEncryptionKeyId: "k" }, "changed setting key that tokens are encrypted for"],
    ["a home page", { info: { privacyStatementUrl: "https://x.example" } }, "changed setting privacy statement"],
    ["a publisher", { verifiedPublisher: { displayName: "Evil" } }, "changed setting verified publisher"],
    ["that it was deactivated", { isDisabled: true }, "changed setting deactivated"],
    ["an identifier URI", { identifierUris: ["api://x"] }, "surplus identifier URI api://x"],
    ["an app role", { appRoles: [{ id: "R", value: "Admin" }] }, "surplus app role r"],
    [
      "a scope of its own",
      { api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ id: "S", value: "all" }] } },
      "surplus exposed permission s",
    ],
    [
      "a client that is let in without consent",
      { api: { requestedAccessTokenVersion: 2, preAuthorizedApplications: [{ appId: "C" }] } },
      "surplus pre-authorized application c",
    ],
    [
      "a known client",
      { api: { requestedAccessTokenVersion: 2, knownClientApplications: ["c"] } },
      "surplus known client application c",
    ],
    ["an application that manages it", { managerApplications: ["m"] }, "surplus managing application m"],
    ["a claim", { optionalClaims: { idToken: [{ name: "email" }] } }, "surplus token claim idToken email"],
    ["a tag", { tags: ["HideApp"] }, "surplus tag HideApp"],
    ["an add-in", { addIns: [{ id: "a", type: "x" }] }, "surplus add-in a"],
  ])("of the application: %s", (_, change, said) => {
    const found = differences(({ application }) => ({ application: { ...application, ...change } }));
    expect(found).toEqual([`${said} on the application`]);
  });

  it.each<[string, Partial<LivePrincipal>, string]>([
    ["its mark", { notes: null }, "changed setting mark of the stack (service principal)"],
    ["single sign-on", { preferredSingleSignOnMode: "saml" }, "changed setting kind of single sign-on"],
    ["an address of replies", { replyUrls: ["https://evil.example"] }, "surplus reply address https://evil.example"],
    ["a name", { servicePrincipalNames: ["https://evil.example"] }, "surplus identifier URI https://evil.example"],
    ["a tag", { tags: ["WindowsAzureActiveDirectoryIntegratedApp", "HideApp"] }, "surplus tag HideApp"],
    ["that it was deactivated", { isDisabled: true }, "changed setting deactivated (service principal)"],
  ])("of the service principal: %s", (_, change, said) => {
    const found = differences(({ principal }) => ({ principal: principal && { ...principal, ...change } }));
    expect(found).toEqual([`${said} on the service principal`]);
  });

  it("nothing of what could not be read", () => {
    expect(differences(() => ({ trusts: undefined }))).toEqual([]);
  });
});

it("says nothing that acts, whatever a name is", () => {
  const { outputs, registration } = declared();
  const live = asDeclared({ outputs, registration });
  const owners = [...live.owners, { id: "a'; rm -rf /", displayName: "::error::\u001b[31mx\r\ny" }];
  const [found] = compareWithDeclared(outputs, registration, { ...live, owners }, NOW);
  const text = found ? tellDifference(found, registration, outputs.mark).join(" ") : "";

  expect(text).not.toMatch(/\p{Cc}/u);
  expect(text).toContain(String.raw`--owner-object-id 'a'\''; rm -rf /'`);
});

it("does not say that somebody's own secret comes back by a command that forgets it", () => {
  const { outputs, registration } = declared();
  const keyId = "1f6b4ad6-52f5-4a6c-8f2c-2d5b8f9d2f11";
  const { clientId, name } = registration;
  const own = { clientId, registration: name, kind: "secret", keyId, end: "2099-12-31", since: "2026-01-01" } as const;
  const adopted = [{ ...own, note: "the old report server" }];
  const known = { ...outputs, credentials: { ...outputs.credentials, adopted } };
  const [found] = compareWithDeclared(known, registration, asDeclared({ outputs, registration }), NOW);

  expect(found && tellDifference(found, registration, outputs.mark)).toEqual([
    `Declared and not there: secret the old report server (key id ${keyId}) on the application.`,
    `Nothing puts it back. Take it out of the settings too: npx --no-install tenantwire credentials retire ${keyId} -s <stack> --unused`,
  ]);
});

it("finds exactly what was added, taken away or changed, whatever the facts are", () => {
  const fact = fc.record({
    aspect: fc.constantFrom<Fact["aspect"]>("secret", "owner", "setting"),
    on: fc.constantFrom<Fact["on"]>("application", "service principal"),
    id: fc.string({ maxLength: 3 }),
    label: fc.string(),
    value: fc.string({ maxLength: 2 }),
  });
  const facts = fc.uniqueArray(fact, { selector: ({ aspect, on, id }) => JSON.stringify([aspect, on, id]) });
  fc.assert(
    fc.property(facts, facts, (before, after) => {
      const key = ({ aspect, on, id }: Pick<Fact, "aspect" | "on" | "id">) => JSON.stringify([aspect, on, id]);
      const left = new Map(before.map((each) => [key(each), each.value]));
      for (const difference of compareFacts(before, after)) {
        if (difference.kind === "missing") left.delete(key(difference));
        else left.set(key(difference), difference.after ?? "");
      }
      expect(left).toEqual(new Map(after.map((each) => [key(each), each.value])));
    }),
  );
});

describe("owners", () => {
  const { registration } = declared();
  const live = asDeclared(declared());

  it.each([
    [{ id: "1", displayName: "Ada" }, "ok: Ada (1)."],
    [
      { id: "1", displayName: "Ada", userType: "Guest" },
      "failed: Ada (1) is a guest of this tenant. Write another person under tenantwire:owners, and deploy (pulumi up).",
    ],
    [
      { id: "1", displayName: "Ada", accountEnabled: false },
      "warning: Ada (1) cannot sign in any more. Write another person under tenantwire:owners, and deploy (pulumi up).",
    ],
  ])("%j", (owner, said) => {
    const { status, text } = ownersVerdict(registration, { ...live, owners: [owner], principalOwners: [] });
    expect(`${status}: ${text}`).toBe(said);
  });
});

it("tells of a registration that other tenants can give a credential", () => {
  const { registration } = declared();
  const live = asDeclared(declared());
  const locked = { ...live.application, servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } };

  expect(lockVerdict(registration, live, "Microsoft").status).toBe("warning");
  expect(lockVerdict(registration, { ...live, application: locked }, "Microsoft").text).toBe("They cannot.");
});
