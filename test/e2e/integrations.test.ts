/**
 * Every way a vendor connects, deployed by the real engine: with the credential that the vault holds one signs in as
 * the vendor's product, gets exactly the documented permissions, and can do what they allow and nothing else.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decodeJwt } from "jose";
import { fetch, ProxyAgent } from "undici";
import { directory } from "../../sandbox/directory/index.ts";
import { run } from "../../sandbox/run.ts";
import type { Sheet } from "../../contract/sheet.ts";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { runNode } from "../sandbox/child.ts";
import { browserOf, signIn } from "../sandbox/sign-in.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const REDIRECT = "https://ones.contoso.com/callback";
const SIGN_IN = "https://ones.contoso.com/sign-in";
const ROOM = "room-00001@contoso.com";
const FAR_ROOM = "room-00002@contoso.com";
const singleSignOn = { redirectUris: [SIGN_IN], consent: "grant" };
const both = { redirectUris: [REDIRECT], consent: "grant" };

let world: Deployed;
let settings: string;
let dispatcher: ProxyAgent;
let browser: ReturnType<typeof browserOf>;
let outputs: Outputs;

beforeAll(async () => {
  world = await deployable({ users: 40 });
  world.edit((written) => (settings = written) + "\n");
  const { proxyUrl, caFile } = world.sandbox;
  dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } });
  browser = browserOf(world.sandbox);
}, 60_000);

afterAll(async () => {
  await dispatcher.close();
  await browser.close();
  await world.close();
});

/** What a token can be tried at. */
const calls: Readonly<Record<string, readonly [string, string]>> = {
  users: ["GET", "/users?$top=1"],
  groups: ["GET", "/groups?$top=1"],
  rooms: ["GET", "/places/microsoft.graph.room?$top=1"],
  calendars: ["POST", `/users/${ROOM}/calendar/getSchedule`],
  applications: ["GET", "/applications?$top=1"],
};

describe("an application that acts by itself", () => {
  it.each<[string, object, string[], string[]]>([
    [
      "applicationPermission",
      { ...both },
      ["Calendars.ReadWrite", "Group.Read.All", "Place.Read.All", "User.Read.All"],
      ["users", "groups", "rooms", "calendars"],
    ],
    [
      "applicationResourceOnly",
      { consent: "grant", singleSignOn },
      ["Calendars.ReadWrite", "Place.Read.All"],
      ["rooms", "calendars"],
    ],
  ])(
    "ONES, %s",
    async (mode, form, roles, allowed) => {
      await deployed({ ones: { microsoft365: { mode, ...form } } });

      const token = await applicationToken("ones");

      expect([...((decodeJwt(token)["roles"] as string[] | undefined) ?? [])].sort()).toEqual(roles);
      expect(await allowedBy(token)).toEqual(allowed);
    },
    120_000,
  );

  it("reaches the calendars of the rooms that Exchange lets it, and of no others", async () => {
    const exchangeScope = { recipientFilter: "CustomAttribute1 -eq 'ONES'" };
    await deployed({ ones: { microsoft365: { mode: "applicationPermission", ...both, exchangeScope } } });
    const token = await applicationToken("ones");
    expect(decodeJwt(token)["roles"]).not.toContain("Calendars.ReadWrite");
    expect(await allowedBy(token)).toEqual(["users", "groups", "rooms"]);

    const { principalId, exchangeScope: scope } = registration("ones");
    // What the commands do, done here: there is no PowerShell in the stand-in.
    expect(scope?.commands[3]).toContain(`-App ${principalId} -Role 'Application Calendars.ReadWrite'`);
    directory(world.sandbox.world).rooms.scopeCalendars(principalId, [ROOM]);

    expect(await allowedBy(token)).toEqual(["users", "groups", "rooms", "calendars"]);
    const answer = await graph(token, "POST", calls["calendars"]?.[1] ?? "", scheduleOf(ROOM, FAR_ROOM));
    const schedules = (await answer.json()) as { value: { scheduleId: string; error?: object }[] };
    expect(schedules.value.map(({ scheduleId, error }) => [scheduleId, error !== undefined])).toEqual([
      [ROOM, false],
      [FAR_ROOM, true],
    ]);
    directory(world.sandbox.world).rooms.scopeCalendars(principalId);
  }, 120_000);

  it("has the vendor's integration of Entra users read what is mapped, by a registration of one's own", async () => {
    await deployed({ oneplan: { application: "own", consent: "grant" } });

    const token = await applicationToken("oneplan-users");

    expect([...(decodeJwt(token)["roles"] as string[])].sort()).toEqual(["GroupMember.Read.All", "User.Read.All"]);
    expect(await allowedBy(token)).toEqual(["users", "groups"]);
  }, 120_000);
});

