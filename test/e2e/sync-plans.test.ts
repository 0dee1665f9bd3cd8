/** Work items and plans by the command line: declared, deployed, synced by the sync identity, and looked at. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { addMember, organization } from "../../sandbox/hosts/azure-devops/organization.ts";
import { createItem, updateItem } from "../../sandbox/hosts/azure-devops/saves.ts";
import { newest, SOMEBODY, tracking } from "../../sandbox/hosts/azure-devops/tracking.ts";
import { planData } from "../../sandbox/hosts/oneplan/plan-store.ts";
import { createPlan, updatePlan } from "../../sandbox/hosts/oneplan/plans.ts";
import { run } from "../../sandbox/run.ts";
import type { ItemExplanation } from "../../sync/kinds/plans/explain.ts";
import type { RunReport } from "../../sync/run/report.ts";
import { cli, type Deployed, deployable } from "./deployed.ts";

const TITLE = "/fields/System.Title";

const PLANS = `  tenantwire:plans:
    organizations:
      - name: contoso
        projects: [Rollout]
        planTypes: [Epic]
        taskTypes: [User Story, Bug]
        outsideIterations: true
        planFields:
          - { azureDevOps: System.Title, oneplan: Name, direction: both, conflict: azureDevOps }
`;

let world: Deployed;
let epic: number;

beforeAll(async () => {
  world = await deployable({ users: 20 });
  world.edit((written) => written.replace("config:\n", `config:\n${PLANS}`));
  await world.stack.up();
  await world.writeOutputs((outputs) => {
    addMember(world.sandbox.world, outputs.syncIdentity?.principalId ?? "");
  });
  const store = tracking(world.sandbox.world);
  const [project] = organization(world.sandbox.world).projects;
  if (!project) throw new Error("There is no project.");
  epic = createItem(store, project, "Epic", [{ op: "add", path: TITLE, value: "Epic" }], { by: SOMEBODY }).id;
  const parent = {
    rel: "System.LinkTypes.Hierarchy-Reverse",
    url: `https://dev.azure.com/contoso/_apis/wit/workItems/${epic}`,
  };
  createItem(
    store,
    project,
    "User Story",
    [
      { op: "add", path: TITLE, value: "Story" },
      { op: "add", path: "/relations/-", value: parent },
    ],
    { by: SOMEBODY },
  );
}, 240_000);

afterAll(() => world.close());

async function tenantwire(...args: string[]) {
  const where = ["--outputs", world.outputsFile, "--state", world.stateFile];
  return run(["node", cli, ...args, ...where], { cwd: world.stack.folder, env: world.env });
}

async function sync(...args: string[]): Promise<RunReport> {
  const { stdout, stderr } = await tenantwire("sync", "plans", "--json", ...args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as RunReport;
}

const plan = () => {
  const found = Object.values(planData(world.sandbox.world).plans).find(({ Integrations }) => Integrations.length > 0);
  if (!found) throw new Error("No plan goes with anything.");
  return found;
};

it("shows a tree beforehand, and makes plan and task", async () => {
  const dry = await tenantwire("sync", "plans", "--dry-run");
  expect(dry.stdout).toMatch(/create {3}Epic Epic .*\n {4}create {5}User Story Story/);
  const report = await sync();

  expect(report).toMatchObject({ status: "Success", sync: "plans-contoso", source: "Azure DevOps", target: "OnePlan" });
  expect(report.counts.create).toBe(2);
  expect(report.requests).toMatchObject({
    "azure-devops": expect.any(Number) as unknown,
    oneplan: expect.any(Number) as unknown,
  });
  expect(plan().Name).toBe("Epic");
}, 120_000);

it("carries changes of both sides, tells of its runs, and explains an item", async () => {
  updateItem(tracking(world.sandbox.world), epic, [{ op: "add", path: TITLE, value: "From Azure DevOps" }], {
    by: SOMEBODY,
  });
  const first = await sync("--target", "contoso");
  expect(first).toMatchObject({ mode: "delta", counts: { update: 1, fail: 0 } });
  expect(plan().Name).toBe("From Azure DevOps");
  updatePlan(world.sandbox.world, plan().id, { WorkPlan: { Name: "From OnePlan" } }, true, SOMEBODY.id);
  expect((await sync()).counts.update).toBe(1);
  const item = tracking(world.sandbox.world).data.items[epic];
  expect(item && newest(item).values["System.Title"]).toBe("From OnePlan");
  expect((await sync()).counts).toMatchObject({ update: 0, fail: 0 });

  const runs = JSON.parse((await tenantwire("runs", "--sync", "plans", "--json")).stdout) as { sync: string }[];
  expect(runs.map(({ sync: name }) => name)).toEqual(["plans-contoso"]);
  const explained = JSON.parse((await tenantwire("explain", "item", String(epic), "--json")).stdout) as ItemExplanation;
  expect(explained).toMatchObject({ label: "From OnePlan", next: [{ kind: "none" }] });
}, 120_000);

it("does by hand what is asked of one plan: import and export decide, create makes, disconnect takes apart", async () => {
  const { sandbox } = world;
  const retitle = (value: string) =>
    updateItem(tracking(sandbox.world), epic, [{ op: "add", path: TITLE, value }], { by: SOMEBODY });
  const titleOf = (id: number) => {
    const item = tracking(sandbox.world).data.items[id];
    return item && newest(item).values["System.Title"];
  };
  retitle("By hand in Azure DevOps");
  updatePlan(sandbox.world, plan().id, { WorkPlan: { Name: "By hand in OnePlan" } }, true, SOMEBODY.id);
  const { id } = plan();

  const dry = await tenantwire("plans", "export", id, "--dry-run");
  expect([dry.code, dry.stderr]).toEqual([0, ""]);
  expect(dry.stdout).toContain("System.Title: By hand in Azure DevOps -> By hand in OnePlan");
  expect(titleOf(epic)).toBe("By hand in Azure DevOps");
  const exported = JSON.parse((await tenantwire("plans", "export", id, "--json")).stdout) as RunReport;
  expect(exported).toMatchObject({ status: "Success", trigger: "export", counts: { update: 1 } });
  expect(titleOf(epic)).toBe("By hand in OnePlan");
  retitle("Imported");
  expect((await tenantwire("plans", "import", "By hand in OnePlan")).stdout).toContain("Success");
  expect(plan().Name).toBe("Imported");
  for (const named of ["Imported", id, id.toUpperCase()]) {
    const opened = await tenantwire("plans", "open", named);
    expect([opened.code, opened.stdout, opened.stderr]).toEqual([
      0,
      `https://dev.azure.com/contoso/_workitems/edit/${epic}\n`,
      "",
    ]);
  }

  const type = plan().PlannerTypeId;
  createPlan(sandbox.world, { WorkPlan: { Name: "New", PlanType: type, Fields: {} } }, SOMEBODY.id);
  const made = await tenantwire("plans", "create", "New");
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const created = Object.keys(tracking(sandbox.world).data.items).map(Number).at(-1) ?? 0;
  expect(titleOf(created)).toBe("New");
  const again = await tenantwire("plans", "create", "New");
  expect([again.code, again.stdout]).toEqual([2, ""]);
  expect(again.stderr).toContain(`The plan "New" goes with work item ${created} already.`);

  expect((await tenantwire("plans", "disconnect", "New", "--dry-run")).stdout).toContain("Nothing was written.");
  expect((await tenantwire("plans", "disconnect", "New")).code).toBe(0);
  expect((await sync("--full")).counts).toMatchObject({ create: 0, update: 0, disable: 0, fail: 0 });
  expect((await tenantwire("plans", "list")).stdout).toMatch(new RegExp(`${created}  New +disconnected`));
  const apart = await tenantwire("plans", "open", "New");
  expect([apart.code, apart.stdout]).toEqual([2, ""]);
  expect(apart.stderr).toContain("goes with a work item.");
  expect((await tenantwire("plans", "connect", "New", "--to", String(created))).code).toBe(0);
  expect((await sync()).status).toBe("Success");
  expect((await tenantwire("plans", "list")).stdout).not.toContain("disconnected");
}, 240_000);
