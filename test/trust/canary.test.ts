/**
 * A whole life of a stack, with every secret of it looked for afterwards: in all that was printed, in every file that
 * was left anywhere, and in the arguments of every process. As it is, in base64, and encoded for addresses.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { ONES_HOST, onesKey } from "../../sandbox/hosts/ones/index.ts";
import { run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "../e2e/deployed.ts";

/** Brought along by people; forms that nothing else has. */
const BROUGHT = {
  devOpsToken: "pat-4k7q2m9x8c5v1b3n6z0w4k7q2m9x8c5v1b3n6z0w",
  plansToken: "plt-7h2j9d4f6s1a8g3k5l0p7h2j9d4f6s1a8g3k5l0p",
  smtpPassword: "smtp-5t8r2e9w1q6y3u7i4o0p5t8r2e9w1q6y3u7i4o0p",
  teamsUrl: "https://localhost:9/workflows/6c1v8b3n5m0z7x2a4s9d6c1v8b3n5m0z7x2a4s9d",
  signature: "whsec_c2lnbi0zZjhoMms3bDFwNnk5dDR3MHE1ZTJyOGEzczdkMWY2ZzluNGI=",
};

const DAY = 86_400_000;

const SETTINGS = `  tenantwire:ones:
    baseUrl: https://${ONES_HOST}
    key: { secret: onesKey }
    users: { groups: [Projects] }
    rooms: { scope: all }
    microsoft365: { mode: applicationResourceOnly, consent: grant, secret: { delivery: pasted } }
  tenantwire:azureDevOps: { organizations: [{ name: contoso, token: { secret: devOpsToken, expires: "2027-11-20" } }] }
  tenantwire:plans:
    organizations:
      - name: contoso
        token: { secret: plansToken, expires: "2027-11-20" }
        projects: [Rollout]
        planTypes: [Epic]
        taskTypes: [User Story]
        planFields: [{ azureDevOps: System.Title, oneplan: Name, direction: toOnePlan }]
  tenantwire:alerts:
    channels:
      mail:
        on: [failure, exceptions, credentials, drift]
        mail: { host: localhost, port: 9, from: a@contoso.com, to: [b@contoso.com], user: a, secret: smtpPassword }
      chat: { on: [failure, exceptions], webhook: { format: teams, secret: teamsUrl } }
      program: { on: [failure], webhook: { format: signed, url: "https://localhost:9/in", secret: signature } }
  tenantwire:files: { users: { path: people.csv, format: csv } }
  tenantwire:console: { displayName: tenantwire console, consent: grant, secret: {} }
`;

let world: Deployed;
let home: string;
const printed: { readonly what: string; readonly text: string }[] = [];
const argumentsSeen = new Set<string>();
/** Variables of every process. */
const environmentsSeen = new Set<string>();
/** Processes and how often they were looked at: what one begins as another program it does at once. */
const looks = new Map<string, number>();
const LOOKS = 10;
const secrets = new Map<string, string>();

beforeAll(async () => {
  world = await deployable({ users: 60 });
  home = join(world.stack.folder, "home");
  const places = {
    HOME: home,
    TMPDIR: join(home, "tmp"),
    XDG_STATE_HOME: join(home, "state"),
    TENANTWIRE_STATE: undefined,
  };
  mkdirSync(places.TMPDIR, { recursive: true });
  Object.assign(world.env, places);
  const watching = setInterval(noteArguments, 20);
  try {
    await live();
  } finally {
    clearInterval(watching);
  }
}, 900_000);

afterAll(() => world?.close());