describe("an application that acts for people", () => {
  it.each<[string, object]>([
    ["delegatedPermission", both],
    ["delegatedResourceOnly", { ...both, singleSignOn }],
  ])(
    "ONES, %s",
    async (mode, form) => {
      await deployed({ ones: { microsoft365: { mode, ...form } } });

      const answer = await personSignsIn("ones", REDIRECT, "Calendars.ReadWrite.Shared offline_access openid");

      expect(scopesOf(answer)).toEqual(["Calendars.ReadWrite.Shared", "openid"]);
      expect(answer["refresh_token"]).toEqual(expect.any(String));
      expect(await allowedBy(answer["access_token"] ?? "")).toEqual(["calendars"]);
      const other = await graph(
        answer["access_token"] ?? "",
        "POST",
        `/users/${FAR_ROOM}/calendar/getSchedule`,
        scheduleOf(FAR_ROOM),
      );
      expect(other.status).toBe(403);
      // By itself it may do nothing.
      expect(await allowedBy(await applicationToken("ones"))).toEqual([]);
    },
    120_000,
  );

  it("signs people in to ONES by the second registration", async () => {
    const answer = await personSignsIn("ones-sign-in", SIGN_IN, "openid profile email");

    expect(decodeJwt(answer["id_token"] ?? "")["preferred_username"]).toEqual(expect.stringContaining("@contoso.com"));
    expect(answer["refresh_token"]).toBeUndefined();
    expect(await allowedBy(answer["access_token"] ?? "")).toEqual([]);
  }, 60_000);

  it("signs people in to a OneConnect group", async () => {
    const group = { application: "own", group: "Contoso", consent: "grant", redirectUris: [REDIRECT] };
    await deployed({ oneconnect: group });

    const answer = await personSignsIn("oneconnect", REDIRECT, "https://graph.microsoft.com/User.Read.All");

    expect(scopesOf(answer)).toEqual(["User.Read", "User.Read.All"]);
    expect(await allowedBy(answer["access_token"] ?? "")).toEqual(["users"]);
  }, 120_000);
});

describe("consent by a link", () => {
  it("is given on the page that the outputs name", async () => {
    await deployed({
      ones: { microsoft365: { mode: "applicationResourceOnly", consent: "link", redirectUris: [REDIRECT] } },
    });
    expect(await allowedBy(await applicationToken("ones"))).toEqual([]);

    const link = new URL(registration("ones").consent.link ?? "");
    await browser.visit(link.pathname, Object.fromEntries(link.searchParams));

    expect(await allowedBy(await applicationToken("ones"))).toEqual(["rooms", "calendars"]);
  }, 120_000);
});

describe("Azure DevOps", () => {
  it("is entered by a service principal that asks nothing of Entra", async () => {
    await deployed({
      azureDevOps: { organizations: [{ name: "contoso" }], servicePrincipal: { displayName: "boards", secret: {} } },
    });

    const token = await applicationToken("azure-devops");

    expect(decodeJwt(token)["roles"] ?? []).toEqual([]);
    expect(await allowedBy(token)).toEqual([]);
  }, 120_000);
});

