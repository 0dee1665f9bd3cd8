/** `tenantwire test` on a deployed stack: what is right is ok, and each thing that is broken is named. */
import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import type { CheckResult } from "../../doctor/checks/index.ts";
import { oneConnect } from "../../sandbox/data/vendors.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../../sandbox/hosts/azure-devops/organization.ts";
import { ONES_HOST, onesKey } from "../../sandbox/hosts/ones/index.ts";
import { setSecret } from "../../sandbox/hosts/vault/store.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

let world: Deployed;
let deployed: Outputs;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  await world.stack.up();
  await world.writeOutputs((outputs) => (deployed = structuredClone(outputs)));
}, 120_000);

afterAll(() => world.close());

interface Tried extends Ran {
  /** By id. */
  readonly checks: Map<string, CheckResult>;
}

async function test(env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Tried> {
  const command = ["node", cli, "test", "--outputs", world.outputsFile, "--state", world.stateFile, "--json", ...args];
  const ran = await run(command as [string, ...string[]], { cwd: world.stack.folder, env: { ...world.env, ...env } });
  const { checks } = JSON.parse(ran.stdout) as { checks: CheckResult[] };
  return { ...ran, checks: new Map(checks.map((check) => [check.id, check])) };
}

/** The text of a check, after its status. */
async function said(id: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { checks } = await test(env);
  const { status, text } = checks.get(id) ?? { status: "no such check", text: [...checks.keys()].join(" ") };
  return `${status}: ${text}`;
}

const grants = () => directory(world.sandbox.world).appRoleAssignments;
const nobody = { ARM_CLIENT_ID: "", ARM_CLIENT_SECRET: "", AZURE_IMDS_CUSTOM_AUTHORITY_HOST: "" };

it("finds nothing wrong with what was just deployed", async () => {
  const { code, checks, stderr } = await test();

  expect([...checks.values()].filter(({ status }) => status !== "ok" && status !== "skipped")).toEqual([]);
  expect(stderr).not.toContain("unexpected");
  expect(code).toBe(0);
  expect(Object.fromEntries([...checks].map(([id, { status, text }]) => [id, `${status}: ${text}`]))).toMatchObject({
    tenant: `ok: contoso.onmicrosoft.com (${deployed.tenant.id})`,
    "sign-in/sync": "ok: It signs in.",
    "permissions/sync": "ok: 2 permissions declared and granted.",
  });
});

it("prints a table, without a word of a secret", async () => {
  const ran = await run(["node", cli, "test", "-s", "sandbox"], { cwd: world.stack.folder, env: world.env });

  expect({ code: ran.code, stderr: ran.stderr.split("\n").filter((line) => /error|unexpected/.test(line)) }).toEqual({
    code: 0,
    stderr: [],
  });
  expect(ran.stdout).toMatch(/^ok {11}permissions\/sync {2,}what tenantwire sync declares, beside what was granted$/m);
  expect(ran.stdout).toMatch(/^ {13}2 permissions declared and granted\.$/m);
  expect(ran.stdout).toMatch(/\n\n\d+ ok, 0 failed, \d+ not checked\n$/);
  expect(ran.stdout).not.toContain(world.sandbox.world.oneplanKey.value);
  expect(ran.stdout).not.toContain(world.sandbox.world.deployer.clientSecret);
});

describe("what somebody added by hand", () => {
  const registered = () => {
    const { applications, servicePrincipals, registrations } = directory(world.sandbox.world);
    const [registration] = deployed.registrations;
    const application = applications.get(registration?.objectId ?? "");
    const principal = servicePrincipals.get(registration?.principalId ?? "");
    if (!registration || !application || !principal) throw new Error("Nothing was deployed.");
    return { registration, application, principal, applications, servicePrincipals, registrations };
  };
  const byHand = {
    keyId: "5f0f1c1e-0000-4000-8000-000000000001",
    displayName: "by hand",
    startDateTime: "2026-01-01T00:00:00Z",
    endDateTime: "2099-12-31T00:00:00Z",
  };

  it("is found, each thing with the command that takes it away and what keeps it", async () => {
    const { registration, application, principal, applications, servicePrincipals, registrations } = registered();
    const { clientId, objectId, principalId } = registration;
    const before = { application: structuredClone(application), principal: structuredClone(principal) };
    const owners = [...registrations.ownersOf(objectId)];
    const [guest] = [...directory(world.sandbox.world).users.values()].filter(({ id }) => !owners.includes(id));
    if (!guest) throw new Error("There is nobody.");
    directory(world.sandbox.world).users.change(guest, { userType: "Guest" });
    applications.change(application, {
      passwordCredentials: [byHand],
      spa: { redirectUris: ["https://spa.example/"] },
      publicClient: { redirectUris: ["http://localhost"] },
      isFallbackPublicClient: true,
      web: { implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false } },
      requiredResourceAccess: [
        {
          resourceAppId: "00000002-0000-0ff1-ce00-000000000000",
          resourceAccess: [{ id: "dc890d15-9560-4a4c-9b7f-a736ec74ec40", type: "Role" }],
        },
      ],
    });
    servicePrincipals.change(principal, { passwordCredentials: [byHand], accountEnabled: false });
    registrations.setOwners(objectId, [...owners, guest.id]);

    const { code, checks } = await test();
    applications.change(application, { ...before.application, ...nothing });
    servicePrincipals.change(principal, { ...before.principal, passwordCredentials: [], accountEnabled: true });
    registrations.setOwners(objectId, owners);
    directory(world.sandbox.world).users.change(guest, { userType: "Member" });

    expect(code).toBe(10);
    const found = (id: string) => `${checks.get(id)?.status}: ${checks.get(id)?.text}`;
    expect(found("credentials/sync")).toBe(
      `failed: There and not declared: secret "by hand" (key id ${byHand.keyId}) on the application, until 2099-12-31.\n` +
        `Take it away: az ad app credential delete --id ${clientId} --key-id ${byHand.keyId}\n` +
        `Or keep it, and deploy (pulumi up): npx --no-install tenantwire credentials adopt sync ${byHand.keyId} -s sandbox --note "who uses it"\n` +
        `There and not declared: secret "by hand" (key id ${byHand.keyId}) on the service principal, until 2099-12-31.\n` +
        `Take it away: az ad sp credential delete --id ${principalId} --key-id ${byHand.keyId}`,
    );
    expect(found("ownership/sync")).toContain(
      `failed: There and not declared: owner ${text(guest, "displayName")} <${text(guest, "userPrincipalName")}> (${guest.id}) on the application.\n` +
        `Take it away: az ad app owner remove --id ${clientId} --owner-object-id ${guest.id}\nOr keep it: take it away,`,
    );
    expect(found("owners/sync")).toMatch(/^failed: .+ is a guest of this tenant\. Write another person/);
    expect(found("redirects/sync")).toBe(
      `failed: There and not declared: single-page redirect URI https://spa.example/.\n` +
        `Take it away: az rest --method PATCH --url https://graph.microsoft.com/v1.0/applications/${objectId} --body '{"spa":{"redirectUris":[]}}'\n` +
        `There and not declared: public client redirect URI http://localhost.\n` +
        `Take it away: az rest --method PATCH --url https://graph.microsoft.com/v1.0/applications/${objectId} --body '{"publicClient":{"redirectUris":[]}}'`,
    );
    expect(found("settings/sync")).toBe(
      "failed: Changed: public client flows: off is declared, and it is on.\n" +
        `Put it back: az rest --method PATCH --url https://graph.microsoft.com/v1.0/applications/${objectId} --body '{"isFallbackPublicClient":false}'\n` +
        "Changed: ID tokens by implicit grant: off is declared, and it is on.\n" +
        `Put it back: az rest --method PATCH --url https://graph.microsoft.com/v1.0/applications/${objectId} --body '{"web":{"implicitGrantSettings":{"enableIdTokenIssuance":false}}}'\n` +
        "Changed: signing in: allowed is declared, and it is blocked.\nPut it back: pulumi up --refresh",
    );
    expect(found("requests/sync")).toContain("There and not declared: requested permission application ");
    expect(found("requests/sync")).toContain(
      `Take it away: az ad app permission delete --id ${clientId} --api 00000002-0000-0ff1-ce00-000000000000 --api-permissions dc890d15-9560-4a4c-9b7f-a736ec74ec40`,
    );
    expect(found("requests/sync")).toContain("Declared and not there: requested permission application User.Read.All.");
  });

  const nothing = {
    passwordCredentials: [],
    spa: { redirectUris: [] },
    publicClient: { redirectUris: [] },
    isFallbackPublicClient: null,
    web: {},
  };

  it("a trust that was taken away", async () => {
    const { application, applications } = registered();
    const trusts = application["federatedIdentityCredentials"] ?? [];
    applications.change(application, { federatedIdentityCredentials: [] });
    const text = await said("trusts/sync");
    applications.change(application, { federatedIdentityCredentials: trusts });

    expect(text).toBe("failed: Declared and not there: trust sync.\nPut it back: pulumi up --refresh");
  });
});

