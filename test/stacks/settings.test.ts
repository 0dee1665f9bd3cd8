import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { SettingsError } from "../../contract/errors.ts";
import { oneplanRoot } from "../../components/oneplan/settings.ts";
import { parseWritten } from "./agreement.ts";
import { changed, DEPLOYER, everything, OWNER, TENANT, type Written } from "./written.ts";

const FILE = "(stacks/Pulumi.contoso.yaml)";

describe("parseSettings", () => {
  it("gives back what was written", () => {
    const { oneplan, ...rest } = parse(everything());

    expect({ ...rest, oneplan }).toMatchObject(everything());
  });

  it("fills in the defaults", () => {
    const settings = parse({
      tenant: { id: TENANT.toUpperCase(), domain: "Contoso.onmicrosoft.com" },
      deployer: DEPLOYER,
      owners: [OWNER],
      azure: { location: "westeurope", resourceGroup: "rg" },
      vault: { namePrefix: "tw-contoso" },
      syncIdentity: { displayName: "sync", secret: {} },
      oneplan: { key: { name: "tenantwire", secret: "oneplanKey" } },
    });

    expect(settings).toMatchObject({
      tenant: { id: TENANT, domain: "contoso.onmicrosoft.com", cloud: "Microsoft" },
      production: true,
      protect: false,
      rules: {},
      vault: { purgeProtection: true },
      syncIdentity: { consent: "grant", secret: { periodDays: 90, overlapDays: 30, latenessDays: 30 } },
      oneplan: { users: { groups: [], fields: { name: "displayName", mail: "mail" } } },
    });
  });

  it("needs no integration, no vault and no Azure", () => {
    const { tenant, deployer, owners } = everything();

    expect(() => parse({ tenant, deployer, owners }, {})).not.toThrow();
  });

  it.each<[string, Parameters<typeof oneplanRoot>[0], string]>([
    ["by default", {}, "https://my.oneplan.ai"],
    ["by environment", { environment: "eu" } as never, "https://eu.oneplan.ai"],
    ["by address", { baseUrl: "https://oneplan.contoso.com" }, "https://oneplan.contoso.com"],
  ])("knows OnePlan's root %s", (_, oneplan, root) => {
    expect(oneplanRoot(oneplan)).toBe(root);
  });

  it("leaves what only the sync reads unread", () => {
    const sync = { users: { limits: [1, null, { deep: true }] }, other: "x" };

    expect(parse(changed(everything(), ["sync"], sync)).sync).toEqual(sync);
  });

  it("takes a root address with or without a slash at its end", () => {
    const { environment: _, ...oneplan } = everything()["oneplan"] as Written;
    const settings = parse({ ...everything(), oneplan: { ...oneplan, baseUrl: "https://eu.oneplan.ai/" } });

    expect(settings.oneplan?.baseUrl).toBe("https://eu.oneplan.ai");
  });

  it("is shown with every setting, and without a secret, by the committed sandbox stack", () => {
    const file = readFileSync(new URL("../../stacks/Pulumi.sandbox.yaml", import.meta.url), "utf8");

    const keys = [...file.matchAll(/^ {2}tenantwire:(\w+):/gm)].map(([, key]) => key);

    expect(keys).toEqual([
      "tenant",
      "deployer",
      "owners",
      "production",
      "rules",
      "azure",
      "vault",
      "syncIdentity",
      "oneplan",
    ]);
    expect(file).not.toMatch(/secure:|encryptionsalt/);
  });
});

describe("card numbers", () => {
  it.each([
    { source: "none" },
    { source: "employeeId", field: "Card" },
    { source: "pager", field: "Card" },
    { source: "extensionAttribute15", field: "Card" },
    { source: "extension_0123456789abcdef0123456789abcdef_pager", field: "Card" },
  ])("may come from %j", (cardNumber) => {
    const written = changed(everything(), ["oneplan", "users", "cardNumber"], cardNumber);
    expect(parse(written).oneplan?.users.cardNumber).toEqual(cardNumber);
  });
});

