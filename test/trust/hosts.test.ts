/**
 * Keys of products go to the hosts that an administrator knows of: a deployment that changes addresses, and every
 * command after it. OnePlan's other host answers here like the first; that of ONES does not exist, and whoever tries to
 * reach it is seen at the proxy.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { ONES_HOST, onesKey } from "../../sandbox/hosts/ones/index.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli, type Deployed, deployable } from "../e2e/deployed.ts";

const EVIL = "evil.example.com";
const OTHER = "eu.oneplan.ai";
const ONES = `{ baseUrl: "https://${ONES_HOST}", key: { secret: onesKey }, users: { groups: [Projects] }, rooms: { scope: all } }`;
/** Nobody listens there: a password that is to be sent finds no one. */
const MAIL = "localhost";
const ALERTS = `{ channels: { night: { on: [failure], mail: { host: mail.contoso.com, port: 9, from: a@contoso.com, to: [b@contoso.com], user: a, secret: smtpPassword } } } }`;

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 40 });
  for (const [name, value] of [
    ["onesKey", onesKey(world.sandbox.world)],
    ["smtpPassword", "a-password-of-the-mail-server"],
  ] as const)
    await world.stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", name], value);
  world.edit((settings) =>
    settings.replace(/^ {2}tenantwire:oneplan:$/m, `  tenantwire:ones: ${ONES}\n  tenantwire:alerts: ${ALERTS}\n$&`),
  );
  await world.stack.up();
}, 120_000);

afterAll(() => world.close());

const moved = (settings: string) =>
  settings
    .replace("environment: my\n", "environment: eu\n")
    .replace(`https://${ONES_HOST}"`, `https://${EVIL}"`)
    .replace("host: mail.contoso.com", `host: ${MAIL}`);

function tenantwire(...args: string[]): Promise<Ran> {
  const [stack, state] = [
    ["-s", "sandbox"],
    ["--state", world.stateFile],
  ];
  const remembers =
    ["sync", "test", "explain", "rooms", "runs", "drift", "alerts"].includes(args[0] ?? "") && args[1] !== "--deploy";
  const command = ["node", cli, ...args, ...stack, ...(remembers ? state : [])];
  return run(command as [string, ...string[]], { cwd: world.stack.folder, env: world.env });
}

/** How often each of the new hosts was asked for anything since the last look. */
function reached(): Record<string, number> {
  const { hosts, refused } = world.sandbox.requests.counts();
  const asked = { [OTHER]: hosts[OTHER] ?? 0, [EVIL]: refused[`${EVIL}:443`] ?? 0 };
  world.sandbox.requests.mark();
  return asked;
}

const NOWHERE = { [OTHER]: 0, [EVIL]: 0 };

/** Every command that has a stack, and whether it needs a product. */
const commands: readonly (readonly [name: string, args: readonly string[], tells: boolean])[] = [
  ["test", ["test"], true],
  ["test --deploy", ["test", "--deploy"], false],
  ["sync", ["sync"], true],
  ["sync --dry-run", ["sync", "--dry-run"], true],
  ["sync --full", ["sync", "users", "--full"], true],
  ["sync of another target", ["sync", "users", "--target", "ones"], true],
  ["sync rooms", ["sync", "rooms"], true],
  ["explain user", ["explain", "user", "PERSON"], true],
  ["explain room", ["explain", "room", "ROOM"], true],
  ["rooms", ["rooms"], true],
  ["rooms check", ["rooms", "check"], false],
  ["runs", ["runs"], false],
  ["credentials", ["credentials"], false],
  ["settings-sheet", ["settings-sheet"], false],
  ["review", ["review"], false],
  ["drift", ["drift"], false],
  ["orphans", ["orphans"], false],
];

function tried(args: readonly string[]): Promise<Ran> {
  const { users, rooms } = directory(world.sandbox.world);
  const [person] = [...users.values()].filter((user) => user["accountEnabled"] === true && user["mail"] !== null);
  const [room] = [...rooms.rooms.values()];
  const names: Readonly<Record<string, string>> = { PERSON: text(person!, "mail"), ROOM: text(room!, "emailAddress") };
  return tenantwire(...args.map((arg) => names[arg] ?? arg));
}

