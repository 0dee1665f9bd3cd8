/** Whatever somebody writes, parsing throws nothing but a SettingsError, and repeats no secret. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseBootstrapSettings } from "../../bootstrap/settings.ts";
import { SettingsError } from "../../contract/errors.ts";
import { parseAccessSettings } from "../../sync/kinds/access/settings.ts";
import { parsePlansSettings } from "../../sync/kinds/plans/settings.ts";
import { parseRoomsSettings } from "../../sync/kinds/rooms/settings.ts";
import { parseUsersSettings } from "../../sync/kinds/users/settings.ts";
import { completed, placesOf, settingsSchema } from "../review/settings-paths.ts";
import { parseWritten } from "./agreement.ts";
import { asConfiguration, everything, OWNER, type Path, pathsOf, replaced, whole, type Written } from "./written.ts";

const connection = { issuer: "https://issuer.contoso.com", subject: "y" };
const bootstrap: Written = {
  tenant: everything()["tenant"],
  stack: "contoso",
  azure: { location: "westeurope", resourceGroup: "pipelines", existing: true },
  namePrefix: "tw",
  consent: true,
  deployTo: ["rg"],
  github: {
    organization: "x",
    repository: "y",
    ids: { organization: 1, repository: "2" },
    branch: "main",
    reviewers: { users: [1], teams: ["2"] },
  },
  azureDevOps: {
    organization: "x",
    organizationId: OWNER,
    project: "y",
    connections: { preview: connection, deploy: connection, consent: connection, sync: connection },
  },
  syncIdentities: [OWNER],
  protect: true,
};

const limit = { count: 1, percent: 1, minimumPopulation: 1 };
const limits = { disable: limit, clear: limit, create: limit, failures: { count: 1 } };
const ofUsers = {
  disabledAccountsAreInactive: true,
  fullEveryDays: 7,
  limits,
  filter: "accountEnabled eq true",
  guests: true,
  exclude: ["x"],
  protected: ["x"],
  clearOnEmpty: { mail: "keep" },
};
const strategy = { enabled: true, schedule: "daily", times: ["06:30"], timeZone: "Europe/Berlin", read: "full" };
const sync: Written = {
  timeZone: "Europe/Berlin",
  strategies: { users: { ...strategy, targets: { ones: strategy } } },
  users: { ...ofUsers, targets: { ones: ofUsers } },
  rooms: { retireAfter: { hours: 1, reads: 1 }, limits },
  plans: { fullEveryDays: 1, limits },
  access: { limits: { ...limits, grant: limit } },
};

/** Every setting of a stack, by their schema; strategies of one kind, since the others have the same. */
const stack = completed({ ...whole, sync: { strategies: {} } }, settingsSchema) as Written;
const { users: strategies } = (stack["sync"] as { strategies: { users: unknown } }).strategies;
stack["sync"] = { ...sync, strategies: { users: strategies } };

/** Texts that have broken parsers, and what JSON has besides. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    "ones.contoso.com",
    "https://",
    "https://[",
    "https://user:pass@host/",
    "//",
    "__proto__",
    "constructor",
    "toString",
    "\u0000\u202e\u001b[31m",
    "2026-03-31 00:00:00 +0000 UTC",
    "2026-02-31",
    "x".repeat(100_000),
    "-".repeat(50_000),
    "a.".repeat(50_000),
    1e308,
    -1,
    0.5,
    null,
    true,
    [],
    {},
    [[[[]]]],
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc
    .constantFrom('{"__proto__":{"secret":"oneplanKey"}}', '{"constructor":{"prototype":1}}', '{"__proto__":null}')
    .map((text) => JSON.parse(text) as unknown),
);

/** With one name in the settings being another one. */
function renamed(written: unknown, path: Path, name: string): Written {
  const [step, ...rest] = path;
  if (step === undefined || typeof written !== "object" || written === null) return written as Written;
  if (Array.isArray(written))
    return written.map((item, index) => (index === step ? renamed(item, rest, name) : (item as unknown))) as never;
  return Object.fromEntries(
    Object.entries(written).map(([key, item]) => {
      if (key !== step) return [key, item as unknown];
      return rest.length === 0 ? [name, item as unknown] : [key, renamed(item, rest, name)];
    }),
  );
}

