import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { CHILD, linked, PARENT, set, startOrganization } from "./azure-devops-client.ts";
import type { Organization } from "./azure-devops-client.ts";

let home: Organization;

beforeAll(async () => {
  home = await startOrganization();
});
afterAll(() => home.stop());
beforeEach(() => home.behave({}));

describe("queries", () => {
  let ids: { epic: number; feature: number; story: number; bug: number; deleted: number; elsewhere: number };

  beforeAll(async () => {
    const node = (group: number, name: string) => home.wit.createOrUpdateClassificationNode({ name }, "Rollout", group);
    await node(1, "Sprint 1");
    const epic = await home.create("Epic", "Let's go", [set("Microsoft.VSTS.Common.Priority", 1)]);
    const feature = await home.create("Feature", "Feature", [linked(PARENT, epic.id), set("System.State", "Active")]);
    const story = await home.create("User Story", "Story", [set("System.IterationPath", "Rollout\\Sprint 1")]);
    const me = home.sandbox.world.ownerId;
    const bug = await home.create("Bug", "Bug", [set("System.AssignedTo", { id: me }), set("System.Tags", "a; b")]);
    const deleted = await home.create("Task", "Deleted");
    await home.wit.deleteWorkItem(deleted.id);
    const elsewhere = await home.create("Epic", "Elsewhere", [], "Integrations");
    ids = {
      epic: epic.id,
      feature: feature.id,
      story: story.id,
      bug: bug.id,
      deleted: deleted.id,
      elsewhere: elsewhere.id,
    };
  });

  const query = async (where: string, order = "", top?: number, timePrecision = false) => {
    const text = `SELECT [System.Id] FROM WorkItems WHERE ${where} ${order}`;
    const { workItems } = await home.wit.queryByWiql({ query: text }, { project: "Rollout" }, timePrecision, top);
    const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
    return (workItems ?? []).map(({ id }) => names.get(id ?? 0));
  };

  it.each<[where: string, expected: string[]]>([
    ["[System.TeamProject] = @project", ["epic", "feature", "story", "bug"]],
    ["[System.WorkItemType] = 'Epic'", ["epic", "elsewhere"]],
    ["[Work Item Type] IN ('epic', \"Bug\") AND [System.TeamProject] = 'Rollout'", ["epic", "bug"]],
    ["NOT ([System.WorkItemType] IN ('Epic', 'Bug'))", ["feature", "story"]],
    ["[System.WorkItemType] NOT IN ('Epic', 'Bug') OR [System.Title] = 'Let''s go'", ["epic", "feature", "story"]],
    ["[System.State] <> 'New' AND [System.TeamProject] = @project", ["feature"]],
    ["[System.IterationPath] UNDER 'Rollout\\Sprint 1'", ["story"]],
    ["[System.IterationPath] = 'Rollout\\Sprint 1'", ["story"]],
    ["[System.AreaPath] NOT UNDER 'Rollout'", ["elsewhere"]],
    ["[System.AssignedTo] = @Me", ["bug"]],
    ["[System.AssignedTo] <> '' AND [System.TeamProject] = @project", ["bug"]],
    ["[System.Tags] CONTAINS 'b'", ["bug"]],
    ["[System.Title] CONTAINS WORDS 'story'", ["story"]],
    ["[Microsoft.VSTS.Common.Priority] <= 1", ["epic"]],
    ["[System.Tags] IS NOT EMPTY", ["bug"]],
    ["[System.ChangedDate] >= @Today - 1 AND [System.WorkItemType] = 'Bug'", ["bug"]],
    ["[System.CreatedDate] > @today", []],
    ["[System.Title] = [System.WorkItemType]", ["feature", "bug"]],
  ])("%s", async (where, expected) => {
    expect(await query(where)).toEqual(expected);
  });

  it("sort, and stop where they are told", async () => {
    const all = "[System.TeamProject] = @project";

    expect(await query(all, "ORDER BY [System.Id] DESC")).toEqual(["bug", "story", "feature", "epic"]);
    expect(await query(all, "ORDER BY [System.State], [System.WorkItemType] desc")).toEqual([
      "feature",
      "story",
      "epic",
      "bug",
    ]);
    expect(await query(`${all} AND [System.Id] > ${ids.epic}`, "ORDER BY [System.Id]", 2)).toEqual([
      "feature",
      "story",
    ]);
  });

  it("with a project in the address still find other projects' items", async () => {
    expect(await query("[System.Title] = 'Elsewhere'")).toEqual(["elsewhere"]);
  });

  it("answer how things were", async () => {
    await home.sandbox.advance(60_000);
    const then = home.sandbox.world.now().toISOString();
    await home.sandbox.advance(60_000);
    await home.update(ids.story, set("System.Title", "Renamed"));

    expect(await query("[System.Title] = 'Story'", `ASOF '${then}'`)).toEqual(["story"]);
    expect(await query("[System.Title] = 'Story'")).toEqual([]);
    await home.update(ids.story, set("System.Title", "Story"));
  });

  it("compare to the millisecond where time counts", async () => {
    const { fields } = await home.wit.getWorkItem(ids.bug);
    const at = String(fields?.["System.ChangedDate"]);

    const bug = "[System.WorkItemType] = 'Bug'";
    expect(await query(`[System.ChangedDate] > '${at}' AND ${bug}`, "", undefined, true)).toEqual([]);
    expect(await query(`[System.ChangedDate] >= '${at}' AND ${bug}`, "", undefined, true)).toEqual(["bug"]);
  });

  it.each<[text: string, status: number, words: string]>([
    ["", 400, "TF51003"],
    ["SELECT [System.Id] FROM Workitem", 400, "TF51004"],
    ["SELECT [System.Id] FROM WorkItems WHERE", 400, "The error is caused by «the end of the query»"],
    [
      "SELECT [System.Id] FROM WorkItems WHERE [Custom.Size] = 1",
      400,
      "TF51005: The query references a field that does not exist. The error is caused by «[Custom.Size]».",
    ],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Title] = 'open", 400, "TF51006"],
    [
      "SELECT [System.Id] FROM WorkItems WHERE [System.ChangedDate] > '2026-01-02T03:04:05Z'",
      400,
      "You cannot supply a time with the date when running a query using date precision. The error is caused by «[System.ChangedDate] > '2026-01-02T03:04:05Z'».",
    ],
    [
      "SELECT [System.Id] FROM WorkItems WHERE [System.AreaPath] UNDER 'Nowhere'",
      400,
      "TF51011: The specified area path does not exist.",
    ],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Title] UNDER 'Rollout'", 400, "TF51015"],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project", 400, "@project needs a project"],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 'x'", 400, "no number"],
    [`SELECT [System.Id] FROM WorkItems WHERE [System.Title] = '${"x".repeat(32_000)}'`, 400, "32000 characters"],
    [
      "SELECT [System.Id] FROM WorkItemLinks WHERE [System.Id] = 1",
      501,
      "The stand-in tenant does not have queries of links.",
    ],
    ["SELECT [System.Id] FROM WorkItems WHERE [System.State] EVER 'New'", 501, "EVER"],
  ])("refuse %.90s", async (text, status, words) => {
    const answer = await home.ask("POST", "/_apis/wit/wiql", { body: { query: text } });

    expect([answer.status, answer.json<{ message: string }>().message]).toEqual([
      status,
      expect.stringContaining(words),
    ]);
  });

  it("have a limit, unless fewer are wanted", async () => {
    home.behave({ queryLimit: 3 });

    await expect(query("[System.TeamProject] = @project")).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining("VS402337: The number of work items returned exceeds the size limit of 3."),
      result: { typeKey: "WorkItemTrackingQueryResultSizeLimitExceededException" },
    });
    expect(await query("[System.TeamProject] = @project", "ORDER BY [System.Id]", 3)).toEqual([
      "epic",
      "feature",
      "story",
    ]);
  });
});

