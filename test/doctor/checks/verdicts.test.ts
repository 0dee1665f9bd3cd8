/** What each check says, word for word. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { assumptionChecks, assumptions } from "../../../doctor/checks/assumptions.ts";
import { NotChecked, ok, runChecks } from "../../../doctor/checks/check.ts";
import { consentVerdict, publisherVerdict } from "../../../doctor/checks/consents.ts";
import { credentialStatus, NOTICE_DAYS } from "../../../components/credentials/status.ts";
import { expiryVerdict } from "../../../doctor/checks/expiry.ts";
import type { Granted } from "../../../doctor/connectors/grants.ts";
import { differenceOf, scopeVerdict, permissionsVerdict } from "../../../doctor/checks/permissions.ts";
import { renderFindings } from "../../../cli/terminal/findings.ts";
import type { Outputs, Registration } from "../../../contract/outputs.ts";
import { CredentialError, NewHost } from "../../../contract/errors.ts";

const registration = (changes: Partial<Registration> = {}): Registration => ({
  name: "ones",
  setting: "ones.microsoft365",
  displayName: "ONES",
  clientId: "11111111-1111-4111-8111-111111111111",
  objectId: "22222222-2222-4222-8222-222222222222",
  principalId: "33333333-3333-4333-8333-333333333333",
  permissions: { application: ["Place.Read.All"], delegated: ["User.Read"] },
  consent: { mode: "grant" },
  redirectUris: [],
  ...changes,
});
const granted = (changes: Partial<Granted> = {}): Granted => ({
  application: ["Place.Read.All"],
  everybody: ["User.Read"],
  somebody: [],
  ...changes,
});
const LINK = "https://login.microsoftonline.com/contoso/adminconsent?client_id=1";

describe("permissions", () => {
  it.each<[string, Partial<Registration>, Partial<Granted>, string]>([
    ["all of them", {}, {}, "ok: 2 permissions declared and granted."],
    [
      "none of them, and none is needed",
      { permissions: { application: [], delegated: [] } },
      { application: [], everybody: [] },
      "ok: It asks for nothing.",
    ],
    [
      "missing, granted by the deployment",
      {},
      { application: [], everybody: [] },
      "failed: Declared but not granted: application Place.Read.All, delegated User.Read. Deploy the stack again (pulumi up --refresh).",
    ],
    [
      "missing, by a link",
      { consent: { mode: "link", link: LINK } },
      { application: [] },
      `failed: Consent was not given: application Place.Read.All. An administrator of the tenant has to open ${LINK}`,
    ],
    [
      "missing, by nobody from here",
      { consent: { mode: "none" } },
      { application: [] },
      "warning: Declared but not granted: application Place.Read.All. The settings leave consent to others (consent: none): Entra > App registrations > ONES > API permissions.",
    ],
    [
      "delegated ones that people consent to themselves",
      { consent: { mode: "none" } },
      { everybody: [], somebody: ["User.Read"] },
      "ok: Not granted for everybody: delegated User.Read. Each person consents when signing in first.",
    ],
    [
      "more than declared",
      {},
      { application: ["Exchange: full_access_as_app", "Place.Read.All"], somebody: ["Mail.Read"] },
      "failed: Granted but not declared: application Exchange: full_access_as_app, delegated Mail.Read. Declare it, or take it away in Entra > Enterprise applications > ONES > Permissions.",
    ],
    [
      "others than declared",
      {},
      { application: ["Mail.Send"] },
      "failed: Declared but not granted: application Place.Read.All. Deploy the stack again (pulumi up --refresh). " +
        "Granted but not declared: application Mail.Send. Declare it, or take it away in Entra > Enterprise applications > ONES > Permissions.",
    ],
    [
      "what every consent page adds",
      {},
      { everybody: ["User.Read", "openid", "profile", "offline_access"] },
      "ok: 2 permissions declared and granted.",
    ],
  ])("%s", (_, changes, given, said) => {
    const { status, text } = permissionsVerdict(registration(changes), granted(given));

    expect(`${status}: ${text}`).toBe(said);
  });

  it("is ok exactly where declared and granted are the same", () => {
    const names = fc.subarray(["A.Read", "B.Read", "C.Read"]);
    fc.assert(
      fc.property(names, names, names, names, (application, delegated, roles, everybody) => {
        const { status } = permissionsVerdict(
          registration({ permissions: { application, delegated } }),
          granted({ application: roles, everybody }),
        );
        const same = application.join() === roles.join() && delegated.join() === everybody.join();

        expect(status === "ok").toBe(same);
      }),
    );
  });

  it("what single people agreed to is not granted for everybody", () => {
    const { missing } = differenceOf(
      { application: [], delegated: ["User.Read"] },
      granted({ everybody: [], somebody: ["User.Read"] }),
    );

    expect(missing.delegated).toEqual(["User.Read"]);
  });
});

it("sending of mail that Exchange holds to one mailbox is void where Entra grants it too", () => {
  const exchangeScope = { name: "mailbox", recipientFilter: "x", permission: "Mail.Send", commands: [] };
  const judged = (...application: string[]) => scopeVerdict(registration({ exchangeScope }), granted({ application }));

  expect(judged("Calendars.Read").text).toBe(
    'Entra grants no sending of mail: mailboxes are reached by the scope "mailbox" of Exchange alone.',
  );
  expect(judged("Mail.Send")).toMatchObject({
    status: "warning",
    text: expect.stringContaining("Entra grants Mail.Send too"),
  });
});

describe("calendars that Exchange holds to some mailboxes", () => {
  const scoped = registration({ exchangeScope: { name: "ONES rooms", recipientFilter: "x", commands: [] } });

  it.each([
    [
      ["Place.Read.All"],
      'ok: Entra grants no calendars: they are reached by the scope "ONES rooms" of Exchange alone.',
    ],
    [
      ["Calendars.ReadWrite", "Place.Read.All"],
      'warning: Wide open: Exchange holds ONES to the mailboxes of the scope "ONES rooms", but Entra grants Calendars.ReadWrite too. ' +
        "Grants add up, so it reaches every mailbox. Take it away in Entra > Enterprise applications > ONES > Permissions.",
    ],
    [
      ["Calendars.ReadWrite", "Office 365 Exchange Online: full_access_as_app"],
      'warning: Wide open: Exchange holds ONES to the mailboxes of the scope "ONES rooms", but Entra grants Calendars.ReadWrite and Office 365 Exchange Online: full_access_as_app too. ' +
        "Grants add up, so it reaches every mailbox. Take them away in Entra > Enterprise applications > ONES > Permissions.",
    ],
  ])("%j", (application, said) => {
    const { status, text } = scopeVerdict(scoped, granted({ application }));

    expect(`${status}: ${text}`).toBe(said);
  });
});

describe("consents of vendors", () => {
  const consent = {
    name: "authorize",
    product: "OneConnect",
    purpose: "Reads users.",
    link: LINK,
    clientId: "the-app",
  };

  it.each<[string, Granted | undefined, string]>([
    [
      "nothing there",
      undefined,
      `failed: Consent was not given: the tenant does not know the application the-app of OneConnect. An administrator of the tenant has to open ${LINK}`,
    ],
    [
      "there, with nothing",
      granted({ application: [], everybody: [] }),
      `failed: The application the-app of OneConnect is there, but nothing was granted to it. An administrator of the tenant has to open ${LINK}`,
    ],
    ["given", granted(), "ok: Granted: application Place.Read.All, delegated User.Read."],
  ])("%s", (_, given, said) => {
    const { status, text } = consentVerdict(consent, given);

    expect(`${status}: ${text}`).toBe(said);
  });

  it("says what is missing of what the vendor names", () => {
    const permissions = { application: [], delegated: ["User.Read", "User.Read.All"] };

    expect(consentVerdict({ ...consent, permissions }, granted())).toEqual({
      status: "failed",
      text: `Not granted: delegated User.Read.All. An administrator of the tenant has to open ${LINK}`,
    });
  });
});

it.each<[string, Parameters<typeof publisherVerdict>[1], string]>([
  ["nobody knows yet", undefined, "ok: The tenant does not know the application 1 yet."],
  ["Microsoft verified", { name: "ONE", publisher: "One Ltd" }, "ok: ONE is published by One Ltd."],
  [
    "nobody verified",
    { name: "0NE" },
    "warning: Microsoft has verified nobody as the publisher of 0NE (1), which has consent as the application of OneConnect. " +
      "Ask the vendor whether this is its client id; if it is not: Entra > Enterprise applications > 0NE > Properties > Delete.",
  ],
])("the publisher of a vendor's application: %s", (_, principal, said) => {
  const { status, text } = publisherVerdict({ product: "OneConnect", clientId: "1" }, principal);
  expect(`${status}: ${text}`).toBe(said);
});

describe("expiry of keys", () => {
  const given = { name: "oneplan-key", product: "OnePlan", keyName: "tenantwire", vaultSecret: "oneplan-key" };
  const mend =
    "Make a new one in OnePlan (gear icon > Integration > Authentication Keys), store it (pulumi config set --secret <name under its secret> --stack <stack>), " +
    "write its last day into the settings (expires), and deploy (pulumi up).";

  it.each([
    ["2026-03-01", `failed: The key "tenantwire" of OnePlan: It ended on 2026-03-01. ${mend}`],
    ["2026-03-02", `warning: The key "tenantwire" of OnePlan: It ends today. ${mend}`],
    ["2026-03-03", `warning: The key "tenantwire" of OnePlan: It ends on 2026-03-03. ${mend}`],
    ["2026-03-16", `warning: The key "tenantwire" of OnePlan: It ends on 2026-03-16. ${mend}`],
    ["2026-03-17", 'ok: The key "tenantwire" of OnePlan: Replace it before 2026-03-17.'],
  ])("%s, as the list of credentials says it", (expires, said) => {
    const { status, text } = expiryVerdict({ ...given, expires }, "2026-03-02");

    expect(`${status}: ${text}`).toBe(said);
    const listed = credentialStatus(
      { kind: "given", name: "x", product: "OnePlan", expires },
      "2026-03-02",
      NOTICE_DAYS,
    );
    expect(text).toContain(listed.advice);
  });
});

describe("running checks", () => {
  const signal = new AbortController().signal;
  const check = (id: string, run: () => Promise<ReturnType<typeof ok>>) => ({ id, tried: id, run });

  it("turns what was thrown on purpose into a finding, and goes on", async () => {
    const findings = await runChecks(
      [
        check("refused", () => Promise.reject(new CredentialError("It was refused."))),
        check("nobody", () => Promise.reject(new NotChecked("Nobody is signed in."))),
        check("fine", async () => ok("It is.")),
      ],
      signal,
    );

    expect(findings.map(({ id, status, text }) => `${id} ${status} ${text}`)).toEqual([
      "refused failed It was refused.",
      "nobody skipped Nobody is signed in.",
      "fine ok It is.",
    ]);
    expect(renderFindings(findings, { color: false })).toBe(
      [
        "             check    tried",
        "failed       refused  refused",
        "             It was refused.",
        "not checked  nobody   nobody",
        "             Nobody is signed in.",
        "ok           fine     fine",
        "             It is.",
        "",
        "1 ok, 1 failed, 1 not checked",
        "",
      ].join("\n"),
    );
  });

  it("tells what several fail for once", async () => {
    const refused = () => Promise.reject(new NewHost("The host is new."));
    const findings = await runChecks(
      [check("key", refused), check("list", refused), check("other", () => Promise.reject(new NewHost("Another.")))],
      signal,
    );

    expect(findings.map(({ id, status, text, untried }) => [id, status, text, untried])).toEqual([
      ["key", "failed", "The host is new.", true],
      ["list", "skipped", "For the same reason: see key.", true],
      ["other", "failed", "Another.", true],
    ]);
  });

  it("hides no defect", async () => {
    await expect(
      runChecks([check("broken", () => Promise.reject(new TypeError("x is undefined")))], signal),
    ).rejects.toThrow(TypeError);
  });
});

describe("assumptions", () => {
  const everything = {
    tenant: { cloud: "USGovernment" },
    syncIdentity: { signIn: { kind: "federated" } },
    integrations: { oneplan: {}, ones: {}, azureDevOps: {}, plans: {} },
  } as unknown as Outputs;
  const finding = (id: string, status: "ok" | "failed" | "skipped") => ({ id, tried: "", status, text: "" });

  it("each has a check that finds it out, or a reason", async () => {
    const findings = ["key/oneplan", "list/oneplan", "key/ones", "routes/ones", "sign-in/sync"].map((id) =>
      finding(id, "ok"),
    );
    const found = await runChecks(assumptionChecks(everything, findings), new AbortController().signal);

    expect(found).toHaveLength(assumptions.length);
    for (const { status, text } of found) expect(`${status} ${text}`).toMatch(/^ok Found out by |^skipped No probe: /);
  });

  it.each([
    ["failed", "failed: It does not hold, or could not be found out: see key/oneplan."],
    ["skipped", "skipped: Not found out: see key/oneplan."],
  ] as const)("is %s as its check is", async (status, said) => {
    const [first] = await runChecks(
      assumptionChecks(everything, [finding("key/oneplan", status)]),
      new AbortController().signal,
    );

    expect(`${first?.status}: ${first?.text}`).toBe(said);
  });

  it("is not found out where something came before", async () => {
    const key = { ...finding("key/oneplan", "failed"), untried: true as const };
    const [first] = await runChecks(assumptionChecks(everything, [key]), new AbortController().signal);

    expect(`${first?.status}: ${first?.text}`).toBe("skipped: Not found out: see key/oneplan.");
  });

  it("of what the stack does not have are left out", () => {
    const nothing = { tenant: { cloud: "Microsoft" }, integrations: {} } as unknown as Outputs;

    expect(assumptionChecks(nothing, [])).toEqual([]);
  });
});
