/** A collection of an Azure DevOps Server: another host, and a path before everything. */
import { expect, it } from "@jest/globals";
import { COLLECTION } from "../../../../sandbox/hosts/azure-devops/collection.ts";
import { eventsDelivered } from "../../../../sandbox/hosts/oneplan/events.ts";
import { hooks } from "../../../../sandbox/hosts/azure-devops/hooks.ts";
import { connectedAs } from "../../../../sync/connectors/azure-devops/index.ts";
import { checkPlans } from "../../../../sync/kinds/plans/checks/index.ts";
import { connectedPlans, connectPlan } from "../../../../sync/kinds/plans/by-hand/connect.ts";
import { disconnectPlan } from "../../../../sync/kinds/plans/by-hand/disconnect.ts";
import { eventFaults, turnOff, turnOn } from "../../../../sync/kinds/plans/events/subscriptions.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let bench: PlansBench;
inNewProjects((made) => {
  bench = made;
  bench.set({ name: "server", url: COLLECTION });
});

/** Whom requests for work items went to. */
const asked = () =>
  new Set(
    bench.sandbox.requests
      .entries()
      .map(({ host }) => host)
      .filter((host) => !host.endsWith("oneplan.ai")),
  );

it("is checked, and its items become plans and tasks and back, with links that lead to it", async () => {
  const epic = bench.item("Epic", "Epic");
  const feature = bench.item("Feature", "Feature", epic);
  const story = bench.item("User Story", "Story", feature);
  const connected = await bench.connected();
  expect((await checkPlans(connected)).findings).toEqual([]);
  await bench.settled();
  expect(bench.plan(epic).Integrations[0]?.ItemUrl).toBe(`${COLLECTION}/_workitems/edit/${epic}`);
  expect(bench.task(story).Integration?.ExternalUrl).toBe(`${COLLECTION}/_workitems/edit/${story}`);

  const other = bench.newPlan("Epic", "Other");
  bench.newPlan("Feature", "Below", other.id);
  await bench.run();
  const made = bench.workItems().find(({ id }) => bench.value(id, "System.Title") === "Other")?.id ?? 0;
  bench.movePlan(bench.plan(feature).id, other.id);
  bench.edit(story, { "System.Title": "Told" });
  bench.editPlan(bench.plan(epic).id, { Name: "Epos" });
  await bench.settled();

  expect(bench.parentOf(feature)).toBe(made);
  expect([bench.task(story).Name, bench.value(epic, "System.Title")]).toEqual(["Told", "Epos"]);
  await bench.loseState();
  await bench.settled();
  expect([bench.workItems().length, bench.plans().length]).toEqual([5, 4]);
  expect(asked()).toEqual(new Set([new URL(COLLECTION).host]));
});

it("has plans that are taken apart and put together by hand", async () => {
  const [epic] = [bench.item("Epic", "Epic"), bench.item("Epic", "Other")];
  await bench.settled();
  const { id } = bench.plan(epic);
  await bench.locked((connected) => disconnectPlan(connected, id, false));
  await bench.settled();
  await bench.locked((connected) => connectPlan(connected, id, epic));
  expect((await bench.run()).exceptions).toEqual([]);
  await bench.settled();
  expect(await connectedPlans(await bench.connected())).toMatchObject([
    { id, item: String(epic), url: `${COLLECTION}/_workitems/edit/${epic}`, synced: true },
    { name: "Other" },
  ]);
});

it("tells of what changes, and who signs in there", async () => {
  const { world } = bench.sandbox;
  const { azureDevOps, oneplan, organization, integrationId, isShared, signal, ...rest } = await bench.connected();
  const connection = bench.connection();
  const subscribing = {
    azureDevOps,
    oneplan,
    organization,
    integrationId,
    isShared,
    signal,
    connection,
    sync: rest.sync,
  };
  const session = await bench.store.lock(rest.sync);
  expect(await connectedAs(connection, signal)).not.toBe("");
  await turnOn(subscribing, session, "http://127.0.0.1:1");
  expect(await eventFaults(subscribing, session)).toEqual([]);
  expect(hooks(world).data.subscriptions.length).toBeGreaterThan(0);
  expect(await turnOff(subscribing, session)).toBe(true);
  await eventsDelivered(world);
  await session.release();
  expect(hooks(world).data.subscriptions).toEqual([]);
});

it("takes no token of Entra", async () => {
  bench.entraToken = "of nobody";
  expect(await bench.run()).toMatchObject({
    status: "Failure",
    failure: expect.stringContaining("refused it") as unknown,
  });
});