describe("the feed of revisions", () => {
  const page = (
    token?: string,
    more: { deleted?: boolean; latest?: boolean; size?: number; expand?: number; types?: string[] } = {},
  ) =>
    home.wit.readReportingRevisionsGet(
      "Rollout",
      undefined,
      more.types,
      token,
      undefined,
      undefined,
      more.deleted,
      undefined,
      more.latest,
      more.expand,
      undefined,
      more.size,
    );
  const last = async () => (await page()).continuationToken ?? "";

  it("tells every revision once, in the order they were saved, from a watermark on", async () => {
    const from = await last();
    const one = await home.create("Task", "One");
    const two = await home.create("Task", "Two");
    await home.update(one.id, set("System.Title", "One again"));

    const first = await page(from, { size: 2 });
    const second = await page(first.continuationToken, { size: 2 });
    const third = await page(second.continuationToken);

    const seen = [first, second].flatMap(({ values = [] }) => values.map(({ id, rev }) => [id, rev]));
    expect(seen).toEqual([
      [one.id, 1],
      [two.id, 1],
      [one.id, 2],
    ]);
    expect([first.isLastBatch, second.isLastBatch, third.isLastBatch]).toEqual([false, true, true]);
    expect(third.values).toEqual([]);
    expect(third.continuationToken).toBe(second.continuationToken);
    expect(first.continuationToken).toMatch(/^\d+;\d+;\d+$/);
    expect(third.nextLink).toContain(`continuationToken=${third.continuationToken}`);
  });

  it("leaves long texts out unless it is asked for them, and has people as text unless references are wanted", async () => {
    const from = await last();
    await home.create("Task", "Text", [set("System.Description", "<p>Long</p>")]);

    const [usual] = (await page(from)).values ?? [];
    const [expanded] = (await page(from, { expand: 1 })).values ?? [];
    const posted = await home.wit.readReportingRevisionsPost(
      { fields: ["System.Title", "System.CreatedBy"], includeIdentityRef: true },
      "Rollout",
      from,
    );

    expect(usual?.fields).not.toHaveProperty(["System.Description"]);
    expect(usual?.fields?.["System.CreatedBy"]).toMatch(/^.+ <.+@contoso\.com>$/);
    expect(expanded?.fields).toHaveProperty(["System.Description"], "<p>Long</p>");
    expect(posted.values?.[0]?.fields).toEqual({
      "System.Title": "Text",
      "System.CreatedBy": { id: home.sandbox.world.ownerId, uniqueName: expect.stringContaining("@contoso.com>") },
    });
  });

  it("tells of deleted items, types and newest revisions as it is asked", async () => {
    const from = await last();
    const task = await home.create("Task", "Goes");
    const bug = await home.create("Bug", "Stays");
    await home.update(bug.id, set("System.Title", "Stays here"));
    await home.wit.deleteWorkItem(task.id);
    const ids = async (more: Parameters<typeof page>[1]) =>
      ((await page(from, more)).values ?? []).map(({ id, rev }) => `${id === task.id ? "task" : "bug"} ${rev}`);

    expect(await ids({})).toEqual(["bug 1", "bug 2"]);
    expect(await ids({ latest: true })).toEqual(["bug 2"]);
    expect(await ids({ deleted: true, latest: true })).toEqual(["bug 2", "task 2"]);
    expect(await ids({ types: ["Task"], deleted: true })).toEqual(["task 1", "task 2"]);
    expect((await page(from, { deleted: true, latest: true })).values?.[1]?.fields).toMatchObject({
      "System.IsDeleted": true,
    });
  });

  it("begins at a time, but not at a time and a watermark", async () => {
    await home.sandbox.advance(60_000);
    const at = home.sandbox.world.now();
    const item = await home.create("Task", "After");

    const found = await home.wit.readReportingRevisionsGet("Rollout", undefined, undefined, undefined, at);

    expect(found.values?.map(({ id }) => id)).toEqual([item.id]);
    const both = `/_apis/wit/reporting/workitemrevisions?continuationToken=1&startDateTime=${at.toISOString()}`;
    expect((await home.ask("GET", both)).status).toBe(400);
    expect((await home.ask("GET", "/_apis/wit/reporting/workitemrevisions?continuationToken=x")).status).toBe(400);
  });
});

