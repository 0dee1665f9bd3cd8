/** What a run costs in requests to OnePlan, which does not tell what has changed. */
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const LISTS = /^\/api\/workplan\/[^/]+\/tasks\/?$/;
const PLANS = /^\/api\/workplan\/?$/;

/** Epics with a story in each. */
function project(epics: number): { readonly epics: number[]; readonly stories: number[] } {
  const all = Array.from({ length: epics }, (_, at) => bench.item("Epic", `Epic ${at}`));
  return { epics: all, stories: all.map((epic, at) => bench.item("User Story", `Story ${at}`, epic)) };
}

describe("where a change of a task dates its plan", () => {
  beforeEach(() => bench.behave({ oneplan: { rollUps: true } }));

  it("a run that has nothing to do lists the plans, and looks into none", async () => {
    project(6);
    await bench.run();
    // What was written is looked at once more.
    await bench.run();
    expect(bench.requestsTo(LISTS)).toBe(6);

    await bench.run();

    expect([bench.requestsTo(PLANS), bench.requestsTo(LISTS), bench.writes]).toEqual([1, 0, []]);
    await bench.run({ mode: "full" });
    expect([bench.requestsTo(LISTS), bench.writes]).toEqual([6, []]);
  });

  it("tasks that were changed, made, moved or taken away are carried by looking into their plans alone", async () => {
    const { epics, stories } = project(6);
    await bench.settled();
    await bench.run();
    bench.editTask(bench.task(stories[0]!), { Name: "Told" });
    await bench.run();
    expect([bench.requestsTo(LISTS), bench.value(stories[0]!, "System.Title")]).toEqual([1, "Told"]);

    bench.newTask(bench.plan(epics[1]!).id, "Task", "New");
    bench.deleteTask(bench.task(stories[2]!));
    bench.moveItem(stories[3]!, epics[4]!);
    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success", counts: { create: 1, disable: 1, update: 1 } });
    expect(bench.value(stories[2]!, "System.State")).toBe("Removed");
    expect(bench.task(stories[3]!).WorkPlanId).toBe(bench.plan(epics[4]!).id);
    bench.deletePlan(bench.plan(epics[5]!).id);
    await bench.run();
    expect([bench.value(epics[5]!, "System.State"), bench.has(stories[5]!)]).toEqual(["Removed", false]);
    await bench.settled();
  });

  it("what a run that broke off was told of is told to the next one again", async () => {
    const { epics, stories } = project(3);
    await bench.settled();
    await bench.run();
    bench.editTask(bench.task(stories[0]!), { Name: "Told" });
    bench.deleteTask(bench.task(stories[1]!));
    bench.sandbox.faults.add({ host: "dev.azure.com", method: "PATCH", then: { status: 401 } });
    expect((await bench.run()).status).toBe("Failure");
    bench.sandbox.faults.clear();

    await bench.run();

    expect(bench.value(stories[0]!, "System.Title")).toBe("Told");
    expect(bench.value(stories[1]!, "System.State")).toBe("Removed");
    expect(bench.has(epics[1]!)).toBe(true);
    await bench.settled();
  });
});

it("where it does not, every plan is looked into, and nothing is missed", async () => {
  const { stories } = project(4);
  await bench.settled();
  bench.editTask(bench.task(stories[2]!), { Name: "Told" });

  await bench.run();

  expect([bench.requestsTo(LISTS), bench.value(stories[2]!, "System.Title")]).toEqual([4, "Told"]);
  // Also where it was believed to.
  bench.behave({ oneplan: { rollUps: true } });
  for (const story of stories) bench.editTask(bench.task(story), {});
  bench.edit(stories[1]!, { "System.Title": "Boards" });
  await bench.run();
  await bench.settled();
  await bench.run();
  expect(bench.requestsTo(LISTS)).toBe(0);
  bench.behave({ oneplan: { rollUps: false } });
  bench.editTask(bench.task(stories[2]!), { Name: "Unseen" });
  bench.editTask(bench.task(stories[3]!), { Name: "Full" });
  await bench.run({ mode: "full" });
  bench.editTask(bench.task(stories[0]!), { Name: "Seen" });
  await bench.run();
  expect(stories.map((id) => bench.value(id, "System.Title"))).toEqual(["Seen", "Boards", "Unseen", "Full"]);
});

it("a run of few changes does not look at all pairs", async () => {
  bench.behave({ oneplan: { rollUps: true } });
  const { epics } = project(5);
  await bench.settled();
  await bench.run();
  bench.edit(epics[0]!, { "System.Title": "Changed" });
  const lists: string[] = [];
  const counted: typeof bench.store = {
    ...bench.store,
    location: bench.store.location,
    read: () => bench.store.read(),
    close: () => bench.store.close(),
    lock: async (sync) => {
      const session = await bench.store.lock(sync);
      return new Proxy(session, {
        get(of, name) {
          if (name === "list") return (partition: string) => (lists.push(partition), of.list(partition));
          const own: unknown = Reflect.get(of, name);
          return typeof own === "function" ? (own.bind(of) as unknown) : own;
        },
      });
    },
  };

  await bench.run({ store: counted });

  expect(bench.plan(epics[0]!).Name).toBe("Changed");
  expect(lists.filter((partition) => partition.endsWith("links"))).toEqual([]);
});
