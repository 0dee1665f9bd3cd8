/** Plans that people had before, put together with the work items that they are about. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { renderConnected } from "../../../../cli/terminal/plans.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../../../../sandbox/hosts/azure-devops/organization.ts";
import { type Sandbox, startSandbox } from "../../../../sandbox/server.ts";
import { createAzureDevOpsClient } from "../../../../sync/connectors/azure-devops/index.ts";
import { createOnePlanClient } from "../../../../sync/connectors/oneplan/client.ts";
import { type Connected, connectedPlans, connectPlan } from "../../../../sync/kinds/plans/connect.ts";
import { throughProxy } from "../../connectors/hosts.ts";
import { PlansBench } from "./bench.ts";

let sandbox: Sandbox;
let leave: () => Promise<void>;
let bench: PlansBench;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 20, provider: false });
  leave = throughProxy(sandbox);
});
afterAll(async () => {
  await leave();
  await sandbox.stop();
});
beforeEach(() => {
  bench = new PlansBench(sandbox);
});
afterEach(() => bench.close());

async function connected(): Promise<Connected> {
  const { world } = sandbox;
  const { name: keyName, value } = world.oneplanKey;
  const personalToken = createPersonalAccessToken(world, new Date(world.now().getTime() + 86_400_000));
  return {
    organization: bench.organization,
    sync: "plans-contoso",
    azureDevOps: createAzureDevOpsClient({
      organization: ORGANIZATION,
      proof: () => Promise.resolve({ personalToken }),
      mend: "Make a new token.",
    }),
    oneplan: createOnePlanClient({ baseUrl: "https://my.oneplan.ai", keyName, key: () => Promise.resolve(value) }),
    integrationId: undefined,
    isShared: false,
    state: await bench.store.read(),
    signal: new AbortController().signal,
  };
}

describe("a plan that was there before", () => {
  it("is put together with a work item: the next run compares the two and makes none", async () => {
    bench.set({
      planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "azureDevOps" }],
    });
    const epic = bench.item("Epic", "Payroll");
    const plan = bench.newPlan("Epic", "Payroll (planned)");

    expect(await connectPlan(await connected(), "Payroll (planned)", epic)).toEqual({
      plan: "Payroll (planned)",
      title: "Payroll",
    });

    const waiting = await connectedPlans(await connected());
    expect(waiting).toEqual([
      expect.objectContaining({ id: plan.id, item: String(epic), synced: false, archived: false }) as unknown,
    ]);
    expect(renderConnected(waiting.map((each) => ({ organization: "contoso", ...each })))).toContain(
      `${epic}  Payroll (planned)  next run  https://dev.azure.com/contoso/_workitems/edit/${epic}`,
    );
    expect((await bench.run()).status).toBe("Success");
    expect(bench.plans().map(({ id }) => id)).toEqual([plan.id]);
    expect((await connectedPlans(await connected())).map(({ synced }) => synced)).toEqual([true]);
    // Once more is no change.
    await expect(connectPlan(await connected(), plan.id, epic)).rejects.toThrow("was synced with another plan already");
  });

  it.each<[string, () => readonly [string, number], RegExp]>([
    [
      "an item that is not there",
      () => ["Company portfolio", 999_999],
      /has no work item 999999, or does not show it\.$/,
    ],
    [
      "an item that becomes a task",
      () => ["Company portfolio", bench.item("Bug", "Broken")],
      /is of the type "Bug", which becomes no plan: plans are "Epic" and "Feature"\.$/,
    ],
    [
      "an item of another type than the plan",
      () => [bench.newPlan("Feature", "Small").id, bench.item("Epic", "Large")],
      /^The plan "Small" is of another type than work item \d+, which is of the type "Epic"/,
    ],
    ["a plan that is not there", () => ["Nothing", bench.item("Epic", "Something")], /^OnePlan has no plan "Nothing"/],
    [
      "one of two plans of the same name",
      () => {
        for (let count = 0; count < 2; count++) bench.newPlan("Epic", "Twice");
        return ["Twice", bench.item("Epic", "Once")];
      },
      /^OnePlan has several plans "Twice": say which by its id/,
    ],
    [
      "an item that is not in scope",
      () => {
        const item = bench.item("Epic", "Elsewhere");
        bench.set({ query: "[System.Tags] CONTAINS 'OnePlan'" });
        return [bench.newPlan("Epic", "Elsewhere").id, item];
      },
      /is not in scope: projects, area and query of the settings leave it out\.$/,
    ],
  ])("is not put together with %s", async (_, arrange, words) => {
    const [plan, item] = arrange();

    await expect(connectPlan(await connected(), plan, item)).rejects.toThrow(words);

    expect(bench.plans().every(({ Integrations }) => Integrations.length === 0)).toBe(true);
  });

  it("goes with one work item, and a work item with one plan", async () => {
    const [one, other] = [bench.item("Epic", "One"), bench.item("Epic", "Other")];
    const [first, second] = [bench.newPlan("Epic", "First"), bench.newPlan("Epic", "Second")];
    await connectPlan(await connected(), first.id, one);

    await expect(connectPlan(await connected(), first.id, other)).rejects.toThrow(
      `The plan "First" goes with work item ${one} already.`,
    );
    await expect(connectPlan(await connected(), second.id, one)).rejects.toThrow(
      `Work item ${one} goes with the plan "First" (${first.id}) already.`,
    );
  });
});