/** Microsoft's client has another type for it than Microsoft's example. */
interface LinkRow {
  readonly rel: string;
  readonly sourceId: number;
  readonly targetId: number;
  readonly isActive: boolean;
}

function linkRows({ values }: { values?: unknown[] }): LinkRow[] {
  return (values as LinkRow[]).map(({ rel, sourceId, targetId, isActive }) => ({ rel, sourceId, targetId, isActive }));
}

describe("the feed of links", () => {
  const page = (token?: string, linkTypes?: string[]) =>
    home.wit.getReportingLinksByLinkType("Rollout", linkTypes, undefined, token);

  it("tells of links that came and went, whichever end they were saved from", async () => {
    const from = (await page()).continuationToken;
    const [parent, next] = [await home.create("Epic", "Parent"), await home.create("Epic", "Next")];
    const child = await home.create("Feature", "Child");
    await home.update(parent.id, linked(CHILD, child.id));
    const added = await page(from);
    await home.update(child.id, { op: "remove", path: "/relations/0" }, linked(PARENT, next.id));
    const moved = await page(added.continuationToken, ["System.LinkTypes.Hierarchy-Forward"]);

    const rel = "System.LinkTypes.Hierarchy";
    expect(linkRows(added)).toEqual([{ rel, sourceId: parent.id, targetId: child.id, isActive: true }]);
    expect(linkRows(moved)).toEqual([
      { rel, sourceId: parent.id, targetId: child.id, isActive: false },
      { rel, sourceId: next.id, targetId: child.id, isActive: true },
    ]);
    expect((await page(from)).values).toHaveLength(2);
    expect((await page(moved.continuationToken)).values).toEqual([]);
    // The revisions say nothing of it where the child was not saved.
    expect(await home.wit.getRevisions(child.id)).toHaveLength(2);
  });

  it("tells that a deleted item's links are gone, and back", async () => {
    const parent = await home.create("Epic", "Parent");
    const child = await home.create("Feature", "Child", [linked(PARENT, parent.id)]);
    const from = (await page()).continuationToken;

    await home.wit.deleteWorkItem(child.id);
    const gone = await page(from);
    await home.wit.restoreWorkItem({ isDeleted: false }, child.id);
    const back = await page(gone.continuationToken);

    expect([gone, back].map((each) => linkRows(each).map(({ isActive }) => isActive))).toEqual([[false], [true]]);
  });
});

it("a row of links may be a relation with everything among its attributes", async () => {
  const parent = await home.create("Epic", "Parent");
  const child = await home.create("Feature", "Child", [linked(PARENT, parent.id)]);
  home.behave({ linkRows: "attributes" });

  const { values } = await home.wit.getReportingLinksByLinkType("Rollout");

  expect(values?.at(-1)).toMatchObject({ attributes: { sourceId: parent.id, targetId: child.id, isActive: true } });
});

it("suppressed notifications are no fewer revisions", async () => {
  const item = await home.create("Task", "Quiet");
  await home.wit.updateWorkItem(undefined, [set("System.Title", "Quieter")], item.id, undefined, false, false, true);

  expect(await home.wit.getRevisions(item.id)).toHaveLength(2);
});