describe("a fault is named by its place", () => {
  it.each<[readonly (string | number)[], unknown, string]>([
    [["tenant"], undefined, "tenantwire:tenant: missing; expected settings: id, domain"],
    [["tenant"], null, "tenantwire:tenant: expected settings: id, domain, found nothing"],
    [["tenant"], "contoso", 'tenantwire:tenant: expected settings: id, domain, found "contoso"'],
    [["tenant", "id"], undefined, "tenantwire:tenant.id: missing; expected the tenant's id (a GUID)"],
    [["tenant", "id"], "contoso", 'tenantwire:tenant.id: expected the tenant\'s id (a GUID), found "contoso"'],
    [["tenant", "id"], 5, "tenantwire:tenant.id: expected the tenant's id (a GUID), found 5"],
    [
      ["tenant", "domain"],
      "contoso",
      'tenantwire:tenant.domain: expected one of the tenant\'s domains, such as contoso.onmicrosoft.com, found "contoso"',
    ],
    [
      ["tenant", "cloud"],
      "Microsft",
      'tenantwire:tenant.cloud: "Microsft" is not known here; did you mean "Microsoft"?',
    ],
    [
      ["tenant", "cloud"],
      "Germany",
      'tenantwire:tenant.cloud: "Germany" is not known here; expected one of Microsoft, USGovernment, 21Vianet',
    ],
    [
      ["tenant", "cloud"],
      21,
      "tenantwire:tenant.cloud: expected the cloud that the tenant is in: a tenant of GCC is in Microsoft, USGovernment is GCC High; the DoD has hosts of its own, which are not known here, found 21",
    ],
    [
      ["deployer"],
      "me",
      'tenantwire:deployer: expected the object id of the service principal that deploys (a GUID), found "me"',
    ],
    [
      ["owners"],
      OWNER,
      "tenantwire:owners: expected a list of people's object ids; [] where nobody but the deployment should own what is made, found a text of 36 characters (not repeated here: it may be a secret)",
    ],
    [["owners", 0], true, "tenantwire:owners[0]: expected the object id of a person (a GUID), found true"],
    [["owners", 1], OWNER.toUpperCase(), "tenantwire:owners[1]: the same as [0]"],
    [["azure"], undefined, "tenantwire:azure: missing; it says where tenantwire:vault is made"],
    [
      ["vault", "namePrefix"],
      "tw--contoso",
      "tenantwire:vault.namePrefix: expected what the vault's name begins with: 2 to 16 letters, digits and single hyphens, " +
        'beginning with a letter, found "tw--contoso"',
    ],
    [["vault", "purgeProtection"], "no", 'tenantwire:vault.purgeProtection: expected true or false, found "no"'],
    [["vault"], undefined, "tenantwire:vault: missing; tenantwire:oneplan keeps its key there"],
    [
      ["syncIdentity"],
      undefined,
      "tenantwire:syncIdentity: missing; the sync of tenantwire:oneplan reads Entra with it",
    ],
    [
      ["syncIdentity", "federated"],
      undefined,
      "tenantwire:syncIdentity.federated: missing; " +
        "say how the sync signs in: federated, certificate where no federation is possible, or secret where neither is",
    ],
    [
      ["syncIdentity", "secret"],
      {},
      "tenantwire:syncIdentity.secret: not together with federated; leave secret out unless federated is not possible",
    ],
    [
      ["syncIdentity", "federated", 0, "issuer"],
      "http://workloads.contoso.com",
      'tenantwire:syncIdentity.federated[0].issuer: expected the issuer\'s address, beginning with https://, found "http://workloads.contoso.com"',
    ],
    [
      ["syncIdentity", "federated", 0, "subject"],
      " ",
      'tenantwire:syncIdentity.federated[0].subject: expected the subject that the issuer gives the identity, found " "',
    ],
    [
      ["syncIdentity", "federated", 1],
      { name: "sync", issuer: "https://other.contoso.com", subject: "sync" },
      "tenantwire:syncIdentity.federated[1]: the same as [0]",
    ],
    [
      ["syncIdentity", "federated", 1],
      { name: "sync-again", issuer: "https://workloads.contoso.com", subject: "sync" },
      "tenantwire:syncIdentity.federated[1]: the same as [0]",
    ],
    [
      ["syncIdentity"],
      { displayName: "sync", secret: { periodDays: 30 } },
      "tenantwire:syncIdentity.secret.periodDays: 30 days must be more than overlapDays (30): " +
        "otherwise a secret is replaced while copies of it are in use",
    ],
    [
      ["syncIdentity"],
      { displayName: "sync", secret: { latenessDays: "30" } },
      'tenantwire:syncIdentity.secret.latenessDays: expected whole days: how late a deployment may be, found "30"',
    ],
    [
      ["oneplan", "environment"],
      "uk",
      'tenantwire:oneplan.environment: "uk" is not known here; expected one of my, eu, au, ca',
    ],
    [
      ["oneplan", "baseUrl"],
      "https://oneplan.contoso.com",
      "tenantwire:oneplan.baseUrl: environment says where OnePlan is already; leave one of the two",
    ],
    [
      ["oneplan", "users", "groups"],
      "Everybody",
      'tenantwire:oneplan.users.groups: expected a list of names of Entra groups, found "Everybody"',
    ],
    [
      ["oneplan", "users", "groups", 0],
      5,
      "tenantwire:oneplan.users.groups[0]: expected the name of an Entra group, found 5",
    ],
    [["oneplan", "users", "groups", 1], "OnePlan Users", "tenantwire:oneplan.users.groups[1]: the same as [0]"],
    [
      ["oneplan", "users", "fields", "Job Title"],
      "jobtitel",
      'tenantwire:oneplan.users.fields["Job Title"]: "jobtitel" is not known here; did you mean "jobTitle"?',
    ],
    [
      ["oneplan", "users", "fields", "name"],
      ["x"],
      "tenantwire:oneplan.users.fields.name: expected a property of an Entra user, found a list of 1",
    ],
    [
      ["oneplan", "users", "fields"],
      { name: "displayName" },
      "tenantwire:oneplan.users.fields.mail: missing; OnePlan requires it, usually mail: mail",
    ],
    [["oneplan", "users", "feilds"], {}, 'tenantwire:oneplan.users.feilds: not a setting; did you mean "fields"?'],
    [
      ["oneplan", "users", "scope"],
      {},
      "tenantwire:oneplan.users.scope: not a setting; the settings here are groups, administrativeUnits, excludedGroups, protectedGroups, cardNumber, fields",
    ],
    [
      ["oneplan", "users", "administrativeUnits"],
      "Europe",
      'tenantwire:oneplan.users.administrativeUnits: expected a list of names or ids of administrative units, found "Europe"',
    ],
    [
      ["oneplan", "users", "administrativeUnits"],
      ["Europe", "Europe"],
      "tenantwire:oneplan.users.administrativeUnits[1]: the same as [0]",
    ],
    [
      ["oneplan", "users", "cardNumber"],
      { source: "pagr", field: "Card" },
      'tenantwire:oneplan.users.cardNumber.source: expected none, pager, employeeId, extensionAttribute1 to extensionAttribute15, or a directory extension, extension_<app id without hyphens>_pager, found "pagr"',
    ],
    [
      ["oneplan", "users", "cardNumber"],
      { source: "extensionAttribute16", field: "Card" },
      'tenantwire:oneplan.users.cardNumber.source: expected none, pager, employeeId, extensionAttribute1 to extensionAttribute15, or a directory extension, extension_<app id without hyphens>_pager, found "extensionAttribute16"',
    ],
    [
      ["oneplan", "users", "cardNumber"],
      { source: "employeeId" },
      "tenantwire:oneplan.users.cardNumber.field: missing; say which field of OnePlan card numbers go to",
    ],
    [
      ["oneplan", "users", "cardNumber"],
      { source: "employeeId", field: "mail" },
      "tenantwire:oneplan.users.cardNumber.field: mapped under tenantwire:oneplan.users.fields already; leave one of the two",
    ],
    [
      ["oneplan", "users", "cardNumber"],
      { field: "Card" },
      "tenantwire:oneplan.users.cardNumber.source: missing; expected none, pager, employeeId, extensionAttribute1 to extensionAttribute15, or a directory extension, extension_<app id without hyphens>_pager",
    ],
    [["onplan"], {}, 'tenantwire:onplan: not a setting; did you mean "oneplan"?'],
  ])("%j = %j", (path, value, line) => {
    expect(linesOf(changed(everything(), path, value))).toEqual([`${line} ${FILE}`]);
  });

  it("tells all faults at once, and a misspelt setting only once", () => {
    const { vault, ...written } = everything();

    const lines = linesOf({ ...written, vualt: vault, deployer: "me", sink: {} });

    expect(lines).toEqual([
      `tenantwire:deployer: expected the object id of the service principal that deploys (a GUID), found "me" ${FILE}`,
      `tenantwire:vualt: not a setting; did you mean "vault"? ${FILE}`,
      `tenantwire:sink: not a setting; did you mean "sync"? ${FILE}`,
    ]);
  });

  it("names any single setting that is misspelt", () => {
    const settings = [...pathsOf(everything())];
    const slip = fc.record({
      path: fc.constantFrom(...settings),
      at: fc.nat(20),
      letter: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
      kind: fc.constantFrom("drop", "double", "replace"),
    });
    fc.assert(
      fc.property(slip, ({ path, at, letter, kind }) => {
        const name = path.at(-1) as string;
        const misspelt = slipped(name, at % name.length, letter, kind);
        fc.pre(misspelt !== name && misspelt !== "");
        const parent = path.slice(0, -1);
        const value = path.reduce<unknown>((here, step) => (here as Written)[step], everything());

        const written = changed(changed(everything(), path, undefined), [...parent, misspelt], value);

        const place = `tenantwire:${[...parent, misspelt].reduce((text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${step}`))}`;
        const line = linesOf(written).find((each) => each.startsWith(`${place}: not a setting; did you mean `));
        // Where another name is as near, it is named too.
        expect(line).toContain(`"${name}"`);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a secret is a key of its own", () => {
  const form = { organizations: [{ name: "contoso", token: { secret: "formToken", expires: "2026-03-31" } }] };
  const plans = {
    organizations: [
      {
        name: "contoso",
        projects: ["Web"],
        planTypes: ["Epic"],
        token: { secret: "plansToken", expires: "2026-03-31" },
      },
    ],
  };
  const command = "pulumi config set --secret oneplanKey --stack contoso";

  it.each<[string, Written, Record<string, string>, string[]]>([
    [
      "missing",
      everything(),
      {},
      [`tenantwire:oneplanKey: missing; tenantwire:oneplan.key.secret names it. Set it: ${command} ${FILE}`],
    ],
    [
      "empty",
      everything(),
      { oneplanKey: "" },
      [`tenantwire:oneplanKey: missing; tenantwire:oneplan.key.secret names it. Set it: ${command} ${FILE}`],
    ],
    [
      "in the clear",
      { ...everything(), oneplanKey: "hunter2" },
      {},
      [`tenantwire:oneplanKey: a secret that is not encrypted; replace it, and set the new one: ${command} ${FILE}`],
    ],
    [
      "misspelt",
      everything(),
      { oneplanKye: "hunter2" },
      [
        `tenantwire:oneplanKey: missing; tenantwire:oneplan.key.secret names it. Set it: ${command} ${FILE}`,
        'tenantwire:oneplanKye: a secret that no setting names; did you mean "oneplanKey"? ' +
          `Otherwise remove it: pulumi config rm oneplanKye --stack contoso ${FILE}`,
      ],
    ],
    [
      "left over",
      everything(),
      { oneplanKey: "hunter2", boards: "hunter2" },
      [`tenantwire:boards: a secret that no setting names; remove it: pulumi config rm boards --stack contoso ${FILE}`],
    ],
    [
      "a setting",
      everything(),
      { oneplanKey: "hunter2", deployer: DEPLOYER },
      [
        "tenantwire:deployer: holds an encrypted value; a secret is a configuration key of its own, " +
          `which the setting names ${FILE}`,
      ],
    ],
    [
      "another key's, copied into a setting that is wrong then",
      { ...everything(), sync: { users: { fullEveryDays: "never" } } },
      { oneplanKey: "hunter", access: '{"name":"x","id":"correct horse","timeZone":"hunter"}' },
      [
        "tenantwire:access: holds an encrypted value; a secret is a configuration key of its own, " +
          `which the setting names ${FILE}`,
      ],
    ],
    [
      "named like a setting",
      changed(everything(), ["oneplan", "key", "secret"], "vault"),
      {},
      [`tenantwire:oneplan.key.secret: vault is a setting; name another key ${FILE}`],
    ],
    [
      "another product's",
      changed(everything(), ["ones"], {
        baseUrl: "https://ones.contoso.com",
        key: { name: "x", secret: "oneplanKey" },
        users: { groups: ["x"] },
      }),
      { oneplanKey: "hunter2" },
      [
        "tenantwire:oneplan.key.secret: is the secret of ONES too (tenantwire:ones.key.secret): " +
          `store one for OnePlan under a key of its own ${FILE}`,
      ],
    ],
    [
      "another product's, copied under a key of its own",
      changed(everything(), ["ones"], {
        baseUrl: "https://ones.contoso.com",
        key: { name: "x", secret: "onesKey" },
        users: { groups: ["x"] },
      }),
      { oneplanKey: "hunter2", onesKey: "hunter2\n" },
      [
        "tenantwire:oneplan.key.secret: oneplanKey holds the same as onesKey, the secret of ONES (tenantwire:ones.key.secret): " +
          `store one for OnePlan alone: pulumi config set --secret oneplanKey --stack contoso ${FILE}`,
      ],
    ],
    [
      "of the syncs, copied under the key of a vendor's form",
      { ...everything(), azureDevOps: form, plans },
      { oneplanKey: "hunter2", plansToken: "hunter3", formToken: "hunter3" },
      [
        "tenantwire:plans.organizations[0].token.secret: plansToken holds the same as formToken, the secret of Azure DevOps " +
          "(tenantwire:azureDevOps.organizations[0].token.secret): " +
          `store one for Azure DevOps alone: pulumi config set --secret plansToken --stack contoso ${FILE}`,
      ],
    ],
    [
      "in the place of its name",
      changed(everything(), ["oneplan", "key", "secret"], "hunter2-hunter2-hunter2-hunter2"),
      {},
      [
        "tenantwire:oneplan.key.secret: expected the name of the configuration key that holds the secret " +
          `(not the secret), such as oneplanKey, found a text of 31 characters (not repeated here: it may be a secret) ${FILE}`,
      ],
    ],
  ])("%s", (_, written, secrets, lines) => {
    expect(linesOf(written, secrets)).toEqual(lines);
  });
});

function parse(written: Written, secrets?: Readonly<Record<string, string>>) {
  return parseWritten(written, secrets);
}

/** What is wrong with these settings, line by line. */
function linesOf(written: Written, secrets?: Readonly<Record<string, string>>): string[] {
  try {
    parse(written, secrets);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    expect(error.message).not.toContain("hunter2");
    return error.message.split("\n");
  }
  throw new Error("These settings were accepted.");
}

/** Paths of all settings whose names are fixed. */
function* pathsOf(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  const free = ["sync", "fields"];
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* pathsOf(item, [...path, index]);
  else if (typeof value === "object" && value !== null && !free.includes(String(path.at(-1)))) {
    for (const [key, item] of Object.entries(value)) {
      yield [...path, key];
      yield* pathsOf(item, [...path, key]);
    }
  }
}

function slipped(name: string, at: number, letter: string, kind: string): string {
  if (kind === "drop") return name.slice(0, at) + name.slice(at + 1);
  if (kind === "double") return name.slice(0, at) + letter + name.slice(at);
  return name.slice(0, at) + letter + name.slice(at + 1);
}
