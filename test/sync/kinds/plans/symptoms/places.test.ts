/**
 * Where an item lies and what it is: what public syncs of work items got wrong, each under the symptom
 * that people reported.
 */
import { describe, expect, it } from "@jest/globals";
import { ensureNode } from "../../../../../sandbox/hosts/azure-devops/node-routes.ts";
import { createProject, newest, stateOf, tracking } from "../../../../../sandbox/hosts/azure-devops/tracking.ts";
import { Killed, Killer } from "../../../run/killer.ts";
import { PlansBench } from "../bench.ts";
import { inNewProjects } from "../in-new-projects.ts";

const ONEPLAN_HOST = "my.oneplan.ai";
/** Stands where a plan, or a task, has no parent. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const settled = () => bench.settled();
const tree = () => bench.tree();

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

describe("lists of OnePlan that end early", () => {
  it.each(
    [true, false].flatMap((creates) =>
      (["delta", "full"] as const).flatMap((mode) =>
        (["no plan", "a plan", "a task"] as const).map((what) => [what, mode, creates] as const),
      ),
    ),
  )(
    "move nothing, and leave nothing without a type: %s is told, in a %s run (makes work items: %s)",
    async (what, mode, createWorkItems) => {
      bench.set({ createWorkItems });
      const { epic, feature, story, task } = tree();
      const below = bench.item("Task", "Below", task);
      await settled();
      const parents = () => [feature, story, task, below].map((id) => bench.parentOf(id));
      const before = parents();
      const inOnePlan = () =>
        JSON.stringify([
          bench.plan(feature).PortfolioParentId,
          ...[story, task, below].map((id) => bench.task(id).ParentId),
        ]);
      const there = inOnePlan();
      bench.edit(feature, { "System.Title": "Feature, renamed" });
      bench.editTask(bench.task(below), { Name: "Below, renamed" });
      const path = what === "a task" ? `/api/workplan/${bench.plan(feature).id}/tasks` : "/api/workplan";
      const body = what === "no plan" ? [] : [what === "a plan" ? bench.plan(feature) : bench.task(below)];
      bench.sandbox.faults.add({ host: "my.oneplan.ai", method: "GET", path, then: { status: 203, body } });

      const report = await bench.run(mode === "full" ? { mode } : {});

      expect([report.status, report.exceptions, report.counts.create]).toEqual(["Success", [], 0]);
      expect([parents(), inOnePlan()]).toEqual([before, there]);
      bench.sandbox.faults.clear();
      await bench.run({ mode: "full" });
      await settled();
      expect([parents(), bench.plan(feature).Name, bench.value(below, "System.Title")]).toEqual([
        before,
        "Feature, renamed",
        "Below, renamed",
      ]);
      expect(bench.isPlan(epic)).toBe(true);
    },
  );
});

it("a query that ends early moves nothing to the top, and takes nothing away", async () => {
  const { epic, feature, story, task } = tree();
  await settled();
  const above = bench.plan(feature).PortfolioParentId;
  bench.edit(feature, { "System.Title": "Feature, renamed" });
  const workItems = [feature, task].map((id) => ({ id }));
  bench.sandbox.faults.add({ path: "*/wit/wiql", then: { status: 203, body: { workItems } } });

  const report = await bench.run({ mode: "full" });

  expect([report.status, report.exceptions, report.counts.disable]).toEqual(["Success", [], 0]);
  expect([epic, feature, story, task].map((id) => bench.has(id))).toEqual([true, true, true, true]);
  expect(bench.plan(feature)).toMatchObject({ Name: "Feature, renamed", PortfolioParentId: above });
  expect(bench.task(task).ParentId).toBe(bench.task(story).id);
  bench.sandbox.faults.clear();
  await bench.run();
  await settled();
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

  it("that are not synced, of a plan and of a task in OnePlan: told in words, and nothing of the two is sent", async () => {
    const { feature, story } = tree();
    await settled();
    const plan = bench.plan(feature);
    bench.movePlan(plan.id, plan.PortfolioParentId, bench.typeId("Program"));
    bench.editPlan(plan.id, { Name: "Program now" });
    bench.editTask(bench.task(story), { WorkTypeId: bench.workTypeId("Issue"), Name: "Issue now" });

    const report = await bench.run();

    expect([report.status, bench.writes]).toEqual(["Success with Exceptions", []]);
    expect(Object.fromEntries(report.exceptions.map(({ label, reason }) => [label, reason]))).toEqual({
      Feature:
        "In OnePlan its plan type is one that is not synced: make it Epic or Feature there, or, where Azure DevOps has a work item type of the same name, put that under planTypes and deploy (pulumi up).",
      Story:
        'In OnePlan its type "Issue" is one that is not synced: make it User Story, Task or Bug there, or, where Azure DevOps has a work item type of the same name, put that under taskTypes and deploy (pulumi up).',
    });
    bench.movePlan(plan.id, plan.PortfolioParentId, bench.typeId("Feature"));
    bench.editTask(bench.task(story), { WorkTypeId: bench.workTypeId("User Story") });
    await settled();
    expect([feature, story].map((id) => bench.value(id, "System.Title"))).toEqual(["Program now", "Issue now"]);
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
