/** The sync of work items with plans and tasks, run whole against the stand-in's two hosts. */
import { describe, expect, it } from "@jest/globals";
import { directory } from "../../../../sandbox/directory/index.ts";
import { addMember } from "../../../../sandbox/hosts/azure-devops/organization.ts";
import { tracking } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import type { OneplanData } from "../../../../sandbox/hosts/oneplan/model.ts";
import { oneplanSeed } from "../../../../sandbox/hosts/oneplan/seed.ts";
import { createResource, deleteResource } from "../../../../sandbox/hosts/oneplan/resources.ts";
import { issueAccessToken } from "../../../../sandbox/tokens.ts";
import { renderItem } from "../../../../cli/terminal/explain-item.ts";
import { renderReport } from "../../../../cli/terminal/report.ts";
import { disconnectPlan } from "../../../../sync/kinds/plans/by-hand/disconnect.ts";
import { explainItem } from "../../../../sync/kinds/plans/explain.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

/** The resource that tokens for Azure DevOps are for (documented). */
const AZURE_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const settled = () => bench.settled();

describe("a hierarchy of work items", () => {
  it("becomes plans and tasks, once", async () => {
    const { epic, feature, story, task } = bench.tree();

    await settled();

    expect(bench.plan(feature).PortfolioParentId).toBe(bench.plan(epic).id);
    expect(bench.typeName(bench.plan(epic))).toBe("Epic");
    expect(bench.task(story)).toMatchObject({ WorkPlanId: bench.plan(feature).id, Name: "Story" });
    expect(bench.task(task)).toMatchObject({ ParentId: bench.task(story).id });
    expect(bench.plans()).toHaveLength(2);
  });

  it("carries what is changed on either side to the other one", async () => {
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    const story = bench.item("User Story", "Story", feature);
    await settled();

    bench.edit(epic, { "System.Title": "Epos" });
    bench.editPlan(bench.plan(feature).id, { Name: "Renamed" });
    bench.editTask(bench.task(story), { Name: "Told" });
    await settled();

    expect(bench.plan(epic).Name).toBe("Epos");
    expect(bench.value(feature, "System.Title")).toBe("Renamed");
    expect(bench.value(story, "System.Title")).toBe("Told");
  });

  it("moves on either side when it is moved on the other", async () => {
    const [one, other] = [bench.item("Epic", "One"), bench.item("Epic", "Other")];
    const [feature, second] = [bench.item("Feature", "Feature", one), bench.item("Feature", "Second", one)];
    const story = bench.item("User Story", "Story", feature);
    const task = bench.item("Task", "Task", story);
    await settled();

    bench.moveItem(feature, other);
    bench.moveItem(story, second);
    bench.movePlan(bench.plan(second).id, bench.plan(other).id);
    await settled();

    expect(bench.plan(feature).PortfolioParentId).toBe(bench.plan(other).id);
    expect(bench.parentOf(second)).toBe(other);
    expect(bench.task(story).WorkPlanId).toBe(bench.plan(second).id);
    expect(bench.task(task)).toMatchObject({ WorkPlanId: bench.plan(second).id, ParentId: bench.task(story).id });
  });

  it("becomes the other kind where its type was changed before the state was lost", async () => {
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    bench.item("User Story", "Story", feature);
    await settled();

    bench.edit(feature, { "System.WorkItemType": "User Story", "System.Title": "Was a feature" });
    await bench.loseState();
    await bench.run();
    await settled();

    expect(bench.task(feature)).toMatchObject({ WorkPlanId: bench.plan(epic).id, Name: "Was a feature" });
  });

  it("has what people make in OnePlan, and it is found again where the state is lost", async () => {
    const epic = bench.item("Epic", "Epic");
    await settled();
    const feature = bench.newPlan("Feature", "New feature", bench.plan(epic).id);
    bench.newTask(feature.id, "Task", "New task");
    await settled();
    const made = bench.workItems().length;

    await bench.loseState();
    await settled();

    expect([made, bench.workItems().length, bench.plans().length]).toEqual([3, 3, 2]);
    const [, featureItem, taskItem] = bench.workItems();
    expect(bench.parentOf(taskItem!.id)).toBe(featureItem!.id);
    expect(bench.parentOf(featureItem!.id)).toBe(epic);
    expect(bench.plan(featureItem!.id).id).toBe(feature.id);
  });
});

