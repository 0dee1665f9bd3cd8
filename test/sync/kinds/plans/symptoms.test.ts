/** What public syncs of work items got wrong, each under the symptom that people reported. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { ensureNode } from "../../../../sandbox/hosts/azure-devops/node-routes.ts";
import { createProject, newest, stateOf, tracking } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import { Killed, Killer } from "../../run/killer.ts";
import { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const ONEPLAN_HOST = "my.oneplan.ai";
const BOARDS_HOST = "dev.azure.com";
const DESCRIPTION = "System.Description";
/** Stands where a plan, or a task, has no parent. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const settled = () => bench.settled();

/** A feature in an epic, a story in it, and a task in that. */
function tree() {
  const epic = bench.item("Epic", "Epic");
  const feature = bench.item("Feature", "Feature", epic);
  const story = bench.item("User Story", "Story", feature);
  return { epic, feature, story, task: bench.item("Task", "Task", story) };
}

describe("parents", () => {
  it("that changed several times before a run: the last one counts, on both sides", async () => {
    const { story } = tree();
    const [one, two] = [bench.item("Feature", "One"), bench.item("Feature", "Two")];
    await settled();
    for (const parent of [one, two, one]) bench.moveItem(story, parent);
    await settled();
    expect(bench.task(story).WorkPlanId).toBe(bench.plan(one).id);

    const other = bench.item("Epic", "Other");
    await settled();
    for (const to of [other, null, other]) {
      bench.movePlan(bench.plan(two).id, to === null ? NO_ID : bench.plan(to).id);
    }
    bench.editPlan(bench.plan(two).id, { Name: "Two, moved" });
    await settled();
    expect([bench.parentOf(two), bench.value(two, "System.Title")]).toEqual([other, "Two, moved"]);
  });

  it("that are written are links alone, in the patch that makes an item and in the one that changes it", async () => {
    const { epic, feature, story, task } = tree();
    const [other, below] = [bench.item("Epic", "Other"), bench.item("Feature", "Below")];
    await settled();

    // The stand-in passes over a parent that is written as a field, and refuses it beside a link (TF26194).
    const plan = bench.newPlan("Feature", "Made in OnePlan", bench.plan(epic).id);
    bench.newTask(plan.id, "User Story", "Made there too");
    bench.movePlan(bench.plan(feature).id, bench.plan(other).id);
    bench.editPlan(bench.plan(feature).id, { Name: "Feature, moved" });
    bench.editTask(bench.task(task), { ParentTaskId: NO_ID, Name: "Task, moved" });
    bench.movePlan(bench.plan(below).id, bench.plan(other).id);
    await settled();

    const made = bench.workItems().slice(-2);
    const called = (title: string) => made.find(({ id }) => bench.value(id, "System.Title") === title)?.id ?? 0;
    const [newFeature, newStory] = [called("Made in OnePlan"), called("Made there too")];
    expect([newFeature, newStory, feature, story, task, below].map((id) => bench.parentOf(id))).toEqual([
      ...[epic, newFeature, other, feature, feature, other],
    ]);
    expect([feature, task].map((id) => bench.value(id, "System.Title"))).toEqual(["Feature, moved", "Task, moved"]);
    bench.movePlan(bench.plan(below).id, NO_ID);
    await settled();
    expect(bench.parentOf(below)).toBeNull();
  });

  it("that got as many children as they lost", async () => {
    const [one, two] = [bench.item("Feature", "One"), bench.item("Feature", "Two")];
    const [a, b] = [bench.item("User Story", "A", one), bench.item("User Story", "B", two)];
    await settled();

    bench.moveItem(a, two);
    bench.moveItem(b, one);
    await settled();

    expect([bench.task(a).WorkPlanId, bench.task(b).WorkPlanId]).toEqual([bench.plan(two).id, bench.plan(one).id]);
  });

  it("that changed while the run was under way are not removed by a remembered place", async () => {
    const { feature } = tree();
    const other = bench.item("Epic", "Other");
    await settled();
    const { a } = bench.definition();
    const signal = AbortSignal.timeout(60_000);
    await a.check([], signal);
    await a.get(String(feature), signal);
    bench.patch(feature, [
      { op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: "https://contoso.com/" } },
    ]);

    await expect(a.update(String(feature), { "System.Parent": String(other) }, signal)).rejects.toMatchObject({
      became: "stale",
    });
    expect(bench.workItem(feature).relations.some(({ rel }) => rel === "Hyperlink")).toBe(true);
  });
});

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

