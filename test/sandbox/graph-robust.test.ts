import { beforeAll, expect, it } from "@jest/globals";
import fc from "fast-check";
import { directory } from "../../sandbox/directory/index.ts";
import { applicationType, groupType, servicePrincipalType, userType } from "../../sandbox/hosts/graph/entities.ts";
import { queryOptions } from "../../sandbox/hosts/graph/query.ts";
import { routes } from "../../sandbox/hosts/graph/routes.ts";
import { newTenant } from "./graph-client.ts";
import type { Client } from "./graph-client.ts";

/*
 * Clients try a 5xx again for minutes, so that a failing host looks like a hanging one: whatever is sent, the answer is
 * a plain one.
 */
const nobody = "11111111-2222-4333-8444-555555555555";

/** What can stand where something else should. */
const oddValues = [
  null,
  true,
  0,
  "",
  "x",
  nobody,
  "2030-01-01T00:00:00Z",
  [],
  {},
  [null],
  [{}],
  ["x"],
  [[]],
  { id: null },
];

/** By route: a body that is right, and further names that the route looks at. */
const bodies: Readonly<Record<string, { right?: Record<string, unknown>; names?: string[] }>> = {
  "POST /applications": { right: { displayName: "x" }, names: ["owners@odata.bind"] },
  "POST /applications/:id/addPassword": {
    right: { passwordCredential: {} },
    names: ["passwordCredential"],
  },
  "POST /applications/:id/removePassword": { names: ["keyId"] },
  "POST /applications/:id/owners/$ref": { names: ["@odata.id"] },
  "POST /applications/:id/federatedIdentityCredentials": {
    right: { name: "n", issuer: "https://i", subject: "s", audiences: ["a"] },
    names: ["name", "issuer", "subject", "audiences", "description"],
  },
  "POST /servicePrincipals": { names: ["appId", "owners@odata.bind"] },
  "POST /servicePrincipals/:id/appRoleAssignedTo": { names: ["appRoleId", "principalId", "resourceId"] },
  "POST /users": {
    right: {
      displayName: "x",
      mailNickname: "x",
      userPrincipalName: "x@contoso.com",
      accountEnabled: true,
      passwordProfile: { password: "P@ssw0rd-of-a-test" },
    },
  },
  "POST /groups": {
    right: { displayName: "x", mailNickname: "x", mailEnabled: false, securityEnabled: true },
    names: ["members@odata.bind"],
  },
  "PATCH /groups/:id": { names: ["members@odata.bind"] },
  "POST /groups/:id/members/$ref": { names: ["@odata.id"] },
  "POST /oauth2PermissionGrants": {
    right: { consentType: "AllPrincipals", scope: "x" },
    names: ["clientId", "consentType", "principalId", "resourceId", "scope"],
  },
};

const types = {
  applications: applicationType,
  servicePrincipals: servicePrincipalType,
  users: userType,
  groups: groupType,
};

/** 501 says that the stand-in has no such thing, and clients do not try it again. */
const isDefect = (status: number) => status >= 500 && status !== 501;

let client: Client;
/** By the first part of the path: something that is there. */
let existing: Readonly<Record<string, string>>;

beforeAll(async () => {
  const tenant = newTenant({ users: 20 });
  client = await tenant.withRoles(
    ...["Application.ReadWrite.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Directory.Read.All"],
    ...["AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"],
  );
  const known = directory(tenant.world);
  const collections = Object.entries({
    users: known.users,
    groups: known.groups,
    applications: known.applications,
    servicePrincipals: known.servicePrincipals,
  });
  existing = Object.fromEntries(collections.map(([set, { rows }]) => [set, rows[0]?.id ?? ""]));
});

function address(path: string): string {
  const id = existing[path.split("/")[1] ?? ""] ?? nobody;
  return `/v1.0${path.replace(":id", id).replace(/:\w+/g, nobody)}`;
}

const writes = routes.filter(({ method }) => method === "POST" || method === "PATCH");

it.each(writes.map(({ method, path }) => [method, path]))(
  "%s %s bears whatever stands in its body",
  async (method, path) => {
    const { right = {}, names = [] } = bodies[`${method} ${path}`] ?? {};
    const isEntity = /^\/\w+(\/:id)?$/.test(path);
    const type = isEntity ? types[path.split("/")[1] as keyof typeof types] : undefined;
    const send = method === "POST" ? client.post : client.patch;
    const oddBodies = oddValues.flatMap((value) => [
      value,
      ...[...names, ...(type?.properties.keys() ?? []), "unknown"].map((name) => ({ ...right, [name]: value })),
      // One level deeper: what stands inside complex properties and what wraps others.
      ...[...(type?.properties ?? [])]
        .filter(([, { initial }]) => typeof initial === "object" && initial !== null && !Array.isArray(initial))
        .flatMap(([name, { initial }]) =>
          Object.keys(initial ?? {}).map((member) => ({ ...right, [name]: { [member]: value } })),
        ),
      ...["displayName", "startDateTime", "endDateTime"].map((name) => ({ passwordCredential: { [name]: value } })),
    ]);

    const failing: unknown[] = [];
    for (const body of oddBodies) {
      const { status } = await send(address(path), body);
      if (isDefect(status)) failing.push(body);
    }

    expect(failing).toEqual([]);
  },
);

it("$batch bears whatever stands in its parts", async () => {
  const part = { id: "1", method: "GET", url: "/users" };
  for (const value of oddValues) {
    for (const name of ["id", "method", "url", "headers", "body", "dependsOn"]) {
      const { status } = await client.post("/v1.0/$batch", { requests: [{ ...part, [name]: value }] });
      expect({ name, value, status: status < 500 }).toEqual({ name, value, status: true });
    }
    expect((await client.post("/v1.0/$batch", { requests: [value] })).status).toBeLessThan(500);
  }
});

it("what was written by odd bodies can still be read", async () => {
  for (const { path } of routes.filter(({ method }) => method === "GET")) {
    expect((await client.get(address(path))).status).toBeLessThan(500);
  }
});

it("every read bears whatever stands in its query", async () => {
  const reads = routes.filter(({ method }) => method === "GET").map(({ path }) => path);
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "id",
      "web",
      "displayName eq null",
      "web/homePageUrl eq 'a'",
      "tags/any(t:t eq 'a')",
      "latest",
      "cGxhY2U6MQ",
    ),
  );

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...reads),
      fc.constantFrom(...queryOptions),
      texts,
      fc.string(),
      async (path, option, text, id) => {
        const url = `/v1.0${path.replace(/:\w+/g, encodeURIComponent(id) || "x")}?${option}=${encodeURIComponent(text)}`;
        expect(isDefect((await client.get(url)).status)).toBe(false);
      },
    ),
    { numRuns: 1000 },
  );
});
