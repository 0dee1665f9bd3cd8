/** Settings and hierarchies that are not as they should be: one sentence each, with the mend, and the other items go on. */
import { describe, expect, it } from "@jest/globals";
import type { PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { addressOf } from "../../../../sandbox/hosts/azure-devops/relations.ts";
import { renameProject } from "../../../../sandbox/hosts/azure-devops/saves.ts";
import { CHILD, createProject, tracking } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const title = { azureDevOps: "System.Title", oneplan: "Name", direction: "both" } as const;

/** Stands where a plan, or a task, has no parent. */
const NO_ID = "00000000-0000-0000-0000-000000000000";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const settled = () => bench.settled();
const reasons = async () => (await bench.run()).exceptions.map(({ reason }) => reason);

describe("settings", () => {
  it.each<[string, Partial<PlansOrganization>, string]>([
    [
      "a wrong order of types",
      { planTypes: ["Feature", "Epic"] },
      "The types that become plans are nested otherwise in the process: name them as Epic, Feature.",
    ],
    ["a type that the process does not have", { taskTypes: ["User story"] }, 'is spelled "User Story" in the process.'],
    [
      "a field that there is not",
      { planFields: [title, { azureDevOps: "Custom.None", oneplan: "Priority", direction: "both" }] },
      'The organization contoso has no field "Custom.None": a field is named by its reference name, as in System.Title.',
    ],
    [
      "a project that there is not",
      { projects: ["None"] },
      'has no project "None", or does not show it: name it under projects',
    ],
  ])("%s stops the run before the first write", async (_what, changes, sentence) => {
    bench.item("Epic", "Epic");
    bench.set(changes);

    const report = await bench.run();

    expect(report.failure).toContain(sentence);
    expect([report.status, bench.writes.filter((write) => !write.endsWith("/integration"))]).toEqual(["Failure", []]);
  });

  it("a plan type that OnePlan does not have: its items, and what lies below them, wait for it", async () => {
    const [kept, index] = [
      bench.data.planTypes.find(({ Name }) => Name === "Feature")!,
      bench.data.planTypes.findIndex(({ Name }) => Name === "Feature"),
    ];
    bench.data.planTypes.splice(index, 1, { ...kept, Name: "feature" });
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    bench.item("User Story", "Story", feature);

    const report = await bench.run();

    expect([bench.has(epic), bench.has(feature), report.counts.skip]).toEqual([true, false, 2]);
    expect(report.skips[0]?.reason).toContain('OnePlan has no plan type "Feature"');
    bench.data.planTypes.splice(index, 1, kept);
    await bench.run({ mode: "full" });
    await settled();
    expect(bench.plan(feature).PortfolioParentId).toBe(bench.plan(epic).id);
  });

  it("a plan type that OnePlan lost, or does not tell of: what goes together stays, and so does what lies below", async () => {
    const { epic, feature, story, task } = bench.tree();
    await settled();
    const type = bench.data.planTypes.find(({ Name }) => Name === "Feature")!;
    bench.data.planTypes[bench.data.planTypes.indexOf(type)] = { ...type, Name: "Features" };

    for (const options of [{}, { mode: "full" as const }]) {
      bench.edit(story, { "System.Title": `Story ${bench.revisions()}` });
      const report = await bench.run(options);

      expect([report.counts.disable, bench.writes]).toEqual([0, []]);
      expect([epic, feature, story, task].map((id) => bench.has(id))).toEqual([true, true, true, true]);
      expect(report.skips.map(({ reason }) => reason)).toContainEqual(
        expect.stringContaining('OnePlan has no plan type "Feature"'),
      );
    }
    const renamed = bench.data.planTypes.findIndex(({ Name }) => Name === "Features");
    bench.data.planTypes[renamed] = type;
    await bench.run({ mode: "full" });
    await settled();
    expect(bench.task(story).Name).toBe(bench.value(story, "System.Title"));
  });

  it("a query with an error, or a renamed project: the other project goes on, and nothing of it is taken away", async () => {
    const other = createProject(bench.sandbox.world, `Renamed ${bench.project.name}`, "Agile");
    bench.set({ projects: [bench.project.name, other.name] });
    const epic = bench.item("Epic", "Epic");
    await settled();
    const name = other.name;
    renameProject(tracking(bench.sandbox.world), other, `${name} now`);
    bench.edit(epic, { "System.Title": "Epos" });

    expect(await reasons()).toEqual([
      expect.stringContaining(`has no project "${name}", or does not show it: name it under projects`),
    ]);

    expect(bench.plan(epic).Name).toBe("Epos");
    bench.set({ projects: [bench.project.name], query: "[System.None] = 1" });
    const report = await bench.run();
    expect([report.counts.disable, bench.has(epic)]).toEqual([0, true]);
    expect(report.exceptions.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("correct the query, area or project"),
    ]);
  });

  it("fields that cannot be written, or are not there, are told once and left out", async () => {
    bench.set({
      planFields: [
        title,
        { azureDevOps: "Microsoft.VSTS.Scheduling.StartDate", oneplan: "StartDate", direction: "both" },
        { azureDevOps: "Microsoft.VSTS.Common.Priority", oneplan: "Prioritaet", direction: "both" },
        { azureDevOps: "Microsoft.VSTS.Scheduling.TargetDate", oneplan: "Priority", direction: "both" },
      ],
    });
    const epic = bench.item("Epic", "Epic", undefined, {
      "Microsoft.VSTS.Scheduling.StartDate": "2026-04-01",
      "Microsoft.VSTS.Scheduling.TargetDate": "2026-05-01",
    });

    expect(await reasons()).toEqual([
      'OnePlan lets nobody write "StartDate" of plans, which follows from other values: write direction: toAzureDevOps, or leave it out.',
      'OnePlan has no field "Prioritaet" of plans; did you mean "Priority"? It is left out.',
      'Microsoft.VSTS.Scheduling.TargetDate is a date in Azure DevOps, and "Priority" a number in OnePlan: map it to a field of the same kind. It is left out.',
    ]);

    expect(bench.plan(epic).Name).toBe("Epic");
    await bench.run();
    expect(bench.writes).toEqual([]);
  });

  it("a choice without a value is told with the mend, and goes where it has one", async () => {
    const state = { azureDevOps: "System.State", oneplan: "Status", direction: "both" } as const;
    bench.set({ taskFields: [title, state] });
    const feature = bench.item("Feature", "Feature");
    const story = bench.item("User Story", "Story", feature);
    const bug = bench.item("Task", "Task", feature, { "System.State": "Active" });
    bench.set({ taskFields: [title, { ...state, values: [{ azureDevOps: "New", oneplan: "Proposed" }] }] });

    expect(await reasons()).toEqual([
      expect.stringContaining('Status of OnePlan has no choice "Proposed", which System.State is'),
    ]);

    const label = (id: number) => {
      const { Choices } = bench.data.taskFields.find(({ InternalName }) => InternalName === "Status")!;
      return Choices?.[bench.task(id).Fields["Status"] as string];
    };
    expect([label(story), label(bug)]).toEqual([undefined, "Active"]);
    bench.set({ taskFields: [title, { ...state, values: [{ azureDevOps: "Active", oneplan: "Resolved" }] }] });
    bench.edit(story, { "System.State": "Active" });
    await bench.run();
    expect(label(story)).toBe("Resolved");
  });

  it("a token that ends in the middle of a run ends it with the mend, and the next one goes on where it was", async () => {
    const epics = [1, 2, 3].map((at) => bench.item("Epic", `Epic ${at}`));
    await settled();
    for (const epic of epics) bench.editPlan(bench.plan(epic).id, { Name: `OnePlan ${epic}` });
    // The first write is let through.
    bench.sandbox.faults.add({ host: "dev.azure.com", method: "PATCH", after: 1, then: { status: 401 } });

    const report = await bench.run();

    expect(report).toMatchObject({
      status: "Failure",
      failure: expect.stringMatching(/refused it when asked to change work item \d+: Make a new token\./) as unknown,
    });
    bench.sandbox.faults.clear();
    bench.later(60);
    await bench.run();
    await settled();
    expect(epics.map((epic) => bench.value(epic, "System.Title"))).toEqual(epics.map((epic) => `OnePlan ${epic}`));
  });

  it("a server that refuses formats: what is HTML, or new, is written as HTML without one, and Markdown fails alone", async () => {
    const description = { azureDevOps: "System.Description", oneplan: "Description", direction: "both" } as const;
    bench.set({ planFields: [title, description] });
    const [epic, marked] = [
      bench.item("Epic", "Epic", undefined, { "System.Description": "<p>From <b>Boards</b></p>" }),
      bench.item("Epic", "Marked"),
    ];
    const written = (value: string) => [
      { op: "add" as const, path: "/fields/System.Description", value },
      { op: "add" as const, path: "/multilineFieldsFormat/System.Description", value: "Markdown" },
    ];
    bench.patch(marked, written("From **Boards**"));
    await settled();
    bench.behave({ azureDevOps: { markdown: "refuse" } });
    expect(() => bench.patch(epic, written("refused"))).toThrow("/multilineFieldsFormat is not supported");

    for (const id of [epic, marked]) {
      bench.editPlan(bench.plan(id).id, { Fields: { Description: "<p>From <i>OnePlan</i></p>" } });
    }
    const made = bench.newPlan("Epic", "Made in OnePlan");
    bench.editPlan(made.id, { Fields: { Description: "<p>New <i>here</i></p>" } });

    expect(await reasons()).toEqual([expect.stringContaining("/multilineFieldsFormat is not supported")]);

    const item = bench.workItems().at(-1)?.id ?? 0;
    expect([epic, marked, item].map((id) => bench.value(id, "System.Description"))).toEqual([
      "<p>From <i>OnePlan</i></p>",
      "From **Boards**",
      "<p>New <i>here</i></p>",
    ]);
    expect([epic, marked, item].map((id) => bench.workItem(id).revisions.at(-1)?.markdown)).toEqual([
      [],
      ["System.Description"],
      [],
    ]);
  });

  it("an iteration that Azure DevOps does not have fails that item alone, until somebody makes it", async () => {
    const epic = bench.item("Epic", "Epic");
    const [story, other] = [bench.item("User Story", "Story", epic), bench.item("User Story", "Other", epic)];
    const sprint = bench.iteration("Sprint 1");
    await settled();
    const unknown = `${bench.project.name}\\Sprint 2`;
    bench.editTask(bench.task(story), { Fields: { Iteration: unknown } });
    bench.editTask(bench.task(other), { Fields: { Iteration: sprint } });

    expect(await reasons()).toEqual([expect.stringContaining("System.IterationPath")]);

    expect([story, other].map((id) => bench.iterationOf(id))).toEqual([bench.project.name, sprint]);
    expect(bench.task(story).Fields["Iteration"]).toBe(unknown);
    bench.iteration("Sprint 2");
    bench.later(25 * 60);
    await settled();
    expect(bench.iterationOf(story)).toBe(unknown);
  });

  it("a revision limit that is reached fails that item alone", async () => {
    const [epic, other] = [bench.item("Epic", "Epic"), bench.item("Epic", "Other")];
    await settled();
    for (let times = 0; times < 3; times += 1) bench.edit(epic, { "System.Title": `Epic ${times}` });
    await settled();
    bench.behave({ azureDevOps: { revisionLimit: 4 } });
    for (const id of [epic, other]) bench.editPlan(bench.plan(id).id, { Name: "From OnePlan" });

    const { length: revisions } = bench.workItem(epic).revisions;
    const reason = `Azure DevOps (contoso) does not change work item ${epic} any more, which has ${revisions} revisions: after 10,000 of them its API takes no change. Make both sides the same by hand, on the item's page in Azure DevOps, which still takes changes; or go on with a copy of the item.`;
    expect(await reasons()).toEqual([reason]);
    expect([bench.value(epic, "System.Title"), bench.value(other, "System.Title")]).toEqual(["Epic 2", "From OnePlan"]);
  });
});

