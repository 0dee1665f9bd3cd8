/**
 * A vendor and a target that tenantwire does not have are added to a copy of it, as docs/add-an-integration.md and
 * docs/add-a-target.md say: a folder each, a file of outputs, and lines of lists. Then the vendor is deployed by the
 * real engine, and people are synced to it over HTTP.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { repository } from "../../sandbox/project.ts";
import type { CheckResult } from "../../doctor/checks/index.ts";
import { run } from "../../sandbox/run.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { type Deployed, deployable } from "./deployed.ts";

/** What tenantwire is made of, for who adds to it. */
const PRODUCT = [
  "cli",
  "console",
  "components",
  "contract",
  "doctor",
  "review",
  "stacks",
  "sync",
  "package.json",
  "tsconfig.json",
];

const extension = join(repository, "test", "e2e", "extension");

/** Everything outside of the added files: the list, the line that is there already, and the line that is added. */
const VENDOR_LINES: readonly Line[] = [
  ["components/vendors.ts", /^import \{ files \}.*$/m, 'import { fabrikam } from "./fabrikam/vendor.ts";'],
  ["components/vendors.ts", /\bfiles\b(?=\])/, ", fabrikam"],
  [
    "contract/outputs/vendors.ts",
    /^export \{ integrations as files \}.*$/m,
    'export { integrations as fabrikam } from "./fabrikam.ts";',
  ],
];
const TARGET_LINES: readonly Line[] = [
  [
    "sync/kinds/users/targets.ts",
    /^import \{ fileUsers \}.*$/m,
    'import { fabrikamUsers } from "../../connectors/fabrikam/users.ts";',
  ],
  ["sync/kinds/users/targets.ts", /\bfileUsers\b(?=\])/, ", fabrikamUsers"],
];
type Line = readonly [file: string, after: RegExp, added: string];

interface Person {
  readonly id: string;
  entraId: string;
  active: boolean;
  fields: Record<string, unknown>;
}

let folder: string;
let copy: string;
let desk: Server;
let world: Deployed;
const people = new Map<string, Person>();
const KEY = "the-key-of-the-desk";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-extension-"));
  copy = join(folder, "tenantwire");
  for (const part of PRODUCT) cpSync(join(repository, part), join(copy, part), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  for (const file of added()) {
    const target = join(copy, file);
    if (existsSync(target)) throw new Error(`${file} is there already.`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(extension, file), target);
  }
  for (const line of [...VENDOR_LINES, ...TARGET_LINES]) addLine(line);
  desk = await startDesk();
  world = await deployable({ users: 30 });
}, 120_000);

