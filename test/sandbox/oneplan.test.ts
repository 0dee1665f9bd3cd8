import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { clientOf } from "./client.ts";
import type { Answer, Client } from "./client.ts";

interface Resource {
  id: string;
  name: string;
  Generic: boolean;
  Inactive: boolean;
  Office365Id: string | null;
  ExternalId: string | null;
  OnePlanSecurityGroup: string;
  Fields: Record<string, string>;
}

let sandbox: Sandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 100, provider: false });
  client = clientOf(sandbox);
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});
beforeEach(() => behave({ inactivate: "accept", delete: "accept", staleListReads: 0 }));

function call(method: string, path: string, body?: unknown, host = "my.oneplan.ai"): Promise<Answer> {
  const { name, value } = sandbox.world.oneplanKey;
  const authorization = `Basic ${Buffer.from(`${name}:${value}`).toString("base64")}`;
  return client.call(`https://${host}/api${path}`, { method, headers: { authorization }, body });
}

async function list(query = ""): Promise<Resource[]> {
  return (await call("GET", `/resources${query}`)).json<Resource[]>();
}

async function create(body: Record<string, unknown>): Promise<Resource> {
  return (await call("POST", "/resources", body)).json<Resource>();
}

async function read(id: string): Promise<Resource | null> {
  return (await call("GET", `/resources/${id}`)).json<Resource | null>();
}