describe("types", () => {
  it("that change make no empty items: a story becomes a feature, and a story again", async () => {
    const { epic, feature, story, task } = tree();
    await settled();

    bench.edit(story, { "System.WorkItemType": "Feature" });
    bench.moveItem(story, epic);
    await settled();
    expect(bench.plan(story)).toMatchObject({ Name: "Story", PortfolioParentId: bench.plan(epic).id });
    expect(bench.task(task)).toMatchObject({ WorkPlanId: bench.plan(story).id });

    bench.edit(story, { "System.WorkItemType": "User Story" });
    bench.moveItem(story, feature);
    await settled();
    expect(bench.task(story)).toMatchObject({ Name: "Story", WorkPlanId: bench.plan(feature).id });
    expect(bench.task(task)).toMatchObject({ ParentId: bench.task(story).id });
  });

  it.each(["oneplan", "azureDevOps", "fail"] as const)(
    "that change lose nothing that was changed in OnePlan meanwhile (%s)",
    async (conflict) => {
      const fields = [
        { azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict } as const,
        { azureDevOps: "Microsoft.VSTS.Common.Priority", oneplan: "Priority", direction: "both", conflict } as const,
      ];
      bench.set({ planFields: fields, taskFields: fields });
      const { epic, feature, story } = tree();
      await settled();
      const priority = (id: number) => bench.value(id, "Microsoft.VSTS.Common.Priority");
      bench.editPlan(bench.plan(feature).id, { Name: "Told in OnePlan", Fields: { Priority: 3 } });
      bench.editTask(bench.task(story), { Fields: { Priority: 4 } });
      bench.edit(feature, { "System.WorkItemType": "User Story", "System.Title": "Told in Azure DevOps" });
      bench.edit(story, { "System.WorkItemType": "Feature" });

      const report = await bench.run();

      expect([bench.plan(story).Fields["Priority"], priority(story)]).toEqual([4, 4]);
      if (conflict === "fail") {
        expect(report.exceptions).toMatchObject([
          { label: "Told in Azure DevOps", reason: expect.stringContaining("System.Title was changed") as unknown },
        ]);
        bench.editPlan(bench.plan(feature).id, { Name: "Told in Azure DevOps" });
        bench.later(25 * 60);
      }
      await bench.run();
      await settled();
      const name = conflict === "oneplan" ? "Told in OnePlan" : "Told in Azure DevOps";
      expect([bench.task(feature).Name, bench.value(feature, "System.Title")]).toEqual([name, name]);
      expect([bench.task(feature).Fields["Priority"], priority(feature)]).toEqual([3, 3]);
      expect(bench.plan(story).PortfolioParentId).toBe(bench.plan(epic).id);
    },
  );

  it("nested in themselves come, below the nearest that may have them", async () => {
    const { epic, feature } = tree();
    const inner = bench.item("Feature", "Inner", feature);
    const task = bench.item("Task", "Outer task", feature);
    const nested = bench.item("Task", "Inner task", task);

    await settled();

    expect(bench.plan(inner).PortfolioParentId).toBe(bench.plan(epic).id);
    expect(bench.task(nested).ParentId).toBe(bench.task(task).id);
  });

  it("of a plan may be changed in OnePlan as well", async () => {
    const { feature } = tree();
    await settled();

    bench.movePlan(bench.plan(feature).id, NO_ID, bench.typeId("Epic"));
    await settled();

    expect([bench.value(feature, "System.WorkItemType"), bench.parentOf(feature)]).toEqual(["Epic", null]);
  });
});

