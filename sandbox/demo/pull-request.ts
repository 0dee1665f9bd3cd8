/**
 * The demo's pull request: somebody adds ONES to the settings, an administrator reads what it would change, it is
 * deployed, and everything is tried.
 *
 * @packageDocumentation
 */
import { ONES_HOST, onesKey } from "../hosts/ones/index.ts";
import type { Stack } from "../stack.ts";
import type { World } from "../world.ts";
import { addSettings, type Finding, type Review, type Sheet, tenantwire } from "./commands.ts";
import type { Steps } from "./steps.ts";

/** Its registration in Entra, and its rooms by tenantwire's own sync. */
const ONES = `{ baseUrl: "https://${ONES_HOST}", key: { secret: onesKey }, rooms: { scope: all }, microsoft365: { mode: applicationResourceOnly, consent: grant } }`;

/** What the report tells of it, a line each. */
export async function pullRequest(steps: Steps, stack: Stack, world: World): Promise<readonly string[]> {
  await stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", "onesKey"], onesKey(world));
  addSettings(stack, `tenantwire:ones: ${ONES}`);
  const review = await steps.run("tenantwire review -s sandbox", async () => {
    const result = await tenantwire<Review>(stack, ["review", "-s", "sandbox", "--format", "json"]);
    const asked = result.registrations.flatMap(({ displayName, permissions }) =>
      permissions.added.map(({ name, allows }) => `${displayName}: ${name}, ${allows}`),
    );
    return { result, said: `${asked.length} permissions added`, detail: asked };
  });
  await steps.run("pulumi up -s sandbox", async () => {
    const { stdout } = await stack.up();
    return { result: undefined, said: /Resources:\n +\+ (\d+ created)/.exec(stdout)?.[1] ?? "done" };
  });
  // A product that a deployed stack gets is on a new host: its key is sent there when an administrator has said so.
  const allowed = ["--allow-host", ONES_HOST] as const;
  const findings = await steps.run("tenantwire test -s sandbox", async () => {
    const { checks } = await tenantwire<{ checks: Finding[] }>(stack, ["test", "-s", "sandbox", ...allowed, "--json"]);
    const ok = checks.filter(({ status }) => status === "ok").length;
    return {
      result: checks,
      said: `${ok} checks ok, ${checks.filter(({ status }) => status === "failed").length} failed`,
      detail: [`${allowed.join(" ")}: its key goes to a new host only on an administrator's word`],
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
