/** The engine as the command line runs it: whatever `pulumi` on this machine's PATH is. */
import type { ExecFileException } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { howItEnded } from "../../cli/how-it-ended.ts";
import { setSettings } from "../../cli/pulumi.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli } from "../e2e/deployed.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-pulumi-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a pulumi that prints something beside the JSON", () => {
  const bin = () => join(folder, "bin");

  beforeAll(() => {
    mkdirSync(bin());
    writeFileSync(join(bin(), "pulumi"), `#!/bin/sh\nprintf '%b' "$SAYS"\n`);
    chmodSync(join(bin(), "pulumi"), 0o755);
  });

  function tenantwire(says: string, ...args: string[]): Promise<Ran> {
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const env = { ...inherited, SAYS: says, PATH: [bin(), process.env["PATH"]].join(delimiter) };
    return run(["node", cli, ...args, "-s", "contoso"], { cwd: folder, env });
  }

  it.each([
    ["pulumi stack output", ["credentials"]],
    ["pulumi stack output", ["sync"]],
    ["pulumi config", ["test", "--deploy"]],
    ["pulumi config", ["orphans"]],
    ["pulumi preview", ["review"]],
  ])("%s: `tenantwire %j` quotes its first line", async (command, args) => {
    const ran = await tenantwire("\\nwarning: \\033[33mupdate\\033[0m your wrapper\\n{}\\n", ...args);

    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toBe(
      `tenantwire: ${command} did not print JSON alone; it begins: warning: \\u001b[33mupdate\\u001b[0m your wrapper. ` +
        "Look at what pulumi is on this machine's PATH.\n",
    );
  });

  it("says so where it prints nothing", async () => {
    const { code, stderr } = await tenantwire("", "credentials");

    expect(code).toBe(1);
    expect(stderr).toBe(
      "tenantwire: pulumi stack output printed nothing. Look at what pulumi is on this machine's PATH.\n",
    );
  });

  it("does not repeat the whole of a long line", async () => {
    const { stderr } = await tenantwire("x".repeat(5000), "credentials");

    expect(stderr.length).toBeLessThan(300);
  });
});

describe("a pulumi that does not end by itself", () => {
  const bin = () => join(folder, "ending");

  beforeAll(() => mkdirSync(bin()));

  async function credentials(script: string): Promise<string> {
    writeFileSync(join(bin(), "pulumi"), script);
    chmodSync(join(bin(), "pulumi"), 0o755);
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const env = { ...inherited, PATH: [bin(), process.env["PATH"]].join(delimiter) };
    const { code, stdout, stderr } = await run(["node", cli, "credentials", "-s", "contoso"], { cwd: folder, env });
    expect([code, stdout]).toEqual([1, ""]);
    return stderr;
  }

  it.each([
    ["kill -KILL $$", "was ended by SIGKILL, as the system does where memory runs out."],
    ["kill -TERM $$", "was ended by SIGTERM."],
    ["echo '[1, ' ; kill -TERM $$", "was ended by SIGTERM."],
    ["exit 139", "was ended by SIGSEGV."],
    ["echo 'error: half a word' >&2; kill -HUP $$", "was ended by SIGHUP. It says: half a word"],
    ["exit 3", "ended with exit code 3, and said nothing."],
  ])("%s: the message said nothing, or something else", async (script, says) => {
    expect(await credentials(`#!/bin/sh\n${script}\n`)).toBe(`tenantwire: pulumi stack output ${says}\n`);
  });

  it("nobody may run it: the message said nothing", () => {
    expect(howItEnded({ code: "EACCES" } as ExecFileException, "")).toBe("cannot be run (EACCES)");
  });
});

describe("a setting is written as it is", () => {
  const before = { ...process.env, cwd: process.cwd() };
  beforeAll(async () => {
    const { binDir } = await ensureEngine();
    mkdirSync(join(folder, "backend"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: settings\nruntime: nodejs\n");
    Object.assign(process.env, {
      PATH: [binDir, process.env["PATH"]].join(delimiter),
      PULUMI_BACKEND_URL: `file://${folder}/backend`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
    process.chdir(folder);
    await run(["pulumi", "stack", "init", "one", "--non-interactive"], { cwd: folder, env: process.env });
  }, 600_000);

  afterAll(() => {
    const { cwd, ...env } = before;
    process.chdir(cwd);
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
  });

  // Without --plaintext the engine refuses some days of 2027 under such a name, and others in other years.
  it("on every day of a year", async () => {
    const days = Array.from({ length: 365 }, (_, day) =>
      new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const settingOf = (number: number) => `tenantwire:ones.day${number}.secret.acknowledged`;

    await setSettings(new Map(days.map((day, number) => [settingOf(number), day])), "one");

    const file = readFileSync(join(folder, "Pulumi.one.yaml"), "utf8");
    const kept = Object.values(Written.parse(parse(file)).config["tenantwire:ones"]).map(
      ({ secret }) => secret.acknowledged,
    );
    expect(kept.sort()).toEqual(days);
  }, 60_000);

  it("one after another, beside what was there", async () => {
    await setSettings(new Map([["tenantwire:oneplan.entraUsers.secret.acknowledged", "2027-05-28"]]), "one");

    const file = readFileSync(join(folder, "Pulumi.one.yaml"), "utf8");
    expect(parse(file)).toMatchObject({
      config: {
        "tenantwire:ones": { day0: { secret: { acknowledged: "2027-01-01" } } },
        "tenantwire:oneplan": { entraUsers: { secret: { acknowledged: "2027-05-28" } } },
      },
    });
  });
});

const Written = z.looseObject({
  config: z.looseObject({
    "tenantwire:ones": z.record(z.string(), z.object({ secret: z.object({ acknowledged: z.string() }) })),
  }),
});
