import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Readable } from "node:stream";
import { WorkItemErrorPolicy, WorkItemExpand } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { clientOf } from "./client.ts";
import { atRev, azdev, CHILD, HOME, linked, PARENT, PATCH, set, startOrganization } from "./azure-devops-client.ts";
import type { Organization } from "./azure-devops-client.ts";

let home: Organization;

beforeAll(async () => {
  home = await startOrganization();
});
afterAll(() => home.stop());
beforeEach(() => home.behave({}));

describe("azure-devops-node-api, unmodified", () => {
  it("makes an item that begins in the type's first state, at the roots of areas and iterations", async () => {
    const item = await home.create("User Story", "Sign in", [set("Microsoft.VSTS.Common.Priority", 2)]);

    expect(item).toMatchObject({ rev: 1, url: `${HOME}/_apis/wit/workItems/${item.id}` });
    expect(item.fields).toMatchObject({
      "System.WorkItemType": "User Story",
      "System.State": "New",
      "System.AreaPath": "Rollout",
      "System.IterationPath": "Rollout",
      "System.TeamProject": "Rollout",
      "Microsoft.VSTS.Common.Priority": 2,
      "System.CreatedBy": { id: home.sandbox.world.ownerId },
    });
    expect(item.fields).not.toHaveProperty(["System.Id"]);
  });

  it("reads what it asks for: one, some fields, relations, everything", async () => {
    const epic = await home.create("Epic", "Parent");
    const feature = await home.create("Feature", "Child", [linked(PARENT, epic.id, { comment: "of work" })]);

    const some = await home.wit.getWorkItem(feature.id, ["System.Title", "system.parent"]);
    const parent = await home.wit.getWorkItem(epic.id, undefined, undefined, WorkItemExpand.Relations);
    const all = await home.wit.getWorkItem(feature.id, undefined, undefined, WorkItemExpand.All);

    expect(some.fields).toEqual({ "System.Title": "Child", "System.Parent": epic.id });
    expect(parent.relations).toEqual([
      {
        rel: CHILD,
        url: `${HOME}/_apis/wit/workItems/${feature.id}`,
        attributes: { isLocked: false, comment: "of work", name: "Child" },
      },
    ]);
    expect(all.fields).toMatchObject({ "System.Id": feature.id, "System.Rev": 1, "System.NodeName": "Rollout" });
    expect(all).toMatchObject({ _links: { self: { href: feature.url } }, relations: [{ rel: PARENT }] });
  });

  it("gets null for what is not there", async () => {
    expect(await home.wit.getWorkItem(4_000_000)).toBeNull();
  });

  it("reads a batch: in order, whole or not at all, or with null for what is missing", async () => {
    const one = await home.create("Task", "One");
    const two = await home.create("Task", "Two");
    const ids = [two.id, 4_000_000, one.id];

    const found = await home.wit.getWorkItemsBatch({ ids, errorPolicy: WorkItemErrorPolicy.Omit });

    expect(found.map((each) => each?.id)).toEqual([two.id, undefined, one.id]);
    expect(await home.wit.getWorkItemsBatch({ ids })).toBeNull();
    expect(await home.wit.getWorkItems([one.id], ["System.Title"])).toMatchObject([
      { fields: { "System.Title": "One" } },
    ]);
    home.behave({ omitted: "absent", batchForgets: [two.id] });
    const others = await home.wit.getWorkItemsBatch({ ids, errorPolicy: WorkItemErrorPolicy.Omit });
    expect(others.map(({ id }) => id)).toEqual([one.id]);
    expect(await home.wit.getWorkItem(two.id)).toMatchObject({ id: two.id });
  });

  it("changes an item under a test of its revision, and says what changed", async () => {
    const item = await home.create("Task", "Before");

    const changed = await home.update(item.id, atRev(1), set("System.Title", "After"), set("System.State", "Active"));
    const [, update] = await home.wit.getUpdates(item.id);

    expect(changed).toMatchObject({
      rev: 2,
      fields: { "System.Title": "After", "System.Reason": "Moved to state Active" },
    });
    expect(update).toMatchObject({ id: 2, rev: 2, workItemId: item.id });
    expect(update?.fields?.["System.Title"]).toEqual({ oldValue: "Before", newValue: "After" });
    expect(Object.keys(update?.fields ?? {})).not.toContain("System.WorkItemType");
    expect(await home.wit.getRevision(item.id, 1)).toMatchObject({ fields: { "System.Title": "Before" } });
    expect((await home.wit.getRevisions(item.id)).map(({ rev }) => rev)).toEqual([1, 2]);
  });

  it("says what an item was at a moment", async () => {
    const item = await home.create("Task", "Then");
    // The client tells the moment to the second.
    await home.sandbox.advance(60_000);
    const moment = home.sandbox.world.now();
    await home.sandbox.advance(60_000);
    await home.update(item.id, set("System.Title", "Now"));

    expect(await home.wit.getWorkItem(item.id, undefined, moment)).toMatchObject({
      fields: { "System.Title": "Then" },
    });
    expect(await home.wit.getWorkItem(item.id, undefined, new Date("2020-01-01"))).toBeNull();
  });

  it("tries a change without making it", async () => {
    const item = await home.create("Task", "Kept");

    const tried = await home.wit.updateWorkItem(undefined, [set("System.Title", "Tried")], item.id, undefined, true);

    expect(tried).toMatchObject({ rev: 1, fields: { "System.Title": "Tried" } });
    expect(await home.wit.getWorkItem(item.id)).toMatchObject({ rev: 1, fields: { "System.Title": "Kept" } });
    const none = await home.wit.createWorkItem(undefined, [set("System.Title", "None")], "Rollout", "Task", true);
    expect(none.id).toBe(0);
  });

  it("bypasses the rules where it is told to: dates, people and states of long ago", async () => {
    const document = [
      set("System.Title", "Old"),
      set("System.State", "Proposed long ago"),
      set("System.CreatedDate", "2019-05-06T07:08:09Z"),
    ];

    const item = await home.wit.createWorkItem(undefined, document, "Rollout", "Task", false, true);

    expect(item.fields).toMatchObject({
      "System.State": "Proposed long ago",
      "System.CreatedDate": "2019-05-06T07:08:09Z",
    });
  });

  it("moves an item to another project and another type", async () => {
    const item = await home.create("Bug", "Moved");

    const moved = await home.update(
      item.id,
      set("System.AreaPath", "Integrations"),
      set("System.IterationPath", "Integrations"),
      set("System.TeamProject", "Integrations"),
    );
    const changed = await home.update(item.id, set("System.WorkItemType", "Task"), set("System.State", "To Do"));

    expect(moved.fields).toMatchObject({ "System.TeamProject": "Integrations", "System.AreaPath": "Integrations" });
    expect(changed.fields).toMatchObject({ "System.WorkItemType": "Task", "System.State": "To Do" });
  });

  it("adds to tags, or takes their place", async () => {
    const item = await home.create("Task", "Tagged", [set("System.Tags", "one; two")]);

    const added = await home.update(item.id, set("System.Tags", "Two; three"));
    const replaced = await home.update(item.id, { op: "replace", path: "/fields/System.Tags", value: "four" });

    expect(added.fields?.["System.Tags"]).toBe("one; two; three");
    expect(replaced.fields?.["System.Tags"]).toBe("four");
  });

  it("assigns by address, by name and address, by reference; takes away by removing", async () => {
    const { mail, name } = someone();
    const item = await home.create("Task", "Assigned", [set("System.AssignedTo", mail)]);
    const reference = item.fields?.["System.AssignedTo"] as { id: string };

    const again = await home.update(item.id, set("System.AssignedTo", `${name} <${mail}>`));
    const byReference = await home.update(item.id, set("System.AssignedTo", { id: reference.id }));
    const nobody = await home.update(item.id, { op: "remove", path: "/fields/System.AssignedTo" });

    for (const each of [item, again, byReference]) {
      expect(each.fields?.["System.AssignedTo"]).toMatchObject({ displayName: name, id: reference.id });
    }
    expect(nobody.fields).not.toHaveProperty(["System.AssignedTo"]);
  });

  it("deletes into the recycle bin, with its links, and restores them", async () => {
    const parent = await home.create("Epic", "Parent of deleted");
    const child = await home.create("Feature", "Deleted", [linked(PARENT, parent.id)]);

    const deleted = await home.wit.deleteWorkItem(child.id, "Rollout");
    const orphaned = await home.wit.getWorkItem(parent.id, undefined, undefined, WorkItemExpand.All);

    expect(deleted).toMatchObject({ id: child.id, code: 200, name: "Deleted", resource: { rev: 2 } });
    expect(await home.wit.getWorkItem(child.id)).toBeNull();
    expect(orphaned.relations).toBeUndefined();
    expect(await home.wit.getDeletedWorkItemShallowReferences("Rollout")).toContainEqual(
      expect.objectContaining({ id: child.id }),
    );
    expect(await home.wit.getDeletedWorkItems([child.id], "Rollout")).toMatchObject([{ name: "Deleted" }]);
    const restored = await home.wit.restoreWorkItem({ isDeleted: false }, child.id, "Rollout");
    expect(restored).toMatchObject({ id: child.id, resource: { rev: 3 } });
    expect(await home.wit.getWorkItem(child.id)).toMatchObject({ fields: { "System.Parent": parent.id } });
  });

  it("reads types, their states and fields, the levels of backlogs, kinds of links", async () => {
    const work = await home.connect(home.newToken()).getWorkApi();

    const configuration = await work.getBacklogConfigurations({ project: "Integrations", team: "Integrations Team" });
    const states = await home.wit.getWorkItemTypeStates("Integrations", "Product Backlog Item");
    const fields = await home.wit.getWorkItemTypeFieldsWithReferences("Integrations", "Bug", 1);

    expect(configuration.portfolioBacklogs?.map(({ name, rank }) => [name, rank])).toEqual([
      ["Epics", 30],
      ["Features", 20],
    ]);
    expect(configuration.requirementBacklog?.workItemTypes?.map(({ name }) => name)).toEqual([
      "Product Backlog Item",
      "Bug",
    ]);
    expect(configuration.taskBacklog?.rank).toBe(0);
    expect(states.map(({ name, category }) => `${name}: ${category}`)).toEqual([
      "New: Proposed",
      "Approved: Proposed",
      "Committed: InProgress",
      "Done: Completed",
      "Removed: Removed",
    ]);
    expect(fields.find(({ referenceName }) => referenceName === "System.State")?.allowedValues).toContain("Approved");
    expect((await home.wit.getWorkItemTypes("Rollout")).map(({ name }) => name)).toContain("User Story");
    expect((await home.wit.getRelationTypes()).map(({ referenceName }) => referenceName)).toContain(PARENT);
    expect((await work.getProcessConfiguration("Rollout")).bugWorkItems?.workItemTypes).toHaveLength(1);
    expect(await home.wit.getField("System.Description")).toMatchObject({ name: "Description" });
  });

  it("makes areas and iterations, and files items there; a renamed project renames their paths", async () => {
    const sprint = await home.wit.createOrUpdateClassificationNode(
      { name: "Sprint 1", attributes: { startDate: "2026-01-05T00:00:00Z", finishDate: "2026-01-16T00:00:00Z" } },
      "Rollout",
      1,
    );
    const item = await home.create("Task", "Filed", [set("System.IterationPath", "Rollout\\Sprint 1")]);
    const core = await home.connect(home.newToken()).getCoreApi();
    const project = await core.getProject("Rollout", true);

    const roots = await home.wit.getRootNodes("Rollout", 2);
    await core.updateProject({ name: "Roll-out" }, project.id ?? "");
    const renamed = await home.wit.getWorkItem(item.id);
    await core.updateProject({ name: "Rollout" }, project.id ?? "");

    expect(project.capabilities?.["processTemplate"]).toMatchObject({ templateName: "Agile" });
    expect(sprint).toMatchObject({ path: "\\Rollout\\Iteration\\Sprint 1", hasChildren: false });
    expect(roots[1]?.children?.map(({ name }) => name)).toContain("Sprint 1");
    expect(renamed.fields).toMatchObject({
      "System.IterationPath": "Roll-out\\Sprint 1",
      "System.TeamProject": "Roll-out",
    });
  });

  it("pages comments, newest first; history is one too", async () => {
    const item = await home.create("Task", "Talked about");
    for (const text of ["one", "two"]) await home.wit.addComment({ text }, "Rollout", item.id);
    await home.update(item.id, set("System.History", "three"));

    const first = await home.wit.getComments("Rollout", item.id, 2);
    const second = await home.wit.getComments("Rollout", item.id, 2, first.continuationToken);

    expect(first).toMatchObject({ totalCount: 3, comments: [{ text: "three" }, { text: "two" }] });
    expect(second.comments?.map(({ text }) => text)).toEqual(["one"]);
    expect(second.continuationToken).toBeUndefined();
    expect(await home.wit.getWorkItem(item.id)).toMatchObject({ fields: { "System.CommentCount": 3 } });
  });
});

