/**
 * Values that one side keeps otherwise than it was given them: what public syncs of work items pushed to and fro, each under
 * the symptom that people reported.
 */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { PlansField } from "../../../../../contract/outputs/plans.ts";
import { dateValue } from "../../../../../sync/kinds/plans/terms.ts";
import type { PlansBench } from "../bench.ts";
import { inNewProjects } from "../in-new-projects.ts";

const EFFORT = "Microsoft.VSTS.Scheduling.Effort";
const TARGET = "Microsoft.VSTS.Scheduling.TargetDate";
const TAGS = "System.Tags";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const both = (azureDevOps: string, oneplan: string, more: Partial<PlansField> = {}): PlansField => ({
  ...{ azureDevOps, oneplan, direction: "both" },
  ...more,
});
const title = both("System.Title", "Name");

/** A run that carries something, and two after it that have nothing to do. */
async function carried(notes: RegExp): Promise<void> {
  const report = await bench.run();
  expect([report.status, report.exceptions]).toEqual(["Success", []]);
  expect(report.notes.join(" ")).toMatch(notes);
  for (const options of [{}, { mode: "full" as const }]) {
    const again = await bench.run(options);
    expect([again.status, again.exceptions, bench.writes]).toEqual(["Success", [], []]);
  }
}

describe("values that OnePlan keeps in forms of its own", () => {
  it.each(["fail", "azureDevOps", "oneplan", "newest"] as const)(
    "are no change of anybody's, and written over nowhere, without end or once (%s)",
    async (conflict) => {
      bench.behave({ oneplan: { values: "ownForms" } });
      bench.set({
        planFields: [title, both(EFFORT, "Priority", { conflict }), both(TARGET, "TargetDate", { conflict })],
      });
      const epic = bench.item("Epic", "Epic", undefined, { [EFFORT]: 1.23456, [TARGET]: "2026-05-01T00:00:00Z" });
      const own = () => [bench.value(epic, EFFORT), bench.value(epic, TARGET)];
      const there = () => bench.plan(epic).Fields;
      await carried(/keeps in a form of its own what it was given \(Priority of 1 item\)/);
      expect([there(), own()]).toEqual([
        expect.objectContaining({ Priority: 1.23, TargetDate: "2026-05-01T00:00:00" }),
        [1.23456, "2026-05-01T00:00:00Z"],
      ]);

      bench.edit(epic, { [TARGET]: "2026-06-01T00:00:00Z" });
      await carried(/^(?!.*form of its own)/);
      expect(there()).toMatchObject({ TargetDate: "2026-06-01T00:00:00" });

      // What differs is only what OnePlan does not keep.
      bench.edit(epic, { [TARGET]: "2026-06-01T22:00:00Z", [EFFORT]: 1.2345 });
      await carried(/\(Priority and TargetDate of 1 item\)/);
      expect(own()).toEqual([1.2345, "2026-06-01T22:00:00Z"]);

      bench.editPlan(bench.plan(epic).id, { Fields: { Priority: 3, TargetDate: "2026-07-01" } });
      await carried(/^(?!.*form of its own)/);
      expect(own()).toEqual([3, "2026-07-01T00:00:00Z"]);
    },
  );

  it("go along where a task goes to another plan, or becomes one and a task again", async () => {
    bench.behave({ oneplan: { values: "ownForms" } });
    bench.set({ planFields: [title, both(TARGET, "TargetDate")] });
    const { epic, feature, story } = bench.tree();
    const other = bench.item("Feature", "Other", epic);
    bench.edit(story, { [TARGET]: "2026-05-01T00:00:00Z" });
    await bench.settled();
    bench.moveItem(story, other);
    await bench.settled();
    for (const type of ["Feature", "User Story"]) {
      bench.edit(story, { "System.WorkItemType": type });
      bench.moveItem(story, type === "Feature" ? epic : feature);
      await bench.settled();
    }
    expect(bench.task(story).Fields).toMatchObject({ DueDate: "2026-05-01T00:00:00" });
  });

  it("are a failure where OnePlan does nothing, as before", async () => {
    bench.set({ planFields: [title, both(EFFORT, "Priority")] });
    const epic = bench.item("Epic", "Epic", undefined, { [EFFORT]: 1 });
    await bench.settled();
    bench.edit(epic, { [EFFORT]: 2, "System.Title": "Epos" });
    bench.sandbox.faults.add({
      host: "my.oneplan.ai",
      method: "POST",
      path: "/api/workplan/*",
      then: { status: 203, body: null },
    });

    expect((await bench.run()).exceptions.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/Priority is still "1" instead of "2"|did not change/),
    ]);
  });
});

