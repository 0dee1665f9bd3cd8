import { expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Collection } from "../../sandbox/directory/collection.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { applicationType, groupType, servicePrincipalType, userType } from "../../sandbox/hosts/graph/entities.ts";
import { routes } from "../../sandbox/hosts/graph/routes.ts";
import { newTenant } from "./graph-client.ts";

const names = ["id", "value", "isEnabled", "password", "displayName", "startDateTime", "endDateTime", "redirectUris"];

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(
      null,
      true,
      0,
      "",
      "x",
      "2030-01-01T00:00:00Z",
      "https://graph.microsoft.com/v1.0/users/x",
      [],
      {},
      [null],
      [{}],
      ["x"],
      { id: null },
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 3 }),
  ),
})).value;
/** By the first part of the path: a body that is right, of which the property then spoils some. */
const rightBodies: Readonly<Record<string, Record<string, unknown>>> = {
  applications: { displayName: "x", name: "n", issuer: "https://i", subject: "s", audiences: ["a"] },
  servicePrincipals: {},
  users: {
    displayName: "x",
    mailNickname: "x",
    userPrincipalName: "x@contoso.com",
    accountEnabled: true,
    passwordProfile: { password: "P@ssw0rd-of-a-test" },
  },
  groups: { displayName: "x", mailNickname: "x", mailEnabled: false, securityEnabled: true },
  oauth2PermissionGrants: { consentType: "AllPrincipals", scope: "x" },
  $batch: { requests: [{ id: "1", method: "GET", url: "/users" }] },
};

const typeNames: Readonly<Record<string, readonly string[]>> = {
  applications: [
    "name",
    "issuer",
    "subject",
    "audiences",
    "keyId",
    "passwordCredential",
    "owners@odata.bind",
    "@odata.id",
  ],
  servicePrincipals: ["appId", "appRoleId", "principalId", "resourceId", "keyId", "passwordCredential", "@odata.id"],
  users: ["passwordProfile"],
  groups: ["members@odata.bind", "@odata.id"],
  $batch: ["requests"],
};

function bodiesFor(path: string): fc.Arbitrary<unknown> {
  const [, set = ""] = path.split("/");
  const types = {
    applications: applicationType,
    servicePrincipals: servicePrincipalType,
    users: userType,
    groups: groupType,
  };
  const own = types[set as keyof typeof types]?.properties;
  const writable = [...(own ?? [])].filter(([, property]) => !property.readOnly).map(([name]) => name);
  const spoiled = fc.dictionary(fc.constantFrom(...writable, ...(typeNames[set] ?? []), "unknown"), values, {
    maxKeys: 2,
  });
  return fc.oneof(
    { weight: 4, arbitrary: spoiled.map((changes) => ({ ...rightBodies[set], ...changes })) },
    { weight: 2, arbitrary: spoiled },
    { weight: 1, arbitrary: values },
  );
}

const batchParts = fc.record({
  id: values,
  method: values,
  url: values,
  headers: values,
  body: values,
  dependsOn: values,
});
const queries = fc
  .tuple(
    fc.constantFrom("$select", "$filter", "$top", "$count", "$skiptoken", "$deltatoken", "$search"),
    fc.oneof(
      fc.constantFrom("id", "displayName eq null", "web/x eq 'a'", "tags/any(t:t eq 'a')", "1", "true", "latest"),
      fc.string(),
    ),
  )
  .map(([name, value]) => `?${name}=${encodeURIComponent(value)}`);

/** Clients try a 5xx again for minutes: whatever is sent, the answer is a plain one. */
it("no request makes the host fail", async () => {
  const tenant = newTenant({ users: 20 });
  const client = await tenant.withRoles(
    ...[
      "Application.ReadWrite.All",
      "User.ReadWrite.All",
      "Group.ReadWrite.All",
      "Directory.Read.All",
      "Domain.Read.All",
    ],
    ...["AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"],
  );
  const known = directory(tenant.world);
  const idsFor = (path: string): fc.Arbitrary<string> => {
    const collection = known[path.split("/")[1] as "users"] as Collection | undefined;
    const some = collection?.rows.slice(0, 6).flatMap((row) => row?.id ?? []) ?? [];
    return some.length > 0
      ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...some) }, fc.string({ minLength: 1 }))
      : fc.string({ minLength: 1 });
  };
  // What is deleted could not be written to any more. Writes are where bodies are looked into.
  const writes = routes.filter(({ method }) => method === "POST" || method === "PATCH");
  const calls = [...routes, ...writes, ...writes, ...writes]
    .filter(({ method, path }) => method !== "DELETE" || !path.endsWith(":id"))
    .map(({ method, path }) => ({ method, path }))
    .concat({ method: "POST", path: "/$batch" });

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...calls).chain((call) => fc.tuple(fc.constant(call), bodiesFor(call.path), idsFor(call.path))),
      fc.string({ minLength: 1 }),
      fc.option(queries, { nil: "" }),
      async ([{ method, path }, body, id], other, query) => {
        const filled = path.replace(":id", encodeURIComponent(id)).replace(/:\w+/, encodeURIComponent(other));
        const url = `/v1.0${filled}${query}`;
        const { status } =
          method === "GET" || method === "DELETE"
            ? await client[method === "GET" ? "get" : "delete"](url)
            : await client[method === "POST" ? "post" : "patch"](filled === path ? url : `/v1.0${filled}`, body);

        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 6000 },
  );
  const nested = batchParts.map((part) => ({ requests: [part] }));
  await fc.assert(
    fc.asyncProperty(nested, async (body) =>
      expect((await client.post("/v1.0/$batch", body)).status).toBeLessThan(500),
    ),
    { numRuns: 500 },
  );
}, 60_000);