describe("what takes the place of something", () => {
  it("comes once where an item and the one that it lies in change their kinds in one run", async () => {
    const { feature, story, task } = tree();
    await settled();

    bench.edit(feature, { "System.WorkItemType": "User Story" });
    bench.edit(story, { "System.WorkItemType": "Feature" });
    await settled();

    expect([bench.task(feature).Name, bench.plan(story).Name]).toEqual(["Feature", "Story"]);
    expect(bench.task(task).WorkPlanId).toBe(bench.plan(story).id);
    expect(Object.keys(bench.data.tasks)).toHaveLength(2);
  });

  it.each(["is deleted", "has no plan above it any more"])(
    "is taken away where what lay in it %s before the next run has seen it",
    async (what) => {
      const { epic, feature, story, task } = tree();
      await settled();
      bench.edit(feature, { "System.WorkItemType": "User Story" });
      expect((await bench.run()).exceptions).toEqual([]);
      expect(bench.task(story).WorkPlanId).toBe(bench.plan(epic).id);

      if (what === "is deleted") for (const id of [task, story]) bench.remove(id);
      else bench.moveItem(story, null);
      await settled();

      expect([feature, story, task].map((id) => bench.has(id))).toEqual([true, false, false]);
    },
  );

  it.each([
    ["the key to OnePlan ends", 6, 48, 3],
    ["the run is killed", 4, 36, 3],
    ["one answer does not come", 7, 14, 1],
  ])(
    "is what it was made for, wherever %s while kinds change",
    async (what, from, to, step) => {
      let broken = 0;
      for (let after = from; after < to; after += step) {
        const own = new PlansBench(bench.sandbox);
        try {
          const [epic, other] = [own.item("Epic", "Epic"), own.item("Feature", "Other")];
          const feature = own.item("Feature", "Feature", epic);
          const story = own.item("User Story", "Story", feature);
          const task = own.item("Task", "Task", story);
          await own.settled();

          own.edit(feature, { "System.WorkItemType": "User Story" });
          own.edit(task, { "System.WorkItemType": "Feature" });
          own.edit(other, { "System.WorkItemType": "User Story" });
          own.moveItem(other, feature);
          if (what === "the run is killed") {
            const killed = own.run({ store: new Killer(after).store(own.store) });
            const end = await killed.catch((error: unknown) => error);
            if (end instanceof Killed) broken += 1;
            else expect(end).not.toBeInstanceOf(Error);
          } else {
            const isOne = what === "one answer does not come";
            const fault = isOne ? { method: "POST", times: 1, then: { cut: 10 } } : { then: { status: 401 } };
            bench.sandbox.faults.add({ host: ONEPLAN_HOST, after, ...fault });
            if ((await own.run()).status !== "Success") broken += 1;
            bench.sandbox.faults.clear();
          }
          for (let times = 0; times < 2; times += 1) {
            await own.run();
            own.later(25 * 60);
          }
          await own.settled();

          const there = own.plans().filter(({ Archived }) => !Archived);
          expect([after, there.map(({ Name }) => Name).sort()]).toEqual([after, ["Epic", "Task"]]);
          expect([after, own.workItems().map(({ id }) => own.value(id, "System.State"))]).toEqual([
            after,
            ["New", "New", "New", "New", "New"],
          ]);
          expect([after, own.task(story).ParentId, own.task(other).ParentId]).toEqual([
            after,
            own.task(feature).id,
            own.task(feature).id,
          ]);
          expect([after, Object.keys(own.data.tasks).length]).toEqual([after, 3]);
        } finally {
          await own.close();
        }
      }
      expect(broken).toBeGreaterThan(5);
    },
    120_000,
  );
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

describe("projects", () => {
  it("that an item came from: it is the same one, in its new place", async () => {
    bench.set({
      planFields: [
        { azureDevOps: "System.Title", oneplan: "Name", direction: "both" },
        { azureDevOps: "System.AreaPath", oneplan: "TeamProjectsArea", direction: "toOnePlan" },
      ],
    });
    const { epic, feature, story, task } = tree();
    const other = createProject(bench.sandbox.world, `Other ${bench.project.name}`, "Agile");
    ensureNode(bench.sandbox.world, other, "iteration", ["Sprint 9"]);
    bench.set({ projects: [bench.project.name, other.name] });
    bench.edit(feature, { "System.AreaPath": bench.area("Team") });
    bench.edit(story, { "System.IterationPath": bench.iteration("Sprint 1") });
    await settled();
    const [plan, backlogItem] = [bench.plan(feature), bench.task(story)];
    expect([plan.Fields["TeamProjectsArea"], backlogItem.Fields["Iteration"]]).toEqual([
      `${bench.project.name}\\Team`,
      `${bench.project.name}\\Sprint 1`,
    ]);

    bench.edit(feature, { "System.TeamProject": other.name, "System.Title": "Feature, moved" });
    bench.edit(story, { "System.TeamProject": other.name, "System.IterationPath": `${other.name}\\Sprint 9` });
    await settled();

    expect(bench.plan(feature)).toMatchObject({
      ...{ id: plan.id, Name: "Feature, moved", PortfolioParentId: bench.plan(epic).id },
      Fields: { TeamProjectsArea: other.name },
    });
    expect(bench.task(story)).toMatchObject({
      ...{ id: backlogItem.id, WorkPlanId: plan.id },
      Fields: { Iteration: `${other.name}\\Sprint 9` },
    });
    expect([bench.task(task).ParentId, bench.plans().length]).toEqual([backlogItem.id, 2]);

    // No iteration is the root of the project that it lies in now.
    bench.editTask(bench.task(story), { Fields: { Iteration: null } });
    await settled();
    expect([bench.parentOf(story), newest(bench.workItem(story)).iterationId]).toEqual([
      feature,
      stateOf(tracking(bench.sandbox.world), other).trees.iterations.root,
    ]);
  });
});

describe("texts and dates", () => {
  const long = { azureDevOps: DESCRIPTION, oneplan: "Description", direction: "both" } as const;

  it("with pictures and mentions make no new revision in every run", async () => {
    bench.set({ planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }, long] });
    const picture =
      "https://dev.azure.com/contoso/_apis/wit/attachments/11111111-2222-4333-8444-555555555555?fileName=a.png";
    const mention = '<a href="#" data-vss-mention="version:2.0,22222222-2222-4333-8444-555555555555">@Somebody</a>';
    const text = `<div>What for: <b>see</b> <img src="${picture}" alt="a"> and ask ${mention}.</div>`;
    const epic = bench.item("Epic", "Epic", undefined, { [DESCRIPTION]: text });
    await settled();
    const revisions = bench.revisions();

    bench.editPlan(bench.plan(epic).id, { Name: "Epos" });
    await settled();

    expect(bench.revisions()).toBe(revisions + 1);
    expect(bench.value(epic, DESCRIPTION)).toBe(text);
    bench.editPlan(bench.plan(epic).id, { Fields: { Description: "<p>Something <em>else</em></p>" } });
    await settled();
    expect(bench.value(epic, DESCRIPTION)).toContain("<em>else</em>");
  });

  it("in Markdown stay Markdown", async () => {
    bench.set({ planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }, long] });
    const epic = bench.item("Epic", "Epic");
    bench.patch(epic, [
      { op: "add", path: `/fields/${DESCRIPTION}`, value: "# Why\n\n- one\n- **two**" },
      { op: "add", path: `/multilineFieldsFormat/${DESCRIPTION}`, value: "Markdown" },
    ]);
    await settled();
    expect(bench.plan(epic).Fields["Description"]).toContain("<strong>two</strong>");

    bench.editPlan(bench.plan(epic).id, { Fields: { Description: "<h1>Why</h1><ul><li>three</li></ul>" } });
    await settled();

    expect(String(bench.value(epic, DESCRIPTION))).toMatch(/^# Why\n\n-\s+three$/);
    expect(bench.workItem(epic).revisions.at(-1)?.markdown).toEqual([DESCRIPTION]);
  });

  it("of a bug are its repro steps", async () => {
    bench.set({ taskFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }, long] });
    const { feature } = tree();
    const bug = bench.item("Bug", "Bug", feature, { "Microsoft.VSTS.TCM.ReproSteps": "<p>Click</p>" });
    await settled();
    expect(bench.task(bug).Fields["Description"]).toContain("Click");

    bench.editTask(bench.task(bug), { Fields: { Description: "<p>Click twice</p>" } });
    await settled();

    expect(bench.value(bug, "Microsoft.VSTS.TCM.ReproSteps")).toContain("Click twice");
  });

  it("with and without a time of day are not pushed to and fro", async () => {
    const { feature } = tree();
    const story = bench.item("User Story", "Dated", feature, {
      "Microsoft.VSTS.Scheduling.StartDate": "2026-04-01T22:00:00Z",
      "Microsoft.VSTS.Scheduling.TargetDate": "2026-05-01T00:00:00Z",
    });
    await settled();
    expect(bench.task(story).Fields).toMatchObject({ StartDate: "2026-04-01T22:00:00Z", DueDate: "2026-05-01" });

    bench.editTask(bench.task(story), { Fields: { DueDate: "2026-06-01" } });
    await settled();

    expect(bench.value(story, "Microsoft.VSTS.Scheduling.TargetDate")).toBe("2026-06-01T00:00:00Z");
  });
});

