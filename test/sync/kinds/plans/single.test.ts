/** Runs of one item, as an event or a person asks for them. */
import { describe, expect, it } from "@jest/globals";
import { directory } from "../../../../sandbox/directory/index.ts";
import type { OneplanData } from "../../../../sandbox/hosts/oneplan/model.ts";
import { createResource, deleteResource } from "../../../../sandbox/hosts/oneplan/resources.ts";
import { oneplanSeed } from "../../../../sandbox/hosts/oneplan/seed.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const only = (...ids: (number | string)[]) => ({ only: ids.map(String) });

describe("a run of one item", () => {
  it("carries it, from either side, and leaves what else has changed to the next run", async () => {
    const [one, two] = [bench.item("Epic", "One"), bench.item("Epic", "Two")];
    const story = bench.item("User Story", "Story", one);
    await bench.settled();
    for (const id of [one, two]) bench.edit(id, { "System.Title": `Boards ${id}` });

    expect(await bench.run(only(one))).toMatchObject({ status: "Success", counts: { update: 1, fail: 0 } });

    expect([bench.plan(one).Name, bench.plan(two).Name]).toEqual([`Boards ${one}`, "Two"]);
    bench.editPlan(bench.plan(one).id, { Name: "OnePlan" });
    // Its plan is told of, where a task was saved.
    bench.editTask(bench.task(story), { Name: "Told" });
    expect(await bench.run(only(bench.plan(one).id))).toMatchObject({ counts: { update: 2, fail: 0 } });
    expect([one, story].map((id) => bench.value(id, "System.Title"))).toEqual(["OnePlan", "Told"]);
    await bench.settled();
    expect(bench.plan(two).Name).toBe(`Boards ${two}`);
  });

  it("makes it with what it lies in, on either side, once", async () => {
    bench.item("Epic", "Before");
    await bench.settled();
    const epic = bench.item("Epic", "New");
    const story = bench.item("User Story", "New story", bench.item("Feature", "New feature", epic));

    expect(await bench.run(only(story))).toMatchObject({ status: "Success", counts: { create: 3, fail: 0 } });

    expect(bench.task(story).WorkPlanId).not.toBe(bench.plan(epic).id);
    const plan = bench.newPlan("Epic", "From OnePlan");
    bench.newTask(bench.newPlan("Feature", "Below", plan.id).id, "Task", "A task");
    const [, below] = bench.plans().slice(-2);
    expect(await bench.run(only(below!.id))).toMatchObject({ status: "Success", counts: { create: 3, fail: 0 } });
    const made = bench.workItems().length;
    await bench.settled();
    expect([bench.workItems().length, bench.plans().length]).toEqual([made, 5]);
  });

  it.each([true, false])("of a plan sees that one of its tasks is gone (createWorkItems: %s)", async (creates) => {
    bench.set({ createWorkItems: creates });
    const epic = bench.item("Epic", "Epic");
    const [story, other] = [bench.item("User Story", "Story", epic), bench.item("User Story", "Other", epic)];
    await bench.settled();
    bench.deleteTask(bench.task(story));

    await bench.run({ only: [bench.plan(epic).id] });

    expect(bench.has(story)).toBe(!creates);
    expect([story, other].map((id) => bench.value(id, "System.State"))).toEqual([creates ? "Removed" : "New", "New"]);
    await bench.settled();
  });

  it("finds what was made before and is not linked, and tells where there is nothing", async () => {
    bench.item("Epic", "Before");
    await bench.settled();
    const epic = bench.item("Epic", "Epic");
    const story = bench.item("User Story", "Story", epic);
    const plan = bench.newPlan("Epic", "Epic");
    bench.newTask(plan.id, "User Story", "Story");

    for (const id of [epic, story]) {
      expect(await bench.run(only(id))).toMatchObject({ status: "Success", counts: { link: 1, create: 0 } });
    }

    await bench.settled();
    expect(bench.plan(epic).id).toBe(plan.id);
    expect((await bench.run(only(9999))).notes).toEqual(['Azure DevOps has no "9999" that is synced.']);
    const nothing = crypto.randomUUID();
    expect((await bench.run(only(nothing))).notes).toEqual([`OnePlan has no "${nothing}" that is synced.`]);
  });

  it("knows who came to the other side since, and asks for them once a minute", async () => {
    const { world } = bench.sandbox;
    const resources = world.section<OneplanData>("oneplan", () => oneplanSeed(world));
    const known = JSON.stringify(resources).toLowerCase();
    const isStranger = (mail: unknown) => !String(mail).includes("#") && !known.includes(String(mail).toLowerCase());
    const person = [...directory(world).users.values()].find((user) => isStranger(user["userPrincipalName"]));
    const mail = person?.["userPrincipalName"] as string;
    const epic = bench.item("Epic", "Epic");
    await bench.run();
    const definition = bench.definition();
    const asked = () => bench.requestsTo(/^\/api\/resources$/i);
    await bench.run({}, definition);
    bench.edit(epic, { "System.AssignedTo": mail });
    const { notes } = await bench.run(only(epic), definition);
    expect([notes, bench.plan(epic).Fields["Owner"] ?? null]).toEqual([[], null]);
    expect(asked()).toBe(1);

    const made = createResource(world, resources, { Name: "Came later", Fields: { mail } });
    await bench.run(only(epic), definition);

    expect(bench.plan(epic).Fields["Owner"]).toBe(made.id);
    expect(asked()).toBe(1);
    await bench.run(only(epic), definition);
    expect(asked()).toBe(0);
    deleteResource(world, resources, made.id);
  });

  it("costs the same however much else there is, once it is known what both sides call things", async () => {
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    const costs: number[][] = [];
    for (const others of [2, 30]) {
      for (let other = 0; other < others; other += 1)
        bench.item("User Story", `Other ${other}`, bench.item("Epic", "E"));
      await bench.run();
      const definition = bench.definition();
      bench.edit(feature, { "System.Title": `First ${others}` });
      await bench.run(only(feature), definition);
      bench.edit(feature, { "System.Title": `Boards ${others}` });
      await bench.run(only(feature), definition);
      const forward = bench.requestCount;
      expect(bench.plan(feature).Name).toBe(`Boards ${others}`);
      bench.editPlan(bench.plan(feature).id, { Name: `OnePlan ${others}` });
      await bench.run(only(bench.plan(feature).id), definition);
      expect(bench.value(feature, "System.Title")).toBe(`OnePlan ${others}`);
      costs.push([forward, bench.requestCount]);
    }
    expect(costs[1]).toEqual(costs[0]);
    expect(Math.max(...costs.flat())).toBeLessThanOrEqual(14);
  });
});
