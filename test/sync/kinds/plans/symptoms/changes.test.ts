/**
 * What was changed, and what was removed: what public syncs of work items got wrong, each under the symptom
 * that people reported.
 */
import { describe, expect, it, jest } from "@jest/globals";
import { newest } from "../../../../../sandbox/hosts/azure-devops/tracking.ts";
import type { PlansBench } from "../bench.ts";
import { inNewProjects } from "../in-new-projects.ts";

const ONEPLAN_HOST = "my.oneplan.ai";
const DESCRIPTION = "System.Description";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const settled = () => bench.settled();
const tree = () => bench.tree();

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

  it.each(
    ["*/wit/wiql", "*/wit/workitemsbatch", "*/reporting/workitemrevisions", "*/reporting/workitemlinks*"]
      .concat(["*/_apis/projects/*", "*/wit/workitemtypes", "*/wit/fields", "*/work/backlogconfiguration"])
      .flatMap((path) => [null, {}, { count: 0, value: null }].map((body) => [path, body] as const)),
  )("that a gateway answers in its own form say nothing: %s %j", async (path, body) => {
    bench.set({ query: "[System.Id] > 0" });
    const { epic, feature, story } = tree();
    await bench.run();
    bench.edit(epic, { "System.Title": "Epos" });
    // It is a gateway's for once: asked again, Azure DevOps answers.
    bench.sandbox.faults.add({ host: "dev.azure.com", path, times: 1, then: { status: 203, body } });

    const report = await bench.run();

    expect([report.failure, report.exceptions, report.counts.disable]).toEqual([undefined, [], 0]);
    expect([epic, feature, story].map((id) => bench.has(id))).toEqual([true, true, true]);
    expect(bench.plan(epic).Name).toBe("Epos");
  });

  it("of a query that does not find yet what was made take nothing away, and bring it", async () => {
    const { epic, feature, story } = tree();
    await bench.run();
    bench.edit(epic, { "System.Title": "Epos" });
    const made = bench.item("Epic", "Made");
    bench.sandbox.faults.add({ path: "*/wit/wiql", then: { status: 203, body: { workItems: [] } } });

    const report = await bench.run();

    expect([report.exceptions, report.counts.disable]).toEqual([[], 0]);
    expect([epic, feature, story, made].map((id) => bench.has(id))).toEqual([true, true, true, true]);
  });

  it("lose nothing of what was changed at the same instant, over pages of the feed, and at that of the last read", async () => {
    const { feature } = tree();
    const ids = Array.from({ length: 12 }, (_, at) => bench.item("User Story", `S${at}`, feature));
    bench.behave({ azureDevOps: { feedPage: 5 } });
    await settled();
    const instant = bench.sandbox.world.now().toISOString();
    const clock = jest.spyOn(bench.sandbox.world, "now").mockImplementation(() => new Date(instant));
    const title = (round: number, id: number) => `changed ${round} ${id}`;
    try {
      // The second time what was read last has that instant already, of lower ids and of higher ones.
      for (const [round, some] of [ids.slice(4, 7), ids].entries()) {
        for (const id of some) bench.edit(id, { "System.Title": title(round, id) });
        await bench.run();
        expect(some.map((id) => bench.task(id).Name)).toEqual(some.map((id) => title(round, id)));
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
