/** The editor's schema and the parser say the same, but for a few things that are listed by name. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { SettingsError } from "../../contract/errors.ts";
import { LEFT_TO_THE_PARSER, parseWritten, schemaErrors } from "./agreement.ts";
import { asConfiguration, changed, everything, type Written } from "./written.ts";

type Path = readonly (string | number)[];

const secrets = {
  smtpPassword: "d-secret",
  teamsUrl: "https://teams.contoso.com/e-secret",
  signingKey: "f-secret",
  oneplanKey: "a-secret",
  onesKey: "b-secret",
  token: "c-secret",
  plansToken: "g-secret",
};

/** Right in every part, and in as many as there can be at once. */
const right: Written = {
  ...everything(),
  production: true,
  rules: { "two-owners": { level: "advisory", reason: "one of us left" } },
  oneconnect: { application: "own", group: "Contoso", consent: "grant", redirectUris: ["https://x.contoso.com"] },
  ones: {
    baseUrl: "https://ones.contoso.com",
    key: { secret: "onesKey", expires: "2026-03-31" },
    users: { groups: ["Staff"], cardNumber: { source: "employeeId" } },
    rooms: { scope: "specified", buildings: ["Berlin 1"] },
    microsoft365: {
      mode: "delegatedResourceOnly",
      consent: "link",
      redirectUris: ["https://ones.contoso.com/callback"],
      secret: { delivery: "pasted", acknowledged: "2026-03-31" },
      singleSignOn: { redirectUris: ["https://ones.contoso.com/sign-in"] },
    },
  },
  files: { users: { path: "people.csv", format: "csv", groups: ["Staff"] } },
  alerts: {
    graph: { mailbox: "tenantwire@contoso.com", certificate: {} },
    channels: {
      operators: {
        on: ["failure", "missed"],
        mail: {
          host: "smtp.contoso.com",
          from: "tenantwire@contoso.com",
          to: ["operators@contoso.com"],
          user: "tenantwire",
          secret: "smtpPassword",
          oauth2: { tokenUrl: "https://login.contoso.com/token", clientId: "client", scope: "mail" },
        },
      },
      leads: { on: ["staged"], graph: { to: ["leads@contoso.com"] } },
      chat: { on: ["exceptions"], webhook: { format: "teams", secret: "teamsUrl" } },
      program: { on: ["staged"], webhook: { format: "signed", url: "https://x.contoso.com/a", secret: "signingKey" } },
    },
  },
  access: {
    ...{ name: "Contoso", id: "contoso", authentication: "multiAuthentication", allowed: ["office365", "forms"] },
    ...{ timeZone: "Europe/Berlin", administrators: ["00000000-0000-4000-8000-00000000000a"], mailBy: "operators" },
    requests: { remindAfterDays: 2, expireAfterDays: 10 },
  },
  sync: {
    timeZone: "Europe/Berlin",
    strategies: {
      users: { schedule: "daily", times: ["06:00"], targets: { ones: { schedule: "hourly", minutes: [15] } } },
      rooms: { enabled: false, schedule: "monthly", times: ["23:45"], monthDays: [1, "last"], read: "full" },
    },
  },
  azureDevOps: { organizations: [{ name: "contoso", token: { secret: "token", expires: "2026-03-31" } }] },
  plans: {
    organizations: [
      {
        name: "contoso",
        url: "https://devops.contoso.com/tfs/DefaultCollection",
        token: { secret: "plansToken", expires: "2026-03-31" },
        projects: ["Rollout"],
        area: "Rollout\\Web",
        query: "([System.Tags] CONTAINS 'it''s (OnePlan')",
        planTypes: ["Epic", "Feature"],
        taskTypes: ["User Story"],
        createWorkItems: true,
        planFields: [
          { azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "fail" },
          { azureDevOps: "System.Id", oneplan: "Number", direction: "toOnePlan" },
        ],
      },
    ],
  },
};