describe("reads", () => {
  it("that leave out what is there take nothing for deleted", async () => {
    const { epic, feature, story } = tree();
    await settled();
    bench.behave({ azureDevOps: { batchForgets: [epic, feature, story], omitted: "absent" } });

    for (const options of [{}, { mode: "full" as const }]) {
      const report = await bench.run(options);
      expect([report.counts.disable, report.exceptions, bench.writes]).toEqual([0, [], []]);
    }
  });

  it("lose nothing of what was changed at the same instant, over pages of the feed, and at that of the last read", async () => {
    const { feature } = tree();
    const ids = Array.from({ length: 12 }, (_, at) => bench.item("User Story", `S${at}`, feature));
    bench.behave({ azureDevOps: { feedPage: 5 } });
    await settled();
    const instant = bench.sandbox.world.now().toISOString();
    const clock = jest.spyOn(bench.sandbox.world, "now").mockImplementation(() => new Date(instant));
    const told = (round: number, id: number) => `changed ${round} ${id}`;
    try {
      // The second time what was read last has that instant already, of lower ids and of higher ones.
      for (const [round, some] of [ids.slice(4, 7), ids].entries()) {
        for (const id of some) bench.edit(id, { "System.Title": told(round, id) });
        await bench.run();
        expect(some.map((id) => bench.task(id).Name)).toEqual(some.map((id) => told(round, id)));
      }
      expect(new Set(ids.map((id) => newest(bench.workItem(id)).at))).toEqual(new Set([instant]));
      await settled();
    } finally {
      clock.mockRestore();
    }
  });

  it("that are stale lose no change: who was there first stays, and the other comes with the next run", async () => {
    const { epic } = tree();
    await settled();
    bench.editPlan(bench.plan(epic).id, { Name: "From OnePlan" });
    const { definition } = bench;
    // Somebody saves the work item between the read and the write.
    bench.definition = (dryRun?: boolean) => {
      const made = definition.call(bench, dryRun);
      const update = made.a.update.bind(made.a);
      made.a.update = (id, fields, signal) => {
        bench.edit(epic, { "Microsoft.VSTS.Common.Priority": 1 });
        return update(id, fields, signal);
      };
      return made;
    };
    const report = await bench.run();
    expect(report.exceptions.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("changed by somebody else"),
    ]);
    bench.definition = definition;
    bench.later(60);
    await settled();

    expect([bench.value(epic, "System.Title"), bench.value(epic, "Microsoft.VSTS.Common.Priority")]).toEqual([
      "From OnePlan",
      1,
    ]);
  });
});

