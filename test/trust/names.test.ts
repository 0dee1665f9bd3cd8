/**
 * Names that nobody of the company chose, through every command that prints them: of the directory, the settings and the
 * products. Whatever is in one is read and does nothing: on a terminal, in a pipe, as JSON, Markdown, HTML and CSV.
 * Arguments and file names: test/cli/hostile.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { parse } from "csv-parse/sync";
import { program } from "../../cli/index.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { addMember, organization } from "../../sandbox/hosts/azure-devops/organization.ts";
import { createItem } from "../../sandbox/hosts/azure-devops/saves.ts";
import { tracking } from "../../sandbox/hosts/azure-devops/tracking.ts";
import { ONES_HOST, onesKey, onesResources, onesUsers } from "../../sandbox/hosts/ones/index.ts";
import { run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "../e2e/deployed.ts";

const MARK = "HOSTILE";

/** Every line break with somebody else's line behind it, and what acts on terminals, in logs, in pages and in shells. */
const HOSTILE = [
  `${MARK}\nFORGED\r\nFORGED\u0085FORGED\u2028FORGED\u2029FORGED`,
  "\u202efdp.exe\u200b\ufeff\u001b[2J\u001b]0;title\u0007\u001b[31m\u0000",
  "\n::error::FORGED\n##vso[task.complete result=Failed]##[error]",
  String.raw`|${"`"}a${"`"}| <script>alert(1)</script> ![x](https:\\evil)` + " \u2018;\u2019\u201b\u201a'\"$(id)",
].join(" ");

/** A formula where a table is opened, and a command of a CI service where it begins a line. */
const FORMULA = `=cmd|"x"!A1\n::error::FORGED`;

/** The same where Entra or the settings take no control characters. */
const SEEN = `${MARK} |${"`"}a${"`"}| <script>alert(1)</script> ##vso[task.complete]::error::\u202e\u2028FORGED`;

let world: Deployed;
/** Of somebody else, with hostile names of everything. */
let foreign: string;
let item: number;

beforeAll(async () => {
  world = await deployable({ users: 12 });
  const secrets = { onesKey: onesKey(world.sandbox.world), teamsUrl: "https://127.0.0.1:9/hook" };
  for (const [name, value] of Object.entries(secrets)) {
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", name], value);
  }
  world.edit((settings) => settings.replace(/^ {2}tenantwire:oneplan:$/m, `${declared()}$&`));
  await world.stack.up();
  await world.writeOutputs(({ syncIdentity }) => {
    addMember(world.sandbox.world, syncIdentity?.principalId ?? "");
  });
  poison();
  // What a preview makes of it is printed too.
  world.edit((settings) => settings.replaceAll(JSON.stringify(HOSTILE), JSON.stringify(`${HOSTILE}2`)));
}, 240_000);

afterAll(() => world?.close());

function declared(): string {
  const name = JSON.stringify(HOSTILE);
  const file = (of: string) => JSON.stringify(join(world.stack.folder, of));
  return `
  tenantwire:ones:
    baseUrl: https://${ONES_HOST}
    key: { secret: onesKey, name: ${name} }
    users: { defaultGroups: [${name}] }
    rooms: { scope: all }
    microsoft365:
      mode: applicationResourceOnly
      consent: grant
      displayName: ${name}
      integrationName: ${name}
      loginButtonName: ${name}
      exchangeScope: { recipientFilter: "Alias -ne 'x'" }
      secret: {}
  tenantwire:plans:
    organizations:
      - name: contoso
        buttonName: ${name}
        projects: [Rollout]
        planTypes: [Epic]
        taskTypes: [User Story, Bug]
        planFields: [{ azureDevOps: System.Title, oneplan: Name, direction: both, conflict: azureDevOps }]
  tenantwire:access: { name: ${name}, id: ops, administrators: [${world.sandbox.world.ownerId}] }
  tenantwire:alerts: { channels: { chat: { on: [failure, exceptions], webhook: { format: teams, secret: teamsUrl } } } }
  tenantwire:files:
    users: { path: ${file("people.csv")}, format: csv }
    rooms: { path: ${file("rooms.csv")}, format: csv }
`.slice(1);
}

