import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { gzipSync } from "node:zlib";
import { createOnePlanTarget } from "../../../sync/connectors/oneplan/target.ts";
import { arrayElements } from "../../../sync/connectors/oneplan/list.ts";
import type { NewObject, Target } from "../../../sync/model/types.ts";
import { type Received, type Reply, startTestHosts, type TestHosts } from "./hosts.ts";

const HOST = "my.oneplan.ai";
const ADA = "6f1c7a0e-0000-4000-8000-00000000ada1";
const signal = AbortSignal.timeout(30_000);

let hosts: TestHosts;
let routes: Record<string, Reply | ((request: Received) => Reply)>;
beforeEach(async () => {
  hosts = await startTestHosts();
  routes = { "GET /api/securitygroups/admin": { body: { id: "owners", GroupName: "Owners" } } };
  hosts.answer(HOST, (request) => {
    const route = routes[`${request.method} ${request.url.split("?")[0]}`];
    return (typeof route === "function" ? route(request) : route) ?? { status: 404, body: "no such route" };
  });
});
afterEach(() => hosts.close());

let requests = 0;
function target(fields: readonly string[] = ["name", "mail", "jobTitle"]): Target {
  requests = 0;
  return createOnePlanTarget({
    baseUrl: `https://${HOST}`,
    keyName: "tenantwire",
    key: async () => "sécret",
    fields,
    onRequest: () => (requests += 1),
  });
}

const resource = (id: string, more: object = {}) => ({
  id,
  name: `Person ${id}`,
  Generic: false,
  Inactive: false,
  Office365Id: null,
  ExternalId: null,
  OnePlanSecurityGroup: "members",
  Fields: { mail: `${id}@contoso.com` },
  ...more,
});

async function listed(from: Target) {
  const objects = [];
  for await (const page of from.list(signal)) objects.push(...page);
  return objects;
}

/** Bodies of the writes that arrived. */
function written(): unknown[] {
  return hosts.received.filter(({ method }) => method === "POST").map(({ body }) => body);
}

describe("reading resources", () => {
  it("takes people as they are, and generic resources not at all", async () => {
    routes["GET /api/resources"] = {
      body: [
        resource("1", {
          Office365Id: ADA.toUpperCase(),
          Fields: { mail: " One@Contoso.com", jobTitle: "", shoeSize: 44 },
        }),
        resource("2", { Inactive: true, Fields: null, ExternalId: "00000000-0000-0000-0000-000000000000" }),
        resource("3", { Generic: true }),
        resource("4", { OnePlanSecurityGroup: "owners" }),
      ],
    };

    expect(await listed(target())).toEqual([
      {
        id: "1",
        label: "Person 1",
        life: "active",
        fields: { name: "Person 1", mail: "One@Contoso.com", jobTitle: null },
        keys: { office365Id: ADA, mail: "one@contoso.com" },
      },
      {
        id: "2",
        label: "Person 2",
        life: "inactive",
        fields: { name: "Person 2", mail: null, jobTitle: null },
        keys: {},
      },
      {
        id: "4",
        label: "Person 4",
        life: "active",
        fields: { name: "Person 4", mail: "4@contoso.com", jobTitle: null },
        keys: { mail: "4@contoso.com" },
        protected: 'a member of the security group "Owners", which administers OnePlan',
      },
    ]);
    const list = hosts.received.find(({ url }) => url.startsWith("/api/resources?"));
    expect(list?.query.get("Generics")).toBe("false");
    expect(list?.headers.authorization).toBe(`Basic ${Buffer.from("tenantwire:sécret").toString("base64")}`);
  });

  it("administrators were disabled where OnePlan wrote the id of their group in other letters", async () => {
    routes["GET /api/resources"] = { body: [resource("4", { OnePlanSecurityGroup: "OWNERS" })] };
    expect(await listed(target())).toMatchObject([
      { id: "4", protected: expect.stringContaining("administers OnePlan") as unknown },
    ]);
  });

  it.each([[[]], [{}], [null]])(
    "nobody was protected where OnePlan told of no group that administers it: %j",
    async (body) => {
      routes["GET /api/securitygroups/admin"] = { body };
      routes["GET /api/resources"] = { body: [resource("4", { OnePlanSecurityGroup: "owners" })] };
      await expect(listed(target())).rejects.toThrow(
        "did not answer as documented when asked to tell which security groups administer it.",
      );
    },
  );

  it.each<[string, Reply, string]>([
    [
      "a page for signing in",
      { body: "<html>" },
      "my.oneplan.ai did not answer with a list of resources: check OnePlan's address in the settings.",
    ],
    [
      "an object",
      { body: { Message: "no" } },
      "my.oneplan.ai did not answer with a list of resources: check OnePlan's address in the settings.",
    ],
    [
      "null",
      { body: null },
      "my.oneplan.ai did not answer with a list of resources: check OnePlan's address in the settings.",
    ],
    ["nothing", { body: "" }, "my.oneplan.ai broke off in the middle of its list of resources: try again."],
    [
      "half a list that calls itself whole",
      { body: '[{"id":"1"},' },
      "my.oneplan.ai broke off in the middle of its list of resources: try again.",
    ],
    [
      "half a list",
      { body: [resource("1"), resource("2")], fault: "cut" },
      "The connection to my.oneplan.ai broke off",
    ],
    [
      "a way to somewhere else",
      { status: 302, headers: { location: "https://login.oneplan.ai/?r=x" } },
      "my.oneplan.ai sends us on to login.oneplan.ai when asked to list the resources: check OnePlan's address in the settings.",
    ],
  ])("never takes %s for the end of the list", async (_, reply, message) => {
    routes["GET /api/resources"] = reply;
    await expect(listed(target())).rejects.toMatchObject({
      message: expect.stringContaining(message) as unknown,
      exitCode: 1,
    });
  });

  it.each<[string, Reply]>([
    ["null", { body: null }],
    ["404", { status: 404, body: "Not Found" }],
  ])("takes %s for a resource that is not there", async (_, reply) => {
    routes["GET /api/resources/9"] = reply;
    expect(await target().get("9", signal)).toBeUndefined();
  });
});

