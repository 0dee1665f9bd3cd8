import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { atRev, CHILD, linked, PARENT, PATCH, set, startOrganization } from "./azure-devops-client.ts";
import type { Organization, Step } from "./azure-devops-client.ts";

interface Refusal {
  readonly message: string;
  readonly typeKey: string;
  readonly customProperties?: { RuleValidationErrors: { fieldReferenceName: string }[] };
}

let home: Organization;
/** A chain: epic, feature below it, story below that; and an epic by itself. */
let items: { epic: number; feature: number; story: number; other: number };

beforeAll(async () => {
  home = await startOrganization();
  const epic = await home.create("Epic", "Epic");
  const feature = await home.create("Feature", "Feature", [linked(PARENT, epic.id)]);
  const story = await home.create("User Story", "Story", [linked(PARENT, feature.id)]);
  const other = await home.create("Epic", "Other");
  items = { epic: epic.id, feature: feature.id, story: story.id, other: other.id };
});
afterAll(() => home.stop());
beforeEach(() => home.behave({}));

async function refusal(answer: ReturnType<Organization["ask"]>): Promise<[status: number, body: Refusal]> {
  const { status, json } = await answer;
  return [status, json<Refusal>()];
}

function patched(id: number, ...body: Step[]) {
  return home.ask("PATCH", `/_apis/wit/workitems/${id}`, { type: PATCH, body });
}