async function live(): Promise<void> {
  const { world: tenant } = world.sandbox;
  const store = (name: string, value: string) =>
    world.stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", name], value);
  await store("onesKey", onesKey(tenant));
  for (const [name, value] of Object.entries(BROUGHT)) await store(name, value);
  world.edit((settings) =>
    settings
      .replace(/^( +)federated:\n(?:\1 .*\n| *#.*\n)+/m, "$1certificate: {}\n")
      .replace(
        /^ {2}tenantwire:oneplan:$/m,
        `${SETTINGS}  tenantwire:access: { name: Contoso, id: contoso, administrators: [${tenant.ownerId}] }\n$&`,
      ),
  );
  await engine("preview");
  await engine("up", "--yes", "--skip-preview");
  await noteSecrets();
  const { clientId, clientSecret } = tenant.deployer;
  Object.assign(world.env, { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: clientSecret });
  const [person] = [...directory(tenant).users.values()].filter(({ mail }) => mail !== null);
  const mail = text(person!, "mail");

  await tenantwire("test", "--verbose");
  await tenantwire("test", "--json");
  await tenantwire("test", "--deploy");
  await tenantwire("sync", "--verbose");
  await tenantwire("sync", "--json", "--dry-run");
  await tenantwire("explain", "user", mail, "--json");
  await tenantwire("rooms", "check");
  await tenantwire("runs", "--json", "--names");
  await tenantwire("runs", "show", "last", "--names");
  await tenantwire("credentials", "--json");
  await tenantwire("settings-sheet");
  await tenantwire("drift", "--verbose");
  await tenantwire("review", "--html", "page.html");
  await tenantwire("review", "--format", "json");

  // Azure DevOps knows none of the tokens. One that repeats what it was shown, with each status that it refuses with.
  await tenantwire("sync", "plans", "--verbose");
  const { devOpsToken, plansToken } = BROUGHT;
  const shown = [devOpsToken, plansToken].flatMap((token) => [token, Buffer.from(`:${token}`).toString("base64")]);
  for (const status of [203, 401, 403, 400, 500]) {
    const body = `<html>Who are you, ${shown.join(" ")}?</html>`;
    world.sandbox.faults.add({ host: "dev.azure.com", then: { status, body } });
    await tenantwire("plans", "check", "--verbose");
    await tenantwire("sync", "plans", "--json");
    if (status === 401) await tenantwire("test", "--verbose");
    world.sandbox.faults.clear();
  }
  await tenantwire("plans", "events", "on", "--address", "https://hooks.contoso.com/x");
  // People, and what lets one in.
  await tenantwire("access", "list");
  await tenantwire("access", "add", mail, "--role", "Reader");
  await tenantwire("access", "list");
  const { clientId: sync = "" } = (await deployedOutputs()).syncIdentity ?? {};
  await tenantwire("adopt", "--from-app", sync, "--as", "sync");
  await tenantwire("drift", "--full", "--json");
  await tenantwire("alerts", "--verbose");
  await tenantwire("alerts", "test");

  for (const days of [70, 30]) {
    await world.sandbox.advance(days * DAY);
    world.stack.env["TENANTWIRE_TODAY"] = tenant.now().toISOString().slice(0, 10);
    await engine("up", "--yes", "--skip-preview");
    await noteSecrets();
    await tenantwire("credentials", "ack", "ones-client-secret");
    await tenantwire("sync", "users", "--full");
  }
  // An update that fails, and what is said of it.
  world.edit((settings) => settings.replace("displayName: tenantwire sync", "displayName: tenantwire sync 2"));
  world.sandbox.faults.add({ host: "graph.microsoft.com", method: "PATCH", then: { status: 400 } });
  await engine("up", "--yes", "--skip-preview");
  world.sandbox.faults.clear();
  await tenantwire("orphans", "--json");
  await tenantwire("drift", "--json");
  await tenantwire("test");
  await noteSecrets();
  await engine("destroy", "--yes", "--skip-preview");
}

async function deployedOutputs(): Promise<Outputs> {
  return parseOutputs(await world.stack.outputs(), "the stack");
}

/** What is asked of the engine here prints what people see; how it ends is not asked. */
async function engine(...args: string[]): Promise<void> {
  const { stdout, stderr } = await world.stack.pulumi([...args, "--stack", "sandbox"]);
  printed.push({ what: `pulumi ${args[0]}`, text: stdout + stderr });
}

async function tenantwire(...args: string[]): Promise<void> {
  const command = ["node", cli, ...args, "-s", "sandbox"] as [string, ...string[]];
  const { stdout, stderr } = await run(command, { cwd: world.stack.folder, env: world.env });
  printed.push({ what: `tenantwire ${args.join(" ")}`, text: stdout + stderr });
}

/** What the stand-in gave out, the vaults hold, and the stack's state knows. */
async function noteSecrets(): Promise<void> {
  const { world: tenant } = world.sandbox;
  secrets.set("the deployer's secret", tenant.deployer.clientSecret);
  secrets.set("OnePlan's key", tenant.oneplanKey.value);
  secrets.set("ONES' key", onesKey(tenant));
  for (const [name, value] of Object.entries(BROUGHT)) secrets.set(name, value);
  secrets.set("the passphrase", String(world.env["PULUMI_CONFIG_PASSPHRASE"]));
  const vault = JSON.stringify(tenant.section("vault", () => ({})));
  for (const [, written = ""] of vault.matchAll(/"value":"([^"]{20,})"/g)) {
    const value = JSON.parse(`"${written}"`) as string;
    // Of a key the part that its certificate does not have: a line is enough to find it by, however lines are joined.
    const [, , , , , , , , , line = ""] = value.includes("PRIVATE KEY") ? value.split("\n") : [];
    if (line === "") secrets.set(`vault ${value.slice(0, 3)}`, value);
    else secrets.set(`the key of a certificate ${line.slice(0, 3)}`, line);
  }
  const { stdout } = await world.stack.mustPulumi(["stack", "export", "--show-secrets", "--stack", "sandbox"]);
  for (const [, value = ""] of stdout.matchAll(/"([\w.~-]{3}8Q~[\w.~-]{30,})"|\\"([\w.~-]{3}8Q~[\w.~-]{30,})\\"/g)) {
    if (value !== "") secrets.set(`password ${value.slice(0, 3)}`, value);
  }
}

function noteArguments(): void {
  for (const entry of readdirSync("/proc")) {
    const before = looks.get(entry) ?? 0;
    if (before === LOOKS || !/^\d+$/.test(entry)) continue;
    looks.set(entry, before + 1);
    try {
      argumentsSeen.add(readFileSync(join("/proc", entry, "cmdline"), "latin1"));
      for (const variable of readFileSync(join("/proc", entry, "environ"), "latin1").split("\0")) {
        // The engine hands settings to the program by its environment, with the secrets among them.
        if (!variable.startsWith("PULUMI_CONFIG=")) environmentsSeen.add(variable);
      }
    } catch {
      // It ended between the two looks.
    }
  }
}

/** Secrets in a text, in any form; and whatever has the form of a token. */
function found(texts: string): string[] {
  const named = [...secrets].filter(([, value]) => {
    const encoded = Buffer.from(value).toString("base64").replace(/=+$/, "");
    const url = encoded.replaceAll("+", "-").replaceAll("/", "_");
    return [value, encodeURIComponent(value), encoded, url].some((form) => texts.includes(form));
  });
  const token = /eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}/.exec(texts);
  return [...named.map(([name]) => name), ...(token ? [`a token, ${token[0].slice(0, 12)}...`] : [])];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

it("there was a life, and the search finds what is there", () => {
  expect([...secrets.keys()].filter((name) => name.startsWith("the key of a certificate")).length).toBeGreaterThan(1);
  expect(secrets.size).toBeGreaterThan(8);
  expect(printed.filter(({ text }) => /unexpected:|is not on PATH/.test(text)).map(({ what }) => what)).toEqual([]);
  expect(found(JSON.stringify(world.sandbox.world.section("vault", () => ({})))).length).toBeGreaterThan(0);
  for (const { what, text } of printed) expect([what, text]).not.toEqual([what, ""]);
});

describe("no secret is in", () => {
  it("what was printed", () => {
    expect(printed.flatMap(({ what, text }) => found(text).map((name) => `${name}: ${what}`))).toEqual([]);
  });

  it("any file of the working folder, of the home or of the temporary folder", () => {
    const files = [...filesBelow(world.stack.folder)];
    expect(files.some((file) => file.endsWith("page.html"))).toBe(true);
    expect(files.some((file) => file.endsWith(".sqlite"))).toBe(true);
    expect(files.flatMap((file) => found(readFileSync(file, "latin1")).map((name) => `${name}: ${file}`))).toEqual([]);
  });

  it("the engine's home or backend", () => {
    const folders = [String(world.env["PULUMI_HOME"]), String(world.env["PULUMI_BACKEND_URL"]).replace("file://", "")];
    const files = folders.flatMap(filesBelow);
    expect(files.flatMap((file) => found(readFileSync(file, "latin1")).map((name) => `${name}: ${file}`))).toEqual([]);
  });

  it("the environment of a process, but what whoever started it had there", () => {
    const own = ["the deployer's secret", "the passphrase", "OnePlan's key", "ONES' key"];
    const known = own.map((name) => secrets.get(name));
    const names = [...environmentsSeen].flatMap(found).filter((name) => !known.includes(secrets.get(name)));
    expect(environmentsSeen.size).toBeGreaterThan(10);
    expect([...new Set(names)]).toEqual([]);
  });

  it("the arguments of a process", () => {
    expect([...argumentsSeen].some((args) => args.includes("sync\0"))).toBe(true);
    expect([...argumentsSeen].flatMap((args) => found(args).map((name) => `${name}: ${args.slice(0, 60)}`))).toEqual(
      [],
    );
  });
});
