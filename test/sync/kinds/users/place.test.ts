/** Disaster 3: which tenant Graph answers for, told before anything is read. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createGraphClient } from "../../../../sync/connectors/graph/index.ts";
import { tenantPlace } from "../../../../sync/kinds/users/tenant.ts";
import { startTestHosts, type TestHosts } from "../../connectors/hosts.ts";
import { startTenant, type Tenant } from "./tenant.ts";

const signal = AbortSignal.timeout(60_000);

describe("the tenant", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await startTenant(5);
  });
  afterAll(() => tenant.close());

  it("is told by the stand-in, in one request", async () => {
    const { id, displayName } = tenant.sandbox.world.tenant;
    const before = tenant.requests();

    expect(await tenant.source([]).place?.(signal)).toEqual({
      id,
      label: `the tenant ${displayName}`,
      mend: "use the outputs of its stack",
    });
    expect(tenant.requests() - before).toBe(1);
  });
});

describe("an answer about the tenant", () => {
  const id = "0c7f3b1e-2222-4222-8222-222222222222";
  let hosts: TestHosts;
  let body: unknown;
  beforeAll(async () => {
    hosts = await startTestHosts();
    hosts.answer("graph.microsoft.com", () => ({ body }));
  });
  afterAll(() => hosts.close());

  function ask(expected = { id, domain: "contoso.com" }) {
    const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
    return tenantPlace(createGraphClient({ credential, cloud: "Microsoft" }), expected, signal);
  }

  it("that names the one of the outputs is content, whatever the letter case", async () => {
    body = { value: [{ id: id.toUpperCase(), displayName: null }] };
    expect(await ask()).toMatchObject({ id, label: "the tenant without a name" });
  });

  it("that names another is refused", async () => {
    body = { value: [{ id: "1", displayName: "Fabrikam" }] };
    await expect(ask()).rejects.toMatchObject({
      name: "WrongPlace",
      message:
        "The sync identity signed in to the tenant Fabrikam (1), but the outputs are of contoso.com (0c7f3b1e-2222-4222-8222-222222222222): nothing was read or written. " +
        "Use the outputs of the stack that deployed this tenant.",
    });
  });

  it.each([[{ value: [] }], [{}], [{ value: [{ id }, { id }] }]])("like %j is not believed", async (given) => {
    body = given;
    await expect(ask()).rejects.toMatchObject({ name: "ConnectionError" });
  });
});