describe("fields of tasks", () => {
  it("that Azure DevOps alone says are locked in OnePlan's pages, also where the task goes to another plan", async () => {
    const title = { azureDevOps: "System.Title", oneplan: "Name" } as const;
    const priority = { azureDevOps: "Microsoft.VSTS.Common.Priority", oneplan: "Priority" } as const;
    bench.set({
      taskFields: [
        { ...title, direction: "both" },
        { ...priority, direction: "toOnePlan" },
      ],
    });
    const [one, other] = [bench.item("Epic", "One"), bench.item("Epic", "Other")];
    const story = bench.item("User Story", "Story", one);
    await settled();
    bench.newTask(bench.plan(one).id, "Task", "Made in OnePlan");
    await settled();
    const locked = () => Object.values(bench.data.tasks).map(({ Integration }) => Integration?.ReadOnlyFields);
    expect(locked()).toEqual([["Priority"], ["Priority"]]);

    bench.moveItem(story, other);
    await settled();

    expect(bench.task(story).WorkPlanId).toBe(bench.plan(other).id);
    expect(locked()).toEqual([["Priority"], ["Priority"]]);
  });

  it("are locked in no page where both sides say them", async () => {
    const story = bench.item("User Story", "Story", bench.item("Epic", "Epic"));
    await settled();
    expect(bench.task(story).Integration?.ReadOnlyFields).toEqual([]);
  });

  it("take an iteration to and fro, and none of them is the project's root", async () => {
    const [first, second] = [bench.iteration("Sprint 1"), bench.iteration("Sprint 2")];
    const story = bench.item("User Story", "Story", bench.item("Epic", "Epic"), { "System.IterationPath": first });
    await settled();
    expect(bench.task(story).Fields["Iteration"]).toBe(first);

    bench.editTask(bench.task(story), { Fields: { Iteration: second } });
    await settled();
    expect(bench.iterationOf(story)).toBe(second);

    bench.editTask(bench.task(story), { Fields: { Iteration: null } });
    await settled();
    expect([bench.task(story).Fields["Iteration"], bench.iterationOf(story)]).toEqual([null, bench.project.name]);

    bench.edit(story, { "System.IterationPath": first });
    await settled();
    expect(bench.task(story).Fields["Iteration"]).toBe(first);
  });
});

describe("people who follow work items", () => {
  it.each([true, false])(
    "are told of what the sync writes, or are not, as the settings say (%s)",
    async (notifications) => {
      bench.set({ notifications });
      const epic = bench.item("Epic", "Epic");
      await settled();
      const events: string[] = [];
      const { listeners } = tracking(bench.sandbox.world);
      const listener: (typeof listeners)[number] = ({ kind, item }) => void events.push(`${kind} ${item.id}`);
      listeners.push(listener);
      try {
        const feature = bench.newPlan("Feature", "Made in OnePlan", bench.plan(epic).id);
        await settled();
        const made = bench.workItems().find(({ id }) => id !== epic)?.id ?? 0;
        expect(bench.value(made, "System.Title")).toBe("Made in OnePlan");
        expect(events).toEqual(notifications ? [`created ${made}`] : []);

        bench.editPlan(bench.plan(epic).id, { Name: "Renamed" });
        bench.editPlan(feature.id, { Archived: true });
        await settled();
        expect([bench.value(epic, "System.Title"), bench.value(made, "System.State")]).toEqual(["Renamed", "Removed"]);
        expect(events.slice(1).sort()).toEqual(notifications ? [`updated ${epic}`, `updated ${made}`] : []);

        bench.newPlan("Epic", "Apart");
        await settled();
        const apart = bench.workItems().at(-1)?.id ?? 0;
        await bench.locked((one) => disconnectPlan(one, "Apart", false));
        expect(events.slice(3)).toEqual(notifications ? [`created ${apart}`, `updated ${apart}`] : []);
      } finally {
        listeners.splice(listeners.indexOf(listener), 1);
      }
    },
  );
});

