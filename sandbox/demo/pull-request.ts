/**
 * The demo's pull request: somebody adds ONES to the settings, an administrator reads what it would change, it is
 * deployed, and everything is tried.
 *
 * @packageDocumentation
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../review/checks/index.ts";
import type { Review } from "../../review/index.ts";
import type { Sheet } from "../../review/settings-sheet/index.ts";
import { repository } from "../project.ts";
import { run } from "../run.ts";
import type { Stack } from "../stack.ts";
import type { Steps } from "./steps.ts";

const ONES = "{ microsoft365: { mode: applicationResourceOnly, consent: grant } }";

/** What the report tells of it, a line each. */
export async function pullRequest(steps: Steps, stack: Stack): Promise<readonly string[]> {
  addOnes(join(stack.folder, "stacks", "Pulumi.sandbox.yaml"));
  const review = await steps.run("tenantwire review -s sandbox", async () => {
    const result = await tenantwire<Review>(stack, ["review", "-s", "sandbox", "--format", "json"]);
    const asked = result.registrations.flatMap(({ permissions }) => permissions.added);
    return {
      result,
      said: `${asked.length} permissions added`,
      detail: asked.map(({ name, allows }) => `${name}: ${allows}`),
    };
  });
  await steps.run("pulumi up -s sandbox", async () => {
    const { stdout } = await stack.up();
    return { result: undefined, said: /Resources:\n +\+ (\d+ created)/.exec(stdout)?.[1] ?? "done" };
  });
  const findings = await steps.run("tenantwire test -s sandbox", async () => {
    const { checks } = await tenantwire<{ checks: Finding[] }>(stack, ["test", "-s", "sandbox", "--json"]);
    const ok = checks.filter(({ status }) => status === "ok").length;
    return {
      result: checks,
      said: `${ok} checks ok, ${checks.filter(({ status }) => status === "failed").length} failed`,
    };
  });
  const [sheet] = await tenantwire<Sheet[]>(stack, ["settings-sheet", "ones", "-s", "sandbox", "--json"]);
  return [
    ...review.attention.map(({ text }) => `for the approver  ${text.replaceAll("`", "")}`),
    ...findings.filter(({ status }) => status === "failed").map(({ text }) => `failed            ${text}`),
    ...(sheet
      ? [`form of ONES      ${sheet.parts.flatMap(({ fields }) => fields).length} fields, in the order of the form`]
      : []),
  ];
}

function addOnes(file: string): void {
  const written = readFileSync(file, "utf8");
  const added = written.replace(/^config:\n(?: *#.*\n)*( +)/m, `$&tenantwire:ones: ${ONES}\n$1`);
  if (added === written) throw new Error("The settings file looks different now: ONES could not be added.");
  writeFileSync(file, added);
}

/** Runs a command as a person would, for its JSON. A check that failed is no failure of the command. */
async function tenantwire<T>({ folder, env }: Stack, args: readonly [string, ...string[]]): Promise<T> {
  const ran = await run(["node", join(repository, "cli", "index.ts"), ...args], { cwd: folder, env });
  if (ran.code !== 0 && ran.code !== 10)
    throw new Error(`tenantwire ${args[0]} ended with ${ran.code}:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}