describe("secrets and addresses", () => {
  /** All that is kept between runs, as bytes. */
  const stored = () =>
    readdirSync(bench.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
      .join("\n");

  it("that people typed into items and plans are asked for by nobody", async () => {
    const long = { azureDevOps: DESCRIPTION, oneplan: "Description", direction: "both" } as const;
    bench.set({ planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }, long] });
    const typed = "https://169.254.169.254/latest/meta-data";
    const text = `<p><img src="${typed}/a.png"> <a href="${typed}/b">see</a></p>`;
    const epic = bench.item("Epic", `${typed}/c`, undefined, { [DESCRIPTION]: text });
    bench.patch(epic, [{ op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: `${typed}/d` } }]);
    const refused: object[] = [];
    const run = async (options: { mode?: "full" } = {}) => {
      expect((await bench.run(options)).exceptions).toEqual([]);
      refused.push(bench.sandbox.requests.counts().refused);
    };

    await run();
    bench.editPlan(bench.plan(epic).id, { Fields: { Description: `${text}<p>From OnePlan</p>` } });
    bench.newPlan("Epic", `${typed}/e`);
    await run();
    await run({ mode: "full" });

    expect(bench.value(epic, DESCRIPTION)).toContain("From OnePlan");
    expect(bench.workItems()).toHaveLength(2);
    expect(refused).toEqual([{}, {}, {}]);
    // What tries to is seen.
    await expect(fetch(typed)).rejects.toThrow();
    expect(Object.keys(bench.sandbox.requests.counts().refused)).toEqual(["169.254.169.254:443"]);
  });

  it("that let the sync in are stored by no step, also where a run fails", async () => {
    const { epic } = tree();
    const proofs: string[] = [bench.sandbox.world.oneplanKey.value];
    const { connection } = bench;
    bench.connection = () => {
      const made = connection.call(bench);
      return {
        ...made,
        proof: async () => {
          const proof = await made.proof();
          if ("personalToken" in proof) proofs.push(proof.personalToken);
          return proof;
        },
      };
    };
    const told: unknown[] = [await bench.run()];
    bench.editPlan(bench.plan(epic).id, { Name: "From OnePlan" });
    const mend = "Make a new token.";
    for (const then of [{ status: 401 }, { status: 500 }, { cut: 10 }] as const) {
      bench.sandbox.faults.add({ host: BOARDS_HOST, method: "PATCH", then });
      told.push(await bench.run());
      bench.sandbox.faults.clear();
      bench.later(60);
    }
    bench.sandbox.faults.add({ host: ONEPLAN_HOST, then: { status: 401 } });
    told.push(await bench.run());

    expect(proofs.length).toBeGreaterThan(4);
    const kept = stored() + JSON.stringify(told);
    expect(stored()).toContain(mend);
    for (const proof of proofs) {
      for (const each of [proof, Buffer.from(`:${proof}`).toString("base64"), encodeURIComponent(proof)]) {
        expect(kept.includes(each)).toBe(false);
      }
    }
  });
});