describe("a list that comes compressed", () => {
  const packed = gzipSync(JSON.stringify([resource("1"), resource("2")]));

  it("is asked for, and unpacked", async () => {
    routes["GET /api/resources"] = { headers: { "content-encoding": "gzip" }, body: packed };
    expect((await listed(target())).map(({ id }) => id)).toEqual(["1", "2"]);
    expect(hosts.received.at(-1)?.headers["accept-encoding"]).toBe("gzip");
  });

  it.each<[string, Reply]>([
    ["cut off", { body: packed, fault: "cut" }],
    ["packed in half", { body: packed.subarray(0, packed.length / 2) }],
  ])("is not taken for whole when it was %s", async (_, reply) => {
    routes["GET /api/resources"] = { ...reply, headers: { "content-encoding": "gzip" } };
    await expect(listed(target())).rejects.toMatchObject({
      message: expect.stringContaining("The connection to my.oneplan.ai broke off") as unknown,
    });
  });
});

describe("a list that comes in pieces", () => {
  const elements = [{ id: "ü", Fields: { a: [1, { b: ']}\\"' }] } }, { id: "2" }, "x", null];
  const bytes = Buffer.from(JSON.stringify(elements));
  /** Of one that is too long to be parsed at once, up to the bytes above. */
  const long = Buffer.from(`[${JSON.stringify("x".repeat(9 * 1024 * 1024))},`);

  async function* piecesOf(size: number, whole: Buffer, before: readonly Buffer[] = []) {
    yield* before;
    for (let start = 0; start < whole.length; start += size) yield whole.subarray(start, start + size);
  }

  it.each([1, 2, 7, 64])("gives the same elements by %d bytes, short or long", async (size) => {
    const short: unknown[] = [];
    for await (const page of arrayElements(piecesOf(size, bytes), HOST)) short.push(...page);
    expect(short).toEqual(elements);

    const found: unknown[] = [];
    for await (const page of arrayElements(piecesOf(size, bytes.subarray(1), [long]), HOST)) found.push(...page);
    expect(found.slice(1)).toEqual(elements);
  });

  it.each([
    ["short", [], bytes.subarray(0, -1)],
    ["long", [long], bytes.subarray(1, -1)],
  ])("is not taken for whole where its end is missing, if it is %s", async (_, before, whole) => {
    const reading = (async () => {
      for await (const page of arrayElements(piecesOf(64, whole, before), HOST)) expect(page).not.toEqual([]);
    })();
    await expect(reading).rejects.toThrow("broke off in the middle of its list of resources");
  });

  it("may be empty", async () => {
    async function* pieces() {
      yield Buffer.from("[]");
    }
    for await (const page of arrayElements(pieces(), HOST)) expect(page).toEqual([]);
  });
});