const secrets = {
  oneplanKey: "a-secret",
  onesKey: "b-secret",
  azureDevOpsToken: "c-secret",
  oneplanPlansKey: "d-secret",
  plansToken: "e-secret",
};

const parsers: readonly [string, Written, (written: Written) => unknown][] = [
  ["a stack's settings", stack, (written) => parseWritten(written, secrets)],
  ["a bootstrap stack's", bootstrap, (written) => parseBootstrapSettings(asConfiguration(written, {}), "contoso")],
  ["those of the users' sync", sync, (written) => parseUsersSettings(written, "ones")],
  ["those of the rooms' sync", sync, parseRoomsSettings],
  ["those of the plans' sync", sync, parsePlansSettings],
  ["those of the sync of access", sync, parseAccessSettings],
];

/** What the parser says; nothing where it is content. */
function said(parse: (written: Written) => unknown, written: Written): string {
  try {
    parse(written);
    return "";
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}

it("are all there, in what is tried below", () => {
  const written = [...pathsOf(stack)].map((path) => path.map((step) => (typeof step === "number" ? "[]" : step)));
  const isThere = (place: readonly string[]) =>
    written.some(
      (path) => path.length === place.length && place.every((step, at) => step === "*" || step === path[at]),
    );
  const ofStrategies = /^sync\.strategies\.(rooms|plans|access)/;
  const lacking = placesOf(settingsSchema).filter(({ place }) => !isThere(place));

  expect(lacking.map(({ place }) => place.join(".")).filter((name) => !ofStrategies.test(name))).toEqual([]);
});

describe.each(parsers)("%s", (_, settings, parse) => {
  const paths = [...pathsOf(settings)];

  if (settings !== stack) it("are right as they are", () => expect(said(parse, settings)).toBe(""));

  it("may hold anything anywhere", () => {
    const slip = fc.record({ path: fc.constantFrom(...paths), value: hostile });
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 4 }), (slips) => {
        const written = slips.reduce<Written>((here, { path, value }) => replaced(here, path, value), settings);
        said(parse, typeof written === "object" && written !== null ? written : {});
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it("may have any name anywhere", () => {
    const name = fc.oneof(
      fc.constantFrom("__proto__", "constructor", "hasOwnProperty", "", " ", "x".repeat(10_000)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), name, (path, key) => {
        said(parse, renamed(settings, path, key));
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it.each([
    "rQs8Q~bV3kZ.t1Yw_9LmN4pX7cD2eF6gH0jK5sAu",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8",
    "Sommer2026!",
    "hunter2",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "3c4f0b6e-5f9b-4d0c-9b51-7a2f1f0f7d11",
    "https://user:pa55word@ones.contoso.com/",
  ])("never repeats %s, wherever it was pasted", (secret) => {
    for (const path of paths) {
      // A part of a stack with what every stack has: a fault anywhere else is told with it below.
      const alone = settings === stack ? { ...everything(), [path[0] as string]: stack[path[0] as string] } : settings;
      expect(said(parse, replaced(alone, path, secret))).not.toContain(secret);
    }
  });

  it("never repeats a long one that was pasted as a name", () => {
    const secret = "rQs8Q~bV3kZ.t1Yw_9LmN4pX7cD2eF6gH0jK5sAu";
    for (const path of paths) expect(said(parse, renamed(settings, path, secret))).not.toContain(secret);
  });
});

it("tells a root without a scheme beside every other mistake", () => {
  const written = replaced(replaced(whole, ["ones", "baseUrl"], "ones.contoso.com"), ["deployer"], "me");

  const lines = said((each) => parseWritten(each, secrets), written).split("\n");

  expect(lines).toContain(
    'tenantwire:ones.baseUrl: expected the root of the ONES server, such as https://ones.contoso.com, found "ones.contoso.com" (stacks/Pulumi.contoso.yaml)',
  );
  expect(lines.find((line) => line.startsWith("tenantwire:deployer"))).toBeDefined();
});
