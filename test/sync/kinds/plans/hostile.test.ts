/** Names of work items, plans, types and queries that would act where they are printed, or in a query. */
import { expect, it } from "@jest/globals";
import { renderItem } from "../../../../cli/terminal/explain-item.ts";
import { renderConnected, renderTakenApart } from "../../../../cli/terminal/plans.ts";
import { renderPlansCheck } from "../../../../cli/terminal/plans-check.ts";
import { renderReport } from "../../../../cli/terminal/report.ts";
import { renderRun, renderRuns } from "../../../../cli/terminal/runs.ts";
import { printableJson, printableText } from "../../../../contract/text/printable.ts";
import { createProject } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import { checkPlans } from "../../../../sync/kinds/plans/checks/index.ts";
import { connectedPlans } from "../../../../sync/kinds/plans/by-hand/connect.ts";
import { disconnectPlan } from "../../../../sync/kinds/plans/by-hand/disconnect.ts";
import { explainItem } from "../../../../sync/kinds/plans/explain.ts";
import { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

/** What acts, and lines that begin as a title of these does. */
function acting(text: string): string[] {
  const characters = [...text.matchAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu)].map(([found]) =>
    JSON.stringify(found),
  );
  const lines = text.split("\n").filter((line) => /^\s*(fake|::)|##(vso)?\[/i.test(line));
  return [...characters, ...lines];
}

it.each([
  "::error file=x::fake",
  "##vso[task.setvariable variable=x]fake",
  "x\nfake\n::error::fake",
  "x\r\u001b[2J\u001b]8;;https://elsewhere.example\u0007fake\u001b]8;;\u0007",
  "\u202efake\u2066\u200b",
  "<img src=x onerror=alert(1)> & </pre>",
  "'; DROP -- ' OR 1=1 ) [System.Id] \"x\" \\ {{x}} ${x} %s",
])("nothing acts of %j", async (title) => {
  bench.set({
    planFields: [
      { azureDevOps: "System.Title", oneplan: "Name", direction: "both" },
      { azureDevOps: title, oneplan: title, direction: "both" },
    ],
  });
  const epic = bench.item("Epic", title);
  const check = await checkPlans({ ...(await bench.connected()) });
  bench.set({ planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }] });
  const dry = await bench.run({ dryRun: true });
  await bench.run();
  bench.edit(epic, { "System.Title": `${title}!` });
  bench.editPlan(bench.plan(epic).id, { Name: `${title}?` });
  const run = await bench.run();
  const explained = await explainItem({
    ...{ definition: bench.definition(), state: await bench.store.read(), asked: String(epic) },
    ...{ signal: AbortSignal.timeout(60_000), now: () => bench.now },
  });
  const connected = await connectedPlans(await bench.connected());
  const taken = await bench.locked((one) => disconnectPlan(one, bench.plan(epic).id, false));
  const plain = { color: false, whole: true };

  const rendered = [
    renderPlansCheck(check, { color: false, named: true }),
    renderReport(dry, plain),
    renderReport(run, plain),
    renderRuns([run], [], { color: false, now: bench.now }),
    renderRun(run, undefined, { color: false, now: bench.now }),
    renderItem(explained, { color: false, now: bench.now }),
    renderConnected(connected.map((each) => ({ organization: title, ...each }))),
    renderTakenApart(taken, false),
    printableJson([check, dry, run, explained, connected, taken]),
  ];

  expect(rendered.map((text) => acting(printableText(text)))).toEqual(rendered.map(() => []));
  expect(run.counts.fail).toBe(1);
});

it.each(["It's", "O'Hara's \"Web\"", "Rollout (old) & new", "[System.Id]", "100%", "Größe é 漢字"])(
  "a project, an area and a type are read under whatever name: %s",
  async (name) => {
    const project = createProject(bench.sandbox.world, `${name} ${crypto.randomUUID().slice(0, 4)}`, "Agile");
    const own = new PlansBench(bench.sandbox, { project });
    try {
      const area = own.area(name);
      own.set({ area, query: `[System.AreaPath] UNDER '${area.replaceAll("'", "''")}'` });
      const epic = own.item("Epic", name, undefined, { "System.AreaPath": area });
      own.item("Epic", "Outside the area");

      await own.settled();

      expect(own.plans().map(({ Name }) => Name)).toEqual([name]);
      expect(own.plan(epic).Name).toBe(name);
    } finally {
      await own.close();
    }
  },
);