describe("the parent", () => {
  it("changes in one patch, in either order, and both parents are told", async () => {
    const [old, next] = [await home.create("Epic", "Old"), await home.create("Epic", "New")];
    const child = await home.create("Feature", "Moves", [linked(PARENT, old.id)]);

    const moved = await home.update(
      child.id,
      atRev(1),
      { op: "remove", path: "/relations/0" },
      linked(PARENT, next.id),
    );
    const back = await home.update(child.id, linked(PARENT, old.id), { op: "remove", path: "/relations/0" });

    expect(moved).toMatchObject({ rev: 2, fields: { "System.Parent": next.id }, relations: [{ rel: PARENT }] });
    expect(back.fields?.["System.Parent"]).toBe(old.id);
    const updates = await home.wit.getUpdates(next.id);
    expect(updates.map(({ rev, relations }) => [rev, relations?.added?.length, relations?.removed?.length])).toEqual([
      [1, undefined, undefined],
      [1, 1, undefined],
      [1, undefined, 1],
    ]);
  });

  it("may go under what was its child in one patch", async () => {
    const top = await home.create("Epic", "Top");
    const below = await home.create("Epic", "Below", [linked(PARENT, top.id)]);

    const turned = await home.update(top.id, { op: "remove", path: "/relations/0" }, linked(PARENT, below.id));

    expect(turned.fields?.["System.Parent"]).toBe(below.id);
  });

  it("is no field: written alone it is passed over", async () => {
    const epic = await home.create("Epic", "Not a field");

    const item = await home.create("Feature", "Without", [set("System.Parent", epic.id)]);

    expect(item.fields).not.toHaveProperty(["System.Parent"]);
  });
});

