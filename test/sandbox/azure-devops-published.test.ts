import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ORGANIZATION } from "../../sandbox/hosts/azure-devops/organization.ts";
import { linked, PARENT, PATCH, set, startOrganization } from "./azure-devops-client.ts";
import type { Organization } from "./azure-devops-client.ts";
import { azureDevOpsContract } from "./azure-devops-contract.ts";
import type { CheckAnswer } from "./azure-devops-contract.ts";

/** The published contracts are no part of the project: whoever has them names their folder. */
const folder = join(
  process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../shared/contracts"),
  "azure-devops",
);
const missing = `[skipped: no published contracts at ${folder}; TENANTWIRE_CONTRACTS names their folder]`;
const suite = existsSync(folder) ? describe : describe.skip;
const title = (text: string) => (existsSync(folder) ? text : `${text} ${missing}`);

suite(title("answers of Azure DevOps against what is published"), () => {
  let home: Organization;
  let check: CheckAnswer;
  /** Answers by the name of the published example that asks the same. */
  const answers = new Map<string, { method: string; path: string; status: number; body: unknown }>();

  beforeAll(async () => {
    home = await startOrganization();
    check = azureDevOpsContract(folder).answer;
    await everything();
  });
  afterAll(() => home.stop());

  async function everything(): Promise<void> {
    const ask = async (example: string, method: string, path: string, body?: unknown, type?: string) => {
      const answer = await home.ask(method, path, { body, ...(type !== undefined && { type }) });
      const [bare = path] = path.split("?");
      const answered = answer.text === "" ? undefined : answer.json<unknown>();
      answers.set(example, { method, path: `/${ORGANIZATION}${bare}`, status: answer.status, body: answered });
      return answered as { id: number; url: string };
    };
    const wit = "/Rollout/_apis/wit";
    const patch = (id: number, steps: unknown, more = "") =>
      ["PATCH", `${wit}/workitems/${id}${more}`, steps, PATCH] as const;

    await ask(
      "wit/classificationNodes/POST__wit_classificationNodes_iterations",
      "POST",
      `${wit}/classificationnodes/Iterations`,
      {
        name: "Final Iteration",
        attributes: { startDate: "2014-10-27T00:00:00Z", finishDate: "2014-10-31T00:00:00Z" },
      },
    );
    await ask(
      "wit/classificationNodes/POST__wit_classificationNodes_areas__areaParent_",
      "POST",
      `${wit}/classificationnodes/Areas`,
      { name: "Website" },
    );
    for (const [group, path, name] of [
      [0, "Website", "Pages"],
      [1, "Final Iteration", "Week 1"],
    ] as const) {
      const node = { name, attributes: { startDate: "2014-10-27T00:00:00Z" } };
      const tree = ["Areas", "Iterations"][group];
      expect((await home.ask("POST", `${wit}/classificationnodes/${tree}/${path}`, { body: node })).status).toBe(201);
    }
    const epic = await home.create("Epic", "Parent");
    const passing = await home.create("Feature", "Comes and goes", [linked(PARENT, epic.id)]);
    await home.update(passing.id, { op: "remove", path: "/relations/0" });
    const item = await ask(
      "wit/workItems/POST__wit_workitems_create",
      "POST",
      `${wit}/workitems/$Task`,
      [
        set("System.Title", "JavaScript implementation"),
        set("System.Description", "Follow the code samples from MSDN"),
        linked(PARENT, epic.id, { comment: "decomposition of work" }),
      ],
      PATCH,
    );
    const text = await ask(
      "text",
      "POST",
      `${wit}/attachments?fileName=Spec.txt`,
      undefined,
      "application/octet-stream",
    );
    await ask(
      "wit/workItems/PATCH__wit_workitems__taskId_9",
      ...patch(item.id, [{ op: "test", path: "/rev", value: 1 }, set("System.Tags", "Tag1; Tag2")]),
    );
    await ask(
      "attached",
      ...patch(item.id, [
        {
          op: "add",
          path: "/relations/-",
          value: { rel: "AttachedFile", url: text.url, attributes: { comment: "Spec" } },
        },
      ]),
    );
    await ask(
      "wit/workItems/PATCH__wit_workitems__taskId_validate_only",
      ...patch(item.id, [set("System.Title", "Tried")], "?validateOnly=true"),
    );
    await ask("wit/workItems/GET__wit_WorkItems_id", "GET", `${wit}/workitems/${item.id}`);
    await ask(
      "wit/workItems/GET__wit_WorkItems_ids-_ids___expand-all",
      "GET",
      `/_apis/wit/workitems?ids=${epic.id},${item.id}&$expand=all`,
    );
    await ask(
      "wit/workItems/GET__wit_WorkItems_ids-_ids__fields-_columns_",
      "GET",
      `/_apis/wit/workitems?ids=${epic.id}&fields=System.Id,System.Title,System.WorkItemType`,
    );
    await ask(
      "wit/workItemsBatch/POST__wit_WorkItemsBatch_ids-_ids__fields-_columns_",
      "POST",
      `/_apis/wit/workitemsbatch`,
      {
        ids: [epic.id, item.id],
        fields: ["System.Id", "System.Title", "System.WorkItemType"],
      },
    );
    await ask("wit/updates/GET__list_of_workitem_updates", "GET", `${wit}/workItems/${epic.id}/updates`);
    await ask("wit/updates/GET__work_item_update", "GET", `${wit}/workItems/${item.id}/updates/1`);
    await ask("wit/revisions/GET__list_workitem_revisions", "GET", `${wit}/workItems/${item.id}/revisions`);
    await ask("wit/revisions/GET__workitem_revision", "GET", `${wit}/workItems/${item.id}/revisions/1`);
    await ask(
      "wit/comments/POST__wit_workitems__taskId__comments_create",
      "POST",
      `${wit}/workItems/${item.id}/comments?api-version=7.1-preview.4`,
      { text: "Moving" },
    );
    await ask("second", "POST", `${wit}/workItems/${item.id}/comments?api-version=7.1-preview.4`, { text: "Moved" });
    await ask(
      "wit/comments/GET__wit_workitems__issueId__comments_1",
      "GET",
      `${wit}/workItems/${item.id}/comments?$top=1&api-version=7.1-preview.4`,
    );
    await ask("wit/wiql/GET__wit_get_id_workitems", "POST", `${wit}/wiql`, {
      query:
        "Select [System.Id], [System.Title], [System.State] From WorkItems Where [System.WorkItemType] = 'Task' order by [Microsoft.VSTS.Common.Priority] asc, [System.CreatedDate] desc",
    });
    await ask(
      "wit/workItemRevisions/GET__wit_reporting_workItemRevisions",
      "GET",
      `${wit}/reporting/workitemrevisions`,
    );
    await ask(
      "wit/workItemRevisions/POST__wit_reporting_workItemRevisions_watermark-794",
      "POST",
      `${wit}/reporting/workitemrevisions`,
      {
        types: ["Task"],
        fields: ["System.WorkItemType", "System.Title", "System.AreaPath"],
        includeIdentityRef: true,
      },
    );
    await ask(
      "wit/workItemRevisions/GET__wit_reporting_workItemRevisions_includeIdentityRef-true_watermark-794",
      "GET",
      `${wit}/reporting/workitemrevisions?includeIdentityRef=true`,
    );
    await ask("wit/workItemLinks/GET__wit_reporting_workItemLinks_50", "GET", `${wit}/reporting/workitemlinks`);
    await ask(
      "wit/classificationNodes/GET__wit_classificationNodes_areas__depth-2",
      "GET",
      `${wit}/classificationnodes/Areas?$depth=2`,
    );
    await ask(
      "wit/classificationNodes/GET__wit_classificationNodes_iterations__depth-2",
      "GET",
      `${wit}/classificationnodes/Iterations?$depth=2`,
    );
    await ask("wit/workItemTypes/GET__wit_workItemTypes", "GET", `${wit}/workitemtypes`);
    await ask("wit/workItemTypes/GET__wit_workItemTypes_Bug", "GET", `${wit}/workitemtypes/Bug`);
    await ask("wit/workItemTypeStates/GET__workitem_type_states", "GET", `${wit}/workitemtypes/Bug/states`);
    await ask("wit/workItemTypesField/GET__workItemType_fields", "GET", `${wit}/workitemtypes/Bug/fields`);
    await ask(
      "wit/workItemTypesField/GET__workItemType_field_expand",
      "GET",
      `${wit}/workitemtypes/Bug/fields/System.State?$expand=all`,
    );
    await ask("wit/workItemTypeCategories/GET__wit_workItemTypeCategories", "GET", `${wit}/workitemtypecategories`);
    await ask("wit/workItemRelationTypes/GET__relation_types", "GET", "/_apis/wit/workitemrelationtypes");
    await ask("wit/fields/GET__wit_fields", "GET", `${wit}/fields`);
    await ask("wit/fields/GET__wit_fields__fieldName_", "GET", `${wit}/fields/System.IterationPath`);
    await ask(
      "work/backlogConfiguration/GET__work_backlogconfiguration",
      "GET",
      "/Rollout/Rollout Team/_apis/work/backlogconfiguration",
    );
    await ask(
      "work/processConfiguration/GET__work_processconfiguration",
      "GET",
      "/Rollout/_apis/work/processconfiguration",
    );
    await ask("core/projects/GET__projects", "GET", "/_apis/projects");
    await ask(
      "core/teams/GET__projects__projectId__teams",
      "GET",
      `/_apis/projects/${home.sandbox.world.guid("azure devops", "Rollout")}/teams`,
    );
    await ask("deleted", "DELETE", `${wit}/workitems/${item.id}`);
    await ask("wit/recycleBin/GET__wit_recyclebin", "GET", `${wit}/recyclebin`);
    await ask("wit/recycleBin/GET__wit_recyclebin__ids_", "GET", `${wit}/recyclebin?ids=${item.id}`);
    await ask("wit/recycleBin/GET__wit_recyclebin__id_", "GET", `${wit}/recyclebin/${item.id}`);
    await ask("wit/recycleBin/PATCH__wit_recyclebin_restore", "PATCH", `${wit}/recyclebin/${item.id}`, {
      isDeleted: false,
    });
  }

  it("every answer is of the published type", () => {
    const faults = [...answers.values()].flatMap(({ method, path, status, body }) =>
      status >= 300
        ? [`${method} ${path}: ${status} ${JSON.stringify(body)}`]
        : body === undefined
          ? []
          : check(method, path, status, body),
    );

    expect(faults).toEqual([]);
    expect(answers.size).toBeGreaterThan(40);
  });

  it("every answer has what the published example of it has", () => {
    const examples = [...answers].filter(([name]) => existsSync(join(folder, "examples", `${name}.json`)));
    const faults = examples.flatMap(([name, { body }]) => {
      const example = publishedBody(name);
      const has = pathsOf(name, body);
      return [...pathsOf(name, example)]
        .filter((path) => !has.has(path) && !isBehind(path))
        .map((path) => `${name}: ${path}`);
    });

    expect(faults).toEqual([]);
    expect(examples.length).toBeGreaterThan(35);
  });

  it.each([
    ["an unknown name", "GET", "/contoso/_apis/wit/workitems/1", { id: 1, revision: 2 }],
    ["text where a number must be", "GET", "/contoso/_apis/wit/workitems/1", { id: "1" }],
    ["a list that is none", "GET", "/contoso/p/_apis/wit/workitemtypes", { count: 1, value: [{ name: 7 }] }],
    ["what nothing is published of", "GET", "/contoso/_apis/wit/teapots", {}],
  ])("the check itself notices %s", (_what, method, path, body) => {
    expect(check(method, path, 200, body)).not.toEqual([]);
  });

  it("the published examples pass it but for the ones that it is known to be behind", () => {
    const shown = readdirSync(join(folder, "examples/wit/workItems")).filter((name) =>
      name.startsWith("GET__wit_WorkItems_ids"),
    );
    const faults = shown.flatMap((name) => {
      const body = publishedBody(`wit/workItems/${name.replace(".json", "")}`);
      return check("GET", "/fabrikam/p/_apis/wit/workitems", 200, body);
    });

    expect(faults).toEqual([]);
  });

  function publishedBody(name: string): unknown {
    const text = readFileSync(join(folder, "examples", `${name}.json`), "utf8").replace(/^\uFEFF/, "");
    const { responses } = JSON.parse(text) as { responses: Record<string, { body?: unknown }> };
    return Object.values(responses)[0]?.body;
  }
});