describe("an iteration", () => {
  it("whose letters somebody wrote in another case is the same one, and is written once", async () => {
    const { story } = bench.tree();
    const iteration = bench.iteration("Sprint 1");
    bench.edit(story, { "System.IterationPath": iteration });
    await bench.settled();

    bench.editTask(bench.task(story), { Fields: { Iteration: iteration.toUpperCase() } });
    await carried(/Azure DevOps keeps in a form of its own what it was given \(System\.IterationPath of 1 item\)/);

    expect([bench.iterationOf(story), bench.task(story).Fields["Iteration"]]).toEqual([
      iteration,
      iteration.toUpperCase(),
    ]);
  });
});

describe("tags", () => {
  it("are a set: order, letter case and what stands between them are no change, and come back to nobody", async () => {
    bench.set({ planFields: [title, both(TAGS, "TeamProjectsArea")] });
    const epic = bench.item("Epic", "Epic", undefined, { [TAGS]: "Urgent; two" });
    await bench.settled();
    for (const written of ["two, urgent", "TWO;Urgent;two", " two ;; Urgent,"]) {
      bench.editPlan(bench.plan(epic).id, { Fields: { TeamProjectsArea: written } });
      await bench.run();
      expect(bench.writes).toEqual([]);
      await bench.settled();
      expect([bench.value(epic, TAGS), bench.plan(epic).Fields["TeamProjectsArea"]]).toEqual(["Urgent; two", written]);
    }

    bench.editPlan(bench.plan(epic).id, { Fields: { TeamProjectsArea: "b,a;A ; c" } });
    await bench.settled();
    expect(bench.value(epic, TAGS)).toBe("b; A; c");
    bench.edit(epic, { [TAGS]: null });
    await bench.settled();
    expect(bench.plan(epic).Fields["TeamProjectsArea"]).toBeNull();
  });

  it("go to choices by the settings, and without them", async () => {
    const choices = bench.data.planFields.find(({ InternalName }) => InternalName === "Status")?.Choices ?? {};
    bench.set({
      planFields: [title, both(TAGS, "Status", { values: [{ azureDevOps: "Hot; Now", oneplan: "Resolved" }] })],
    });
    const [one, other] = ["Active", "now, hot"].map((tags) => bench.item("Epic", tags, undefined, { [TAGS]: tags }));
    await bench.settled();
    expect([one, other].map((id) => choices[bench.plan(id!).Fields["Status"] as string])).toEqual([
      "Active",
      "Resolved",
    ]);
  });
});

describe("what is no single value", () => {
  it("as several choices at once, is not known, and empties nothing on the other side", async () => {
    bench.set({ planFields: [title, both(TAGS, "TeamProjectsArea"), both(EFFORT, "Priority")] });
    const epic = bench.item("Epic", "Epic", undefined, { [TAGS]: "one", [EFFORT]: 2 });
    await bench.settled();
    bench.editPlan(bench.plan(epic).id, { Fields: { TeamProjectsArea: ["one", "two"], Priority: { value: 3 } } });
    await bench.settled();
    expect([bench.value(epic, TAGS), bench.value(epic, EFFORT)]).toEqual(["one", 2]);
  });
});

describe("a date", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  it.each(["UTC", "America/New_York", "Pacific/Auckland"])(
    "of a change without an offset says as much: who was last is last (%s)",
    async (place) => {
      bench.set({ planFields: [both("System.Title", "Name", { conflict: "newest" })] });
      const epic = bench.item("Epic", "Epic");
      await bench.settled();
      const changed = async (isFirst: boolean) => {
        bench.edit(epic, { "System.Title": `of Azure DevOps ${isFirst}` });
        bench.editPlan(bench.plan(epic).id, { Name: `of OnePlan ${isFirst}` });
        const at = bench.sandbox.world.now().getTime() + (isFirst ? -60_000 : 60_000);
        const plan = bench.plan(epic);
        bench.data.plans[plan.id] = { ...plan, Modified: new Date(at).toISOString().replace("Z", "") };
        await bench.run();
        return bench.value(epic, "System.Title");
      };
      process.env["TZ"] = place;
      expect([await changed(true), await changed(false)]).toEqual(["of Azure DevOps true", "of OnePlan false"]);
    },
  );

  it.each([
    ["2026-06-01T17:00:00", "2026-06-01T17:00:00Z"],
    ["2026-03-29T02:30:00", "2026-03-29T02:30:00Z"],
    ["2026-06-01T17:00:00.5", "2026-06-01T17:00:00.500Z"],
    ["2026-06-01T17:00:00+02:00", "2026-06-01T15:00:00Z"],
    ["2026-06-01T00:00:00", "2026-06-01"],
    ["6/1/2026", "6/1/2026"],
    ["2026-06-01 17:00", "2026-06-01 17:00"],
    ["", null],
    [20_260_601, 20_260_601],
  ])("is the same wherever the sync runs: %j", (raw, date) => {
    for (const place of ["UTC", "America/New_York", "Europe/Berlin"]) {
      process.env["TZ"] = place;
      expect(dateValue(raw)).toBe(date);
    }
  });
});
