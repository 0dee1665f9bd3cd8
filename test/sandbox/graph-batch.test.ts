import { beforeAll, describe, expect, it } from "@jest/globals";
import { newTenant } from "./graph-client.ts";
import type { Body, Client, Tenant } from "./graph-client.ts";

let tenant: Tenant;
let admin: Client;

beforeAll(async () => {
  tenant = newTenant();
  admin = await tenant.as(tenant.world.administrator);
});

async function batch(requests: object[], caller = admin) {
  const { status, body } = await caller.post("/v1.0/$batch", { requests });
  return {
    status,
    body,
    responses: (body["responses"] ?? []) as {
      id: string;
      status: number;
      headers: Record<string, string>;
      body: Body;
    }[],
  };
}

const me = () => `/users/${tenant.world.ownerId}?$select=id`;

describe("$batch", () => {
  it("answers each part by itself", async () => {
    const { status, responses } = await batch([
      { id: "a", method: "GET", url: me() },
      { id: "b", method: "GET", url: "/users/nobody@contoso.com" },
      { id: "c", method: "GET", url: "users/$count", headers: { ConsistencyLevel: "eventual" } },
      {
        id: "d",
        method: "PATCH",
        url: `/users/${tenant.world.ownerId}`,
        headers: { "Content-Type": "application/json" },
        body: { jobTitle: "x" },
      },
    ]);

    expect(status).toBe(200);
    expect(responses.map(({ id, status }) => [id, status])).toEqual([
      ["a", 200],
      ["b", 404],
      ["c", 200],
      ["d", 204],
    ]);
    expect(responses[0]?.body["id"]).toBe(tenant.world.ownerId);
    expect(responses[0]?.headers["Content-Type"]).toMatch(/^application\/json/);
    expect(responses[1]?.body.error.code).toBe("Request_ResourceNotFound");
    expect(responses[2]?.body).toBe("60");
    expect(responses[3]).not.toHaveProperty("body");
  });

  it("asks each part for its own permission", async () => {
    const nobody = await tenant.withRoles();

    const { status, responses } = await batch([{ id: "1", method: "GET", url: me() }], nobody);

    expect(status).toBe(200);
    expect(responses[0]).toMatchObject({ status: 403, body: { error: { code: "Authorization_RequestDenied" } } });
  });

  it("fails what depends on a failure, and what depends on that", async () => {
    const { responses } = await batch([
      { id: "1", method: "GET", url: "/users/nobody@contoso.com" },
      { id: "2", method: "GET", url: me(), dependsOn: ["1"] },
      { id: "3", method: "GET", url: me(), dependsOn: ["2"] },
      { id: "4", method: "GET", url: me() },
    ]);

    expect(responses.map((each) => each.status)).toEqual([404, 424, 424, 200]);
    expect(responses[1]?.body.error.code).toBe("FailedDependency");
  });

  it("runs what depends on another after it", async () => {
    const headers = { "Content-Type": "application/json" };
    const path = `/users/${tenant.world.ownerId}`;

    const { responses } = await batch([
      { id: "1", method: "PATCH", url: path, headers, body: { jobTitle: "first" } },
      { id: "2", method: "GET", url: `${path}?$select=jobTitle`, dependsOn: ["1"] },
    ]);

    expect(responses[1]?.body["jobTitle"]).toBe("first");
  });

  it("takes 20 parts", async () => {
    const parts = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `${index}`, method: "GET", url: me() }));

    expect((await batch(parts(20))).responses).toHaveLength(20);
    expect(await batch(parts(21))).toMatchObject({ status: 400, body: { error: { code: "BadRequest" } } });
  });

  it.each([
    ["no requests", {}],
    [
      "ids that differ in case only",
      {
        requests: [
          { id: "a", method: "GET", url: "/users" },
          { id: "A", method: "GET", url: "/users" },
        ],
      },
    ],
    ["a body without Content-Type", { requests: [{ id: "a", method: "POST", url: "/users", body: {} }] }],
    ["a dependency that is not there", { requests: [{ id: "a", method: "GET", url: "/users", dependsOn: ["b"] }] }],
    ["a part without a method", { requests: [{ id: "a", url: "/users" }] }],
  ])("refuses %s", async (_what, body) => {
    expect((await admin.post("/v1.0/$batch", body)).status).toBe(400);
  });
});