describe("people", () => {
  it.each([true, false])(
    "are who they are in Entra, whatever their addresses, where the sync identity asks (%s)",
    async (asks) => {
      const { world } = bench.sandbox;
      const { deployer } = world;
      const resources = world.section<OneplanData>("oneplan", () => oneplanSeed(world));
      addMember(world, deployer.objectId);
      if (asks) {
        const subject = { displayName: "sync", clientId: deployer.clientId, objectId: deployer.objectId };
        bench.entraToken = (await issueAccessToken(world, subject, AZURE_DEVOPS)).access_token;
      }
      const person = [...directory(world).users.values()].find(({ accountEnabled }) => accountEnabled !== false);
      const account = person?.["userPrincipalName"] as string;
      const resource = createResource(world, resources, {
        Name: `Another name ${asks}`,
        Office365Id: person?.id,
        Fields: { mail: "another@contoso.com" },
      });
      // Whoever administers has a second account, whose mail goes to the first one's address.
      const second = [...directory(world).users.values()].findLast(({ id }) => id !== person?.id);
      const [mail = null, admin] = [second?.["mail"], { Name: "Administrator", Office365Id: second?.id, Fields: {} }];
      if (second) second["mail"] = account;
      const other = createResource(world, resources, admin);
      const epic = bench.item("Epic", "Epic", undefined, { "System.AssignedTo": account });

      await bench.run();

      expect(bench.plan(epic).Fields["Owner"] === resource.id).toBe(asks);
      for (const { id } of [resource, other]) deleteResource(world, resources, id);
      if (second) second["mail"] = mail;
    },
  );
});

describe("people of one side only", () => {
  it("are told, whichever side it is, and their items keep whom they have", async () => {
    const { world } = bench.sandbox;
    const resources = world.section<OneplanData>("oneplan", () => oneplanSeed(world));
    const theirs = createResource(world, resources, { Name: "Only In OnePlan", Fields: {} });
    const known = JSON.stringify(resources).toLowerCase();
    const isStranger = (mail: unknown) => !String(mail).includes("#") && !known.includes(String(mail).toLowerCase());
    const person = [...directory(world).users.values()].find((user) => isStranger(user["userPrincipalName"]));
    const ours = person?.["userPrincipalName"] as string;
    const [one, two] = [bench.item("Epic", "One", undefined, { "System.AssignedTo": ours }), bench.item("Epic", "Two")];
    await bench.run();
    bench.editPlan(bench.plan(two).id, { Owner: theirs.id });

    const { notes } = await bench.run({ mode: "full" });

    expect(notes.filter((note) => note.includes("cannot be told"))).toEqual([
      expect.stringMatching(new RegExp(`^2 people of one side.*<${ours}>.*"Only In OnePlan"`)),
    ]);
    expect(bench.value(one, "System.AssignedTo")).toMatchObject({ uniqueName: ours });
    expect([bench.plan(two).Fields["Owner"], bench.value(two, "System.AssignedTo")]).toEqual([theirs.id, undefined]);
    deleteResource(world, resources, theirs.id);
  });
});