describe("permissions", () => {
  afterEach(() => world.writeOutputs());

  it("one that was taken away in the portal is missing", async () => {
    const principal = deployed.syncIdentity?.principalId;
    const taken = [...grants().values()].find((grant) => grant["principalId"] === principal);
    if (!taken) throw new Error("Nothing was granted.");
    grants().remove(taken.id);

    const { code, checks } = await test();
    grants().put(taken);

    expect(code).toBe(10);
    expect(checks.get("permissions/sync")).toMatchObject({
      status: "failed",
      text: expect.stringMatching(
        /^Declared but not granted: application (GroupMember|User)\.Read\.All\. Deploy the stack again \(pulumi up --refresh\)\.$/,
      ) as unknown,
    });
  });

  it("one that nobody declared is named, and where to take it away", async () => {
    await world.writeOutputs((outputs) => {
      for (const registration of outputs.registrations) registration.permissions.application = ["User.Read.All"];
    });

    expect(await said("permissions/sync")).toMatch(
      new RegExp(
        "^failed: Granted but not declared: application GroupMember\\.Read\\.All\\. Declare it, or take it away in " +
          "Entra > Enterprise applications > tenantwire sync > Permissions, or by\n" +
          `az rest --method DELETE --url https://graph\\.microsoft\\.com/v1\\.0/servicePrincipals/${deployed.syncIdentity?.principalId}/appRoleAssignments/[\\w-]{43}$`,
      ),
    );
  });

  it("a registration that was deleted", async () => {
    await world.writeOutputs((outputs) => {
      for (const registration of outputs.registrations) registration.principalId = UNKNOWN;
    });

    expect(await said("permissions/sync")).toBe(
      "failed: The service principal of tenantwire sync is gone. Deploy the stack again (pulumi up --refresh).",
    );
  });

  it("calendars that are granted beside the scope of Exchange are wide open", async () => {
    await world.writeOutputs((outputs) => {
      for (const registration of outputs.registrations) {
        registration.exchangeScope = { name: "ONES rooms", recipientFilter: "x", commands: [] };
      }
    });

    expect(await said("calendars/sync")).toBe(
      'ok: Entra grants no calendars: they are reached by the scope "ONES rooms" of Exchange alone.',
    );
  });

  it("are not checked where nobody is signed in", async () => {
    expect(await said("permissions/sync", nobody)).toBe(
      "skipped: Nobody is signed in here who could read what was granted: sign in (az login), or set ARM_CLIENT_ID and ARM_CLIENT_SECRET.",
    );
  });

  it("are not checked where who is signed in may not read them", async () => {
    const principal = world.sandbox.world.deployer.objectId;
    const taken = [...grants().values()].filter((grant) => grant["principalId"] === principal);
    for (const { id } of taken) grants().remove(id);

    const text = await said("permissions/sync");
    for (const grant of taken) grants().put(grant);

    expect(text).toBe(
      "skipped: Who is signed in here may not read what was granted: sign in (az login) as somebody with Directory.Read.All.",
    );
  });
});