/** What others than the company's administrators can call something. */
function poison(): void {
  const { world: tenant } = world.sandbox;
  const { users, groups, rooms, applications, servicePrincipals, registrations } = directory(tenant);
  for (const user of users.values()) users.change(user, { displayName: HOSTILE, jobTitle: FORMULA });
  for (const group of groups.values()) {
    if (group["displayName"] !== "OnePlan Users") groups.change(group, { displayName: HOSTILE });
  }
  for (const room of rooms.rooms.values()) {
    rooms.change(text(room, "emailAddress"), { displayName: HOSTILE, building: FORMULA, tags: [HOSTILE] });
  }
  for (const each of Object.values(onesResources(tenant).resources)) Object.assign(each, { name: HOSTILE });
  for (const each of Object.values(onesUsers(tenant).users)) Object.assign(each, { name: HOSTILE });
  Object.assign(tenant.tenant, { displayName: HOSTILE });
  const [project] = organization(tenant).projects;
  if (!project) throw new Error("The stand-in has no project.");
  const by = { id: "0", displayName: HOSTILE, uniqueName: "somebody@contoso.com" };
  const title = { op: "add" as const, path: "/fields/System.Title", value: SEEN };
  item = createItem(tracking(tenant), project, "Epic", [title], { by }).id;

  // Its API is granted to the sync, and it is marked as the stack's.
  const [somebody] = [...users.values()];
  const own = [...applications.values()].find((each) => each["displayName"] === "tenantwire sync");
  const principal = [...servicePrincipals.values()].find((each) => each["displayName"] === "tenantwire sync");
  if (!somebody || !own || !principal) throw new Error("The stand-in has nobody.");
  const role = crypto.randomUUID();
  const api = registrations.createApplication(
    {
      displayName: HOSTILE,
      notes: "tenantwire/sandbox",
      web: { redirectUris: [`https://evil.example/${encodeURI(HOSTILE)}`] },
      appRoles: [{ id: role, value: HOSTILE, displayName: HOSTILE, description: HOSTILE, isEnabled: true }],
    },
    [somebody.id],
  );
  foreign = text(api, "appId");
  const end = new Date(tenant.now().getTime() + 30 * 86_400_000).toISOString();
  const byHand = { keyId: crypto.randomUUID(), displayName: HOSTILE, startDateTime: end, endDateTime: end };
  applications.change(own, { passwordCredentials: [{ ...byHand, hint: "abc", secretHash: "x" }] });
  registrations.setOwners(own.id, [...registrations.ownersOf(own.id), somebody.id]);
  const resourceId = servicePrincipals.byKey(foreign)?.id ?? servicePrincipals.byKey(GRAPH)?.id ?? "";
  registrations.addAssignment({ appRoleId: role, principalId: principal.id, resourceId });
  const scope = `${MARK}\nFORGED`;
  registrations.addGrant({ clientId: principal.id, consentType: "AllPrincipals", resourceId, scope });
}

const GRAPH = "00000003-0000-0000-c000-000000000000";

interface Row {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of a name nothing is told: it ends with this code, so that it was not for another reason. */
  readonly silent?: number;
  /** Drawn for a terminal, and not for a pipe. */
  readonly terminal?: true;
}

const ofFile = () => ["--outputs", world.outputsFile, "--state", world.stateFile];
const outputs = () => ["--outputs", world.outputsFile];
const stack = ["-s", "sandbox"];

/** What a job of GitHub's is told of whoever asked. */
const FROM = HOSTILE.replaceAll("\0", "");
const GITHUB = {
  ...{ GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: FROM, GITHUB_ACTOR: FROM, GITHUB_REF: FROM },
  ...{ GITHUB_SHA: FROM, GITHUB_RUN_ID: FROM, GITHUB_SERVER_URL: "https://github.com" },
};