afterAll(async () => {
  await world.close();
  await new Promise((resolve) => desk.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe("a vendor and a target of somebody's own", () => {
  it("are folders of their own, a file of outputs, and at most three lines of lists each", () => {
    const rooms = new Set(added().map((file) => dirname(file)));
    expect([...rooms].sort()).toEqual(["components/fabrikam", "contract/outputs", "sync/connectors/fabrikam"]);
    expect(VENDOR_LINES).toHaveLength(3);
    expect(TARGET_LINES).toHaveLength(2);
    // What they are called stands nowhere else than in those files and lines.
    const naming = PRODUCT.filter((part) => !part.includes(".")).flatMap((part) =>
      readdirSync(join(copy, part), { recursive: true, encoding: "utf8" })
        .map((file) => join(part, file))
        .filter((file) => file.endsWith(".ts") && /fabrikam/i.test(readFileSync(join(copy, file), "utf8"))),
    );
    const lists = [...VENDOR_LINES, ...TARGET_LINES].map(([file]) => file);
    expect(naming.sort()).toEqual([...new Set([...added(), ...lists])].sort());
  });

  it("fit in everywhere: the compiler finds nothing", async () => {
    const tsconfig = JSON.parse(readFileSync(join(copy, "tsconfig.json"), "utf8")) as { include: string[] };
    writeFileSync(
      join(copy, "tsconfig.json"),
      JSON.stringify({ ...tsconfig, include: PRODUCT.filter((part) => !part.includes(".")) }),
    );
    const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");

    const { stdout } = await run(["node", tsc, "-p", copy], { cwd: copy, env: world.env });

    expect(stdout).toBe("");
  }, 120_000);

  it("need a vault for what they keep, though the vendor says nothing of it", async () => {
    const written = {
      tenant: JSON.stringify({ id: "e9da86d3-51cf-4a76-82d8-c50195c3f466", domain: "contoso.onmicrosoft.com" }),
      deployer: "d748cd55-4cc9-4fd2-b6d9-7ecb5305a92c",
      owners: "[]",
      syncIdentity: JSON.stringify({
        displayName: "tenantwire sync",
        federated: [{ name: "sync", issuer: "https://x.contoso.com", subject: "x" }],
      }),
      fabrikam: JSON.stringify({
        ...{ baseUrl: "https://desk.contoso.com", key: { secret: "fabrikamKey" } },
        ...{ consent: "grant", redirectUris: ["https://desk.contoso.com/callback"] },
      }),
    };
    const program = `
      import { parseSettings } from ${JSON.stringify(join(copy, "stacks", "settings.ts"))};
      const written = Object.entries(${JSON.stringify(written)}).map(([key, text]) => [key, { text, secret: false }]);
      try {
        parseSettings(new Map([...written, ["fabrikamKey", { text: "x", secret: true }]]), "sandbox");
      } catch (error) {
        process.stdout.write(error.message);
      }`;

    const { stdout, stderr } = await run(["node", "--input-type=module", "--eval", program], {
      cwd: folder,
      env: world.env,
    });

    expect(stderr).toBe("");
    expect(stdout).toBe(
      [
        "tenantwire:vault: missing; tenantwire:fabrikam keeps its key there (stacks/Pulumi.sandbox.yaml)",
        "tenantwire:vault: missing; the secret of tenantwire:fabrikam is kept there (stacks/Pulumi.sandbox.yaml)",
      ].join("\n"),
    );
  });

  it("are declared, deployed, synced, completed, tried and told of like the others", async () => {
    const { stack } = world;
    const project = join(stack.folder, "Pulumi.yaml");
    const main = relative(stack.folder, join(copy, "stacks", "index.ts"));
    writeFileSync(project, readFileSync(project, "utf8").replace(/^main:.*$/m, `main: ${main}`));
    await stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", "fabrikamKey"], KEY);
    const address = `http://127.0.0.1:${(desk.address() as AddressInfo).port}/api`;
    world.edit((settings) => settings.replace("config:\n", `config:\n${declared(address)}`));
    await stack.up();
    await world.writeOutputs();

    const outputs = ["--outputs", world.outputsFile];
    const command = (args: string[]) =>
      run(["node", join(copy, "cli", "index.ts"), ...args], { cwd: folder, env: world.env });
    const state = ["--state", world.stateFile];
    const synced = await command(["sync", "users", "--target", "fabrikam", ...outputs, ...state, "--json"]);
    const again = await command(["sync", "users", "--target", "fabrikam", ...outputs, ...state, "--json"]);
    const sheet = await command(["settings-sheet", "fabrikam", ...outputs]);
    const completed = await command(["complete", "--", "sync", "--target", "fa"]);
    const tried = await command(["test", "--only", "syncs", ...outputs, ...state, "--json"]);
    const { checks } = JSON.parse(tried.stdout) as { checks: CheckResult[] };

    expect(synced.code).toBe(0);
    expect((JSON.parse(synced.stdout) as RunReport).status).toBe("Success");
    expect(people.size).toBeGreaterThan(20);
    expect([...people.values()].every(({ active, fields }) => active && typeof fields["mail"] === "string")).toBe(true);
    expect((JSON.parse(again.stdout) as RunReport).counts).toMatchObject({ create: 0, update: 0 });
    expect(sheet.stdout).toContain("Application ID");
    expect(completed.stdout.split("\n")).toContain("fabrikam\t");
    expect(checks.filter(({ id }) => id.endsWith("/fabrikam")).map(({ id, text }) => `${id}: ${text}`)).toEqual([
      "key/fabrikam: Nothing tells one Fabrikam Desk from another.",
      "fields/fabrikam: It has mail, name.",
      "list/fabrikam: It answers.",
    ]);
  }, 240_000);
});

function declared(address: string): string {
  return `  tenantwire:fabrikam:
    baseUrl: ${address}
    key: { secret: fabrikamKey }
    consent: grant
    redirectUris: [https://desk.contoso.com/callback]
`;
}

function added(): string[] {
  return readdirSync(extension, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(extension, join(entry.parentPath, entry.name)));
}

function addLine([file, after, line]: Line): void {
  const path = join(copy, file);
  const before = readFileSync(path, "utf8");
  const separator = line.startsWith(",") ? "" : "\n";
  const changed = before.replace(after, (found) => found + separator + line);
  if (changed === before) throw new Error(`${file} has no line like ${String(after)} any more.`);
  writeFileSync(path, changed);
}

/** The invented product: people under a key, in memory. */
function startDesk(): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== KEY) return answer(401, {});
    const { pathname, searchParams } = new URL(request.url ?? "", "http://desk");
    const id = /^\/api\/people\/(.+)$/.exec(pathname)?.[1];
    const person = id === undefined ? undefined : people.get(id);
    if (request.method === "GET" && id !== undefined) return person ? answer(200, person) : answer(404, {});
    if (request.method === "GET") {
      const entraId = searchParams.get("entraId");
      return answer(
        200,
        [...people.values()].filter((each) => entraId === null || each.entraId === entraId),
      );
    }
    void text(request).then((sent) => {
      const body = JSON.parse(sent) as Partial<Person>;
      if (request.method === "POST") {
        const made = { id: crypto.randomUUID(), entraId: "", active: true, fields: {}, ...body };
        people.set(made.id, made);
        return answer(201, made);
      }
      if (!person) return answer(404, {});
      Object.assign(person, body, { fields: { ...person.fields, ...body.fields } });
      return answer(200, person);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