describe("a patch is refused that", () => {
  it.each<[what: string, of: keyof typeof items, steps: () => Step[], status: number, words: string, key: string]>([
    [
      "was made for another revision",
      "story",
      () => [atRev(7), set("System.Title", "x")],
      412,
      "VS403351: Test Operation for path /rev failed, value 1 was not equal to test value 7.",
      "TestPatchOperationFailedException",
    ],
    [
      "names a field that there is not",
      "story",
      () => [set("Custom.Size", 1)],
      400,
      "TF51535: Cannot find field Custom.Size.",
      "WorkItemTrackingFieldDefinitionNotFoundException",
    ],
    [
      "writes what only the server writes",
      "story",
      () => [set("System.CreatedDate", "2020-01-01")],
      400,
      "TF401326: Invalid field status 'ReadOnly' for field 'System.CreatedDate'.",
      "WorkItemFieldInvalidException",
    ],
    [
      "writes a board's column",
      "story",
      () => [set("System.BoardColumn", "Doing")],
      400,
      "TF401326: Invalid field status 'ReadOnly' for field 'System.BoardColumn'.",
      "WorkItemFieldInvalidException",
    ],
    [
      "has text where a number goes",
      "story",
      () => [set("Microsoft.VSTS.Scheduling.StoryPoints", "many")],
      400,
      "TF401326: Invalid field status 'InvalidType' for field 'Microsoft.VSTS.Scheduling.StoryPoints'.",
      "WorkItemFieldInvalidException",
    ],
    [
      "has a fraction where a whole number goes",
      "story",
      () => [set("Microsoft.VSTS.Common.Priority", 1.5)],
      400,
      "InvalidType",
      "WorkItemFieldInvalidException",
    ],
    [
      "has no date where one goes",
      "story",
      () => [set("Microsoft.VSTS.Scheduling.StartDate", "soon")],
      400,
      "InvalidType",
      "WorkItemFieldInvalidException",
    ],
    [
      "has a title that is too long",
      "story",
      () => [set("System.Title", "x".repeat(256))],
      400,
      "InvalidTooLong",
      "WorkItemFieldInvalidException",
    ],
    [
      "takes the title away",
      "story",
      () => [{ op: "remove", path: "/fields/System.Title" }],
      400,
      "TF401320: Rule Error for field Title. Error code: Required",
      "RuleValidationException",
    ],
    [
      "has a state that the type does not have",
      "story",
      () => [set("System.State", "Doing")],
      400,
      "TF401320: Rule Error for field State. Error code: Required, HasValues, LimitedToValues, AllowsOldValue, InvalidListValue.",
      "RuleValidationException",
    ],
    [
      "has a choice that is none",
      "story",
      () => [set("Microsoft.VSTS.Common.Priority", 9)],
      400,
      "TF401320: Rule Error for field Priority.",
      "RuleValidationException",
    ],
    [
      "changes to a type that the process does not have",
      "story",
      () => [set("System.WorkItemType", "Product Backlog Item")],
      404,
      "VS402323: Work item type Product Backlog Item does not exist",
      "WorkItemTypeNotFoundException",
    ],
    [
      "assigns somebody unknown",
      "story",
      () => [set("System.AssignedTo", "nobody@contoso.com")],
      400,
      "The identity value 'nobody@contoso.com' for field 'Assigned To' is an unknown identity.",
      "WorkItemFieldInvalidException",
    ],
    [
      "names an area that there is not",
      "story",
      () => [set("System.AreaPath", "Rollout\\Nowhere")],
      400,
      "TF401347: Invalid tree name given for work item",
      "WorkItemInvalidTreeNameException",
    ],
    [
      "has slashes in an iteration",
      "story",
      () => [set("System.IterationPath", "Rollout/Sprint 1")],
      400,
      "TF401347",
      "WorkItemInvalidTreeNameException",
    ],
    [
      "leaves the area of the old project",
      "story",
      () => [set("System.TeamProject", "Integrations"), set("System.AreaPath", "Rollout")],
      400,
      "TF401347",
      "WorkItemInvalidTreeNameException",
    ],
    [
      "moves to a project that there is not",
      "story",
      () => [set("System.TeamProject", "Nowhere")],
      404,
      "TF200016: The following project does not exist: Nowhere.",
      "ProjectDoesNotExistWithNameException",
    ],
    [
      "adds a second parent",
      "story",
      () => [linked(PARENT, items.other)],
      400,
      "TF201036: You cannot add a Parent link between work items",
      "WorkItemLinkInvalidException",
    ],
    [
      "adds a child that has a parent",
      "other",
      () => [linked(CHILD, items.story)],
      400,
      "TF201036: You cannot add a Child link between work items",
      "WorkItemLinkInvalidException",
    ],
    [
      "puts an item under what is below it",
      "epic",
      () => [linked(PARENT, items.story)],
      400,
      "TF201035",
      "WorkItemLinkInvalidException",
    ],
    [
      "puts an item under itself",
      "other",
      () => [linked(PARENT, items.other)],
      400,
      "TF201035",
      "WorkItemLinkInvalidException",
    ],
    [
      "writes the parent as a field as well as a link",
      "other",
      () => [set("System.Parent", items.epic), linked(PARENT, items.epic)],
      400,
      "TF26194: unable to change the value of the 'Parent' field.",
      "WorkItemFieldInvalidException",
    ],
    [
      "has a link that there is already",
      "story",
      () => [linked(PARENT, items.feature)],
      400,
      "exists already",
      "WorkItemLinkInvalidException",
    ],
    [
      "links to what is not there",
      "story",
      () => [linked("System.LinkTypes.Related", 4_000_000)],
      404,
      "TF401232: Work item 4000000 does not exist",
      "WorkItemUnauthorizedAccessException",
    ],
    [
      "links by the id alone",
      "story",
      () => [{ op: "add", path: "/relations/-", value: { rel: PARENT, url: "12" } }],
      400,
      "Linking to a work item requires the full URL.",
      "VssPropertyValidationException",
    ],
    [
      "has a kind of link that there is not",
      "story",
      () => [linked("System.LinkTypes.Cousin", items.other)],
      400,
      "System.LinkTypes.Cousin",
      "VssPropertyValidationException",
    ],
    [
      "removes a link by a place that is not there",
      "story",
      () => [{ op: "remove", path: "/relations/7" }],
      400,
      "/relations/7",
      "VssPropertyValidationException",
    ],
    [
      "writes something that is no field",
      "story",
      () => [{ op: "add", path: "/url", value: "x" }],
      400,
      "/url",
      "VssPropertyValidationException",
    ],
    [
      "has an operation that there is not",
      "story",
      () => [{ op: "set", path: "/fields/System.Title", value: "x" }],
      400,
      "valid patch document",
      "VssPropertyValidationException",
    ],
    ["does nothing", "story", () => [], 400, "valid patch document", "VssPropertyValidationException"],
  ])("%s", async (_what, of, steps, status, words, key) => {
    const before = await home.wit.getWorkItem(items[of]);

    const [answered, body] = await refusal(patched(items[of], ...steps()));

    expect([answered, body.typeKey]).toEqual([status, key]);
    expect(body.message).toContain(words);
    expect(await home.wit.getWorkItem(items[of])).toEqual(before);
  });

  it("tells which field a rule was about", async () => {
    const [, body] = await refusal(patched(items.story, set("System.State", "Doing")));

    expect(body.customProperties?.RuleValidationErrors).toMatchObject([{ fieldReferenceName: "System.State" }]);
  });

  it("leaves nothing of what came before the mistake", async () => {
    await patched(items.story, set("System.Title", "Half"), set("Custom.Size", 1));

    expect(await home.wit.getWorkItem(items.story)).toMatchObject({ rev: 1, fields: { "System.Title": "Story" } });
  });
});