/** Full names of commands, in the order in which they are run. */
const rows: Readonly<Record<string, () => readonly Row[]>> = {
  sync: () => [{ args: ["sync", "--dry-run", ...ofFile()] }, { args: ["sync", "--json", ...ofFile()] }],
  "explain user": () => [
    { args: ["explain", "user", somebodySynced(), ...ofFile()], terminal: true },
    { args: ["explain", "user", somebodySynced(), "--json", ...ofFile()] },
  ],
  "explain room": () => [{ args: ["explain", "room", "room-00006@contoso.com", ...ofFile()] }],
  "explain item": () => [{ args: ["explain", "item", String(item), ...ofFile()] }],
  rooms: () => [{ args: ["rooms", ...ofFile()], terminal: true }, { args: ["rooms", "--json", ...ofFile()] }],
  "rooms check": () => [{ args: ["rooms", "check", ...ofFile()], silent: 10 }],
  runs: () => [{ args: ["runs", ...ofFile()], silent: 0 }],
  "runs show": () => [{ args: ["runs", "show", "last", "--names", ...ofFile()], silent: 0 }],
  "runs object": () => [{ args: ["runs", "object", somebodySynced(), "--names", ...ofFile()], silent: 0 }],
  alerts: () => [
    { args: ["alerts", ...ofFile()], silent: 10 },
    { args: ["alerts", "--json", ...ofFile()], silent: 10 },
  ],
  "plans list": () => [{ args: ["plans", "list", ...ofFile()] }],
  "plans check": () => [{ args: ["plans", "check", ...ofFile()], silent: 0 }],
  "plans open": () => [{ args: ["plans", "open", SEEN.slice(0, 10), ...ofFile()], silent: 2 }],
  "access add": () => [
    { args: ["access", "add", somebodySynced(), "--role", "Reader", ...ofFile()], silent: 1 },
    { args: ["access", "add", HOSTILE.replaceAll("\0", ""), "--role", "Reader", ...ofFile()], silent: 1 },
  ],
  "access list": () => [
    { args: ["access", "list", ...ofFile()], silent: 0 },
    { args: ["access", "list", "--json", ...ofFile()], silent: 0 },
  ],
  audit: () => [{ args: ["audit", ...ofFile()], silent: 0 }],
  credentials: () => [
    { args: ["credentials", ...outputs()], silent: 10 },
    { args: ["credentials", "--json", ...outputs()], silent: 10 },
  ],
  "settings-sheet": () => [
    { args: ["settings-sheet", ...outputs()] },
    { args: ["settings-sheet", "--json", ...outputs()] },
  ],
  review: () => [
    { args: ["review", ...stack, "--html", "review.html"], env: GITHUB },
    { args: ["review", "--format", "json", ...stack], env: GITHUB },
  ],
  test: () => [{ args: ["test", ...ofFile()], terminal: true }, { args: ["test", "--json", ...ofFile()] }],
  drift: () => [{ args: ["drift", "--full", ...ofFile()] }, { args: ["drift", "--full", "--json", ...ofFile()] }],
  orphans: () => [{ args: ["orphans", ...stack] }],
  "orphans adopt": () => [{ args: ["orphans", "adopt", foreign, "--as", "sync", ...stack], silent: 1 }],
  adopt: () => [{ args: ["adopt", "--from-app", foreign, "--as", "ones", ...stack] }],
};

/** Commands that are told no such name, or that say the same as one above. */
const others: Readonly<Record<string, string>> = {
  ...{ "sync users": "as sync", "sync rooms": "as sync", "sync plans": "as sync" },
  ...{ run: "its lines name syncs", serve: "its lines name syncs", "alerts test": "names channels" },
  ...{ "sync access": "as sync", "access requests": "as access list", "access approve": "as access add" },
  ...{ "access deny": "as access add", "access remove": "as access add", "access role": "as access add" },
  ...{ "plans import": "as plans open", "plans export": "as plans open", "plans create": "as plans open" },
  ...{ "plans connect": "as plans open", "plans disconnect": "as plans open" },
  ...{ "plans events on": "names organizations" },
  ...{ "plans events off": "as on", "plans events check": "as on" },
  ...{ "credentials ack": "its arguments alone", "credentials adopt": "the same", "credentials retire": "the same" },
  ...{ "grants release": "names of the program", "grants adopt": "the same" },
  ...{ init: "what was answered", "upgrade-check": "as review", completion: "a script", complete: "options" },
};