describe("finding", () => {
  const everybody = [
    resource("1", { Office365Id: "other" }),
    resource("2", { Office365Id: ADA, ExternalId: ADA }),
    resource("3", { Fields: { mail: "ADA@contoso.com" } }),
    resource("4", { Fields: { mail: "ada@contoso.com" }, Generic: true }),
  ];
  const many = [...everybody, ...Array.from({ length: 60 }, (_, index) => resource(`m${index}`))];
  const lists = () =>
    hosts.received.filter(({ url }) => url.startsWith("/api/resources?")).map(({ query }) => [...query.keys()].join());

  it("by mail believes only what has that mail, letter case aside", async () => {
    routes["GET /api/resources"] = { body: everybody };
    expect((await target().find("mail", "ada@contoso.com", signal)).map(({ id }) => id)).toEqual(["3"]);
    expect(hosts.received.at(-1)?.query.get("email")).toBe("ada@contoso.com");
  });

  it.each([
    ["a filter that is ignored", () => everybody],
    ["a filter that finds nothing, ever", ({ query }: Received) => (query.has("field") ? [] : everybody)],
  ])("by the correlation id gets along with %s", async (_, answer) => {
    routes["GET /api/resources"] = (request) => ({ body: answer(request) });
    const oneplan = target();

    expect((await oneplan.find("office365Id", ADA, signal)).map(({ id }) => id)).toEqual(["2"]);
    expect(await oneplan.find("office365Id", "nobody", signal)).toEqual([]);
    expect((await oneplan.find("externalId", ADA, signal)).map(({ id }) => id)).toEqual(["2"]);
  });

  it("believes a filter that was seen to work, and lists everybody once for it", async () => {
    routes["GET /api/resources"] = ({ query }) => ({
      body: everybody.filter((each) => !query.has("field") || each.Office365Id === query.get("value")),
    });
    const oneplan = target();

    expect(await oneplan.find("office365Id", "nobody", signal)).toEqual([]);
    const first = lists().length;
    expect(await oneplan.find("office365Id", "nobody else", signal)).toEqual([]);

    // Everybody, the trial, and the look-up; after that the look-up alone.
    expect(lists()).toEqual(["Generics", "field,value,Generics", "field,value,Generics", "field,value,Generics"]);
    expect(first).toBe(3);
  });

  it.each([
    ["that nobody had when everybody was listed", { office365Id: "2", externalId: null }],
    ["that somebody had", { office365Id: "2", externalId: "2" }],
  ])("lists nobody where it was given resources to try the filter on, with an attribute %s", async (_, samples) => {
    routes["GET /api/resources/2"] = { body: everybody[1] };
    routes["GET /api/resources"] = ({ query }) => ({
      body: everybody.filter((each) => each[query.get("field") as "Office365Id"] === query.get("value")),
    });
    const oneplan = target();
    oneplan.tryOn?.(samples);

    for (const attribute of ["office365Id", "externalId"]) {
      const found = await Promise.all(["nobody", "nobody else", ADA].map((id) => oneplan.find(attribute, id, signal)));
      expect(found.map((each) => each.map(({ id }) => id))).toEqual([[], [], ["2"]]);
    }
    expect(lists().filter((keys) => keys === "Generics")).toEqual([]);
  });

  it("lists everybody where what it was given to try the filter on is gone", async () => {
    routes["GET /api/resources/9"] = { body: null };
    routes["GET /api/resources"] = ({ query }) => ({ body: query.has("field") ? [] : everybody });
    const oneplan = target();
    oneplan.tryOn?.({ office365Id: "9", externalId: null });

    expect((await oneplan.find("office365Id", ADA, signal)).map(({ id }) => id)).toEqual(["2"]);
    expect((await oneplan.find("externalId", ADA, signal)).map(({ id }) => id)).toEqual(["2"]);
  });

  it("does not ask again by a filter that was seen to be ignored", async () => {
    routes["GET /api/resources"] = { body: many };
    const oneplan = target();

    for (const mail of ["ada@contoso.com", "nobody@contoso.com", "m7@contoso.com"]) {
      await oneplan.find("mail", mail, signal);
    }
    expect((await oneplan.find("mail", "m7@contoso.com", signal)).map(({ id }) => id)).toEqual(["m7"]);
    expect(lists()).toEqual(["email,Generics", "Generics"]);
  });

  it.each([
    ["is ignored", () => many],
    ["finds nothing", ({ query }: Received) => (query.has("field") ? [] : many)],
  ])(
    "lists everybody once for all that are looked up before the next write, where the filter %s",
    async (_, answer) => {
      routes["GET /api/resources"] = (request) => ({ body: answer(request) });
      routes["POST /api/resources/1"] = { body: {} };
      const oneplan = target();

      const lookUps = Array.from({ length: 100 }, (_each, index) => [
        oneplan.find("office365Id", `nobody ${index}`, signal),
        oneplan.find("externalId", `nobody ${index}`, signal),
      ]);
      await Promise.all(lookUps.flat());
      // Everybody, and one trial of each filter.
      expect(lists().sort()).toEqual(["Generics", "field,value,Generics", "field,value,Generics"]);
      await oneplan.adopt("1", ADA, signal);
      await oneplan.find("office365Id", "nobody", signal);
      expect(lists()).toHaveLength(4);
    },
  );
});

