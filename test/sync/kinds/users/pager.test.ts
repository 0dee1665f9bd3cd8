/** The directory extension of `pager`, found in the tenant. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { ConnectionError } from "../../../../contract/errors.ts";
import { createGraphClient } from "../../../../sync/connectors/graph/index.ts";
import { pagerExtension } from "../../../../sync/kinds/users/pager.ts";
import { startTestHosts, type TestHosts } from "../../connectors/hosts.ts";
import { byId, readAll } from "./reading.ts";
import { startTenant, type Tenant } from "./tenant.ts";

const CONNECT = "Tenant Schema Extension App";
const cardNumber = { source: "pager", field: "Card" };

let tenant: Tenant;
const made: string[] = [];

beforeAll(async () => {
  tenant = await startTenant(5);
});
afterAll(() => tenant.close());
afterEach(async () => {
  for (const id of made.splice(0)) await tenant.graph("DELETE", `/applications/${id}`, undefined, deployer());
});

const deployer = () => tenant.sandbox.world.deployer;

async function register(displayName: string, ...names: readonly string[]): Promise<readonly string[]> {
  const { id } = await tenant.graph<{ id: string }>("POST", "/applications", { displayName }, deployer());
  made.push(id);
  const found: string[] = [];
  for (const name of names) {
    const body = { name, dataType: "String", targetObjects: ["User"] };
    found.push(
      (await tenant.graph<{ name: string }>("POST", `/applications/${id}/extensionProperties`, body, deployer())).name,
    );
  }
  return found;
}

function read(mode: "full" | "delta" = "full", cursor?: Awaited<ReturnType<typeof readAll>>["cursor"]) {
  const source = tenant.source([], { cardNumber });
  return readAll(source, tenant.store, { mode, ...(cursor !== undefined && { cursor }) });
}

describe("card numbers from pager", () => {
  it("are read from the extension that Entra Connect made, zeros and all", async () => {
    const [, pager = ""] = await register(CONNECT, "info", "pager");
    await register("Another application", "pager");
    expect(pager).toMatch(/^extension_[0-9a-f]{32}_pager$/);
    const ada = await tenant.createUser("Ada");
    await tenant.graph("PATCH", `/users/${ada}`, { [pager]: "00471" });

    const { objects, notes, cursor } = await read();

    expect(byId(objects).get(ada)?.fields?.["Card"]).toBe("00471");
    expect(notes).toEqual([
      expect.stringMatching(/^Card number \(pager to Card\): 1 of \d+ people in scope has one\.$/),
    ]);

    await tenant.graph("PATCH", `/users/${ada}`, { [pager]: "00472" });
    const changed = await read("delta", cursor);
    expect(changed.objects.map(({ id, fields }) => [id, fields?.["Card"]])).toEqual([[ada, "00472"]]);
  });

  it("are read in full when the extension is another one", async () => {
    await register(CONNECT, "pager");
    const { cursor } = await read();
    await tenant.graph("DELETE", `/applications/${made.pop()}`, undefined, deployer());
    await register(CONNECT, "pager");
    await expect(read("delta", cursor)).rejects.toMatchObject({ name: "CursorExpired" });
  });

  it.each<[string, () => Promise<unknown>]>([
    ["no such application", async () => undefined],
    ["no extension of it", () => register(CONNECT)],
    ["no such extension", () => register(CONNECT, "info", "homepager")],
    ["one of another application alone", () => register("Another application", "pager")],
  ])("are refused where there is %s", async (_, prepare) => {
    await prepare();
    await expect(read()).rejects.toMatchObject({
      message:
        "Entra has no directory extension for pager. Choose pager in Entra Connect (Customize synchronization options > Optional features > Directory extension attribute sync) " +
        "and let it synchronize, or write another source into tenantwire:oneplan.users.cardNumber.source and deploy (pulumi up).",
    });
  });

  it("are refused where there are several, which are named", async () => {
    const names = [...(await register(CONNECT, "pager")), ...(await register(CONNECT, "pager"))].sort();
    await expect(read()).rejects.toMatchObject({
      message:
        `Entra has several directory extensions for pager: ${names.join(" and ")}. ` +
        "Write the one that is meant into tenantwire:oneplan.users.cardNumber.source and deploy (pulumi up).",
    });
  });
});

describe("what Graph answers when asked for the extension", () => {
  let hosts: TestHosts;
  let answer: { readonly status?: number; readonly body: unknown };
  beforeAll(async () => {
    hosts = await startTestHosts();
    hosts.answer("graph.microsoft.com", () => answer);
  });
  afterAll(() => hosts.close());

  function ask() {
    const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const client = createGraphClient({ credential, cloud: "Microsoft" });
    return pagerExtension(client, "tenantwire:ones.users", AbortSignal.timeout(30_000));
  }

  it("names the permission that is missing", async () => {
    answer = { status: 403, body: { error: { code: "Authorization_RequestDenied", message: "Insufficient" } } };
    await expect(ask()).rejects.toMatchObject({
      name: "PermissionError",
      message: expect.stringContaining("that needs the application permission Application.Read.All") as unknown,
    });
  });

  it.each([[{ value: [{ displayName: CONNECT }] }], [{ value: {} }]])("is not believed when it is %j", async (body) => {
    answer = { body };
    await expect(ask()).rejects.toBeInstanceOf(ConnectionError);
  });
});

it("costs nothing where card numbers come from elsewhere", async () => {
  const count = async (source: string) => {
    const before = tenant.requests();
    await readAll(tenant.source([], { cardNumber: { source, field: "Card" } }), tenant.store, { mode: "full" });
    return tenant.requests() - before;
  };
  await register(CONNECT, "pager");
  expect((await count("pager")) - (await count("employeeId"))).toBe(2);
});