describe("consents of vendors", () => {
  const consent = {
    name: "adminConsent",
    product: "OneConnect",
    purpose: "Lets people sign in.",
    link: `https://login.microsoftonline.com/${oneConnect.tenantId}/adminconsent?client_id=${oneConnect.appId}`,
    permissions: { application: [], delegated: [...oneConnect.scopes] },
  };
  afterEach(() => world.writeOutputs());

  it("cannot be known without the vendor's application", async () => {
    await world.writeOutputs((outputs) => (outputs.consents = [consent]));

    expect(await said("consent/adminConsent")).toBe(
      `skipped: Whether it was given cannot be known: the vendor publishes no client id. Lets people sign in. (${consent.link}) ` +
        "Once it was given, copy the application's id from Entra > Enterprise applications > the application of OneConnect > Application ID " +
        "to tenantwire:oneconnect.clientId, and deploy (pulumi up).",
    );
  });

  it("are looked up by it, before and after an administrator followed the link", async () => {
    await world.writeOutputs((outputs) => (outputs.consents = [{ ...consent, clientId: oneConnect.appId }]));

    expect(await said("consent/adminConsent")).toBe(
      `failed: Consent was not given: the tenant does not know the application ${oneConnect.appId} of OneConnect. ` +
        `An administrator of the tenant has to open ${consent.link}`,
    );

    const address = `https://login.microsoftonline.com/${deployed.tenant.id}/adminconsent?client_id=${oneConnect.appId}`;
    const followed = await run(
      ["node", "-e", `fetch(${JSON.stringify(address)}, { redirect: "manual" }).then((it) => console.log(it.status))`],
      {
        cwd: world.stack.folder,
        env: world.env,
      },
    );
    expect(followed.stdout).toBe("302\n");

    expect(await said("consent/adminConsent")).toBe("ok: Granted: delegated User.Read and User.Read.All.");
  });
});