/** The names in a body, each once: lists and the fields of work items are looked at as a whole. */
function pathsOf(example: string, body: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) return value.forEach((each) => visit(each, `${path}[]`));
    if (typeof value !== "object" || value === null) return;
    for (const [name, each] of Object.entries(value)) {
      const key = `${path}.${name}`;
      found.add(key);
      if (!isOpen(name)) visit(each, key);
    }
  };
  // Some published lists are bare, some wrapped.
  visit(Array.isArray(body) ? { count: body.length, value: body } : body, "");
  return found;
}

/** Dictionaries, whose names are the items' own. */
function isOpen(name: string): boolean {
  return ["fields", "typeFields", "transitions", "states", "attributes", "properties", "_links"].includes(name);
}

/** What old examples have and newer answers do not. */
function isBehind(path: string): boolean {
  return [
    // Written `Name`, `Project` and so on by one example, in lower case by the others.
    /^\.(Name|Project|DeletedDate|DeletedBy)$/,
    // Not told of: a comment's id is `id` in the published type, `commentId` in examples.
    /\.commentId$/,
    // Help texts and descriptions that nobody wrote here.
    /\.(helpText|description)$/,
    // Those of a field that holds people.
    /^\.allowedValues\[\]\./,
  ].some((pattern) => pattern.test(path));
}
