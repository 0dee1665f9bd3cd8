/** What has to agree before the first write, read from the stand-in's two hosts; nothing is written. */
import { describe, expect, it } from "@jest/globals";
import { renderPlansCheck } from "../../../../cli/terminal/plans-check.ts";
import type { PlansField, PlansOrganization } from "../../../../contract/outputs/plans.ts";
import { directory } from "../../../../sandbox/directory/index.ts";
import { text } from "../../../../sandbox/directory/model.ts";
import { createPersonalAccessToken, ORGANIZATION } from "../../../../sandbox/hosts/azure-devops/organization.ts";
import { createAzureDevOpsClient } from "../../../../sync/connectors/azure-devops/index.ts";
import { createOnePlanClient } from "../../../../sync/connectors/oneplan/client.ts";
import { checkPlans, type PlansCheck } from "../../../../sync/kinds/plans/checks/index.ts";
import { peopleOf } from "../../../../sync/kinds/plans/people.ts";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const title: PlansField = { azureDevOps: "System.Title", oneplan: "Name", direction: "both" };

let bench: PlansBench;
inNewProjects((made) => (bench = made));

async function check(
  changes: Partial<PlansOrganization> = {},
  scopes = ["vso.work_write", "vso.project"],
): Promise<PlansCheck> {
  const { world } = bench.sandbox;
  const personalToken = createPersonalAccessToken(world, new Date(world.now().getTime() + DAY_MS), { scopes });
  bench.sandbox.requests.mark();
  return checkPlans({
    organization: { ...bench.organization, ...changes },
    azureDevOps: createAzureDevOpsClient({
      organization: ORGANIZATION,
      proof: () => Promise.resolve({ personalToken }),
      mend: "Make a new token.",
    }),
    oneplan: oneplan(),
    signal: new AbortController().signal,
  });
}

/** Mail addresses of OnePlan's people. */
async function resources(): Promise<string[]> {
  return (await peopleOf(oneplan(), new AbortController().signal)).flatMap(({ mail }) => mail ?? []);
}

function oneplan() {
  const { name: keyName, value } = bench.sandbox.world.oneplanKey;
  return createOnePlanClient({ baseUrl: "https://my.oneplan.ai", keyName, key: () => Promise.resolve(value) });
}

/** Of the findings those that stop, and those that do not. */
async function findingsOf(changes: Partial<PlansOrganization>): Promise<{ stops: string[]; costs: string[] }> {
  const { findings } = await check(changes);
  const texts = (stops: boolean) => findings.filter((each) => (each.stops ?? false) === stops).map((each) => each.text);
  return { stops: texts(true), costs: texts(false) };
}

