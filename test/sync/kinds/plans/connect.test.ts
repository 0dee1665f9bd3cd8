/** Plans that people had before, put together with the work items that they are about. */
import { describe, expect, it } from "@jest/globals";
import { renderConnected } from "../../../../cli/terminal/plans.ts";
import { type Connected, connectedPlans, connectPlan } from "../../../../sync/kinds/plans/by-hand/connect.ts";
import { disconnectPlan } from "../../../../sync/kinds/plans/by-hand/disconnect.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const connected = () => bench.connected();

/** Under the lock of the sync, as the command does it. */
const locked = <T>(work: (connected: Connected) => Promise<T>) => bench.locked(work);

describe("a plan that was there before", () => {
  it("is put together with a work item: the next run compares the two and makes none", async () => {
    bench.set({
      planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "azureDevOps" }],
    });
    const epic = bench.item("Epic", "Payroll");
    const plan = bench.newPlan("Epic", "Payroll (planned)");

    expect(await locked((one) => connectPlan(one, "Payroll (planned)", epic))).toEqual({
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
    await locked((each) => connectPlan(each, first.id, one));

    await expect(connectPlan(await connected(), first.id, other)).rejects.toThrow(
      `The plan "First" goes with work item ${one} already.`,
    );
    await expect(connectPlan(await connected(), second.id, one)).rejects.toThrow(
      `Work item ${one} goes with the plan "First" (${first.id}) already.`,
    );
  });
});

describe("a plan that is taken apart from its work item", () => {
  /** What is there on both sides, and must stay so. */
  const there = () => ({
    items: bench.workItems().map(({ id }) => [id, bench.value(id, "System.Title"), bench.parentOf(id)]),
    plans: bench.plans().map(({ id, Name, Archived, PortfolioParentId }) => [id, Name, Archived, PortfolioParentId]),
    tasks: Object.values(bench.data.tasks).map(({ id, Name, WorkPlanId }) => [id, Name, WorkPlanId]),
  });

  it.each([true, false])("stays as it is, and all below it, on both sides (createWorkItems: %s)", async (creates) => {
    bench.set({ createWorkItems: creates });
    const [epic, other] = [bench.item("Epic", "Epic"), bench.item("Epic", "Other")];
    const feature = bench.item("Feature", "Feature", epic);
    const story = bench.item("User Story", "Story", feature);
    await bench.settled();
    const plan = bench.plan(epic);
    const before = there();
    const dry = await disconnectPlan(await connected(), "Epic", true);
    expect(there()).toEqual(before);

    expect(await locked((one) => disconnectPlan(one, plan.id, false))).toEqual(dry);

    expect(dry).toEqual({ plan: { id: plan.id, name: "Epic" }, item: String(epic), below: 1 });
    expect(bench.has(epic)).toBe(false);
    for (const options of [{}, { mode: "full" as const }, { mode: "full" as const }]) {
      const report = await bench.run(options);
      expect([report.status, report.counts.disable, bench.writes]).toEqual(["Success", 0, []]);
    }
    expect(there()).toEqual(before);

    // What people do now stays on its side, in full and in part; what lies elsewhere goes on.
    bench.edit(epic, { "System.Title": "Epic of Azure DevOps" });
    bench.edit(story, { "System.Title": "Story of Azure DevOps" });
    bench.editPlan(plan.id, { Name: "Epic of OnePlan" });
    bench.editPlan(bench.plan(feature).id, { Name: "Feature of OnePlan" });
    bench.item("User Story", "New below", feature);
    bench.edit(other, { "System.Title": "Goes on" });
    const after = there();
    for (const options of [{}, { mode: "full" as const }]) {
      expect((await bench.run(options)).counts.disable).toBe(0);
      const now = there();
      expect({ ...now, plans: now.plans.filter(([, name]) => name !== "Goes on") }).toEqual({
        ...after,
        plans: after.plans.filter(([, name]) => name !== "Other"),
      });
    }
    expect(bench.plan(other).Name).toBe("Goes on");
    const listedPlans = await connectedPlans(await connected());
    expect(listedPlans.find(({ id }) => id === plan.id)).toMatchObject({ item: String(epic), disconnected: true });

    // Together again: all that lies below goes on where it was.
    bench.set({
      planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "azureDevOps" }],
    });
    await locked((one) => connectPlan(one, plan.id, epic));
    await bench.run();
    await bench.settled();
    expect(bench.plan(epic).Name).toBe("Epic of Azure DevOps");
    expect(bench.task(story).Name).toBe("Story of Azure DevOps");
    expect(bench.value(feature, "System.Title")).toBe("Feature of OnePlan");
    expect(Object.values(bench.data.tasks).map(({ Name }) => Name)).toContain("New below");
    expect(bench.plans()).toHaveLength(3);
  });

  it("is not closed or archived with what goes on one side, nor by what was made for it", async () => {
    const epic = bench.item("Epic", "Epic");
    await bench.settled();
    const feature = bench.newPlan("Feature", "Made in OnePlan", bench.plan(epic).id);
    await bench.settled();
    const item = bench.workItems().find(({ id }) => id !== epic)?.id ?? 0;
    await locked((one) => disconnectPlan(one, feature.id, false));
    expect(bench.workItem(item).relations.filter(({ rel }) => rel === "Hyperlink")).toEqual([]);
    await locked((one) => disconnectPlan(one, bench.plan(epic).id, false));
    const plans = bench.plans().map(({ id }) => id);

    bench.editPlan(feature.id, { Archived: true });
    bench.remove(epic);

    for (const options of [{}, { mode: "full" as const }]) {
      await bench.run(options);
      expect(bench.writes).toEqual([]);
    }
    expect(bench.plans().map(({ id }) => id)).toEqual(plans);
    expect(bench.workItems().map(({ id }) => id)).toEqual([item]);
  });

  it("can be put together with another work item, and the old one stays alone", async () => {
    const [epic, other] = [bench.item("Epic", "Epic"), bench.item("Epic", "Other")];
    bench.set({ query: "[System.Title] <> 'Other'" });
    await bench.run();
    const plan = bench.plan(epic);
    await locked((one) => disconnectPlan(one, "Epic", false));
    bench.set({
      query: undefined,
      planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "toOnePlan" }],
    });

    await locked((one) => connectPlan(one, plan.id, other));

    await bench.settled();
    expect(bench.plans().map(({ id, Name }) => [id, Name])).toEqual([[plan.id, "Other"]]);
    expect(bench.has(epic)).toBe(false);
  });

  it("is not taken apart where it goes with nothing, or is a team project's", async () => {
    bench.planType("Project");
    bench.set({ projectPlanType: "Project" });
    bench.item("Epic", "Epic");
    await bench.run();
    bench.newPlan("Feature", "Alone");

    await expect(locked((one) => disconnectPlan(one, "Alone", false))).rejects.toThrow(
      'The plan "Alone" goes with no work item of contoso.',
    );
    await expect(locked((one) => disconnectPlan(one, bench.project.name, false))).rejects.toThrow(
      `The plan "${bench.project.name}" is that of a team project`,
    );
  });
});