describe("an edit in OnePlan between the read and the write", () => {
  it.each(["plan", "task"] as const)("is not written over: the next run decides (%s)", async (what) => {
    const fields = [
      { azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "oneplan" } as const,
      { azureDevOps: "Microsoft.VSTS.Common.Priority", oneplan: "Priority", direction: "both" } as const,
    ];
    bench.set({ planFields: fields, taskFields: fields });
    const { epic, story } = tree();
    await settled();
    const id = what === "plan" ? epic : story;
    const there = () => (what === "plan" ? bench.plan(id) : bench.task(id));
    const { definition } = bench;
    bench.definition = (dryRun?: boolean) => {
      const made = definition.call(bench, dryRun);
      const update = made.b.update.bind(made.b);
      made.b.update = (object, changes, signal) => {
        if (what === "plan") bench.editPlan(there().id, { Name: "Somebody's", Fields: { Priority: 3 } });
        else bench.editTask(bench.task(id), { Name: "Somebody's", Fields: { Priority: 3 } });
        return update(object, changes, signal);
      };
      return made;
    };
    bench.edit(id, { "System.Title": "From Azure DevOps" });

    const report = await bench.run();

    expect(report.exceptions.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("of OnePlan was changed by somebody else meanwhile"),
    ]);
    expect([there().Name, there().Fields["Priority"]]).toEqual(["Somebody's", 3]);
    bench.definition = definition;
    bench.later(60);
    await settled();
    expect([there().Name, bench.value(id, "System.Title")]).toEqual(["Somebody's", "Somebody's"]);
    expect([there().Fields["Priority"], bench.value(id, "Microsoft.VSTS.Common.Priority")]).toEqual([3, 3]);
  });
});

