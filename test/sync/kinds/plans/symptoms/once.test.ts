/**
 * The same item twice, or taken for another one: what public syncs of work items got wrong, each under the symptom
 * that people reported.
 */
import { describe, expect, it } from "@jest/globals";
import type { PlansBench } from "../bench.ts";
import { inNewProjects } from "../in-new-projects.ts";

const ONEPLAN_HOST = "my.oneplan.ai";
const BOARDS_HOST = "dev.azure.com";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const settled = () => bench.settled();
const tree = () => bench.tree();

describe("items made twice", () => {
  it("where the step after the create fails", async () => {
    const { epic, story } = tree();
    bench.sandbox.faults.add({ host: ONEPLAN_HOST, path: "*updateplanintegration*", times: 1, then: { status: 500 } });

    await bench.run();
    bench.later(60);
    await bench.run();
    bench.later(24 * 60);
    await settled();

    expect([bench.plans().length, bench.workItems().length]).toEqual([2, 4]);
    expect([bench.plan(epic).Name, bench.task(story).Name]).toEqual(["Epic", "Story"]);
  });

  it("where the create of a work item breaks off, and where the state is lost besides", async () => {
    const { epic } = tree();
    await settled();
    bench.newPlan("Feature", "Made in OnePlan", bench.plan(epic).id);
    bench.sandbox.faults.add({ host: BOARDS_HOST, method: "POST", path: "*/workItems/*", times: 1, then: { cut: 10 } });

    await bench.run();
    await bench.loseState();
    await bench.run();
    bench.later(24 * 60);
    await settled();

    expect([bench.plans().length, bench.workItems().length]).toEqual([3, 5]);
  });

  it("where a task of one work item is there twice and the state was lost, every run ended with a stack", async () => {
    const { epic, story } = tree();
    const other = bench.item("Feature", "Other", epic);
    await settled();
    const { id, Integration } = bench.task(story);
    const copy = bench.newTask(bench.plan(other).id, "User Story", "Story");
    Object.assign(copy, { Integration: { ...Integration } });
    await bench.loseState();

    const twice = expect.stringMatching(
      /^2 objects of OnePlan have its workItem: .* leave it in one of them/,
    ) as unknown;
    for (const mode of ["full", "delta", "delta", "full"] as const) {
      bench.later(60);
      const report = await bench.run(mode === "full" ? { mode } : {});
      expect([report.mode, report.failure, report.exceptions.map(({ reason }) => reason)]).toEqual([
        mode,
        undefined,
        [twice],
      ]);
      bench.edit(epic, { "System.Title": `Epic before ${mode}` });
    }
    await bench.run();
    expect([bench.plan(epic).Name, bench.workItems().length]).toEqual(["Epic before full", 5]);

    bench.deleteTask(copy);
    bench.later(24 * 60);
    await bench.run();
    await settled();
    expect(bench.task(story).id).toBe(id);
  });

  it("where the stored ids are lost, on both sides, again and again", async () => {
    const { epic } = tree();
    await settled();
    bench.newPlan("Feature", "Made in OnePlan", bench.plan(epic).id);
    await settled();
    for (let times = 0; times < 2; times += 1) {
      await bench.loseState();
      await settled();
    }

    expect([bench.plans().length, bench.workItems().length]).toEqual([3, 5]);
  });

  it("where what was made is not shown for a while", async () => {
    tree();
    bench.behave({ oneplan: { stalePlanReads: 3 } });

    await bench.run();
    bench.later(24 * 60);
    // Each run lists the plans once.
    for (let times = 0; times < 3; times += 1) await bench.run();
    await settled();

    expect(bench.plans()).toHaveLength(2);
  });

  it("where two runs begin at once", async () => {
    tree();

    const both = await Promise.allSettled([bench.run(), bench.run()]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await settled();
    expect(bench.plans()).toHaveLength(2);
  });
});

describe("what a run that broke off has begun", () => {
  it.each(["Feature", "User Story"])("is not there beside the other kind, where the item is a %s now", async (now) => {
    const { epic, feature, story, task } = tree();
    await settled();
    bench.edit(story, { "System.WorkItemType": "Feature" });
    bench.sandbox.faults.add({ host: ONEPLAN_HOST, method: "DELETE", then: { status: 500 } });
    expect((await bench.run()).counts.fail).toBe(1);
    bench.sandbox.faults.clear();

    bench.edit(story, { "System.WorkItemType": now });
    await bench.run();
    bench.later(25 * 60);
    await settled();

    expect(bench.plans().filter(({ Archived }) => !Archived)).toHaveLength(now === "Feature" ? 3 : 2);
    expect(Object.keys(bench.data.tasks)).toHaveLength(now === "Feature" ? 1 : 2);
    const above = now === "Feature" ? bench.plan(story).id : bench.plan(feature).id;
    expect(bench.task(task).WorkPlanId).toBe(above);
    expect([epic, feature, story, task].map((id) => bench.parentOf(id))).toEqual([null, epic, feature, story]);
  });

  it("is not taken for the other one, where two of one name are made and the answer to one is an error", async () => {
    bench.set({ createWorkItems: false });
    bench.item("Epic", "Before");
    await settled();
    const twins = [bench.item("Epic", "Same"), bench.item("Epic", "Same")];
    const { faults } = bench.sandbox;
    const host = ONEPLAN_HOST;
    faults.add({ host, method: "POST", path: "/api/workplan", times: 1, then: { status: 500 } });
    faults.add({ host, method: "GET", path: "/api/workplan", after: 1, then: { delayMs: 100 } });
    faults.add({ host, path: "/api/integration/updateplanintegration", times: 1, then: { delayMs: 400 } });

    await bench.run();
    faults.clear();
    bench.later(25 * 60);
    await settled();

    expect(new Set(twins.map((id) => bench.plan(id).id)).size).toBe(2);
    expect(bench.plans()).toHaveLength(3);
  });

  it.each([false, true])(
    "is not taken for the other one, where its own id is not in it yet (makes work items: %s)",
    async (makes) => {
      bench.set({ createWorkItems: makes });
      bench.item("Epic", "Before");
      await settled();
      const twins = [bench.item("Epic", "Same"), bench.item("Epic", "Same")];
      const [host, method] = [ONEPLAN_HOST, "POST"];
      const path = "/api/integration/updateplanintegration";
      // The first one is made and goes with nothing yet; the second one is not made.
      bench.sandbox.faults.add({ host, method, path: "/api/workplan", after: 1, times: 1, then: { status: 500 } });
      bench.sandbox.faults.add({ host, method, path, times: 1, then: { status: 400 } });
      await bench.run();
      bench.sandbox.faults.clear();
      bench.later(25 * 60);
      await settled();

      expect(new Set(twins.map((id) => bench.plan(id).id)).size).toBe(2);
      expect([bench.plans().length, bench.workItems().length]).toEqual([3, 3]);
    },
  );

  it("is gone on with, where the making of a plan is not answered and what follows is refused", async () => {
    bench.set({ createWorkItems: false });
    bench.item("Epic", "Before");
    await settled();
    const epic = bench.item("Epic", "Epic");
    const [host, method] = [ONEPLAN_HOST, "POST"];
    const path = "/api/integration/updateplanintegration";
    bench.sandbox.faults.add({ host, method, path: "/api/workplan", times: 1, then: { cut: 10 } });
    bench.sandbox.faults.add({ host, method, path, then: { status: 503 } });
    await bench.run();
    expect(bench.plans()).toHaveLength(2);
    bench.sandbox.faults.clear();
    bench.later(25 * 60);
    await settled();

    expect([bench.plan(epic).Name, bench.plans().length]).toEqual(["Epic", 2]);
  });

  it.each([
    ["/api/integration/updateplanintegration", 503, "accept"],
    ["/api/integration/updateplanintegration", 401, "accept"],
    ["*/changetype", 500, "ignore"],
    ["*/changetype", 503, "ignore"],
  ])("is gone on with, where a plan was made and what follows is refused: %s %i", async (path, status, planParent) => {
    for (const createWorkItems of [false, true]) {
      bench.set({ createWorkItems });
      bench.behave({ oneplan: { planParent } });
      const epic = bench.item("Epic", `Epic ${createWorkItems}`);
      await bench.run();
      const feature = bench.item("Feature", `Feature ${createWorkItems}`, epic);
      bench.sandbox.faults.add({ host: ONEPLAN_HOST, path, then: { status } });
      await bench.run();
      bench.sandbox.faults.clear();
      bench.later(25 * 60);
      await settled();

      expect(bench.plan(feature).PortfolioParentId).toBe(bench.plan(epic).id);
      expect(bench.plans()).toHaveLength(createWorkItems ? 4 : 2);
      expect(bench.workItems()).toHaveLength(createWorkItems ? 4 : 2);
    }
  });
});

describe("the work item's id in OnePlan", () => {
  it.each([true, false])("is put there by the next run where it could not be, or is lost (lost: %s)", async (lost) => {
    const { epic, feature } = tree();
    await settled();
    const plan = bench.newPlan("Feature", "Made in OnePlan", bench.plan(epic).id);
    const task = bench.newTask(bench.plan(feature).id, "Task", "Made there too");
    const fault = { host: ONEPLAN_HOST, method: "POST", then: { status: 500 } };
    if (!lost) bench.sandbox.faults.add(fault);
    await bench.run();
    bench.sandbox.faults.clear();
    if (lost) {
      const { Integrations } = bench.data.plans[plan.id]!;
      bench.data.plans[plan.id] = { ...bench.data.plans[plan.id]!, Integrations: [] };
      bench.data.tasks[task.id] = { ...bench.data.tasks[task.id]!, Integration: null };
      expect(Integrations).toHaveLength(1);
    }
    await bench.run();
    await settled();

    const made = bench.workItems().slice(-2);
    expect(made.map(({ id }) => bench.value(id, "System.Title")).sort()).toEqual(["Made in OnePlan", "Made there too"]);
    const [ofPlan, ofTask] = made
      .map(({ id }) => id)
      .sort((one) => (bench.value(one, "System.Title") === "Made in OnePlan" ? -1 : 1));
    expect([bench.plan(ofPlan!).id, bench.task(ofTask!).id]).toEqual([plan.id, task.id]);
  });

  it.each(["delta", "full", "single"] as const)(
    "is put back where no work items are made of plans, and what lies below stays there (%s)",
    async (how) => {
      bench.set({ createWorkItems: false });
      const { epic, feature, story, task } = tree();
      await settled();
      const [plan, above] = [bench.plan(epic), bench.task(story)];
      bench.data.plans[plan.id] = { ...plan, Integrations: [] };
      bench.data.tasks[above.id] = { ...above, Integration: null };
      bench.editPlan(bench.plan(feature).id, { Name: "Feature, renamed" });
      bench.editTask(bench.task(task), { Name: "Task, renamed" });

      const ways = { delta: {}, full: { mode: "full" }, single: { only: [bench.plan(feature).id] } } as const;
      const report = await bench.run(ways[how]);

      expect([report.status, report.exceptions, report.notes]).toEqual(["Success", [], []]);
      await settled();
      expect([epic, feature, story, task].map((id) => bench.parentOf(id))).toEqual([null, epic, feature, story]);
      expect([feature, task].map((id) => bench.value(id, "System.Title"))).toEqual([
        "Feature, renamed",
        "Task, renamed",
      ]);
      expect([bench.plan(epic).Name, bench.task(story).Name]).toEqual(["Epic", "Story"]);
    },
  );

  it("is put into no plan that somebody made, where the making of one is not answered", async () => {
    bench.set({ createWorkItems: false });
    bench.item("Epic", "Before");
    const own = bench.newPlan("Epic", "Epic");
    await settled();
    const epic = bench.item("Epic", "Epic");
    bench.sandbox.faults.add({
      host: ONEPLAN_HOST,
      method: "POST",
      path: "/api/workplan",
      times: 1,
      then: { status: 500 },
    });

    expect(await bench.run({ only: [String(epic)] })).toMatchObject({ counts: { create: 0, fail: 1 } });
    bench.later(25 * 60);
    await settled();

    expect(bench.data.plans[own.id]!.Integrations).toEqual([]);
    expect(bench.plan(epic).id).not.toBe(own.id);
  });

  it("is that of a new task where the one that it was made for is gone, and the state was lost", async () => {
    const { feature } = tree();
    await settled();
    const task = bench.newTask(bench.plan(feature).id, "Task", "Made in OnePlan");
    await settled();
    const made = bench.workItems().at(-1)?.id ?? 0;

    await bench.loseState();
    bench.deleteTask(task);
    await settled();

    expect(bench.task(made)).toMatchObject({ Name: "Made in OnePlan", WorkPlanId: bench.plan(feature).id });
    await bench.loseState();
    await settled();
    expect(bench.workItems()).toHaveLength(5);
  });

  it("is the one before, and the item is compared, where it had no place just after the state was lost", async () => {
    bench.set({
      taskFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "azureDevOps" }],
    });
    const { feature, story } = tree();
    await settled();
    await bench.loseState();
    bench.edit(story, { "System.Title": "Renamed" });
    bench.remove(feature);

    await bench.run();
    bench.restore(feature);
    await settled();

    expect(bench.task(story).Name).toBe("Renamed");
  });
});