describe("a new item is refused", () => {
  it.each<[what: string, path: () => string, steps: () => Step[], status: number, words: string]>([
    [
      "without a title",
      () => "/Rollout/_apis/wit/workitems/$Task",
      () => [set("System.State", "New")],
      400,
      "TF401320: Rule Error for field Title.",
    ],
    [
      "of a type that the process does not have",
      () => "/Rollout/_apis/wit/workitems/$Impediment",
      () => [set("System.Title", "x")],
      404,
      "VS402323: Work item type Impediment",
    ],
    [
      "in a project that there is not",
      () => "/Nowhere/_apis/wit/workitems/$Task",
      () => [set("System.Title", "x")],
      404,
      "TF200016",
    ],
    [
      "in no project",
      () => "/_apis/wit/workitems/$Task",
      () => [set("System.Title", "x")],
      404,
      "The controller for path",
    ],
    [
      "with two parents",
      () => "/Rollout/_apis/wit/workitems/$Task",
      () => [set("System.Title", "x"), linked(PARENT, items.epic), linked(PARENT, items.other)],
      400,
      "TF201036",
    ],
  ])("%s", async (_what, path, body, status, words) => {
    const before = home.sandbox.world.section<{ lastId: number }>("azure-devops-work", () => ({ lastId: 0 })).lastId;

    const [answered, { message }] = await refusal(home.ask("POST", path(), { type: PATCH, body: body() }));

    expect(answered).toBe(status);
    expect(message).toContain(words);
    expect(home.sandbox.world.section<{ lastId: number }>("azure-devops-work", () => ({ lastId: 0 })).lastId).toBe(
      before,
    );
  });
});

describe("a request is refused", () => {
  it.each<[what: string, method: string, path: string, body: unknown, status: number, words: string]>([
    ["for an item that there is not", "GET", "/_apis/wit/workitems/4000000", undefined, 404, "TF401232"],
    ["for an item of another project", "GET", "/Integrations/_apis/wit/workitems/1", undefined, 404, "TF401232"],
    [
      "for fields and everything at once",
      "GET",
      "/_apis/wit/workitems/1?fields=System.Title&$expand=all",
      undefined,
      400,
      "The expand parameter can not be used with the fields parameter.",
    ],
    [
      "for more of a batch than goes",
      "POST",
      "/_apis/wit/workitemsbatch",
      { ids: Array.from({ length: 201 }, (_, at) => at + 1) },
      400,
      "VS403474: You requested 201 work items which exceeds the limit of 200.",
    ],
    ["for a batch of nothing", "POST", "/_apis/wit/workitemsbatch", {}, 400, "ids"],
    [
      "for a batch with one that is missing",
      "POST",
      "/_apis/wit/workitemsbatch",
      { ids: [1, 4_000_000] },
      404,
      "TF401232: Work item 4000000",
    ],
    ["for a field that there is not", "GET", "/_apis/wit/fields/Custom.Size", undefined, 404, "TF51535"],
    [
      "for a type that there is not",
      "GET",
      "/Rollout/_apis/wit/workitemtypes/Impediment/states",
      undefined,
      404,
      "VS402323",
    ],
    ["for types without a project", "GET", "/_apis/wit/workitemtypes", undefined, 404, "The controller for path"],
    [
      "for an area that there is not",
      "GET",
      "/Rollout/_apis/wit/classificationnodes/Areas/Nowhere",
      undefined,
      404,
      "VS402485",
    ],
    [
      "for a node whose name is taken",
      "POST",
      "/Rollout/_apis/wit/classificationnodes/Areas/Twice",
      { name: "Twice" },
      404,
      "VS402485",
    ],
    [
      "for a node whose name may not be",
      "POST",
      "/Rollout/_apis/wit/classificationnodes/Areas",
      { name: "a/b" },
      400,
      "not valid",
    ],
    ["to restore what is not deleted", "PATCH", "/_apis/wit/recyclebin/1", { isDeleted: false }, 404, "TF401232"],
    [
      "for comments without -preview",
      "GET",
      "/Rollout/_apis/wit/workitems/1/comments?api-version=7.1",
      undefined,
      400,
      "-preview",
    ],
    [
      "to subscribe to what there is not",
      "POST",
      "/_apis/hooks/subscriptions",
      { publisherId: "tfs", eventType: "git.push" },
      400,
      "git.push",
    ],
  ])("%s", async (_what, method, path, body, status, words) => {
    const [answered, { message }] = await refusal(home.ask(method, path, { body }));

    expect(answered).toBe(status);
    expect(message).toContain(words);
  });
});