describe("writing", () => {
  const ada: NewObject = {
    sourceId: ADA,
    label: "Ada",
    fields: { name: "Ada Lovelace", mail: "ada@contoso.com", jobTitle: null },
  };

  it("sends only what changes", async () => {
    routes["POST /api/resources"] = { body: { id: "7" } };
    routes["POST /api/resources/7"] = { body: {} };
    const oneplan = target();

    expect(await oneplan.create(ada, signal)).toEqual({ id: "7" });
    await oneplan.update("7", { mail: "a@contoso.com" }, signal);
    await oneplan.update("7", { name: "Ada King", jobTitle: null }, signal);
    await oneplan.update("7", { name: "Ada" }, signal);
    await oneplan.setActive("7", false, signal);
    await oneplan.setActive("7", true, signal);
    await oneplan.adopt("7", ADA, signal);

    expect(written()).toEqual([
      {
        Name: "Ada Lovelace",
        Mail: "ada@contoso.com",
        Generic: false,
        Office365Id: ADA,
        Fields: { mail: "ada@contoso.com", jobTitle: null },
      },
      { Fields: { mail: "a@contoso.com" } },
      { Name: "Ada King", Fields: { jobTitle: null } },
      { Name: "Ada" },
      { Inactive: true },
      { Inactive: false },
      { Office365Id: ADA },
    ]);
  });

  it("asks for nothing after a creation that was answered with nothing: reading back finds all of them at once", async () => {
    routes["POST /api/resources"] = { body: null };
    expect(await target().create(ada, signal)).toEqual({});
    expect(hosts.received).toHaveLength(1);
  });

  it.each([
    ["429", { status: 429, headers: { "retry-after": "0" }, body: "slow down" }],
    ["503 that says when to come back", { status: 503, headers: { "retry-after": "0" }, body: "busy" }],
  ])("repeats a write after %s", async (_, refused) => {
    routes["POST /api/resources"] = () => (written().length === 1 ? refused : { body: { id: "7" } });
    expect(await target().create(ada, signal)).toEqual({ id: "7" });
    expect(written()).toEqual([expect.anything(), written()[0]]);
  });

  it.each<[string, Reply, string]>([
    [
      "500",
      { status: 500, body: "System.NullReferenceException: Object reference not set.\r\n at X" },
      'OnePlan (my.oneplan.ai) answered 500 when asked to create a resource: System.NullReferenceException: "System.NullReferenceException: Object reference not set." This is a failure of OnePlan itself: where it stays, ask its support.',
    ],
    [
      "503 that does not",
      { status: 503, body: "busy" },
      'OnePlan (my.oneplan.ai) answered 503 when asked to create a resource: "busy"',
    ],
    [
      "400 with a code, which names nobody",
      { status: 400, body: { code: "name_taken", message: "Ada is" } },
      `asked to create a resource: name_taken: "Ada is" OnePlan does not take it as it is: correct what it names.`,
    ],
    ["a reset connection", { fault: "reset" }, "The connection to my.oneplan.ai broke off"],
    ["an answer that is cut off", { body: { id: "7" }, fault: "cut" }, "The connection to my.oneplan.ai broke off"],
  ])("never repeats a write after %s: it may have been done", async (_, reply, message) => {
    routes["POST /api/resources"] = reply;
    await expect(target().create(ada, signal)).rejects.toMatchObject({
      message: expect.stringContaining(message) as unknown,
    });
    expect(written()).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ["500", { status: 500, body: "oops" }],
    ["429", { status: 429, headers: { "retry-after": "0" } }],
    ["a reset connection", { fault: "reset" }],
    ["an answer that is cut off", { body: resource("7"), fault: "cut" }],
    ["503 until a moment that has come", { status: 503, headers: { "retry-after": "Sun, 01 Mar 2026 08:00:00 GMT" } }],
  ])("repeats a read after %s", async (_, reply) => {
    let asked = 0;
    routes["GET /api/resources/7"] = () => (++asked === 1 ? reply : { body: resource("7") });
    expect(await target().get("7", signal)).toMatchObject({ id: "7" });
  });
});