describe("the check", () => {
  it("finds nothing where all agrees, and writes nothing", async () => {
    bench.item("Epic", "Epic");
    const revisions = bench.revisions();

    const { findings, items, leftBehind, unmatched } = await check();

    expect(findings).toEqual([]);
    expect([items, leftBehind, unmatched]).toEqual([1, [], []]);
    expect(bench.revisions()).toBe(revisions);
    // The one that Azure DevOps only looked at.
    expect(bench.writes.map((each) => each.replace(/.*\//, ""))).toEqual(["$Epic"]);
    expect(bench.plans()).toEqual([]);
  });

  it.each<[string, Partial<PlansOrganization>, string[]]>([
    [
      "types in a wrong order, with the right one",
      { planTypes: ["Feature", "Epic"] },
      ["The types that become plans are nested otherwise in the process: name them as Epic, Feature."],
    ],
    [
      "a type that the process does not have",
      { taskTypes: ["Product Backlog Item"] },
      [expect.stringContaining('The process has no work item type "Product Backlog Item"') as unknown as string],
    ],
    [
      "a type of plans that OnePlan does not have, letter by letter",
      { projectPlanType: "program" },
      [
        'OnePlan has no plan type "program": its name has to be that of the work item type, letter by letter. Make it in OnePlan, or take the type out of the settings.',
      ],
    ],
    [
      "a field that is misspelt",
      { planFields: [title, { azureDevOps: "System.Descriptoin", oneplan: "Description", direction: "both" }] },
      ['Azure DevOps has no field "System.Descriptoin": did you mean "System.Description"?'],
    ],
    [
      "a field that OnePlan does not have",
      { planFields: [title, { azureDevOps: "System.Description", oneplan: "Target Date", direction: "toOnePlan" }] },
      ['OnePlan has no field "Target Date" of plans; that is what people see; its internal name is "TargetDate".'],
    ],
    [
      "a field that follows from others in OnePlan",
      {
        planFields: [
          title,
          { azureDevOps: "Microsoft.VSTS.Scheduling.StartDate", oneplan: "StartDate", direction: "both" },
        ],
      },
      [
        'OnePlan lets nobody write "StartDate" of plans, which follows from other values: write direction: toAzureDevOps, or leave it out.',
      ],
    ],
    [
      "a field that nobody writes in Azure DevOps",
      {
        planFields: [
          title,
          { azureDevOps: "Microsoft.VSTS.Common.StateChangeDate", oneplan: "TargetDate", direction: "both" },
        ],
      },
      [
        "Azure DevOps lets nobody write Microsoft.VSTS.Common.StateChangeDate: write direction: toOnePlan or once, or leave it out.",
      ],
    ],
    [
      "fields of two kinds",
      {
        planFields: [
          title,
          { azureDevOps: "Microsoft.VSTS.Scheduling.TargetDate", oneplan: "Priority", direction: "toOnePlan" },
        ],
      },
      [
        'Microsoft.VSTS.Scheduling.TargetDate is a date in Azure DevOps, and "Priority" a number in OnePlan: map it to a field of the same kind.',
      ],
    ],
    [
      "a query with an error",
      { query: "[System.Tagz] = 'x'" },
      [expect.stringContaining("Correct query in the settings and deploy (pulumi up).") as unknown as string],
    ],
  ])("stops at %s", async (_, changes, texts) => {
    expect((await findingsOf(changes)).stops).toEqual(texts);
  });

  it("tells of a project that is not there, and looks at the others", async () => {
    bench.item("Epic", "Epic");

    const { findings, items } = await check({ projects: ["Renamed", bench.project.name] });

    expect(findings.map(({ text }) => text)).toEqual([
      'The organization contoso has no project "Renamed", or does not show it: name it under projects as it is called now, and deploy (pulumi up).',
    ]);
    expect(items).toBe(1);
  });

  it("tells which choices nothing is said of, which way, and which values are of no side", async () => {
    const status: PlansField = { azureDevOps: "System.State", oneplan: "Status", direction: "both" };
    const values = [{ azureDevOps: "Removed", oneplan: "Closed" }];

    expect((await findingsOf({ planFields: [title, status] })).costs).toEqual([
      expect.stringMatching(/^"Status" of OnePlan has no choice for "Removed" of System\.State: add what each is/),
    ]);
    expect(await findingsOf({ planFields: [title, { ...status, values }] })).toEqual({ stops: [], costs: [] });
    const misspelt = [...values, { azureDevOps: "Nwe", oneplan: "New" }];
    expect((await findingsOf({ planFields: [title, { ...status, values: misspelt }] })).costs).toEqual([
      expect.stringMatching(
        /^System\.State takes nothing that "New" of "Status" in OnePlan could be: add what each is/,
      ),
      'The value "Nwe" - "New" is of no side: correct it under values, letter by letter.',
    ]);
  });

  it("tells what stays behind once for each item, and whom OnePlan does not know", async () => {
    const { world } = bench.sandbox;
    const known = new Set((await resources()).map((mail) => mail.toLowerCase()));
    const somebody = [...directory(world).users.values()].find((user) => {
      const name = text(user, "userPrincipalName");
      return !known.has(name.toLowerCase()) && !name.includes("#");
    });
    if (somebody === undefined) throw new Error("OnePlan knows everybody.");
    const stranger = text(somebody, "userPrincipalName");
    const epic = bench.item("Epic", "With papers");
    bench.item("Feature", "Plain", epic);
    bench.patch(epic, [
      {
        op: "add",
        path: "/relations/-",
        value: {
          rel: "AttachedFile",
          url: "https://dev.azure.com/contoso/_apis/wit/attachments/00000000-0000-0000-0000-000000000001",
        },
      },
      { op: "add", path: "/fields/System.AssignedTo", value: stranger },
    ]);

    const story = bench.item("User Story", "Talked about", epic);
    for (const text of ["Is it done?", "Yes."]) bench.comment(story, text);
    bench.comment(epic, "Where is it?");

    const found = await check();

    expect(found.leftBehind).toEqual([
      { id: epic, title: "With papers", attachments: 1, comments: 1 },
      { id: story, title: "Talked about", attachments: 0, comments: 2 },
    ]);
    expect(found.items).toBe(3);
    expect(found.unmatched).toEqual([{ name: `${text(somebody, "displayName")} <${stranger}>`, items: 1 }]);
    const page = renderPlansCheck(found, { color: false, named: false });
    expect(page).toContain("stays   Attachments and comments of 2 items stay in Azure DevOps alone.");
    expect(page).toContain(`  ${epic}  With papers  1 attachment, 1 comment\n  ${story}  Talked about  2 comments\n`);
  });

  it("says that a token may read and not write", async () => {
    const { findings } = await check({}, ["vso.work", "vso.project"]);

    expect(findings).toEqual([
      {
        where: "Azure DevOps",
        subject: "contoso",
        text: expect.stringContaining("Make a new token.") as unknown as string,
        stops: true,
      },
    ]);
  });
});