describe("limits", () => {
  it("10,000 revisions, and then every update fails with 500, whatever it is", async () => {
    const item = await home.create("Task", "Busy");
    home.behave({ revisionLimit: 2 });
    expect((await patched(item.id, set("System.Title", "Busier"))).status).toBe(200);

    const [status, { message }] = await refusal(patched(item.id, set("System.Title", "Too busy")));

    expect(status).toBe(500);
    expect(message).toContain("revisions");
  });

  it("a thousand links at either end", async () => {
    home.behave({ linkLimit: 1 });
    const related = "System.LinkTypes.Related";
    const [one, two, three] = [
      await home.create("Task", "1"),
      await home.create("Task", "2"),
      await home.create("Task", "3"),
    ];
    expect((await patched(one.id, linked(related, two.id))).status).toBe(200);

    const [own, atOther] = [
      await refusal(patched(one.id, linked(related, three.id))),
      await refusal(patched(three.id, linked(related, two.id))),
    ];

    expect([own[1].message, atOther[1].message]).toEqual(Array(2).fill(expect.stringContaining("exceed 1 link limit")));
  });

  it("load: headers when it nears, Retry-After on a 200, then 429 until the window has moved on", async () => {
    home.behave({ loadLimit: 10, loadOfRequest: 4, loadOfItem: 0 });
    const token = home.newToken();
    await home.sandbox.advance(6 * 60_000);
    const answers = [];
    for (let times = 0; times < 5; times += 1) answers.push(await home.ask("GET", "/_apis/projects", { token }));
    const seen = answers.map(({ status, headers }) => [
      status,
      headers.get("x-ratelimit-remaining"),
      headers.get("x-ratelimit-delay"),
      headers.get("retry-after"),
    ]);

    expect(seen).toEqual([
      [200, null, null, null],
      [200, null, null, null],
      [200, "2", null, null],
      [200, "0", "12.000", "12"],
      [429, "0", "30.000", "30"],
    ]);
    expect(answers[4]?.json<Refusal>().message).toContain("TF400733");
    await home.sandbox.advance(5 * 60_000 + 1000);
    expect((await home.ask("GET", "/_apis/projects", { token })).status).toBe(200);
  });
});

describe("a token's scopes", () => {
  it.each<[scopes: string[], method: string, path: string, body: unknown, status: number]>([
    [["vso.work"], "GET", "/_apis/wit/workitems/1", undefined, 200],
    [["vso.work_write"], "GET", "/_apis/wit/workitems/1", undefined, 200],
    [["vso.work"], "GET", "/_apis/projects", undefined, 200],
    [["vso.project"], "GET", "/_apis/wit/workitems/1", undefined, 401],
    [["vso.work"], "PATCH", "/_apis/wit/workitems/1?validateOnly=true", [set("System.Title", "x")], 401],
    [["vso.work_write"], "PATCH", "/_apis/wit/workitems/1?validateOnly=true", [set("System.Title", "x")], 200],
    [["vso.work_write"], "GET", "/_apis/hooks/subscriptions", undefined, 401],
    [["vso.identity"], "GET", "/_apis/connectionData?api-version=7.1-preview", undefined, 200],
  ])("%j: %s %s", async (scopes, method, path, body, status) => {
    const answer = await home.ask(method, path, {
      token: home.newToken(scopes),
      body,
      ...(body !== undefined && { type: PATCH }),
    });

    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.json<Refusal>().message).toContain("TF400813");
  });

  it("people are looked up at their own host", async () => {
    const token = home.newToken(["vso.identity"]);
    const path = "/_apis/graph/users?api-version=7.1-preview.1";

    const found = (await home.ask("GET", path, { token, host: "vssps.dev.azure.com" })).json<{
      value: { originId: string }[];
    }>();

    expect(found.value.map(({ originId }) => originId)).toContain(home.sandbox.world.ownerId);
    expect((await home.ask("GET", path, { token })).status).toBe(404);
  });
});

it("an address that cannot be decoded is the client's mistake", async () => {
  expect((await home.ask("GET", "/%E0%A4%A/_apis/wit/fields")).status).toBe(400);
});
