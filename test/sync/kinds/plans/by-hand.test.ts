/** What somebody asks of one plan by hand: import, export and create, each a run of that plan alone. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import { createProject } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import { type Asked, findAsked } from "../../../../sync/kinds/plans/by-hand/carry.ts";
import { disconnectPlan } from "../../../../sync/kinds/plans/by-hand/disconnect.ts";
import type { RunReport } from "../../../../sync/run/report.ts";
import { runSync } from "../../../../sync/run/run.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

interface Asking {
  readonly dryRun?: boolean;
  readonly project?: string;
}

async function ask(asked: Asked, plan: string, { dryRun = false, project }: Asking = {}): Promise<RunReport> {
  const found = await findAsked(await bench.connected(), asked, plan, project);
  bench.later(1);
  bench.sandbox.requests.mark();
  return runSync(bench.definition(dryRun, asked, found.project), {
    store: bench.store,
    only: found.only,
    dryRun,
    trigger: asked,
    now: () => bench.now,
    sleep: () => Promise.resolve(),
  });
}

describe("a plan that both sides have changed", () => {
  const PRIORITY = "Microsoft.VSTS.Common.Priority";
  let epic: number;
  let other: number;

  beforeEach(async () => {
    bench.set({
      planFields: [
        { azureDevOps: "System.Title", oneplan: "Name", direction: "both" },
        { azureDevOps: PRIORITY, oneplan: "Priority", direction: "toAzureDevOps" },
      ],
    });
    [epic, other] = [bench.item("Epic", "Epic"), bench.item("Epic", "Other")];
    await bench.settled();
    bench.edit(epic, { "System.Title": "Azure DevOps" });
    bench.editPlan(bench.plan(epic).id, { Name: "OnePlan" });
    bench.edit(other, { "System.Title": "Not meant" });
    expect((await bench.run({ dryRun: true })).counts.fail).toBe(1);
  });

  it.each<[Asked, string, "a" | "b"]>([
    ["import", "Azure DevOps", "b"],
    ["export", "OnePlan", "a"],
  ])("%s decides for it: %s is taken, and nothing else is written", async (asked, wins, side) => {
    const { id } = bench.plan(epic);
    const dry = await ask(asked, id, { dryRun: true });
    expect(bench.writes).toEqual([]);
    expect(dry.changes).toMatchObject([
      { kind: "update", after: side === "a" ? { "System.Title": wins } : { Name: wins } },
    ]);

    const report = await ask(asked, id);

    expect([report.status, report.trigger, report.counts.update]).toEqual(["Success", asked, 1]);
    expect([bench.plan(epic).Name, bench.value(epic, "System.Title")]).toEqual([wins, wins]);
    expect(bench.plan(other).Name).toBe("Other");
    await bench.settled();
    expect(bench.plan(other).Name).toBe("Not meant");
  });

  it("import leaves what goes the other way for the next run", async () => {
    bench.editPlan(bench.plan(epic).id, { Fields: { Priority: 1 } });

    await ask("import", bench.plan(epic).id);

    expect(bench.value(epic, PRIORITY)).not.toBe(1);
    await bench.settled();
    expect(bench.value(epic, PRIORITY)).toBe(1);
  });

  it("moves to where it is on the side that is taken", async () => {
    const feature = bench.item("Feature", "Feature", epic);
    await bench.run();
    bench.moveItem(feature, other);
    bench.movePlan(bench.plan(feature).id, "00000000-0000-0000-0000-000000000000");

    await ask("import", bench.plan(feature).id);

    expect(bench.plan(feature).PortfolioParentId).toBe(bench.plan(other).id);
  });
});

describe("a plan that goes with nothing", () => {
  beforeEach(async () => {
    bench.set({ createWorkItems: false });
    bench.item("Epic", "Epic");
    await bench.settled();
  });

  it("becomes a work item, once, although no other does", async () => {
    const plan = bench.newPlan("Epic", "Made in OnePlan");
    bench.newTask(plan.id, "Task", "Stays in OnePlan");
    const second = bench.newPlan("Epic", "Not asked for");
    expect((await ask("create", plan.id, { dryRun: true })).changes).toMatchObject([{ kind: "create", side: "a" }]);
    expect(bench.writes).toEqual([]);

    const report = await ask("create", plan.id);

    expect([report.status, report.counts.create]).toEqual(["Success", 1]);
    const titles = () => bench.workItems().map(({ id }) => bench.value(id, "System.Title"));
    expect(titles()).toEqual(["Epic", "Made in OnePlan"]);
    await bench.settled();
    expect(titles()).toEqual(["Epic", "Made in OnePlan"]);
    expect(bench.plans().find(({ id }) => id === second.id)?.Integrations).toEqual([]);
    await expect(ask("create", plan.id)).rejects.toThrow(
      /^The plan "Made in OnePlan" goes with work item \d+ already\.$/,
    );
  });

  it("becomes one below that of the plan that it lies in", async () => {
    const [epic] = bench.workItems();
    const plan = bench.newPlan("Feature", "Below", bench.plan(epic?.id ?? 0).id);

    await ask("create", "Below");

    const made = bench.workItems().at(-1)?.id ?? 0;
    expect(bench.plan(made).id).toBe(plan.id);
    expect(bench.parentOf(made)).toBe(epic?.id);
    await bench.settled();
  });

  it("becomes one in the project that is named, where there are several", async () => {
    const second = createProject(bench.sandbox.world, `Second ${bench.project.name}`, "Agile");
    bench.set({ projects: [bench.project.name, second.name] });
    await bench.run();
    bench.newPlan("Epic", "Somewhere");
    await expect(ask("create", "Somewhere")).rejects.toThrow(
      `The plan "Somewhere" lies below nothing: say with --project in which of ${bench.project.name} and ${second.name}`,
    );
    await expect(ask("create", "Somewhere", { project: "Third" })).rejects.toThrow("--project takes one of");

    expect((await ask("create", "Somewhere", { project: second.name })).status).toBe("Success");

    await bench.settled();
    expect(bench.workItems()).toHaveLength(1);
  });
});

describe("is not done, and why is said in a sentence:", () => {
  it.each<[Asked, string, () => Promise<string> | string, RegExp]>([
    ["import", "a plan that goes with nothing", () => bench.newPlan("Epic", "Alone").Name, /goes with no work item/],
    ["export", "a plan that is not there", () => "Nothing", /^OnePlan has no plan "Nothing"/],
    [
      "export",
      "a plan that is archived",
      async () => {
        bench.set({ createWorkItems: false });
        const epic = bench.item("Epic", "Old");
        await bench.run();
        bench.editPlan(bench.plan(epic).id, { Archived: true });
        return "Old";
      },
      /^The plan "Old" is archived: nothing of it goes to Azure DevOps\.$/,
    ],
    [
      "import",
      "a plan that was disconnected",
      async () => {
        bench.item("Epic", "Apart");
        await bench.run();
        await bench.locked((connected) => disconnectPlan(connected, "Apart", false));
        return "Apart";
      },
      /^The plan "Apart" was disconnected from work item \d+: npx --no-install tenantwire plans connect \S+ -s <stack> --to /,
    ],
    [
      "create",
      "a plan below one that goes with nothing",
      () => {
        bench.set({ createWorkItems: false });
        return bench.newPlan("Feature", "Inner", bench.newPlan("Epic", "Outer").id).Name;
      },
      /^The plan "Inner" lies below the plan "Outer", which goes with no work item: begin with that one\.$/,
    ],
    [
      "create",
      "a plan of a type that is no work item",
      () => {
        bench.planType("Idea");
        return bench.newPlan("Idea", "Thought").Name;
      },
      /^The plan "Thought" is of a type that is no work item: "Epic" and "Feature" are\.$/,
    ],
  ])("%s of %s", async (asked, _, arrange, words) => {
    const plan = await arrange();

    await expect(ask(asked, plan)).rejects.toThrow(words);
  });
});