describe("check", () => {
  beforeEach(() => {
    routes["GET /api/resources/megroup"] = { body: { ConfigId: "1" } };
    routes["GET /api/resources/fields"] = {
      body: [
        { InternalName: "jobTitle", DisplayName: "Job Title" },
        { InternalName: "cf_site", DisplayName: "Site" },
      ],
    };
  });

  it("tells which group the key is of, with the one request that the check needs too", async () => {
    routes["GET /api/resources/megroup"] = { body: { ConfigId: "AB-1", Name: "Contoso" } };
    const oneplan = target();

    expect(await oneplan.place?.(signal)).toEqual({
      id: "ab-1",
      label: "the OnePlan group Contoso",
      mend: "store the key of its OnePlan group (pulumi config set --secret <name under oneplan.key.secret> --stack <stack>) and deploy (pulumi up)",
    });
    await oneplan.check(["name"], signal);
    expect(requests).toBe(2);
  });

  it.each([[{}], [null], [{ ConfigId: "" }], [{ ConfigId: 7 }]])("believes no group in %j", async (body) => {
    routes["GET /api/resources/megroup"] = { body };
    await expect(target().place?.(signal)).rejects.toMatchObject({
      name: "ConnectionError",
      message:
        "OnePlan (my.oneplan.ai) did not answer as documented when asked to tell which OnePlan group the key is of.",
    });
  });

  it("is content when every mapped field exists", async () => {
    await target().check(["name", "mail", "jobTitle"], signal);
    expect(requests).toBe(2);
  });

  it.each([
    ["jobtitle", '; did you mean "jobTitle"? '],
    ["Site", '; that is what people see; its internal name is "cf_site". '],
    ["shoeSize", ". "],
  ])("refuses the field %s", async (field, hint) => {
    await expect(target().check(["name", field], signal)).rejects.toThrow(
      `OnePlan has no resource field "${field}"${hint}Correct tenantwire:oneplan.users.fields and deploy (pulumi up), or make the field in OnePlan first.`,
    );
  });

  it.each<[string, Reply, string, string]>([
    [
      "a key that is refused",
      { status: 401, body: "Authorization has been denied." },
      "CredentialError",
      'OnePlan (my.oneplan.ai) refused the key "tenantwire": it was revoked, or is of another OnePlan group. Make a new one in OnePlan (gear > Integration > Authentication Keys), store it (pulumi config set --secret <name under its key.secret> --stack <stack>), and deploy (pulumi up). It says: "Authorization has been denied."',
    ],
    [
      "a key that may not",
      { status: 403 },
      "PermissionError",
      'OnePlan (my.oneplan.ai) does not let the key "tenantwire" tell which OnePlan group the key is of: make the key as an owner of the OnePlan group.',
    ],
    [
      "another site",
      { body: "<html>" },
      "Garbled",
      "my.oneplan.ai did not answer with JSON when asked to tell which OnePlan group the key is of (text/plain): check OnePlan's address in the settings.",
    ],
  ])("names %s", async (_, reply, name, message) => {
    routes["GET /api/resources/megroup"] = reply;
    await expect(target().check(["name"], signal)).rejects.toMatchObject({ name, message });
  });
});

it("never shows the key", async () => {
  routes["POST /api/resources"] = { status: 500, body: "oops" };
  const thrown: unknown = await target()
    .create({ sourceId: ADA, label: "A", fields: {} }, signal)
    .catch((error: unknown) => error);
  const { inspect } = await import("node:util");
  const shown = inspect(thrown, { depth: 10, showHidden: true });
  expect(shown).toContain("answered 500");
  expect(shown).not.toContain("sécret");
  expect(shown).not.toContain(Buffer.from("tenantwire:sécret").toString("base64"));
});