describe("after a deployment that changes the addresses, before the syncs have run", () => {
  beforeAll(async () => {
    expect(await tenantwire("test").then(({ stdout }) => stdout)).not.toContain("--allow-host");
    world.edit(moved);
    await world.stack.up();
    // A second one is no word either.
    await world.stack.up();
    reached();
  }, 120_000);

  it("the outputs tell which hosts are new", async () => {
    expect(await world.stack.outputs()).toMatchObject({
      newHosts: expect.arrayContaining([
        { product: "oneplan", host: OTHER },
        { product: "ones", host: EVIL },
        { product: "the alert channel night", host: MAIL },
      ]) as unknown,
    });
  }, 30_000);

  it.each(commands)(
    "%s sends no key there",
    async (_, args, tells) => {
      const { stdout, stderr } = await tried(args);

      expect(reached()).toEqual(NOWHERE);
      if (tells) expect(stdout + stderr).toMatch(/--allow-host (evil\.example\.com|eu\.oneplan\.ai)/);
    },
    60_000,
  );

  it("a word is for the host that it names, and must name one", async () => {
    await tenantwire("sync", "users", "--target", "ones", "--allow-host", OTHER);
    expect(reached()).toEqual(NOWHERE);
    for (const wrong of ["*", "https://evil.example.com", "evil.example.com/path", "user@evil.example.com", ""]) {
      const { code, stderr } = await tenantwire("sync", "--allow-host", wrong);
      expect([wrong, code, stderr]).toEqual([
        wrong,
        2,
        expect.stringContaining("--allow-host takes the name of a host"),
      ]);
    }
    expect(reached()).toEqual(NOWHERE);
  }, 90_000);
});

describe("the password of a mail server that is another one", () => {
  const reads = () => world.sandbox.requests.counts().hosts;
  const vaults = () => Object.entries(reads()).filter(([host]) => host.includes("vault.azure.net"));

  it("is not even read", async () => {
    world.sandbox.requests.mark();
    const { code, stdout } = await tenantwire("alerts", "test");

    expect([code, stdout]).toEqual([
      10,
      expect.stringMatching(
        /^night: .*new host, "localhost".*tenantwire alerts test -s sandbox --state \S+ --allow-host localhost/,
      ),
    ]);
    expect(vaults()).toEqual([]);
  }, 60_000);

  it("goes there by the word of an administrator, which counts where a message arrived", async () => {
    world.sandbox.requests.mark();
    const { stdout } = await tenantwire("alerts", "test", "--allow-host", MAIL);

    expect(stdout).toMatch(/^night: No mail could be sent by localhost:9/);
    expect(vaults()).not.toEqual([]);
    expect(await tenantwire("alerts", "test").then(({ stdout }) => stdout)).toContain("on a new host");
  }, 60_000);
});

describe("with an administrator's word", () => {
  it("a test goes there once, and nobody remembers", async () => {
    await tenantwire("test", "--allow-host", OTHER);
    expect(reached()[OTHER]).toBeGreaterThan(0);

    await tenantwire("test");
    expect(reached()).toEqual(NOWHERE);
  }, 120_000);

  it("a sync goes to the new host, and remembers it", async () => {
    const said = await tenantwire("sync", "users", "--target", "oneplan", "--allow-host", OTHER);
    expect(said.stdout + said.stderr).not.toContain("on a new host");
    expect(reached()[OTHER]).toBeGreaterThan(0);

    await tenantwire("sync", "users", "--target", "oneplan");
    expect(reached()[OTHER]).toBeGreaterThan(0);
    const looked = await tenantwire("test");
    expect(looked.stdout).not.toContain(`--allow-host ${OTHER}`);
    expect(reached()).toEqual({ [OTHER]: expect.any(Number), [EVIL]: 0 });
  }, 120_000);
});

it("what the syncs remember counts, whatever the outputs say", async () => {
  await world.writeOutputs((outputs) => {
    delete outputs.newHosts;
    if (outputs.integrations.oneplan) outputs.integrations.oneplan.baseUrl = "https://ca.oneplan.ai";
  });
  world.sandbox.requests.mark();

  const { code, report } = await world.sync("--target", "oneplan");

  expect([code, report.failure]).toEqual([
    1,
    expect.stringContaining('"ca.oneplan.ai"; before it was on "eu.oneplan.ai"'),
  ]);
  expect(world.sandbox.requests.counts().hosts["ca.oneplan.ai"]).toBeUndefined();
}, 60_000);