describe("long texts", () => {
  const format = (value: string) => ({ op: "add", path: "/multilineFieldsFormat/System.Description", value });
  const read = async (id: number, version: string) =>
    (await home.ask("GET", `/_apis/wit/workitems/${id}?api-version=${version}`)).json();

  it("are Markdown where the same patch says so, and stay it", async () => {
    const item = await home.create("Task", "Text", [set("System.Description", "# Title"), format("Markdown")]);
    await home.update(item.id, set("System.Description", "# Other"));

    expect(await read(item.id, "7.2-preview.3")).toMatchObject({
      multilineFieldsFormat: { "System.Description": "Markdown" },
    });
    expect(await read(item.id, "7.1")).not.toHaveProperty("multilineFieldsFormat");
  });

  it("do not change their format without a text", async () => {
    const item = await home.create("Task", "Text", [set("System.Description", "<b>bold</b>")]);
    await home.update(item.id, format("Markdown"));

    expect(await read(item.id, "7.2-preview.3")).toMatchObject({ multilineFieldsFormat: {} });
  });

  it("on a server that does not know Markdown are refused with it", async () => {
    home.behave({ markdown: "refuse" });

    await expect(
      home.create("Task", "Text", [set("System.Description", "x"), format("Markdown")]),
    ).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

it("attachments are kept and given back", async () => {
  const content = Readable.from(["What was attached"]);
  const { url = "", id = "" } = await home.wit.createAttachment(undefined, content, "a b.txt");
  const related = (rel: string, to: string) => ({ op: "add", path: "/relations/-", value: { rel, url: to } });

  const item = await home.create("Task", "With more", [
    related("AttachedFile", url),
    related("Hyperlink", "https://contoso.com/a"),
  ]);

  expect(url).toContain("fileName=a%20b.txt");
  expect(item.relations).toMatchObject([
    { rel: "AttachedFile", url, attributes: { resourceCreatedDate: expect.any(String) } },
    { rel: "Hyperlink", url: "https://contoso.com/a" },
  ]);
  expect((await home.ask("GET", `/_apis/wit/attachments/${id}`)).text).toBe("What was attached");
});

it("a service principal that was added writes with its own token, and is told as who it is", async () => {
  const { deployer } = home.sandbox.world;
  const client = clientOf(home.sandbox);
  const members = "/_apis/serviceprincipalentitlements?api-version=7.1-preview.1";
  const servicePrincipal = { origin: "aad", originId: deployer.objectId, subjectKind: "servicePrincipal" };
  await home.ask("POST", members, { body: { servicePrincipal }, host: "vsaex.dev.azure.com" });
  const token = await client.token(deployer, "499b84ac-1321-427f-aa17-267ca6975798/.default");
  const options = { proxy: { proxyUrl: home.sandbox.proxyUrl }, cert: { caFile: home.sandbox.caFile } };
  const api = await new azdev.WebApi(HOME, azdev.getBearerHandler(token), options).getWorkItemTrackingApi();

  const item = await api.createWorkItem(undefined, [set("System.Title", "By a service")], "Rollout", "Task");

  expect(item.fields?.["System.CreatedBy"]).toMatchObject({ id: deployer.objectId, displayName: deployer.displayName });
  await client.close();
});

it("a patch is no patch under another content type", async () => {
  const answer = await home.ask("PATCH", "/_apis/wit/workitems/1", { body: [set("System.Title", "x")] });

  expect([answer.status, answer.json<{ message: string }>().message]).toEqual([415, expect.stringContaining(PATCH)]);
});

function someone(): { mail: string; name: string } {
  const owner = directory(home.sandbox.world).users.get(home.sandbox.world.ownerId);
  if (!owner) throw new Error("The world has no owner.");
  return { mail: text(owner, "userPrincipalName"), name: text(owner, "displayName") };
}