describe("what products were given", () => {
  afterEach(() => world.writeOutputs());

  it("a key that OnePlan revoked", async () => {
    const { oneplanKey } = world.sandbox.world;
    world.sandbox.faults.add({ host: "my.oneplan.ai", then: { status: 401 } });
    const text = await said("key/oneplan");
    world.sandbox.faults.clear();

    expect(text).toBe(
      `failed: OnePlan (my.oneplan.ai) refused the key "${oneplanKey.name}": it was revoked, or is of another OnePlan group. ` +
        "Make a new one in OnePlan (gear > Integration > Authentication Keys), store it (pulumi config set --secret <name under its key.secret> --stack <stack>), and deploy (pulumi up). " +
        'It says: "Authorization has been denied for this request."',
    );
  });

  it("a key of another group than the one that was synced to", async () => {
    const { report } = await world.sync();
    expect(report.status).toMatch(/^Success/);
    expect(await said("key/oneplan")).toMatch(
      /^ok: It is of the OnePlan group Contoso \([0-9a-f-]{36}\), as before\.$/,
    );

    const oneplan = world.sandbox.world.section<{ configId: string }>("oneplan", () => ({ configId: "" }));
    const { configId } = oneplan;
    oneplan.configId = UNKNOWN;
    const text = await said("key/oneplan");
    oneplan.configId = configId;

    expect(text).toBe(
      `failed: The key is of the OnePlan group Contoso (${UNKNOWN}), but the syncs wrote to the OnePlan group Contoso (${configId}) before: ` +
        "store the key of its OnePlan group (pulumi config set --secret <name under oneplan.key.secret> --stack <stack>) and deploy (pulumi up).",
    );
  });

  it("a field that OnePlan does not have", async () => {
    await world.writeOutputs((outputs) => {
      const fields = outputs.integrations.oneplan?.users.fields;
      if (fields) fields["Badge"] = "employeeId";
    });

    expect(await said("fields/oneplan")).toContain('failed: OnePlan has no resource field "Badge"');
  });
});

describe("Azure DevOps and ONES", () => {
  const put = (name: string, value: string) => {
    setSecret(world.sandbox.world, deployed.vault?.name ?? "", name, { value });
  };
  const devOps = (outputs: Outputs) => {
    outputs.integrations.azureDevOps = { organizations: [{ name: ORGANIZATION, tokenVaultSecret: "token" }] };
  };
  const ones = (outputs: Outputs, routes?: unknown) => {
    const users = { groups: [], fields: { userName: "userPrincipalName" }, defaultGroups: [] };
    const server = { baseUrl: `https://${ONES_HOST}`, keyName: "tenantwire", keyVaultSecret: "ones-key", users };
    outputs.integrations.ones = { ...server, ...(routes !== undefined && { routes }) };
    put("ones-key", onesKey(world.sandbox.world));
  };
  afterEach(() => world.writeOutputs());

  it("a personal access token that the organization knows, and one that it does not", async () => {
    await world.writeOutputs(devOps);
    put("token", createPersonalAccessToken(world.sandbox.world, new Date(Date.now() + 86_400_000)));
    expect(await said("azure-devops/contoso")).toMatch(/^ok: It knows .+\.$/);

    put("token", "not a token");
    expect(await said("azure-devops/contoso")).toBe(
      "failed: The organization contoso of Azure DevOps refused it: make a new personal access token for this organization, " +
        "store it (pulumi config set --secret <name under its token.secret> --stack <stack>), and deploy (pulumi up).",
    );
  });

  it("a service principal that nobody has added to the organization", async () => {
    await world.writeOutputs((outputs) => {
      outputs.integrations.azureDevOps = { organizations: [{ name: ORGANIZATION }], registration: "sync" };
    });
    const mend =
      "add the service principal in the organization (Organization settings > Users), and give it a licence and rights.";

    expect(await said("azure-devops/contoso")).toMatch(
      new RegExp(
        `^failed: The organization contoso of Azure DevOps .*${mend.replace(/[().]/g, "\\$&")} It says: .*TF400813: `,
      ),
    );
    expect(await said("azure-devops/contoso", { AZURE_FEDERATED_TOKEN_FILE: "" })).toBe(
      "skipped: tenantwire sync signs in with a token of an outside identity, and there is none here: run this command where it works.",
    );
  });

  it("a ONES server that answers as assumed", async () => {
    await world.writeOutputs((outputs) => ones(outputs));
    const { checks } = await test();

    expect(["key/ones", "routes/ones", "assumption/ones-list"].map((id) => checks.get(id)?.text)).toEqual([
      'It takes the key in the form "raw".',
      "It answers as the routes say.",
      "Found out by routes/ones.",
    ]);
  });

  it("a ONES server that takes its key in the other form", async () => {
    await world.writeOutputs((outputs) => ones(outputs));
    // Once, and once more with a key that is read anew.
    world.sandbox.faults.add({ host: ONES_HOST, times: 2, then: { status: 401 } });
    const found = await said("key/ones");
    world.sandbox.faults.clear();

    expect(found).toBe(
      "failed: The key is right, but the server takes it in the other form: write authentication: basic under tenantwire:ones.routes and deploy (pulumi up).",
    );
  });

  it("a ONES server on this machine that is down", async () => {
    await world.writeOutputs((outputs) => {
      ones(outputs);
      outputs.integrations.ones!.baseUrl = "https://localhost:1";
    });

    // It waits for minutes, since nothing was begun, and says why.
    const command = [cli, "test", "--outputs", world.outputsFile, "--state", world.stateFile, "--verbose"];
    const child = spawn("node", command, { cwd: world.stack.folder, env: world.env });
    let output = "";
    child.stderr.setEncoding("utf8");
    for await (const part of child.stderr as AsyncIterable<string>) {
      output += part;
      if (output.includes("Waiting ")) child.kill("SIGTERM");
    }

    expect(output).toContain(
      "localhost:1 cannot be reached (connect ECONNREFUSED 127.0.0.1:1): nothing answers there on this machine: start it, or correct the address.",
    );
  });

  it("a ONES server that lists its users elsewhere", async () => {
    await world.writeOutputs((outputs) => ones(outputs, { list: { path: "people/v9" } }));

    expect(await said("routes/ones")).toMatch(
      /^failed: ONES \(ones\.contoso\.com\) has no API\/external\/people\/v9\./,
    );
  });
});