async function behave(oneplan: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${sandbox.controlUrl}/behaviour`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ oneplan }),
  });
  expect(answer.status).toBe(200);
}

describe("authentication", () => {
  it.each(["my", "eu", "au", "ca"])("knows one group under every region: %s", async (region) => {
    const answer = await call("GET", "/resources/megroup", undefined, `${region}.oneplan.ai`);

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual((await call("GET", "/resources/megroup")).json());
  });

  it.each([
    ["nothing", undefined],
    ["a wrong value", "tenantwire:wrong"],
    ["the value under another name", "other:VALUE"],
  ])("refuses %s", async (_, pair) => {
    const authorization =
      pair && `Basic ${Buffer.from(pair.replace("VALUE", sandbox.world.oneplanKey.value)).toString("base64")}`;

    const answer = await client.call("https://my.oneplan.ai/api/resources", {
      headers: authorization ? { authorization } : {},
    });

    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain(sandbox.world.oneplanKey.value);
  });
});

describe("a fresh group", () => {
  it("has people who share nothing but their mail with the directory", async () => {
    const people = (await list("?Generics=false")).filter((resource) =>
      resource.Fields["mail"]?.endsWith("@contoso.com"),
    );

    expect(people.length).toBeGreaterThanOrEqual(5);
    for (const person of people) expect(person).toMatchObject({ Office365Id: null, ExternalId: null });
  });

  it("has two resources with one mail address, and a generic one with a person's", async () => {
    const all = await list();
    const mails = all.map((resource) => resource.Fields["mail"]).filter((mail) => mail !== undefined);

    expect(mails.length - new Set(mails).size).toBe(1);
    expect(
      all.filter((resource) => resource.Generic && resource.Fields["mail"]?.endsWith("@contoso.com")),
    ).toHaveLength(1);
  });

  it("has an owner in a security group with global Administrator, and a default group without", async () => {
    const admin = (await call("GET", "/securitygroups/admin")).json<{ id: string; PermissionSettings: unknown }>();
    const standard = (await call("GET", "/securitygroups/default")).json<{ id: string; IsDefault: boolean }>();

    const owners = (await list()).filter((resource) => resource.OnePlanSecurityGroup === admin.id);

    expect(owners).toHaveLength(1);
    expect(admin.PermissionSettings).toEqual({ Global: "Administrator" });
    expect(standard.IsDefault).toBe(true);
    expect((await call("GET", `/securitygroups/${admin.id}`)).json()).toEqual(admin);
    expect((await call("GET", "/securitygroups")).json<unknown[]>()).toHaveLength(2);
  });
});

describe("GET /resources", () => {
  it("answers generic resources unless told not to", async () => {
    const all = await list();

    expect(all.filter((resource) => resource.Generic)).not.toHaveLength(0);
    expect(await list("?Generics=false")).toEqual(all.filter((resource) => !resource.Generic));
    expect(await list("?generics=False")).toHaveLength((await list("?Generics=false")).length);
  });

  it("finds by mail and by field", async () => {
    const made = await create({ Name: "Found", Mail: "found@contoso.com", Fields: { employeeId: "4711" } });

    expect(await list("?email=FOUND@contoso.com")).toEqual([made]);
    expect(await list("?field=employeeId&value=4711")).toEqual([made]);
    expect(await list("?field=nonsense&value=4711")).toEqual([]);
    expect((await call("GET", "/resources/GetResourceId?Email=found@contoso.com")).json()).toBe(made.id);
  });

  it("streams a long list as one bare array", async () => {
    const before = (await list()).length;
    for (let number = 0; number < 1200; number++) await create({ Name: `Many ${number}` });

    const answer = await call("GET", "/resources");

    expect(answer.headers.get("transfer-encoding")).toBe("chunked");
    expect(answer.json<Resource[]>()).toHaveLength(before + 1200);
  }, 30_000);

  it("is behind by so many lists when told to; one resource never is", async () => {
    await behave({ staleListReads: 2 });
    const before = await list();
    const made = await create({ Name: "New", Mail: "new@contoso.com" });
    await call("POST", `/resources/${made.id}`, { Fields: { city: "Bergen" } });

    expect((await read(made.id))?.Fields["city"]).toBe("Bergen");
    expect(await list()).toEqual(before);
    expect(await list()).toEqual(before);
    expect((await list("?email=new@contoso.com"))[0]?.Fields["city"]).toBe("Bergen");
  });
});

describe("POST /resources", () => {
  it("takes what the request model names and answers the whole resource", async () => {
    const made = await create({
      Name: "Ada",
      Mail: "ada@contoso.com",
      Office365Id: "o365",
      ExternalId: "ext",
      Fields: { jobTitle: "Engineer", unknownField: "x" },
    });

    expect(made).toMatchObject({
      name: "Ada",
      Office365Id: "o365",
      ExternalId: "ext",
      Inactive: false,
      Generic: false,
    });
    expect(made.Fields).toEqual({ name: "Ada", mail: "ada@contoso.com", jobTitle: "Engineer" });
    expect(await read(made.id)).toEqual(made);
  });

  it("fails with .NET's text without a name", async () => {
    const answer = await call("POST", "/resources", { Mail: "x@contoso.com" });

    expect(answer.status).toBe(500);
    expect(answer.text).toMatch(/^System\.NullReferenceException/);
  });
});

describe("POST /resources/{id}", () => {
  it("changes what is named and leaves the rest", async () => {
    const made = await create({
      Name: "Grace",
      Mail: "grace@contoso.com",
      Fields: { jobTitle: "Admiral", city: "Oslo" },
    });

    await call("POST", `/resources/${made.id}`, {
      Name: "Grace H.",
      ExternalId: "g",
      Fields: { city: "Rome", jobTitle: null },
    });

    expect(await read(made.id)).toMatchObject({
      name: "Grace H.",
      ExternalId: "g",
      Fields: { name: "Grace H.", mail: "grace@contoso.com", jobTitle: null, city: "Rome" },
    });
  });

  it("answers null for an unknown field and changes nothing", async () => {
    const made = await create({ Name: "Edsger" });

    const answer = await call("POST", `/resources/${made.id}`, { Name: "Other", Fields: { shoeSize: "43" } });

    expect([answer.status, answer.text]).toEqual([200, "null"]);
    expect(await read(made.id)).toEqual(made);
  });

  it.each([
    ["accept", true],
    ["ignore", false],
  ])("sets Inactive as the group behaves: %s", async (inactivate, expected) => {
    await behave({ inactivate });
    const made = await create({ Name: "Leaver" });

    const answer = await call("POST", `/resources/${made.id}`, { Inactive: true, Fields: { city: "Lima" } });

    expect(answer.status).toBe(200);
    expect(await read(made.id)).toMatchObject({ Inactive: expected, Fields: { city: "Lima" } });
  });

  it("fails with .NET's text for an unknown resource", async () => {
    expect((await call("POST", "/resources/00000000-0000-0000-0000-000000000001", { Name: "x" })).status).toBe(500);
  });
});

describe("DELETE /resources/{id}", () => {
  it.each([
    ["accept", false],
    ["ignore", true],
  ])("says that it was successful: %s", async (mode, isStillThere) => {
    await behave({ delete: mode });
    const made = await create({ Name: "Gone" });

    const answer = await call("DELETE", `/resources/${made.id}`);

    expect([answer.status, answer.json()]).toEqual([200, "Delete Successful"]);
    expect((await read(made.id)) !== null).toBe(isStillThere);
  });
});

describe("resource fields", () => {
  it("exist before anything is mapped to them", async () => {
    const fields = (await call("GET", "/resources/fields")).json<{ InternalName: string }[]>();

    expect(fields.map((field) => field.InternalName)).toEqual(
      expect.arrayContaining(["name", "mail", "userPrincipalName", "jobTitle", "department", "officeLocation"]),
    );
  });

  it("are made once and changed by id", async () => {
    const made = (await call("POST", "/resources/fields", { InternalName: "costCentre" })).json<{ Id: string }>();

    const again = await call("POST", "/resources/fields", { InternalName: "costCentre" });
    const unknown = await call("POST", "/resources/fields/00000000-0000-0000-0000-000000000001", { DisplayName: "x" });
    const changed = await call("POST", `/resources/fields/${made.Id}`, { DisplayName: "Cost centre" });

    expect([again.status, again.text]).toEqual([500, "System.Exception: Column with same name already exists"]);
    expect([unknown.status, unknown.text]).toEqual([200, "null"]);
    expect(changed.json()).toMatchObject({ InternalName: "costCentre", DisplayName: "Cost centre" });
  });
});

it("words a path that it does not have as .NET would", async () => {
  const answer = await call("GET", "/nothing");

  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
});
