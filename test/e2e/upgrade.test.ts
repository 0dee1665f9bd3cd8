/**
 * A stack that version 0.1.0 deployed, with every vendor's product in it: this version finds all of it where it is.
 * What was deployed is in `upgrade/`: its settings, and the state that `pulumi stack export` printed (with other
 * secrets in it).
 */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";
import { type Deployed, deployable } from "./deployed.ts";

const deployed = join(repository, "test", "e2e", "upgrade");

/** The day of that deployment, so that no secret is due. */
const DAY = "2026-11-28";

const State = z.object({ custom: z.boolean().default(false) });
const Preview = z.object({
  steps: z.array(z.object({ op: z.string(), urn: z.string(), oldState: State.optional(), newState: State.optional() })),
});

let world: Deployed;

beforeAll(async () => {
  world = await deployable({ users: 5 });
}, 60_000);

afterAll(async () => {
  await world.close();
});

describe("an upgrade from 0.1.0", () => {
  it("keeps every registration, grant and secret; the vendors' secrets go into a vault of their own", async () => {
    const { stack } = world;
    copyFileSync(join(deployed, "Pulumi.sandbox.yaml"), join(stack.folder, "stacks", "Pulumi.sandbox.yaml"));
    const secrets = { oneplanKey: "deployed-secret-1", onesKey: "ones-token-value", azureDevOpsToken: "pat-value" };
    for (const [name, value] of Object.entries(secrets)) {
      await stack.mustPulumi(["config", "set", "--stack", "sandbox", "--secret", name], value);
    }
    await stack.mustPulumi(["stack", "import", "--stack", "sandbox"], await stateFor(stack));

    const preview = await run(
      ["pulumi", "preview", "--stack", "sandbox", "--json", "--show-sames", "--non-interactive"],
      {
        cwd: stack.folder,
        env: { ...stack.env, TENANTWIRE_TODAY: DAY },
      },
    );

    expect(preview.stderr).toBe("");
    const { steps } = Preview.parse(JSON.parse(preview.stdout));
    const resources = steps.filter(({ newState, oldState }) => (newState ?? oldState)?.custom);
    const changed = resources.filter(({ op }) => op !== "same" && op !== "read");
    // The vendors' secrets move to a vault of their own, with the values that they have: what people pasted stays good.
    const names = changed.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).sort();
    expect(names).toEqual(
      [
        "create tw-contoso-v",
        "replace azure-devops-tokens-contoso-secret",
        "replace oneconnect-secret-vault-secret",
        "replace ones-secret-vault-secret",
        "replace ones-sign-in-secret-vault-secret",
        // They are listed in Entra > Enterprise applications from now on.
        ...resources.flatMap(({ urn }) => {
          const name = urn.split("::").at(-1) ?? "";
          return name.endsWith("-registration-principal") ? [`update ${name}`] : [];
        }),
      ].sort(),
    );
    expect(resources.length).toBeGreaterThan(30);
  }, 120_000);
});

/** The state of that time, to be encrypted by the stack that takes it over. */
async function stateFor(stack: Deployed["stack"]): Promise<string> {
  const own = (await stack.mustPulumi(["stack", "export", "--stack", "sandbox"])).stdout;
  const state = JSON.parse(readFileSync(join(deployed, "state.json"), "utf8")) as { deployment: object };
  const { secrets_providers } = (JSON.parse(own) as { deployment: { secrets_providers: unknown } }).deployment;
  return JSON.stringify({ ...state, deployment: { ...state.deployment, secrets_providers } });
}
