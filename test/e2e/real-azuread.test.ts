/** The stack through the azuread plugin itself, where it is installed: what the stand-in's provider claims to be like. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isPluginInstalled } from "../../sandbox/plugins.ts";
import { parseOutputs } from "../../contract/outputs.ts";
import { type Deployed, deployable } from "./deployed.ts";

const isInstalled = isPluginInstalled("azuread");
const suite = isInstalled ? describe : describe.skip;

suite(`the azuread plugin${isInstalled ? "" : " (NOT SHOWN: it is not installed on this machine)"}`, () => {
  let world: Deployed;

  beforeAll(async () => {
    world = await deployable({ users: 20, real: ["azuread"] });
  });

  afterAll(() => world.close());

  it("deploys the stack", async () => {
    await world.stack.up();

    expect(parseOutputs(await world.stack.outputs(), "the stack").syncIdentity?.permissions).toContain("User.Read.All");
  }, 180_000);

  it("finds nothing to change afterwards", async () => {
    await world.stack.up("--expect-no-changes");
  }, 120_000);
});