describe("a hierarchy", () => {
  it("of five levels, with levels left out, goes below the nearest, level by level", async () => {
    const own = new PlansBench(bench.sandbox, { process: "Contoso Agile" });
    try {
      own.planType("Initiative");
      own.set({ planTypes: ["Initiative", "Epic", "Feature"], outsideIterations: false });
      const inSprint = { "System.IterationPath": own.iteration("Sprint 1") };
      const initiative = own.item("Initiative", "Initiative");
      const epic = own.item("Epic", "Epic", initiative);
      const feature = own.item("Feature", "Feature", epic);
      const story = own.item("User Story", "Story", feature, inSprint);
      const task = own.item("Task", "Task", story, inSprint);
      const noEpic = own.item("Feature", "Directly in the initiative", initiative);
      const noFeature = own.item("User Story", "Directly in the epic", epic, inSprint);
      const noStory = own.item("Task", "Directly in the feature", feature, inSprint);
      const onlyTask = own.item("Task", "Directly in the initiative too", initiative, inSprint);
      const loose = own.item("User Story", "In no iteration", epic);

      const report = await own.run();

      const plan = (id: number) => own.plan(id).id;
      expect([initiative, epic, feature, noEpic].map((id) => own.plan(id).PortfolioParentId)).toEqual([
        NO_ID,
        plan(initiative),
        plan(epic),
        plan(initiative),
      ]);
      expect([initiative, epic, feature, noEpic].map((id) => own.typeName(own.plan(id)))).toEqual([
        "Initiative",
        "Epic",
        "Feature",
        "Feature",
      ]);
      expect([story, task, noFeature, noStory, onlyTask].map((id) => own.task(id).WorkPlanId)).toEqual([
        plan(feature),
        plan(feature),
        plan(epic),
        plan(feature),
        plan(initiative),
      ]);
      expect([story, task, noFeature, noStory, onlyTask].map((id) => own.task(id).ParentId)).toEqual([
        NO_ID,
        own.task(story).id,
        ...Array<string>(3).fill(NO_ID),
      ]);
      expect(report.skips).toMatchObject([{ sourceId: String(loose), reason: "it is in no iteration" }]);
      own.edit(story, { "System.IterationPath": own.project.name });
      await own.settled();
      // Whether it is in an iteration decides whether it comes, and not whether it stays.
      expect([story, task].map((id) => own.has(id))).toEqual([true, true]);
    } finally {
      await own.close();
    }
  });

  it("whose parents are elsewhere: outside of the query, deleted", async () => {
    bench.set({ query: "[System.Title] <> 'Hidden'" });
    const hidden = bench.item("Epic", "Hidden");
    const deleted = bench.item("Epic", "Deleted");
    const [one, two] = [bench.item("Feature", "One", hidden), bench.item("Feature", "Two", deleted)];
    await settled();
    bench.remove(deleted);
    await settled();
    expect([bench.plan(one), bench.plan(two)].map(({ PortfolioParentId }) => PortfolioParentId)).toEqual(
      Array(2).fill(NO_ID),
    );

    bench.set({ parentOutOfScope: "leave out" });
    await bench.run();
    expect([bench.has(one), bench.has(two)]).toEqual([false, true]);
  });

  it.each([
    { rule: "top", isSynced: true },
    { rule: "top", isSynced: false },
    { rule: "leave out", isSynced: true },
    { rule: "leave out", isSynced: false },
  ] as const)("whose parents are in another project (synced: $isSynced), by the rule: $rule", async (given) => {
    const { rule, isSynced } = given;
    const other = createProject(bench.sandbox.world, `Other ${bench.project.name}`, "Agile");
    const projects = isSynced ? [bench.project.name, other.name] : [bench.project.name];
    bench.set({ projects, parentOutOfScope: rule });
    bench.item("Epic", "Of this project");
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    const story = bench.item("User Story", "Story", feature);
    const direct = bench.item("User Story", "Directly in the epic", epic);
    bench.edit(epic, { "System.TeamProject": other.name });

    const { skips } = await bench.run();

    await settled();
    const unread = "its parent is not among what is read";
    const left = rule === "top" ? { [direct]: "no plan is above it" } : { [feature]: unread, [direct]: unread };
    const skipped = Object.fromEntries(skips.map(({ sourceId, reason }) => [sourceId, reason]));
    if (isSynced) {
      expect(skipped).toEqual({});
      expect([bench.plan(feature).PortfolioParentId, bench.task(direct).WorkPlanId]).toEqual(
        Array(2).fill(bench.plan(epic).id),
      );
    } else {
      expect(skipped).toMatchObject(left);
      expect([epic, feature, story, direct].map((id) => bench.has(id))).toEqual([
        false,
        ...Array<boolean>(2).fill(rule === "top"),
        false,
      ]);
      if (rule === "top") expect(bench.plan(feature).PortfolioParentId).toBe(NO_ID);
    }
    // What comes to be read takes its place above them.
    bench.edit(epic, { "System.TeamProject": bench.project.name });
    await settled();
    expect([bench.plan(feature).PortfolioParentId, bench.task(direct).WorkPlanId]).toEqual(
      Array(2).fill(bench.plan(epic).id),
    );
    expect(bench.task(story).WorkPlanId).toBe(bench.plan(feature).id);
  });

  it("whose item is moved under its own child in one patch, so that the child loses its parent", async () => {
    const { epic, feature, story, task } = bench.tree();
    await settled();
    const before = [epic, feature].map((id) => bench.plan(id).id);
    const tasks = [story, task].map((id) => bench.task(id).id);

    bench.moveUnderChild(epic, feature);
    await settled();
    // An epic lies below no feature.
    expect([epic, feature].map((id) => bench.plan(id).PortfolioParentId)).toEqual([NO_ID, NO_ID]);

    bench.edit(epic, { "System.WorkItemType": "Feature" });
    bench.edit(feature, { "System.WorkItemType": "Epic" });
    bench.moveUnderChild(story, task);
    bench.moveItem(task, feature);
    await settled();
    expect([epic, feature].map((id) => bench.plan(id).PortfolioParentId)).toEqual([bench.plan(feature).id, NO_ID]);
    expect([story, task].map((id) => bench.task(id).ParentId)).toEqual([bench.task(task).id, NO_ID]);
    expect([epic, feature].map((id) => bench.plan(id).id)).toEqual(before);
    expect([story, task].map((id) => bench.task(id).id)).toEqual(tasks);
  });

  it.each(["Azure DevOps", "OnePlan"])(
    "whose plans change places in %s in one step agrees after one run, without an exception",
    async (where) => {
      const epic = bench.item("Epic", "Epic");
      const feature = bench.item("Feature", "Feature", epic);
      await settled();
      const before = [epic, feature].map((id) => bench.plan(id).id);

      if (where === "OnePlan") {
        bench.movePlan(bench.plan(feature).id, NO_ID, bench.typeId("Epic"));
        bench.movePlan(bench.plan(epic).id, bench.plan(feature).id, bench.typeId("Feature"));
      } else {
        bench.moveUnderChild(epic, feature);
        bench.edit(epic, { "System.WorkItemType": "Feature" });
        bench.edit(feature, { "System.WorkItemType": "Epic" });
      }

      expect(await reasons()).toEqual([]);

      expect([epic, feature].map((id) => bench.plan(id).id)).toEqual(before);
      expect([epic, feature].map((id) => bench.plan(id).PortfolioParentId)).toEqual([bench.plan(feature).id, NO_ID]);
      expect([epic, feature].map((id) => [bench.parentOf(id), bench.value(id, "System.WorkItemType")])).toEqual([
        [feature, "Feature"],
        [null, "Epic"],
      ]);
      await settled();
    },
  );

  it("that somebody would turn into a circle in OnePlan is refused there, and what is moved on both sides is decided", async () => {
    const parent = {
      azureDevOps: "System.Parent",
      oneplan: "Parent",
      direction: "both",
      conflict: "azureDevOps",
    } as const;
    bench.set({ planFields: [title, parent] });
    const [one, two, three] = [bench.item("Epic", "One"), bench.item("Epic", "Two"), bench.item("Epic", "Three")];
    const feature = bench.item("Feature", "Feature", one);
    await settled();
    expect(() => bench.movePlan(bench.plan(one).id, bench.plan(feature).id)).toThrow("below itself");

    bench.moveItem(feature, two);
    bench.movePlan(bench.plan(feature).id, bench.plan(three).id);
    await settled();

    expect([bench.parentOf(feature), bench.plan(feature).PortfolioParentId]).toEqual([two, bench.plan(two).id]);
  });

  it("whose children are told long before their parents, on other pages, comes whole", async () => {
    // More than are read in one batch (200), and handed on in one page (500). No plan is above them: they are skipped.
    const between = 520;
    const story = bench.item("User Story", "Story");
    const feature = bench.item("Feature", "Feature");
    const others = Array.from({ length: between }, (_, at) => bench.item("User Story", `Between ${at}`));
    const epic = bench.item("Epic", "Epic");
    bench.moveItem(story, feature);
    bench.moveItem(feature, epic);

    const first = await bench.run();

    expect([first.status, first.exceptions, first.counts.skip]).toEqual(["Success", [], between]);
    expect([bench.task(story).WorkPlanId, bench.plan(feature).PortfolioParentId]).toEqual([
      bench.plan(feature).id,
      bench.plan(epic).id,
    ]);
    await settled();

    const [later, below] = [bench.item("User Story", "Later story"), bench.item("Feature", "Later feature")];
    for (const id of others) bench.edit(id, { "Microsoft.VSTS.Common.Priority": 1 });
    const above = bench.item("Epic", "Later epic");
    // Saved at the parents: no revision of what lies below them follows them.
    for (const [parent, child] of [
      [above, below],
      [below, later],
    ] as const) {
      bench.patch(parent, [{ op: "add", path: "/relations/-", value: { rel: CHILD, url: addressOf(child) } }]);
    }
    await settled();

    expect([bench.task(later).WorkPlanId, bench.plan(below).PortfolioParentId]).toEqual([
      bench.plan(below).id,
      bench.plan(above).id,
    ]);
  });

  it("with the project as the plan above all others", async () => {
    bench.set({ projectPlanType: "Project" });
    const epic = bench.item("Epic", "Epic");
    const story = bench.item("User Story", "In the project itself");
    await settled();

    const [project] = bench.plans().filter(({ Name }) => Name === bench.project.name);
    expect([bench.plan(epic).PortfolioParentId, bench.task(story).WorkPlanId]).toEqual([project?.id, project?.id]);
  });

  it("that a run leaves half done is made whole by the next one", async () => {
    const epic = bench.item("Epic", "Epic");
    const feature = bench.item("Feature", "Feature", epic);
    const stories = Array.from({ length: 5 }, (_, at) => bench.item("User Story", `S${at}`, feature));
    const over = new AbortController();
    let writes = 0;
    const { definition } = bench;
    bench.definition = (dryRun?: boolean) => {
      const made = definition.call(bench, dryRun);
      const create = made.b.create.bind(made.b);
      made.b.create = async (object, signal) => {
        if ((writes += 1) === 4) over.abort();
        return create(object, signal);
      };
      return made;
    };
    expect((await bench.run({ signal: over.signal })).status).toBe("Failure");
    bench.definition = definition;
    bench.later(60);
    await bench.run();
    await settled();

    expect(stories.map((id) => bench.task(id).WorkPlanId)).toEqual(Array(5).fill(bench.plan(feature).id));
  });
});
