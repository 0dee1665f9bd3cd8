/** Pull requests, benign and hostile, each with the exact lines that its approver must see. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { mockPulumi } from "../components/deploy.ts";
import { type PolicySource, type Review, reviewPreview } from "../../review/index.ts";
import type { Preview } from "../../review/preview.ts";
import { expectedByOutputs, expectedBySettings } from "../../stacks/expected.ts";
import { parseWritten } from "../stacks/agreement.ts";
import { OWNER, OTHER_OWNER } from "../stacks/written.ts";
import { company, companyWith } from "./company.ts";
import { previewBetween, type Ran, ran, secretsOf, TODAY } from "./pull-requests.ts";

const NEW = "11111111-2222-4333-8444-555555555555";
const GITHUB = "https://token.actions.githubusercontent.com";
const agreed = { "mailbox-reach": { exceptions: [{ registration: "oneconnect", reason: "agreed in March" }] } };
const base: PolicySource = { file: "base.yaml", policy: { rules: agreed, production: true } };

const own = {
  name: "sync",
  issuer: "https://workloads.contoso.com",
  subject: "sync",
  audience: "api://AzureADTokenExchange",
};
const trust = (subject: string) => ({ "syncIdentity.federated": [own, { name: "more", issuer: GITHUB, subject }] });
const off = { level: "disabled" };

let before: Ran;

beforeAll(async () => {
  await mockPulumi();
  before = await ran(company(), undefined);
}, 30_000);

function reviewed(preview: Preview): Review {
  return reviewPreview(preview, { stack: "contoso", today: TODAY, withinDays: 14, base });
}

function lines({ attention }: Review): string[] {
  return attention.map(({ level, text }) => `${level}: ${text}`);
}

const pullRequests: [string, Readonly<Record<string, unknown>>, readonly string[]][] = [
  ["nothing", {}, []],
  [
    "another department name in the mapping",
    { "oneplan.users.fields.department": "department" },
    ["notice: 1 change of what the syncs do: see below."],
  ],
  [
    "one more group",
    { "oneplan.users.groups": ["OnePlan Users", "Partners"] },
    ["notice: 2 changes of what the syncs do: see below."],
  ],
  ["a renamed registration", { "ones.microsoft365.displayName": "ONES rooms" }, []],
  ["a day on which a key ends", { "ones.key.expires": "2027-06-30" }, []],
  ["a tighter limit", { "sync.users.limits.disable.count": 20 }, ["notice: 1 change of what the syncs do: see below."]],
  [
    "another path of the same host",
    { "ones.microsoft365.redirectUris": ["https://ones.contoso.com/callback2"] },
    ["notice: `ONES` gets further redirect URIs: `https://ones.contoso.com/callback2`."],
  ],
  [
    "one more protected account",
    { "sync.users.protected": ["ceo@contoso.com", "cfo@contoso.com", "coo@contoso.com"] },
    ["notice: 1 change of what the syncs do: see below."],
  ],
  [
    "a property that needs a permission",
    { "oneplan.users.fields.leave": "employeeLeaveDateTime" },
    [
      "notice: `OnePlan Entra users` gets the application permission `User-LifeCycleInfo.Read.All` (tier 1): it reads what the company may not have told anybody yet.",
      "notice: `tenantwire sync` gets the application permission `User-LifeCycleInfo.Read.All` (tier 1): it reads what the company may not have told anybody yet.",
      "notice: 1 change of what the syncs do: see below.",
    ],
  ],
  ["a file that is not written any more", { files: undefined }, ["notice: 5 changes of what the syncs do: see below."]],
  [
    "redirect to a foreign host",
    { "ones.microsoft365.redirectUris": ["https://ones.contoso.com/callback", "https://evil.example/callback"] },
    ["danger: `ONES` sends people who signed in to the host `evil.example`, which was not among its redirect URIs."],
  ],
  [
    "an unknown owner",
    { owners: [OWNER, OTHER_OWNER, NEW] },
    [
      "danger: `11111111-2222-4333-8444-555555555555` (name not known) comes to own `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`, and can make secrets for them and sign in as each.",
    ],
  ],
  [
    "another deployer",
    { deployer: NEW },
    [
      "danger: `11111111-2222-4333-8444-555555555555` (name not known) comes to own `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`, and can make secrets for them and sign in as each.",
      "notice: `d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c` (name not known) no longer owns `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`.",
    ],
  ],
  [
    "pull requests",
    trust("repo:contoso/integrations:pull_request"),
    [
      "danger: `repo:contoso/integrations:pull_request` of `https://token.actions.githubusercontent.com` can sign in as `tenantwire sync`, without a secret: that is any pull request, with whatever its author writes into it.",
    ],
  ],
  [
    "any branch",
    trust("repo:contoso/integrations:ref:refs/heads/*"),
    [
      "danger: `federated-subject`, `sync`: Entra takes * in a subject for itself, so that this one never matches. Write out one subject for each identity.",
    ],
  ],
  [
    "other tenants",
    { "ones.microsoft365.audience": "multipleTenants" },
    [
      "danger: `single-tenant`, `ones`: People of every other tenant can sign in too. Write audience: singleTenant, or an exception with its reason.",
    ],
  ],
  [
    "another host of ONES",
    { "ones.baseUrl": "https://ones.evil.example" },
    ["danger: `integrations.ones.baseUrl`: a new host, ones.evil.example."],
  ],
  [
    "another host of OnePlan",
    { "oneplan.environment": undefined, "oneplan.baseUrl": "https://oneplan.evil.example" },
    [
      "danger: `consents.adSynchronization.link`: a new host, oneplan.evil.example.",
      "danger: `consents.consentIntegration.link`: a new host, oneplan.evil.example.",
      "danger: `integrations.oneplan.baseUrl`: a new host, oneplan.evil.example.",
      "danger: `integrations.oneplanEntraUsers.baseUrl`: a new host, oneplan.evil.example.",
      "notice: After the deployment somebody has to consent: OnePlan. Lets OnePlan read Entra users: OnePlan > Admin > Users > AD Synchronization, the link at the bottom of the page.",
      "notice: After the deployment somebody has to consent: OnePlan. Lets the integrations of the OnePlan group Contoso use the tenant.",
    ],
  ],
  [
    "another path of a file",
    { "files.users.path": "/var/www/people.csv" },
    ["danger: `integrations.file.path`: another path that is written to."],
  ],
  [
    "routes",
    { "ones.routes": { users: "/evil" } },
    ["danger: `integrations.ones.routes.users`: another way to the server's API."],
  ],
  [
    "a lifted limit",
    { "sync.users.limits.disable.count": 100000 },
    ["danger: `sync.users.limits.disable.count`: a lifted limit."],
  ],
  [
    "a limit that is not written any more",
    { "sync.users.limits": undefined },
    [
      "danger: `sync.users.limits.disable.count`: a lifted limit.",
      "danger: `sync.users.limits.disable.percent`: a lifted limit.",
    ],
  ],
  [
    "emptied protected",
    { "sync.users.protected": [] },
    ["danger: `sync.users.protected`: fewer are protected from being disabled."],
  ],
  [
    "protected groups taken out",
    { "ones.users.protectedGroups": undefined },
    ["danger: `integrations.ones.users.protectedGroups`: fewer are protected from being disabled."],
  ],
  [
    "everybody in scope",
    { "ones.users.groups": [] },
    ["danger: `integrations.ones.users.groups`: everybody is in scope, and not some groups."],
  ],
  [
    "another group",
    { "ones.users.groups": ["ONES Usres"] },
    [
      "danger: `integrations.ones.users.groups`: other people are in scope: who is in none of the groups left is switched off.",
    ],
  ],
  [
    "administrative units where everybody was in scope before",
    { "files.users.administrativeUnits": ["Europe"] },
    [
      "danger: `integrations.file.users.administrativeUnits`: only some administrative units are in scope, and not everybody: the others are switched off.",
    ],
  ],
  [
    "another administrative unit",
    { "oneplan.users.administrativeUnits": ["Asia"] },
    [
      "danger: `integrations.oneplan.users.administrativeUnits`: other people are in scope: who is in none of the administrative units left is switched off.",
    ],
  ],
  [
    "one more group that is kept out",
    { "ones.users.excludedGroups": ["Contractors", "Interns"] },
    ["danger: `integrations.ones.users.excludedGroups`: more are kept out: who was in scope of them is switched off."],
  ],
  [
    "one more who is kept out",
    { "sync.users.exclude": ["robot@contoso.com", "ceo@contoso.com"] },
    ["danger: `sync.users.exclude`: more are kept out: who was in scope of them is switched off."],
  ],
  [
    "another filter",
    { "sync.users.filter": "department eq 'Seals'" },
    ["danger: `sync.users.filter`: other people are in scope: whom the filter leaves out is switched off."],
  ],
  [
    "other buildings",
    { "ones.rooms.buildings": ["Berlin 2"] },
    ["danger: `integrations.ones.rooms.buildings`: other rooms are in scope: what nothing names any more is retired."],
  ],
  [
    "all rooms",
    { "ones.rooms": { scope: "all" } },
    [
      "danger: `integrations.ones.rooms.scope`: all rooms are in scope, and not some.",
      "notice: 1 change of what the syncs do: see below.",
    ],
  ],
  ["guests", { "sync.users.guests": true }, ["danger: `sync.users.guests`: guests are in scope."]],
  ["no filter", { "sync.users.filter": undefined }, ["danger: `sync.users.filter`: nobody is filtered out any more."]],
  [
    "four rules off",
    {
      rules: { "redirect-uris": off, "two-owners": off, "single-tenant": off, "tier-0-permission": off },
      owners: [OWNER],
    },
    [
      "danger: `two-owners`: One person alone owns the registrations: two are needed, so that somebody is left when one goes. Add the object id of another person, or write an exception with its reason.",
      'danger: The rules themselves change: `tenantwire:rules.mailbox-reach` was `{"exceptions":[{"registration":"oneconnect","reason":"agreed in March"}]}` and would be what is the default.',
      'danger: The rules themselves change: `tenantwire:rules.redirect-uris` was what is the default and would be `{"level":"disabled","exceptions":[]}`.',
      'danger: The rules themselves change: `tenantwire:rules.single-tenant` was what is the default and would be `{"level":"disabled","exceptions":[]}`.',
      'danger: The rules themselves change: `tenantwire:rules.tier-0-permission` was what is the default and would be `{"level":"disabled","exceptions":[]}`.',
      'danger: The rules themselves change: `tenantwire:rules.two-owners` was what is the default and would be `{"level":"disabled","exceptions":[]}`.',
      "notice: `99f1d3a5-2b5c-4f3c-9a4d-7d3f6f0d5a11` (name not known) no longer owns `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`.",
    ],
  ],
  [
    "an exception for everything",
    { rules: { "two-owners": { exceptions: [{ reason: "trust me" }] } }, owners: [OWNER] },
    [
      "danger: `two-owners`: One person alone owns the registrations: two are needed, so that somebody is left when one goes. Add the object id of another person, or write an exception with its reason.",
      'danger: The rules themselves change: `tenantwire:rules.mailbox-reach` was `{"exceptions":[{"registration":"oneconnect","reason":"agreed in March"}]}` and would be what is the default.',
      'danger: The rules themselves change: `tenantwire:rules.two-owners` was what is the default and would be `{"exceptions":[{"reason":"trust me"}]}`.',
      "notice: `99f1d3a5-2b5c-4f3c-9a4d-7d3f6f0d5a11` (name not known) no longer owns `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`.",
    ],
  ],
  [
    "not production any more",
    { production: false, "vault.purgeProtection": false },
    [
      "danger: `purge-protection`: The vault and its secrets can be purged for good. Take the line away (protection is on by default), or write production: false where nobody depends on them.",
      "danger: The rules themselves change: `tenantwire:production` was `true` and would be `false`.",
      "notice: 2 changes of other kinds: see Other changes.",
    ],
  ],
  [
    "no protection",
    { protect: false },
    [
      "danger: Protected no longer, so that the next deployment can delete it: `sync-registration-application`, `sync-registration-principal`, `ones-registration-application`, `ones-registration-principal`, `ones-sign-in-registration-application`, `ones-sign-in-registration-principal`, `oneplan-users-registration-application`, `oneplan-users-registration-principal`, `oneconnect-registration-application` and `oneconnect-registration-principal`.",
    ],
  ],
  [
    "mail of everybody",
    { "ones.microsoft365.mailSend": true },
    [
      "notice: `ONES` gets the application permission `Mail.Send` (tier 1): it can write as anybody to anybody; it writes; it reaches into mailboxes.",
    ],
  ],
  [
    "calendars of everybody",
    { "ones.microsoft365.exchangeScope": undefined },
    [
      "danger: `registrations.ones.exchangeScope.name`: other mailboxes are in reach.",
      "danger: `registrations.ones.exchangeScope.recipientFilter`: other mailboxes are in reach.",
      "notice: `ONES` gets the application permission `Calendars.ReadWrite` (tier 1): it can alter and delete what people rely on; it writes; it reaches into mailboxes.",
    ],
  ],
  [
    "a mode that needs less",
    { "ones.microsoft365.mode": "delegatedResourceOnly", "ones.microsoft365.exchangeScope": undefined },
    [
      "danger: `registrations.ones.exchangeScope.name`: other mailboxes are in reach.",
      "danger: `registrations.ones.exchangeScope.recipientFilter`: other mailboxes are in reach.",
      "notice: `ONES` gets the delegated permission `Calendars.ReadWrite.Shared` (tier 2): it reaches only what the person who signed in can open; it writes; it reaches into mailboxes.",
      "notice: `ONES` loses the application permission `Place.Read.All`: what needs it stops working.",
      "notice: 1 change of what the syncs do: see below.",
    ],
  ],
  [
    "no sign-in any more",
    { "ones.microsoft365.singleSignOn": undefined },
    [
      "danger: The registration `ONES sign-in` is deleted: nobody can sign in as it any more, and its consent goes with it.",
      "danger: ServicePrincipal `ones-sign-in-registration-principal` is deleted.",
      "danger: Secret `ones-sign-in-secret-vault-secret` is deleted.",
      "danger: The secret of `ONES sign-in` that is in use ends with this deployment: copies of it stop working.",
      "notice: 1 change of what the syncs do: see below.",
    ],
  ],
  [
    "forms beside Office 365",
    { "oneconnect.authentication": "multiAuthentication", "oneconnect.allowed": ["office365", "forms"] },
    [
      "danger: `integrations.oneconnect.allowed`: people can sign in by other ways.",
      "danger: `integrations.oneconnect.authentication`: people can sign in by other ways.",
    ],
  ],
  [
    "another mailbox filter",
    { "ones.microsoft365.exchangeScope": { recipientFilter: "Alias -ne $null" } },
    ["danger: `registrations.ones.exchangeScope.recipientFilter`: other mailboxes are in reach."],
  ],
  [
    "a sync that runs by itself no more, and another that does it oftener",
    {
      "sync.strategies.users.enabled": false,
      "sync.strategies.rooms.schedule": "hourly",
      "sync.strategies.rooms.times": undefined,
    },
    [
      "danger: `sync.strategies.users.enabled`: it does not run by itself any more.",
      "notice: 2 changes of what the syncs do: see below.",
    ],
  ],
  [
    "rooms retired at once",
    { "sync.rooms.retireAfter": { hours: 0, reads: 1 } },
    [
      "danger: `sync.rooms.retireAfter.hours`: rooms may be retired sooner.",
      "danger: `sync.rooms.retireAfter.reads`: rooms may be retired sooner.",
    ],
  ],
];

it.each(pullRequests)("%s", async (_what, changes, expected) => {
  expect(lines(reviewed(await previewBetween(before, companyWith(changes))))).toEqual(expected);
});

it("a first deployment names hosts, owners, files and groups", async () => {
  expect(lines(reviewed(await previewBetween(undefined, company())))).toEqual([
    "notice: `OneConnect` sends people who signed in to the host `my.oneconnect.ai`, which was not among its redirect URIs.",
    "notice: `ONES` sends people who signed in to the host `ones.contoso.com`, which was not among its redirect URIs.",
    "notice: `ONES sign-in` sends people who signed in to the host `ones.contoso.com`, which was not among its redirect URIs.",
    "notice: `sync` of `https://workloads.contoso.com` can sign in as `tenantwire sync`, without a secret.",
    "notice: `4c102969-7ee3-4871-9d3a-14a2add817c4` (name not known) comes to own `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`, and can make secrets for them and sign in as each.",
    "notice: `99f1d3a5-2b5c-4f3c-9a4d-7d3f6f0d5a11` (name not known) comes to own `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`, and can make secrets for them and sign in as each.",
    "notice: `d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c` (name not known) comes to own `OneConnect`, `OnePlan Entra users`, `ONES`, `ONES sign-in` and `tenantwire sync`, and can make secrets for them and sign in as each.",
    "notice: After the deployment somebody enters the new secret of `OneConnect` in the vendor's form, and acknowledges it (npx --no-install tenantwire credentials ack <credential> -s <stack>).",
    "notice: After the deployment somebody enters the new secret of `OnePlan Entra users` in the vendor's form, and acknowledges it (npx --no-install tenantwire credentials ack <credential> -s <stack>).",
    "notice: After the deployment somebody enters the new secret of `ONES` in the vendor's form, and acknowledges it (npx --no-install tenantwire credentials ack <credential> -s <stack>).",
    "notice: After the deployment somebody enters the new secret of `ONES sign-in` in the vendor's form, and acknowledges it (npx --no-install tenantwire credentials ack <credential> -s <stack>).",
    "notice: It works with the hosts `my.oneconnect.ai`, `my.oneplan.ai` and `ones.contoso.com`.",
    "notice: It writes into the files `people.csv`.",
    "notice: It is about the groups `Board`, `Contractors`, `ONES Users`, `OnePlan Users` and `Staff`.",
    "notice: `tenantwire sync` gets the role `Key Vault Secrets User` on `vaults/tw-contoso00c0ffee`.",
    "notice: After the deployment somebody has to consent: OnePlan. Lets OnePlan read Entra users: OnePlan > Admin > Users > AD Synchronization, the link at the bottom of the page.",
    "notice: After the deployment somebody has to consent: OnePlan. Lets the integrations of the OnePlan group Contoso use the tenant.",
    "notice: 4 changes of other kinds: see Other changes.",
  ]);
});

describe("what the outputs will tell", () => {
  it.each(pullRequests)("is what they tell after the deployment: %s", async (_what, changes) => {
    const written = companyWith(changes);
    const { outputs } = await ran(written, before.outputs);
    if (!outputs) return;
    const settings = parseWritten(written, secretsOf(written));

    expect(plain(expectedBySettings(settings))).toEqual(plain(expectedByOutputs(outputs)));
  });
});

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** With what a company may have besides. */
const organization = {
  name: "contoso",
  token: { secret: "plansToken", expires: "2027-01-31" },
  ...{ projects: ["Web"], planTypes: ["Epic", "Feature"], taskTypes: ["User Story"] },
  planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "toOnePlan" }],
};
const others = {
  plans: {
    oneplan: { environment: "my", key: { name: "plans", secret: "oneplanKey" } },
    organizations: [organization],
  },
  alerts: {
    channels: {
      night: {
        on: ["failure", "drift"],
        mail: {
          ...{ host: "smtp.contoso.com", from: "tenantwire@contoso.com", to: ["it@contoso.com"] },
          ...{ user: "tenantwire", secret: "smtpPassword" },
        },
      },
      chat: { on: ["failure"], webhook: { format: "teams", secret: "teamsUrl" } },
      program: {
        on: ["failure"],
        webhook: { format: "signed", url: "https://alerts.contoso.com/in", secret: "signature" },
      },
    },
  },
};
const mail = "alerts.channels.night.mail";

