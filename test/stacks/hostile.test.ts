/** Whatever somebody writes, parsing throws nothing but a SettingsError, and repeats no secret. */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseBootstrapSettings } from "../../bootstrap/settings.ts";
import { SettingsError } from "../../contract/errors.ts";
import { parseRoomsSettings } from "../../sync/kinds/rooms/settings.ts";
import { parseUsersSettings } from "../../sync/kinds/users/settings.ts";
import { parseWritten } from "./agreement.ts";
import { asConfiguration, everything, type Path, pathsOf, replaced, whole, type Written } from "./written.ts";

const bootstrap: Written = {
  tenant: everything()["tenant"],
  stack: "contoso",
  azure: { location: "westeurope", resourceGroup: "rg" },
  namePrefix: "tw",
  consent: true,
  deployTo: ["rg"],
  github: { owner: "x", repository: "y", ownerId: 1, repositoryId: 2 },
  azureDevOps: {
    organization: "x",
    organizationId: "x",
    project: "y",
    connections: { deploy: { issuer: "x", subject: "y" } },
  },
  syncIdentities: ["x"],
  protect: true,
};

const sync: Written = {
  users: {
    fullEveryDays: 7,
    filter: "accountEnabled eq true",
    protected: ["x"],
    clearOnEmpty: { mail: true },
    limits: { disable: { count: 1, percent: 1 } },
    targets: { ones: { limits: {} } },
  },
  rooms: { retireAfter: { hours: 1, reads: 1 }, limits: { disable: { count: 1 } } },
};

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
  ["a stack's settings", whole, (written) => parseWritten(written, secrets)],
  ["a bootstrap stack's", bootstrap, (written) => parseBootstrapSettings(asConfiguration(written, {}), "contoso")],
  ["those of the users' sync", sync, (written) => parseUsersSettings(written, "ones")],
  ["those of the rooms' sync", sync, parseRoomsSettings],
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

describe.each(parsers)("%s", (_, settings, parse) => {
  const paths = [...pathsOf(settings)];

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
    for (const path of paths) expect(said(parse, replaced(settings, path, secret))).not.toContain(secret);
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