/** Deploys the sandbox's settings and these; a second preview shows nothing more to do. */
async function deployed(more: Readonly<Record<string, object>>): Promise<void> {
  const { oneplan, ...others } = more;
  const added = Object.entries(others).map(([name, value]) => `tenantwire:${name}: ${JSON.stringify(value)}`);
  world.edit(() =>
    settings
      .replace(/^config:\n(?: *#.*\n)*( +)/m, (found, indent: string) =>
        [found, ...added.map((line) => `${line}\n${indent}`)].join(""),
      )
      .replace(/^( +)environment: my$/m, (line, indent: string) =>
        oneplan ? `${line}\n${indent}entraUsers: ${JSON.stringify(oneplan)}` : line,
      ),
  );
  await world.stack.up();
  await world.stack.mustPulumi(["preview", "--stack", "sandbox", "--expect-no-changes", "--color", "never"]);
  outputs = parseOutputs(await world.stack.outputs(), "the stack");
}

function registration(name: string): Outputs["registrations"][number] {
  const found = outputs.registrations.find((each) => each.name === name);
  if (!found) throw new Error(`There is no registration ${name}.`);
  return found;
}

/** As a person gets it who fills in a form: with the sheet's own command. */
async function secretOf(name: string): Promise<string> {
  const { clientId } = registration(name);
  const secret = outputs.credentials.secrets.find((each) => each.clientId === clientId)?.name ?? "";
  const { deployer } = world.sandbox.world;
  const person = { AZURE_CLIENT_ID: deployer.clientId, AZURE_CLIENT_SECRET: deployer.clientSecret };
  const args = ["settings-sheet", "-s", "sandbox", "--reveal", secret, "--json"];
  const env = { ...world.stack.env, ...person };
  const ran = await run(["node", cli, ...args], { cwd: world.stack.folder, env });
  if (ran.code !== 0) throw new Error(ran.stderr);
  const fields = (JSON.parse(ran.stdout) as Sheet[]).flatMap(({ parts }) => parts.flatMap((part) => part.fields));
  const at = fields.findIndex((field) => "value" in field && field.value === clientId);
  const revealed = fields[at + 1];
  if (!revealed || !("value" in revealed)) throw new Error(`The sheet does not show ${secret}.`);
  return revealed.value;
}

/** A token of Microsoft Graph, by the library that products use. */
async function applicationToken(name: string): Promise<string> {
  const script = `
    import { ClientSecretCredential } from "@azure/identity";
    const [tenantId, clientId, secret] = JSON.parse(process.env.SIGN_IN);
    const { token } = await new ClientSecretCredential(tenantId, clientId, secret).getToken("https://graph.microsoft.com/.default");
    process.stdout.write(token);`;
  const { tenant } = world.sandbox.world;
  const identity = JSON.stringify([tenant.id, registration(name).clientId, await secretOf(name)]);
  const ran = await runNode(script, world.sandbox, { SIGN_IN: identity });
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran.stdout;
}

/** Authorization code with PKCE, by somebody with whom the calendar of one room is shared. */
async function personSignsIn(name: string, redirectUri: string, scope: string): Promise<Record<string, string>> {
  const { rooms, users } = directory(world.sandbox.world);
  const person = [...users.values()].find(({ accountEnabled, mail }) => accountEnabled !== false && mail);
  rooms.shareCalendar(ROOM, person?.id ?? "");
  return signIn(browser, world.sandbox.world, {
    clientId: registration(name).clientId,
    clientSecret: await secretOf(name),
    redirectUri,
    scope,
    user: person?.["userPrincipalName"] as string,
  });
}

function scopesOf(answer: Record<string, string>): string[] {
  return String(decodeJwt(answer["access_token"] ?? "")["scp"])
    .split(" ")
    .sort();
}

/** Names of the calls that this token may make; the others are refused with 403. */
async function allowedBy(token: string): Promise<string[]> {
  const allowed: string[] = [];
  for (const [name, [method, path]] of Object.entries(calls)) {
    const answer = await graph(token, method, path, method === "POST" ? scheduleOf(ROOM) : undefined);
    if (answer.ok) allowed.push(name);
    else expect([name, answer.status]).toEqual([name, 403]);
  }
  return allowed;
}

function graph(token: string, method: string, path: string, body?: object) {
  return fetch(`https://graph.microsoft.com/v1.0${path}`, {
    method,
    dispatcher,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

function scheduleOf(...schedules: string[]) {
  const at = (dateTime: string) => ({ dateTime, timeZone: "UTC" });
  return { schedules, startTime: at("2026-03-02T08:00:00"), endTime: at("2026-03-02T18:00:00") };
}