describe("beforehand and afterwards", () => {
  const plain = { color: false, whole: true };

  it("a dry run shows what would come where, and each conflict with the rule that decides it", async () => {
    const conflict = { azureDevOps: "System.Title", oneplan: "Name", direction: "both", conflict: "oneplan" } as const;
    bench.set({ planFields: [conflict], taskFields: [conflict] });
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    bench.item("User Story", "Story", feature);

    const report = await bench.run({ dryRun: true });

    expect(bench.writes).toEqual([]);
    const lines = renderReport(report, plain).split("\n");
    const at = lines.findIndex((line) => line.includes("changes"));
    expect(lines.slice(at + 1, at + 4).map((line) => line.replace(/ {2}is not.*/, ""))).toEqual([
      "    create   Epic Epic",
      "    create     Feature Feature",
      "    create       User Story Story",
    ]);
    await settled();
    bench.edit(feature, { "System.Title": "A" });
    bench.editPlan(bench.plan(feature).id, { Name: "B" });
    const dry = renderReport(await bench.run({ dryRun: true }), plain);
    expect(dry).toContain("System.Title was changed on both sides, OnePlan is taken");
    expect(dry).toContain("System.Title: A -> B");
  });

  it("a dry run shows which rule placed an item that lies elsewhere in Azure DevOps, and where that is", async () => {
    bench.planType("User Story");
    bench.set({
      planTypes: ["Epic", "Feature", "User Story"],
      taskTypes: ["Task"],
      query: "[System.Title] <> 'Hidden'",
    });
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    bench.item("Feature", "Nested", feature);
    bench.item("User Story", "Skips", epic);
    bench.item("Feature", "Orphan", bench.item("Epic", "Hidden"));
    const moves = bench.item("Feature", "Moves");

    const report = await bench.run({ dryRun: true });

    expect(Object.fromEntries((report.changes ?? []).map(({ label, reason }) => [label, reason]))).toEqual({
      Epic: "is not in OnePlan yet",
      Feature: "is not in OnePlan yet",
      Nested: `is not in OnePlan yet; nested in itself: below work item ${epic}`,
      Skips: `is not in OnePlan yet; skipped level: below work item ${epic}`,
      Orphan: "is not in OnePlan yet; parent out of scope: at the top",
      Moves: "is not in OnePlan yet",
    });
    expect(renderReport(report, plain)).toContain("parent out of scope: at the top");
    await settled();
    bench.moveItem(moves, feature);
    const { changes } = await bench.run({ dryRun: true });
    expect(changes?.map(({ reason }) => reason)).toEqual([
      `changed in Azure DevOps: Parent; nested in itself: below work item ${epic}`,
    ]);
  });

  it("a field whose name is part of another one's is explained since its own last write", async () => {
    const description = bench.data.planFields.find(({ InternalName }) => InternalName === "Description")!;
    bench.data.planFields.push({ ...description, Id: crypto.randomUUID(), InternalName: "LastName" });
    bench.set({
      planFields: [
        { azureDevOps: "System.Title", oneplan: "Name", direction: "both" },
        { azureDevOps: "System.Description", oneplan: "LastName", direction: "both" },
      ],
    });
    const epic = bench.item("Epic", "Epic");
    await settled();
    bench.edit(epic, { "System.Description": "Longer" });
    await bench.run();

    const { fields, history } = await explainItem({
      definition: bench.definition(),
      state: await bench.store.read(),
      asked: String(epic),
      signal: AbortSignal.timeout(60_000),
      now: () => bench.now,
    });

    const [written, made] = history;
    expect([written?.reason, made?.kind]).toEqual(["changed in Azure DevOps: LastName", "create"]);
    const since = new Map(fields.map((field) => [field.oneplan, field.since]));
    expect([since.get("LastName"), since.get("Name")]).toEqual([written?.startedAt, made?.startedAt]);
  });

  it("an item is explained field by field: which side, which rule, since when", async () => {
    const epic = bench.item("Epic", "Epic");
    await settled();
    bench.edit(epic, { "System.Title": "Epos" });
    await bench.run();
    bench.editPlan(bench.plan(epic).id, { Name: "Told" });
    const options = { signal: AbortSignal.timeout(60_000), now: () => bench.now };

    const explained = await explainItem({
      ...options,
      definition: bench.definition(),
      state: await bench.store.read(),
      asked: String(epic),
    });

    expect(explained).toMatchObject({ label: "Epos", type: "plan", azureDevOps: "there" });
    expect(explained.fields[0]).toMatchObject({
      azureDevOps: "System.Title",
      oneplan: "Name",
      direction: "both ways",
      conflict: "a person decides",
      inAzureDevOps: "Epos",
      inOnePlan: "Told",
      changed: "in OnePlan",
      since: expect.stringMatching(/^20/) as unknown,
    });
    expect(explained.next).toMatchObject([{ kind: "update", side: "a", after: { "System.Title": "Told" } }]);
    expect(renderItem(explained, { color: false, now: bench.now })).toContain(
      "next run      update in Azure DevOps: changed in OnePlan",
    );
    bench.later(60);
    await bench.run();
    const written = await explainItem({
      ...options,
      definition: bench.definition(),
      state: await bench.store.read(),
      asked: String(epic),
    });
    // What came from OnePlan is in the history too, and counts from then on; what nobody changed counts from when it was made.
    expect(written.history.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      "update changed in OnePlan: System.Title",
      "update changed in Azure DevOps: Name",
      "create is not in OnePlan yet",
    ]);
    const [newest, , first] = written.history;
    const since = new Map(written.fields.map((field) => [field.azureDevOps, field.since]));
    expect([since.get("System.Title"), since.get("System.AssignedTo")]).toEqual([newest?.startedAt, first?.startedAt]);
    await expect(
      explainItem({ ...options, definition: bench.definition(), state: await bench.store.read(), asked: "9999" }),
    ).rejects.toThrow('There is no work item "9999"');
  });

  it.each([false, true])(
    "what is in OnePlan alone, or lost its item, is explained too (creates: %s)",
    async (creates) => {
      bench.set({ createWorkItems: creates });
      const [epic, feature] = [bench.item("Epic", "Epic"), bench.item("Feature", "Feature")];
      bench.moveItem(feature, epic);
      const story = bench.item("User Story", "Story", feature);
      await settled();
      const own = bench.newPlan("Epic", "Own");
      const task = bench.newTask(bench.plan(epic).id, "Task", "Own task");
      const explained = async (asked: string) =>
        explainItem({
          definition: bench.definition(),
          state: await bench.store.read(),
          asked,
          signal: AbortSignal.timeout(60_000),
          now: () => bench.now,
        });

      const next = creates ? { kind: "create", side: "a" } : { kind: "none", reason: "is only in OnePlan" };
      for (const [id, label] of [
        [own.id, "Own"],
        [`${task.WorkPlanId}/${task.id}`, "Own task"],
      ] as const) {
        expect(await explained(id)).toMatchObject({ id, label, azureDevOps: "nothing goes with it", next: [next] });
      }
      const { id: plan } = bench.plan(feature);
      expect(await explained(plan.toUpperCase())).toMatchObject({ id: String(feature), next: [{ kind: "none" }] });
      expect(await explained(`${plan}/${bench.task(story).id}`)).toMatchObject({ id: String(story) });
      for (const { id } of [bench.plan(epic), bench.plan(feature)])
        bench.data.plans[id] = { ...bench.data.plans[id]!, Integrations: [] };
      for (const asked of [String(feature), plan]) {
        expect(await explained(asked)).toMatchObject({
          id: String(feature),
          azureDevOps: "there",
          next: [{ kind: "update", reason: "does not carry its workItem in OnePlan" }],
        });
      }
      for (const asked of ["0e000000-0000-4000-8000-00000000ffff", "no id", "../resources"]) {
        await expect(explained(asked)).rejects.toThrow("There is no work item");
      }
    },
  );
});
