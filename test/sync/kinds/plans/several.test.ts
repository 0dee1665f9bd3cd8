/** Several organizations in one OnePlan group: a line of the integration for each, and nothing of the one is the other's. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { COLLECTION } from "../../../../sandbox/hosts/azure-devops/collection.ts";
import { connectPlan } from "../../../../sync/kinds/plans/by-hand/connect.ts";
import { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let cloud: PlansBench;
let server: PlansBench;
inNewProjects((made) => (cloud = made));

beforeEach(() => {
  server = new PlansBench(cloud.sandbox);
  server.set({ name: "server", url: COLLECTION });
  for (const each of [cloud, server]) each.isShared = true;
});
afterEach(() => server.close());

/** Nobody has anything to do any more. */
async function settled(): Promise<void> {
  for (const each of [cloud, server, cloud]) await each.settled();
}

const lines = () => Object.values(cloud.data.integrations);
const titles = (bench: PlansBench) => bench.workItems().map(({ id }) => bench.value(id, "System.Title"));

it("items of two organizations are not mixed: each has its own line, with its button name", async () => {
  cloud.set({ buttonName: "Boards" });
  server.set({ buttonName: "Server" });
  const ours = cloud.item("User Story", "Ours", cloud.item("Epic", "Our epic"));
  const theirs = server.item("User Story", "Theirs", server.item("Epic", "Their epic"));
  await settled();

  expect(lines().map(({ SystemType, Properties }) => [SystemType, Properties])).toEqual([
    [2, { Name: "Boards", Url: "https://dev.azure.com/contoso" }],
    [2, { Name: "Server", Url: COLLECTION }],
  ]);
  const [first, second] = lines().map(({ Id }) => Id);
  expect([cloud.task(ours), server.task(theirs)].map(({ Integration }) => Integration?.IntegrationId)).toEqual([
    first,
    second,
  ]);
  expect(cloud.plans().map(({ Name, Integrations }) => [Name, Integrations.map((each) => each.IntegrationId)])).toEqual(
    [
      ["Our epic", [first]],
      ["Their epic", [second]],
    ],
  );

  // What people make in OnePlan becomes a work item where it lies; at the top it may be anybody's.
  const above = server.plans().find(({ Name }) => Name === "Their epic")?.id;
  for (const [name, parent] of [
    ["Below theirs", above],
    ["Nobody's", undefined],
  ] as const)
    cloud.newPlan("Feature", name, parent);
  server.editTask(server.task(theirs), { Name: "Theirs, renamed" });
  await settled();

  expect(titles(cloud)).toEqual(["Our epic", "Ours"]);
  expect(titles(server)).toEqual(["Their epic", "Theirs, renamed", "Below theirs"]);
});

it("a line that exists gets a changed button name, and keeps all else", async () => {
  for (const each of [cloud, server]) each.item("Epic", "Epic");
  await settled();
  const names = () => lines().map(({ Properties }) => Properties["Name"]);
  expect(names()).toEqual(["contoso", "server"]);
  const [before] = lines();
  const icon = { Icon: "https://contoso.com/boards.png" };
  cloud.data.integrations[before!.Id] = { ...before!, ListType: 1, Properties: { ...before!.Properties, ...icon } };

  cloud.set({ buttonName: "Boards" });
  await cloud.run({ dryRun: true });
  expect([names(), cloud.writes]).toEqual([["contoso", "server"], []]);
  await settled();

  expect(lines()[0]).toEqual({
    ...{ Id: before!.Id, SystemType: 2, ListType: 1 },
    Properties: { Name: "Boards", Url: "https://dev.azure.com/contoso", ...icon },
  });
  expect(names()).toEqual(["Boards", "server"]);
});

it("a line that says its name elsewhere, or is called otherwise by people, stays as it is", async () => {
  cloud.item("Epic", "Epic");
  await cloud.settled();
  const [line] = lines();
  const { Url } = line!.Properties;
  cloud.data.integrations[line!.Id] = { ...line!, Properties: { Title: "Told elsewhere", Url: Url! } };
  cloud.set({ buttonName: "Boards" });
  await cloud.settled();
  expect(lines()[0]?.Properties).toEqual({ Title: "Told elsewhere", Url });

  cloud.data.integrations[line!.Id] = { ...line!, Properties: { Name: "Called by people", Url: Url! } };
  cloud.set({ buttonName: undefined });
  await cloud.settled();
  expect(lines()[0]?.Properties).toEqual({ Name: "Called by people", Url });
});

it("in one line, an organization whose name begins with that of another one is another one", async () => {
  cloud.integrationId = crypto.randomUUID();
  const epic = cloud.item("Epic", "Epic");
  await cloud.settled();
  const plan = cloud.plan(epic);
  const theirs = { ...plan.Integrations[0]!, ItemUrl: `https://dev.azure.com/contoso2/_workitems/edit/${epic}` };
  const other = cloud.newPlan("Epic", "Of contoso2");
  cloud.data.plans[other.id] = { ...cloud.data.plans[other.id]!, Integrations: [theirs] };

  const report = await cloud.run({ mode: "full" });

  expect([report.status, report.exceptions, cloud.writes]).toEqual(["Success", [], []]);
  expect(cloud.data.plans[other.id]).toMatchObject({ Name: "Of contoso2", Archived: false });
});

it("a line that OnePlan's list does not have is made once: it is remembered, and plans carry it", async () => {
  const { integrations } = cloud.data;
  const hide = () => {
    const [line] = lines();
    delete integrations[line!.Id];
    return line!;
  };
  const made = () => cloud.writes.filter((write) => write === "POST /api/integration");
  await cloud.run();
  expect(made()).toHaveLength(1);
  const line = hide();

  // Nothing carries it yet: what comes now, and what a person puts together, goes by it.
  const epic = cloud.item("Epic", "Epic");
  const byHand = cloud.item("Feature", "By hand");
  cloud.newPlan("Feature", "By hand");
  cloud.set({ createWorkItems: false });
  await cloud.locked((connected) => connectPlan(connected, "By hand", byHand));
  await cloud.settled();
  const carried = () => [epic, byHand].map((item) => cloud.plan(item).Integrations.map((each) => each.IntegrationId));
  expect([lines(), carried()]).toEqual([[], [[line.Id], [line.Id]]]);

  await cloud.loseState();
  await cloud.run({ dryRun: true });
  await cloud.settled();
  expect([lines(), carried()]).toEqual([[], [[line.Id], [line.Id]]]);

  // Shown at last, it is as any other.
  integrations[line.Id] = line;
  cloud.set({ buttonName: "Boards" });
  await cloud.settled();
  expect([lines().map(({ Id, Properties }) => [Id, Properties["Name"]]), carried()]).toEqual([
    [[line.Id, "Boards"]],
    [[line.Id], [line.Id]],
  ]);
});

it("a line that was shown, and that somebody took away before anything went by it, is made anew", async () => {
  await cloud.run();
  await cloud.run();
  const [before] = lines();
  delete cloud.data.integrations[before!.Id];

  await cloud.run();

  expect(lines().map(({ Id }) => Id === before!.Id)).toEqual([false]);
});