it("says that a secret does not sign in any more", async () => {
  await world.writeOutputs((outputs) => {
    outputs.credentials.secrets = [
      {
        name: "wrong",
        clientId: deployed.syncIdentity?.clientId ?? "",
        // Any secret of the vault that is no password of the registration.
        vaultSecret: deployed.integrations.oneplan?.keyVaultSecret ?? "",
        state: { current: "a" },
        delivery: "vault",
        policy: { period: 90, overlap: 30, lateness: 30 },
        usedBy: "the syncs",
      },
    ];
  });
  const text = await said("secret/wrong");
  await world.writeOutputs();

  expect(text.replace(/, trace [0-9a-f-]{36}/, "")).toBe(
    `failed: Entra does not sign tenantwire sync (client id ${deployed.syncIdentity?.clientId}) in: its client secret is wrong. ` +
      "Deploy the stack again (pulumi up --refresh), which stores the right one in the vault. (AADSTS7000215)",
  );
});

it("says that this is another tenant", async () => {
  expect(await said("tenant", { ARM_TENANT_ID: UNKNOWN })).toBe(
    `failed: ARM_TENANT_ID is ${UNKNOWN}, but the outputs are of contoso.onmicrosoft.com (${deployed.tenant.id}). ` +
      "Sign in to that tenant, or use the outputs of the other one's stack.",
  );
});

it.each([
  [["--only", "all"], '--only takes directory, syncs, vendors, not "all".'],
  [["--only", "syncs", "--deploy"], "--only is for what is tried after a deployment: leave it out with --deploy."],
])("refuses %j", async (more, said) => {
  const command = ["node", cli, "test", "-s", "sandbox", ...more];
  const ran = await run(command as [string, ...string[]], { cwd: world.stack.folder, env: world.env });

  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(said)]);
});

it("of one part has nothing of another, and nobody has to sign in where there is nothing", async () => {
  const { checks } = await test({}, "--only", "directory", "--strict");
  expect([...checks.keys()].filter((id) => /^(sign-in|key|secret|assumption)\//.test(id))).toEqual([]);
  expect(checks.get("permissions/sync")?.status).toBe("ok");

  const { code, checks: none } = await test(nobody, "--only", "vendors", "--strict");
  expect([code, none.size]).toEqual([0, 0]);
});

it("says why the sync identity was not tried", async () => {
  expect(await said("sign-in/sync", { AZURE_FEDERATED_TOKEN_FILE: "" })).toBe(
    "skipped: The sync identity signs in where the syncs run, with a token of that place, and there is none here: run this command there too.",
  );
});

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
