/** Projects and fields that a side does not tell of for one run: what is in them stays, and what changed there is carried later. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createProject, type WorkItem } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import type { RunReport } from "../../../../sync/run/report.ts";
import { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const title = { azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "azureDevOps" } as const;

let bench: PlansBench;
/** Of a second project of the same organization, which is the one that is not read. */
let other: PlansBench;
inNewProjects((made) => (bench = made));
beforeEach(() => {
  const project = createProject(bench.sandbox.world, `Other of ${bench.project.name}`, "Agile");
  other = new PlansBench(bench.sandbox, { project });
  bench.set({ projects: [bench.project.name, project.name], planFields: [title], taskFields: [title] });
});

afterEach(() => other.close());

/** The other project is not read in this run. */
async function withoutOther(method: string, path: string): Promise<RunReport> {
  bench.sandbox.faults.add({ host: "dev.azure.com", method, path, times: 1, then: { status: 404 } });
  const report = await bench.run();
  expect(bench.sandbox.faults.list().map(({ seen }) => seen > 0)).toEqual([true]);
  bench.sandbox.faults.clear();
  expect([report.status, report.failure, report.counts.disable]).toEqual(["Success with Exceptions", undefined, 0]);
  return report;
}

const pathOf = (name: string) => encodeURIComponent(name);
const titlesOf = (items: readonly WorkItem[]) => items.map(({ id }) => bench.value(id, "System.Title")).sort();

describe("a project that was not read for a moment lost its tasks in OnePlan, and what people had changed there", () => {
  it.each([
    ["its links", "GET", (name: string) => `*/${name}/_apis/wit/reporting/workItemLinks`],
    ["its revisions", "POST", (name: string) => `*/${name}/_apis/wit/reporting/workItemRevisions`],
    ["itself", "GET", (name: string) => `*/_apis/projects/${name}`],
  ])("%s: nothing is taken away, and the next run carries both sides' changes", async (_, method, path) => {
    const { feature, story, task } = other.tree();
    const epic = bench.item("Epic", "One");
    await bench.settled();
    const [there, below] = [bench.task(story).id, bench.task(task).id];
    bench.edit(story, { "System.Title": "Story of Azure DevOps" });
    bench.edit(task, { "Microsoft.VSTS.Common.Priority": 3 });
    bench.editTask(bench.task(task), { Name: "Task of OnePlan" });
    bench.editPlan(bench.plan(feature).id, { Name: "Feature of OnePlan" });
    bench.edit(epic, { "System.Title": "Of the first project" });

    await withoutOther(method, path(pathOf(other.project.name)));

    expect(bench.plan(epic).Name).toBe("Of the first project");
    expect([bench.task(story).id, bench.task(task).id]).toEqual([there, below]);
    await bench.settled();
    expect([bench.task(story).id, bench.task(task).id]).toEqual([there, below]);
    expect([bench.task(story).Name, bench.task(task).Name]).toEqual(["Story of Azure DevOps", "Task of OnePlan"]);
    expect(bench.value(task, "System.Title")).toBe("Task of OnePlan");
    expect(bench.value(feature, "System.Title")).toBe("Feature of OnePlan");
  });

  it("in a full read: what lies below it in another project stays where it is", async () => {
    const epic = other.item("Epic", "Of the other project");
    const feature = bench.item("Feature", "Of this one", epic);
    await bench.settled();

    bench.sandbox.faults.add({
      host: "dev.azure.com",
      method: "POST",
      path: `*/${pathOf(other.project.name)}/_apis/wit/wiql`,
      then: { status: 404 },
    });
    const report = await bench.run({ mode: "full" });
    bench.sandbox.faults.clear();

    expect([report.status, bench.writes]).toEqual(["Success with Exceptions", []]);
    await bench.settled();
    expect(bench.plan(feature).PortfolioParentId).toBe(bench.plan(epic).id);
  });

  it("what is new at the top of OnePlan was made in the project that was left", async () => {
    other.tree();
    await bench.settled();
    bench.newPlan("Epic", "Of nobody knows which project");

    await withoutOther("GET", `*/_apis/projects/${pathOf(other.project.name)}`);

    expect(titlesOf(bench.workItems())).toEqual([]);
  });
});

it("a field that OnePlan did not tell of for one run: what was changed in it meanwhile was never carried", async () => {
  const priority = { azureDevOps: "Microsoft.VSTS.Common.Priority", oneplan: "Priority", direction: "both" } as const;
  bench.set({ planFields: [title, priority], taskFields: [title, priority] });
  const { story, task } = bench.tree();
  await bench.settled();
  bench.edit(task, { "Microsoft.VSTS.Common.Priority": 3 });
  bench.editTask(bench.task(story), { Fields: { Priority: 4 } });
  const { taskFields } = bench.data;
  const at = taskFields.findIndex(({ InternalName }) => InternalName === "Priority");
  const [field] = taskFields.splice(at, 1);
  if (!field) throw new Error("There is no field Priority.");

  const report = await bench.run();
  taskFields.splice(at, 0, field);
  expect(report.exceptions.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('OnePlan has no field "Priority" of tasks'),
  ]);

  await bench.run({ mode: "full" });
  expect(bench.task(task).Fields["Priority"]).toBe(3);
  expect(bench.value(story, "Microsoft.VSTS.Common.Priority")).toBe(4);
  await bench.settled();
});