function somebodySynced(): string {
  const { users } = directory(world.sandbox.world);
  const found = [...users.values()].find((each) => typeof each["mail"] === "string" && each["userType"] !== "Guest");
  if (!found) throw new Error("The stand-in has nobody.");
  return text(found, "mail");
}

function leaves(command: Command, above = ""): string[] {
  return command.commands.flatMap((each) => {
    const name = `${above}${each.name()}`;
    if (name === "sandbox") return [];
    const acts = (each as unknown as { _actionHandler?: unknown })._actionHandler != null;
    return [...(acts ? [name] : []), ...leaves(each, `${name} `)];
  });
}

it("every command is in a table", () => {
  expect(leaves(program()).sort()).toEqual([...Object.keys(rows), ...Object.keys(others)].sort());
});

/** What a text of ours may have on a terminal. */
const COLOUR = new RegExp(String.raw`${"\u001b"}\[[\d;]*m`, "g");

/**
 * @param terminal no CI service reads it
 * @returns what acts, in words
 */
function acting(printed: string, terminal = false): string[] {
  const plain = printed.replaceAll("\r\n", "\n").replace(COLOUR, "");
  const found = [...plain.matchAll(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu)].map(
    ({ 0: character, index }) =>
      `U+${character.codePointAt(0)?.toString(16)}: ${JSON.stringify(plain.slice(Math.max(0, index - 40), index + 10))}`,
  );
  const lines = plain.split("\n");
  return [
    ...found.slice(0, 3),
    ...lines.filter((line) => /^\s*(FORGED|::)/.test(line)).map((line) => `a line of its own: ${line.slice(0, 60)}`),
    ...(terminal ? [] : lines)
      .filter((line) => /##(vso)?\[/i.test(line))
      .map((line) => `a command: ${line.slice(0, 60)}`),
  ];
}

/** As a single argument of a shell. */
const quoted = (argument: string) => `'${argument.replaceAll("'", String.raw`'\''`)}'`;

describe.each(Object.keys(rows))("%s", (name) => {
  it("prints names that do nothing", async () => {
    for (const { args, env = {}, silent, terminal } of rows[name]!()) {
      const where = { cwd: world.stack.folder, env: { ...world.stack.env, ...env } };
      const line = `${[process.execPath, cli, ...args].map(quoted).join(" ")} 2>/dev/null`;
      const { code, stdout, stderr } = terminal
        ? await run(["script", "-qefc", line, "/dev/null"], { ...where, env: { ...where.env, TERM: "xterm" } })
        : await run(["node", cli, ...args] as [string, ...string[]], where);
      const what = args.slice(0, 3);

      expect({ what, acts: acting(stdout + stderr, terminal) }).toEqual({ what, acts: [] });
      if (silent !== undefined) expect({ what, code, stderr }).toMatchObject({ what, code: silent });
      else expect({ what, shown: stdout.includes(MARK), stderr }).toMatchObject({ what, shown: true });
      if (args.includes("--json") || args.includes("json")) expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      // Between backticks nothing is an element, a picture, or another cell.
      const bare = stdout.replaceAll(/`[^`\n]*`/g, "");
      if (args.includes("--html")) expect(bare).not.toMatch(/<script|!\[x\]\(/i);
    }
  }, 240_000);
});

it("the page as HTML has no element of it", () => {
  const page = readFileSync(join(world.stack.folder, "review.html"), "utf8");

  expect(page).toContain(MARK);
  expect(acting(page)).toEqual([]);
  expect(page).not.toMatch(/<script|<img|href="(?!https:\/\/|#)/i);
});

it("files that were written have no line of it, and no formula", () => {
  const csv = ["people.csv", "rooms.csv"].map((name) => readFileSync(join(world.stack.folder, name), "utf8"));
  const cells = csv.flatMap((content) => parse(content)).flat();

  expect(cells.some((cell) => cell.includes(MARK))).toBe(true);
  expect(cells.some((cell) => cell.includes("cmd"))).toBe(true);
  expect(cells.filter((cell) => /^[=+@\t\r]/.test(cell))).toEqual([]);
});
