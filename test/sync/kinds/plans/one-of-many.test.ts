/** One plan or task of OnePlan that is not as the others ended every run: it is told, and the others go on. */
import { describe, expect, it } from "@jest/globals";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const title = { azureDevOps: "System.Title", oneplan: "Name", direction: "both" } as const;

let bench: PlansBench;
inNewProjects((made) => {
  bench = made;
  bench.set({ planFields: [title], taskFields: [title] });
});

describe("a plan whose tasks OnePlan does not list", () => {
  const unlisted = (plan: string, status: number) =>
    bench.sandbox.faults.add({
      host: "my.oneplan.ai",
      method: "GET",
      path: `*/workplan/${plan}/tasks`,
      then: { status },
    });

  it.each([
    ["delta", 400],
    ["delta", 403],
    ["full", 404],
  ] as const)("%s, %i: is told, and keeps its tasks; all else is carried", async (mode, status) => {
    const { epic, feature, story, task } = bench.tree();
    const other = bench.item("User Story", "Other", bench.item("Feature", "Second", epic));
    await bench.settled();
    unlisted(bench.plan(feature).id, status);
    bench.editPlan(bench.plan(feature).id, { Name: "Renamed in OnePlan" });
    bench.editTask(bench.task(task), { Name: "Task of OnePlan" });
    bench.editTask(bench.task(other), { Name: "Other of OnePlan" });
    bench.edit(story, { "System.Title": "Story of Azure DevOps" });
    const added = bench.item("User Story", "Added", feature);

    const report = await bench.run(mode === "full" ? { mode } : {});

    expect([report.status, report.failure, report.counts.disable]).toEqual(["Success with Exceptions", undefined, 0]);
    expect(
      report.exceptions.map(({ label, reason }) => [
        label,
        /list a plan's tasks.*stay as they are\.$|: it waits\.$/.test(reason),
      ]),
    ).toEqual([
      ["Added", true],
      ["Renamed in OnePlan", true],
    ]);
    expect(bench.value(other, "System.Title")).toBe("Other of OnePlan");
    expect(bench.value(feature, "System.Title")).toBe("Renamed in OnePlan");
    expect(bench.task(story).Name).toBe("Story of Azure DevOps");

    bench.sandbox.faults.clear();
    bench.later(60);
    await bench.settled();
    expect([bench.value(task, "System.Title"), bench.task(added).Name]).toEqual(["Task of OnePlan", "Added"]);
  });

  it("after the state was lost: none of its tasks is made a second time", async () => {
    const { feature, story, task } = bench.tree();
    await bench.settled();
    const before = Object.keys(bench.data.tasks).sort();
    await bench.loseState();
    unlisted(bench.plan(feature).id, 400);

    await bench.run();

    expect(Object.keys(bench.data.tasks).sort()).toEqual(before);
    bench.sandbox.faults.clear();
    bench.later(60);
    await bench.run();
    await bench.settled();
    expect([bench.task(story).id, bench.task(task).id].sort()).toEqual(before);
  });

  it("where they are many, it is OnePlan that fails", async () => {
    const epic = bench.item("Epic", "Epic");
    for (let at = 0; at < 7; at += 1) bench.item("Feature", `Feature ${at}`, epic);
    await bench.settled();
    unlisted("*", 400);
    const report = await bench.run({ mode: "full" });
    expect([report.status, bench.writes]).toEqual(["Failure", []]);
  });
});

describe("what OnePlan holds in another form", () => {
  it("ids of work items that come as numbers are the same ids", async () => {
    const { epic, task } = bench.tree();
    await bench.settled();
    for (const record of bench.plan(epic).Integrations) Object.assign(record, { ItemId: Number(record.ItemId) });
    const { Integration } = bench.task(task);
    Object.assign(Integration ?? {}, { ExternalItemId: Number(Integration?.ExternalItemId) });
    for (const mode of ["delta", "full"] as const) {
      const report = await bench.run(mode === "full" ? { mode } : {});
      expect([report.failure, report.exceptions, bench.writes]).toEqual([undefined, [], []]);
    }
  });

  it("a plan and a task without a name fail alone, and the others go on", async () => {
    const { epic, feature, task } = bench.tree();
    await bench.settled();
    bench.edit(epic, { "System.Title": "Epos" });
    Object.assign(bench.plan(feature), { Name: null });
    Object.assign(bench.task(task), { Name: null });

    const report = await bench.run({ mode: "full" });

    expect([report.failure, report.exceptions.map(({ label }) => label).sort()]).toEqual([
      undefined,
      ["Feature", "Task"],
    ]);
    expect(bench.plan(epic).Name).toBe("Epos");
    expect([feature, task].map((id) => bench.value(id, "System.Title"))).toEqual(["Feature", "Task"]);
  });
});
