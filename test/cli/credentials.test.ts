/** `tenantwire credentials` and `settings-sheet` with a file of outputs: as a pipeline runs them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { cli } from "../e2e/deployed.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";

let folder: string;
/** The day can be set in a stand-in only. */
let sandbox: Sandbox;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
  sandbox = await startSandbox({ users: 1, provider: false });
});

afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a command on a day, with these outputs. */
async function tenantwire(day: string, args: readonly string[], change?: (outputs: Outputs) => void): Promise<Ran> {
  const file = join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify(deployedOutputs(change)));
  const env: NodeJS.ProcessEnv = { ...process.env, SANDBOX_CONTROL: sandbox.controlUrl, TENANTWIRE_TODAY: day };
  delete env["NODE_OPTIONS"];
  return run([process.execPath, cli, ...args, "--outputs", file], { cwd: folder, env });
}

function acknowledged(outputs: Outputs): void {
  for (const secret of outputs.credentials.secrets) secret.acknowledged = "2026-01-01";
}

it("goes by no other day outside the stand-in", async () => {
  writeFileSync(join(folder, "outputs.json"), JSON.stringify(deployedOutputs(acknowledged)));
  const env: NodeJS.ProcessEnv = { PATH: process.env["PATH"], TENANTWIRE_TODAY: "2026-02-01" };
  const command = [process.execPath, cli, "credentials", "--outputs", "outputs.json"] as const;

  expect(await run(command, { cwd: folder, env })).toMatchObject({
    code: 2,
    stdout: "",
    stderr:
      "tenantwire: TENANTWIRE_TODAY sets the day in the stand-in tenant only: unset it (unset TENANTWIRE_TODAY).\n",
  });
});

it("lists each credential with who uses it, and is content when nothing is to do", async () => {
  const { code, stdout, stderr } = await tenantwire("2026-02-01", ["credentials"], acknowledged);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [headings, ...rows] = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(headings).toEqual(["credential", "kind", "used by", "age", "left", "due", "state"]);
  expect(rows[0]).toEqual([
    "ones-client-secret",
    "secret, pasted",
    "ONES > Settings > External Integration",
    "31 d",
    "120 d",
    "2026-04-01",
    "fine",
  ]);
  expect(stdout).toContain("oneplan-key: Nobody wrote down when it ends.");
  expect(stdout).toMatch(/sync +trust +https:\/\/workloads\.contoso\.com/);
});

it.each<[string, string, string[], string]>([
  ["a new secret waits for a person", "2026-02-01", [], "ones-client-secret: Enter the secret made on 2026-01-01 "],
  ["a token ends soon", "2026-06-20", [], "azure-devops-token-contoso: It ends on 2026-06-30."],
])("fails a pipeline when %s", async (_, day, args, advice) => {
  const { code, stdout } = await tenantwire(day, ["credentials", ...args]);

  expect(code).toBe(10);
  expect(stdout).toContain(advice);
});

it("looks as far ahead as it is told", async () => {
  const near = await tenantwire("2026-03-01", ["credentials", "--json"], acknowledged);
  const far = await tenantwire("2026-03-01", ["credentials", "--json", "--within", "40"], acknowledged);

  const stateIn = ({ stdout }: Ran) => (JSON.parse(stdout) as { state: string }[])[0]?.state;
  expect([stateIn(near), stateIn(far)]).toEqual(["fine", "due soon"]);
});

it.each<[string, string[], number, string]>([
  [
    "a number of days that is none",
    ["credentials", "--within", "soon"],
    2,
    "--within takes a whole number of days, not NaN.",
  ],
  ["an unknown form", ["settings-sheet", "one"], 2, 'The stack has no form "one": did you mean "ones"?'],
  [
    "an unknown secret",
    ["settings-sheet", "ones", "--reveal", "sync-identity"],
    2,
    'No form asks for a secret "sync-identity": there is ones-client-secret, ones-sign-in-client-secret.',
  ],
])("refuses %s", async (_, args, code, message) => {
  expect(await tenantwire("2026-02-01", args)).toMatchObject({ code, stdout: "", stderr: `tenantwire: ${message}\n` });
});

it("prints the forms, and no secret", async () => {
  const { code, stdout } = await tenantwire("2026-02-01", ["settings-sheet"]);

  expect(code).toBe(0);
  expect(stdout.match(/^(ONES|OneConnect|OnePlan)[ :][^>]*$/gm)).toEqual([
    "ONES: Application permission, resource only",
    "OneConnect: Microsoft Entra ID Users to OnePlan",
    "OneConnect: group",
    "OnePlan and Azure DevOps: contoso",
  ]);
});
