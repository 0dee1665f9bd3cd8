/** What a tenant repository begins with. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { parseBootstrapSettings } from "../../bootstrap/settings.ts";
import { type Answers, exampleBootstrap, exampleSettings, whyNotHere } from "../../cli/init.ts";
import { PIPELINES, startingVendors } from "../../cli/package.ts";
import schema from "../../docs/reference/settings.schema.json" with { type: "json" };
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { parseWritten } from "../stacks/agreement.ts";
import { asConfiguration, TENANT, type Written } from "../stacks/written.ts";

describe("the example's settings", () => {
  const ajv = new Ajv2020({ strictTypes: false });
  addFormats.default(ajv);
  const isValid = ajv.compile(schema);
  const choices = [...startingVendors().map((name) => [name]), [...startingVendors()]];

  it.each(PIPELINES.flatMap((pipelines) => choices.map((chosen) => [pipelines, chosen] as const)))(
    "are taken as they are: %s, %j",
    (pipelines, chosen) => {
      const answers: Answers = { tenant: TENANT, domain: "contoso.onmicrosoft.com", vendors: chosen, pipelines };
      const example = exampleSettings(answers);
      const file = parse(example) as { config: Written };
      const written = Object.fromEntries(
        Object.entries(file.config).map(([key, value]) => [key.replace("tenantwire:", ""), value]),
      );
      const named = example.matchAll(/config set --secret (\w+)/g);
      const secrets: Record<string, string> = Object.fromEntries(
        [...named].map(([, name = ""]) => [name, `the value of ${name}`]),
      );

      expect(() => parseWritten(written, secrets)).not.toThrow();
      expect(isValid(file) ? [] : isValid.errors).toEqual([]);
      expect(example).toMatch(/^# yaml-language-server: \$schema=/);
      expect(example).not.toContain("{{");
    },
  );
});

it.each(PIPELINES)("the example of the bootstrap is taken as it is, but for its names: %s", (pipelines) => {
  const answers: Answers = { tenant: TENANT, domain: "contoso.onmicrosoft.com", vendors: ["ones"], pipelines };
  const example = exampleBootstrap(answers);
  const file = parse(example) as { config: Written };
  const written = Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [key.replace("tenantwire:", ""), value]),
  );

  expect(parseBootstrapSettings(asConfiguration(written, {}), "contoso")).toMatchObject({ protect: true });
  expect(example).not.toContain("{{");
});

describe("init", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantwire-init-"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function init(name: string, ...args: string[]): Promise<Ran> {
    mkdirSync(join(folder, name), { recursive: true });
    const { NODE_OPTIONS: _, ...env } = process.env;
    return run(["node", join(repository, "bin", "tenantwire.js"), "init", ...args], { cwd: join(folder, name), env });
  }

  const right = [
    "--tenant",
    TENANT,
    "--domain",
    "contoso.onmicrosoft.com",
    "--vendor",
    "ones",
    "--pipelines",
    "github",
  ];

  it.each([
    [[], "Nobody is there to ask: give --tenant, --domain, --vendor, --pipelines too."],
    [right.slice(0, -2), "Nobody is there to ask: give --pipelines too."],
    [right.with(1, "contoso"), "--tenant takes the tenant's id, a GUID."],
    [
      right.with(5, "one"),
      '--vendor takes azure-devops, files, oneplan, ones, plans, not "one" (did you mean "ones"?).',
    ],
    [right.with(7, "gitlab"), '--pipelines takes github, azure-devops, not "gitlab" (did you mean "github"?).'],
    [right, /^This is a checkout, and a tenant repository is made from the package/],
  ])("%j is refused before anything is written", async (args, said) => {
    const ran = await init("wrong", ...args);

    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr.replace(/^tenantwire: /, "").trim()).toEqual(
      typeof said === "string" ? said : expect.stringMatching(said),
    );
    expect(readdirSync(join(folder, "wrong"))).toEqual([]);
  });

  it("says what is wrong in two flags at once, before it asks for the others", async () => {
    const ran = await init("wrong", "--tenant", "contoso", "--pipelines", "gitlab");

    expect(ran.stderr).toBe(
      "tenantwire: --tenant takes the tenant's id, a GUID. " +
        '--pipelines takes github, azure-devops, not "gitlab" (did you mean "github"?).\n',
    );
  });

  it("asks again where an answer at a terminal is wrong, and says what it takes", async () => {
    mkdirSync(join(folder, "asked"));
    const { NODE_OPTIONS: _, ...env } = process.env;
    const command = `"${process.execPath}" "${join(repository, "bin", "tenantwire.js")}" init`;
    const terminal = spawn("script", ["-qec", command, "/dev/null"], { cwd: join(folder, "asked"), env });
    const said = await answered(terminal, [
      ["Tenant ID): ", "contoso"],
      ["This takes the tenant's id, a GUID.", undefined],
      ["Tenant ID): ", TENANT],
      ["contoso.onmicrosoft.com: ", "contoso"],
      ["This takes one of the tenant's domains, such as contoso.onmicrosoft.com.", undefined],
      ["contoso.onmicrosoft.com: ", "contoso.onmicrosoft.com"],
      ["with blanks between): ", ""],
      ["This takes azure-devops, files, oneplan, ones, plans; several with blanks between.", undefined],
      ["with blanks between): ", "ones one"],
      ['not "one" (did you mean "ones"?).', undefined],
      ["with blanks between): ", "ones, files"],
      ["azure-devops): ", "gitlab"],
      ['This takes github, azure-devops, not "gitlab" (did you mean "github"?).', undefined],
      ["azure-devops): ", "github"],
    ]);

    // All is answered by then; a repository is made by the package only.
    expect(said).toContain("This is a checkout, and a tenant repository is made from the package");
    expect(readdirSync(join(folder, "asked"))).toEqual([]);
  });

  it("writes into no folder that has something in it", async () => {
    await init("full");
    writeFileSync(join(folder, "full", "notes.txt"), "mine");

    const ran = await init("full", ...right);

    expect(ran.code).toBe(2);
    expect(ran.stderr).toBe(
      "tenantwire: init writes into an empty folder, and here is notes.txt. Make one and run it there.\n",
    );
  });
});

it.each([
  [[".git"], undefined],
  [["notes.txt"], "Make one and run it there."],
  [["Pulumi.yaml", "stacks", "package.json", "package-lock.json"], "is a tenant repository already"],
  [["Pulumi.yaml", "stacks", "package.json", "node_modules"], "run npm install, which ends it"],
  [["Pulumi.yaml", "stacks"], "empty the folder and run it again"],
])("a folder with %j: what is in the way, and what ends it where init was interrupted", (names, words) => {
  const why = whyNotHere(names);
  expect(words === undefined ? why : why?.includes(words)).toBe(words === undefined ? undefined : true);
});

/**
 * Answers each question when it is asked, once what is to be read before it was there.
 *
 * @returns what was said after the last answer
 */
async function answered(
  terminal: ChildProcess,
  steps: readonly (readonly [string, string | undefined])[],
): Promise<string> {
  const left = [...steps];
  let said = "";
  terminal.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    for (let [step] = left; step !== undefined && said.includes(step[0]); [step] = left) {
      said = said.slice(said.indexOf(step[0]) + step[0].length);
      left.shift();
      if (step[1] !== undefined) terminal.stdin?.write(`${step[1]}\n`);
    }
  });
  await once(terminal, "close");
  expect([said, left]).toEqual([said, []]);
  return said;
}