describe("of a company with alerts and plans", () => {
  let with_: Ran;

  beforeAll(async () => {
    with_ = await ran(companyWith(others), undefined);
  });

  it("a first deployment names their hosts", async () => {
    expect(lines(reviewed(await previewBetween(undefined, companyWith(others))))).toEqual(
      expect.arrayContaining([
        "notice: It works with the hosts `alerts.contoso.com`, `dev.azure.com`, `my.oneconnect.ai`, `my.oneplan.ai`, `ones.contoso.com` and `smtp.contoso.com`.",
        "notice: It alerts `it@contoso.com`.",
      ]),
    );
  });

  it.each([
    ["nothing", {}, []],
    [
      "mail by another server",
      { [`${mail}.host`]: "smtp.evil.example" },
      [
        "danger: `integrations.alerts.channels.night.mail.host`: mail goes by another server, smtp.evil.example, which gets the password if there is one.",
      ],
    ],
    [
      "mail to somebody else",
      { [`${mail}.to`]: ["evil@evil.example"] },
      ["danger: `integrations.alerts.channels.night.mail.to`: other people are alerted."],
    ],
    [
      "fewer alerts",
      { "alerts.channels.night.on": ["failure"] },
      ["danger: `integrations.alerts.channels.night.on`: not alerted of any more: drift."],
    ],
    [
      "no alerts at all",
      { "alerts.channels.night": undefined },
      [
        "danger: Secret `alerts-night-secret` is deleted.",
        "danger: `integrations.alerts.channels.night.name`: nobody is alerted by it any more.",
        "notice: 8 changes of what the syncs do: see below.",
      ],
    ],
    [
      "tokens by somebody else",
      { [`${mail}.oauth2`]: { tokenUrl: "https://evil.example/token", clientId: "c", scope: "s" } },
      [
        "danger: `integrations.alerts.channels.night.mail.oauth2.tokenUrl`: a new host, evil.example, which gets the client's secret.",
        "notice: 2 changes of what the syncs do: see below.",
      ],
    ],
    [
      "a webhook at another host",
      { "alerts.channels.program.webhook.url": "https://evil.example/in" },
      ["danger: `integrations.alerts.channels.program.webhook.url`: a new host, evil.example."],
    ],
    [
      "a webhook at another address of its host",
      { "alerts.channels.program.webhook.url": "https://alerts.contoso.com/x" },
      ["danger: `integrations.alerts.channels.program.webhook.url`: another address."],
    ],
    [
      "an address that nobody sees",
      { "alerts.channels.chat.webhook.secret": "otherUrl" },
      [
        "danger: Alerts of the channel `chat` (Teams) go to another address. It is a secret, so that nobody sees where: ask who stored it.",
      ],
    ],
    [
      "a key of another name",
      { "ones.key.secret": "otherKey" },
      ["notice: The secret `tenantwire` of ONES is another one. Nobody sees which: ask who stored it."],
    ],
    [
      "another channel",
      {
        "alerts.channels.more": {
          on: ["success"],
          webhook: { format: "signed", url: "https://evil.example/in", secret: "signature" },
        },
      },
      [
        "danger: `integrations.alerts.channels.more.name`: somebody else is alerted.",
        "danger: `integrations.alerts.channels.more.webhook.format`: alerts go to another place.",
        "danger: `integrations.alerts.channels.more.webhook.url`: a new host, evil.example.",
        "notice: 2 changes of what the syncs do: see below.",
      ],
    ],
    [
      "another organization",
      { "plans.organizations": [organization, { ...organization, name: "evil" }] },
      [
        "danger: `integrations.plans.organizations.evil.projects`: work items of another organization.",
        "danger: `integrations.plans.organizations.evil.taskFields.Microsoft.VSTS.Scheduling.StartDate.direction`: work items are changed by what people write in OnePlan.",
        "danger: `integrations.plans.organizations.evil.taskFields.Microsoft.VSTS.Scheduling.TargetDate.direction`: work items are changed by what people write in OnePlan.",
        "danger: `integrations.plans.organizations.evil.taskFields.System.AssignedTo.direction`: work items are changed by what people write in OnePlan.",
        "danger: `integrations.plans.organizations.evil.taskFields.System.IterationPath.direction`: work items are changed by what people write in OnePlan.",
        "danger: `integrations.plans.organizations.evil.taskFields.System.Title.direction`: work items are changed by what people write in OnePlan.",
        "danger: `integrations.plans.organizations.evil.tokenVaultSecret`: a personal access token is the way in.",
        "danger: `integrations.plans.organizations.evil.url`: a new host, dev.azure.com.",
        "notice: 22 changes of what the syncs do: see below.",
      ],
    ],
    [
      "another kind of channel, where only its name stays",
      {
        "alerts.channels.chat.webhook": undefined,
        "alerts.channels.chat.mail": { host: "smtp.contoso.com", from: "a@contoso.com", to: ["evil@evil.example"] },
      },
      [
        "danger: Secret `alerts-chat-secret` is deleted.",
        "danger: `integrations.alerts.channels.chat.mail.host`: mail goes by another server, smtp.contoso.com, which gets the password if there is one.",
        "danger: `integrations.alerts.channels.chat.mail.to`: other people are alerted.",
        "notice: 5 changes of what the syncs do: see below.",
      ],
    ],
    [
      "an organization on another host",
      { "plans.organizations.0.url": "https://devops.evil.example/tfs/x" },
      ["danger: `integrations.plans.organizations.contoso.url`: a new host, devops.evil.example."],
    ],
    [
      "more projects",
      { "plans.organizations.0.projects": ["Web", "Secret"] },
      ["danger: `integrations.plans.organizations.contoso.projects`: work items of more projects."],
    ],
    [
      "work items from OnePlan",
      { "plans.organizations.0.createWorkItems": true, "plans.organizations.0.planFields.0.direction": "both" },
      [
        "danger: `integrations.plans.organizations.contoso.createWorkItems`: what people make in OnePlan becomes work items.",
        "danger: `integrations.plans.organizations.contoso.planFields.System.Title.direction`: work items are changed by what people write in OnePlan.",
      ],
    ],
    [
      "a direction",
      { "plans.organizations.0.planFields.0.direction": "both" },
      [
        "danger: `integrations.plans.organizations.contoso.planFields.System.Title.direction`: work items are changed by what people write in OnePlan.",
      ],
    ],
    [
      "another query",
      { "plans.organizations.0.query": "[System.Tags] CONTAINS 'x'" },
      ["notice: 1 change of what the syncs do: see below."],
    ],
    ["another integration", { "plans.integrationId": NEW }, ["notice: 1 change of what the syncs do: see below."]],
  ] as [string, Readonly<Record<string, unknown>>, readonly string[]][])("%s", async (_what, changes, expected) => {
    expect(lines(reviewed(await previewBetween(with_, companyWith({ ...others, ...changes }))))).toEqual(expected);
  });
});

it("a target that comes later names what begins to go there", async () => {
  const without = await ran(companyWith({ oneplan: undefined }), undefined);

  expect(lines(reviewed(await previewBetween(without, company())))).toEqual(
    expect.arrayContaining([
      "danger: `integrations.oneplan.baseUrl`: a new host, my.oneplan.ai.",
      "danger: What Entra knows of people begins to go to `oneplan`: `displayName` and `mail`. To a new host nothing goes before somebody names it (npx --no-install tenantwire sync -s <stack> --allow-host <host>).",
    ]),
  );
});