describe("what is removed", () => {
  it("in Azure DevOps is archived or taken away in OnePlan, and comes back when it is restored", async () => {
    const { epic, feature, story, task } = tree();
    await settled();
    for (const id of [task, story, feature]) bench.remove(id);
    await settled();
    expect([epic, feature, story, task].map((id) => bench.has(id))).toEqual([true, false, false, false]);

    for (const id of [feature, story, task]) bench.restore(id);
    await settled();
    expect([feature, story, task].map((id) => bench.has(id))).toEqual([true, true, true]);
    expect(bench.task(task).ParentId).toBe(bench.task(story).id);
  });

  it("in OnePlan becomes removed in Azure DevOps, and is never deleted", async () => {
    const { feature, story } = tree();
    await settled();
    bench.deleteTask(bench.task(story));
    bench.editPlan(bench.plan(feature).id, { Archived: true });
    // The task that lay below goes to the plan that is left.
    expect((await bench.run()).exceptions).toEqual([]);
    await settled();
    expect([feature, story].map((id) => bench.value(id, "System.State"))).toEqual(["Removed", "Removed"]);
  });

  it.each([false, true])(
    "in OnePlan, where a plan goes with nothing any more and its tasks stay in it, is read to the end (held back: %s)",
    async (isHeldBack) => {
      const { feature, story } = tree();
      await settled();
      const plan = bench.plan(feature);
      bench.data.plans[plan.id] = { ...plan, Integrations: [], Archived: true };
      const { limits } = bench;
      if (isHeldBack) bench.limits = { ...limits, disable: { ...limits.disable, count: 0 } };
      // Nothing leaves the plan.
      bench.sandbox.faults.add({ host: ONEPLAN_HOST, method: "POST", path: "*/tasks", then: { status: 403 } });

      const stays = /^2 tasks of OnePlan that go with work items lie in a plan that goes with none: "Story", "Task"\.$/;
      for (const options of [{}, { mode: "full" as const }, {}, { mode: "full" as const }]) {
        const { notes } = await bench.run(options);
        expect(notes.filter((note) => /left out|to the end/.test(note))).toEqual([]);
        expect(notes.filter((note) => stays.test(note))).toHaveLength(1);
      }

      bench.sandbox.faults.clear();
      bench.limits = limits;
      bench.later(25 * 60);
      await bench.run();
      await settled();
      expect(bench.task(story).WorkPlanId).not.toBe(plan.id);
      expect((await bench.run({ mode: "full" })).notes.filter((note) => stays.test(note))).toEqual([]);
    },
  );

  it("in OnePlan is made anew where work items are made in Azure DevOps alone", async () => {
    bench.set({ createWorkItems: false });
    const { story } = tree();
    await settled();
    bench.deleteTask(bench.task(story));
    await settled();
    expect([bench.task(story).Name, bench.value(story, "System.State")]).toEqual(["Story", "New"]);
  });

  it("is limited", async () => {
    const { feature } = tree();
    const ids = Array.from({ length: 6 }, (_, at) => bench.item("User Story", `S${at}`, feature));
    await settled();
    bench.limits = { ...bench.limits, disable: { count: 3, percent: 100, minimumPopulation: 20 } };
    for (const id of ids) bench.remove(id);

    const report = await bench.run();

    expect([report.exitCode, bench.writes]).toEqual([20, []]);
    expect((await bench.run({ allow: report.limit!.hash })).counts.disable).toBe(6);
  });
});