function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    yield* placesIn(each, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

const places = [...placesIn(right)];

function at(path: Path): unknown {
  return path.reduce<unknown>((here, step) => (here as Written)[step], right);
}

describe("the schema and the parser agree", () => {
  it("on settings that are right in every part", () => {
    expect(() => parseWritten(right, secrets)).not.toThrow();
  });

  it("whatever is taken out, added, or stands in another's place", () => {
    const names = [...new Set(places.map((path) => path.at(-1)).filter((name) => typeof name === "string"))];
    const value = fc.oneof(
      fc.constant(undefined),
      fc.constantFrom(...places).map(at),
      fc.constantFrom<unknown>(
        "none",
        "own",
        "vendor",
        "all",
        "applicationPermission",
        "vault",
        "apart",
        {},
        [],
        30,
        false,
      ),
    );
    const place = fc.oneof(
      fc.constantFrom(...places),
      fc
        .tuple(fc.constantFrom(...places), fc.constantFrom(...names))
        .map(([path, name]) => [...path.slice(0, -1), name]),
    );
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.record({ place, value }), { minLength: 1, maxLength: 2 }), (slips) => {
        const written = slips.reduce<Written>((here, slip) => replaced(here, slip.place, slip.value), right);
        try {
          // Where the two do not agree, this is another error.
          parseWritten(written, secrets);
          taken++;
        } catch (error) {
          if (!(error instanceof SettingsError)) throw error;
        }
      }),
      { numRuns: 3_000, endOnFailure: true },
    );
    expect(taken).toBeGreaterThan(100);
  }, 120_000);
});

describe("is left to the parser, with its reason:", () => {
  const oneplan = ["oneplan", "users"];
  const plans = ["plans", "organizations", 0];
  const wrong: Readonly<Record<string, readonly [Written, Record<string, string>]>> = {
    "a secret that is missing": [right, { ...secrets, onesKey: "" }],
    "a secret's name that may be the secret itself": [changed(right, ["ones", "key", "secret"], "key365"), secrets],
    "a secret of two products": [changed(right, ["ones", "key", "secret"], "oneplanKey"), secrets],
    "a secret too many": [right, { ...secrets, another: "x" }],
    "the same again": [changed(right, [...oneplan, "groups"], ["A", "A"]), secrets],
    "a period within the overlap": [changed(right, ["oneconnect", "secret"], { periodDays: 30 }), secrets],
    "nobody to be reminded": [changed(right, ["access", "requests"], { remindAfterDays: 14 }), secrets],
    "a channel that is none of mail": [changed(right, ["access", "mailBy"], "chat"), secrets],
    "a group in and out": [changed(right, [...oneplan, "excludedGroups"], ["OnePlan Users"]), secrets],
    "a type that is a plan and a task": [changed(right, [...plans, "taskTypes"], ["Epic"]), secrets],
    "an area of another project": [changed(right, [...plans, "area"], "Rollouts\\Web"), secrets],
    "a query that is no condition": [changed(right, [...plans, "query"], "[A] = 1) OR ([B] = 2"), secrets],
    "a time zone": [changed(right, ["sync", "timeZone"], "Mars/Olympus"), secrets],
    "a field that is mapped twice": [
      changed(right, [...oneplan, "cardNumber"], { source: "employeeId", field: "mail" }),
      secrets,
    ],
  };

  it.each(Object.entries(LEFT_TO_THE_PARSER))("%s", (name, { fault }) => {
    const [written, given] = wrong[name] ?? [{}, {}];

    expect(schemaErrors(written, asConfiguration(written, given))).toBeUndefined();
    expect(() => parseWritten(written, given)).toThrow(fault);
  });
});

/** A copy in which something else stands at the place, if there is such a place by now; undefined takes it out. */
function replaced(written: Written, path: Path, value: unknown): Written {
  const parent = path.slice(0, -1).reduce<unknown>((here, step) => (here as Written | undefined)?.[step], written);
  return typeof parent === "object" && parent !== null ? changed(written, path, value) : written;
}
