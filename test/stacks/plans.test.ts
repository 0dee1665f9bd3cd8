/** Work items as plans: what their settings take, what is told of them, and what a reviewer reads. */
import { describe, expect, it } from "@jest/globals";
import { PlansOutputs } from "../../contract/outputs/plans.ts";
import { SettingsError } from "../../contract/errors.ts";
import { keyHosts } from "../../contract/hosts.ts";
import { place } from "../../review/changes/attention/outputs.ts";
import { outputDifferences } from "../../review/outputs/differences.ts";
import { expectedBySettings } from "../../stacks/expected.ts";
import { declaredKeys, integrations, syncPermissions } from "../../stacks/vendors.ts";
import { parseWritten } from "./agreement.ts";
import { changed, everything, type Written } from "./written.ts";

const ORGANIZATION = ["plans", "organizations", 0];
const token = { secret: "plansToken", expires: "2026-06-30" };
const title = { azureDevOps: "System.Title", oneplan: "Name", direction: "both" };

/** The least that somebody writes. */
function withPlans(organization: Written = {}): Written {
  const least = { name: "contoso", projects: ["Rollout"], planTypes: ["Epic", "Feature"], taskTypes: ["User Story"] };
  return { ...everything(), plans: { organizations: [{ ...least, ...organization }] } };
}

/** Of a stack that syncs no users. */
function alone(): Written {
  const { oneplan: _, ...rest } = withPlans();
  return changed(rest, ["plans", "oneplan"], { environment: "eu", key: { name: "plans", secret: "oneplanPlansKey" } });
}

function parse(written: Written) {
  const plans = written["plans"] as { readonly oneplan?: unknown; readonly organizations: readonly Written[] };
  return parseWritten(written, {
    ...("oneplan" in written && { oneplanKey: "a" }),
    ...(plans.oneplan !== undefined && { oneplanPlansKey: "b" }),
    ...(plans.organizations.some((each) => "token" in each) && { plansToken: "c" }),
  });
}

function plansOf(written: Written): PlansOutputs | undefined {
  const settings = parse(written);
  const vaultSecrets = Object.fromEntries(declaredKeys(settings).map(({ name }) => [name, `${name}-1`]));
  return integrations(settings, { tenant: settings.tenant, vaultSecrets }).plans;
}

function faultsOf(written: Written): string[] {
  try {
    parse(written);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/ \(stacks\/Pulumi\.contoso\.yaml\)$/, ""));
  }
}

describe("plans", () => {
  it("have the vendor's defaults, with the key of the users' sync", () => {
    const outputs = plansOf(withPlans());

    expect(PlansOutputs.parse(JSON.parse(JSON.stringify(outputs)))).toEqual({
      baseUrl: "https://my.oneplan.ai",
      keyName: "tenantwire",
      keyVaultSecret: "oneplan-key-1",
      organizations: [
        {
          name: "contoso",
          url: "https://dev.azure.com/contoso",
          projects: ["Rollout"],
          planTypes: ["Epic", "Feature"],
          taskTypes: ["User Story"],
          outsideIterations: false,
          createWorkItems: false,
          notifications: true,
          nestedInItself: "nearest",
          skippedLevel: "nearest",
          parentOutOfScope: "top",
          planFields: [title, { azureDevOps: "System.AssignedTo", oneplan: "Owner", direction: "both" }],
          taskFields: [
            title,
            { azureDevOps: "System.AssignedTo", oneplan: "AssignedTo", direction: "both" },
            { azureDevOps: "System.IterationPath", oneplan: "Iteration", direction: "both" },
            { azureDevOps: "Microsoft.VSTS.Scheduling.StartDate", oneplan: "StartDate", direction: "both" },
            { azureDevOps: "Microsoft.VSTS.Scheduling.TargetDate", oneplan: "DueDate", direction: "both" },
          ],
        },
      ],
    });
  });

  it("need no users: a key of their own, and nothing of Microsoft Graph", () => {
    const settings = parse(alone());

    expect(plansOf(alone())).toMatchObject({
      baseUrl: "https://eu.oneplan.ai",
      keyName: "plans",
      keyVaultSecret: "oneplan-plans-key-1",
    });
    expect(syncPermissions(settings)).toEqual({ application: [], delegated: [] });
    expect(declaredKeys(settings).map(({ name, forSyncs }) => [name, forSyncs])).toEqual([["oneplan-plans-key", true]]);
  });

  it("may use a key of their own beside the users'", () => {
    const written = changed(withPlans(), ["plans", "oneplan"], {
      baseUrl: "https://oneplan.contoso.com",
      key: { name: "plans", secret: "oneplanPlansKey", expires: "2026-12-31" },
    });

    expect(plansOf(written)?.keyVaultSecret).toBe("oneplan-plans-key-1");
    expect(declaredKeys(parse(written)).map(({ name, expires }) => [name, expires])).toEqual([
      ["oneplan-key", undefined],
      ["oneplan-plans-key", "2026-12-31"],
    ]);
  });

  it("keep tokens where the syncs read them, with their end, and tell where each goes", () => {
    const url = "https://devops.contoso.com/tfs/DefaultCollection";
    const written = withPlans({ name: "own", url, token });

    const [, key] = declaredKeys(parse(written));
    expect(key).toMatchObject({
      ...{ name: "plans-token-own", product: "Azure DevOps", keyName: "own", expires: "2026-06-30", forSyncs: true },
      setting: ["plans", "organizations", 0, "token"],
    });
    expect(key?.avoidable).toBeUndefined();
    expect(declaredKeys(parse(withPlans({ token })))[1]?.avoidable).toContain("add the sync identity");
    expect(plansOf(written)?.organizations[0]).toMatchObject({ url, tokenVaultSecret: "plans-token-own-1" });
    expect(keyHosts({ plans: plansOf(written) })).toEqual([
      { product: "oneplan", host: "my.oneplan.ai" },
      { product: "the organization own of Azure DevOps", host: "devops.contoso.com" },
    ]);
  });

  it.each<[string, Written, string]>([
    [
      "no key",
      changed(alone(), ["plans", "oneplan"], undefined),
      "plans.oneplan: missing; without tenantwire:oneplan it says where OnePlan is, and by which key: environment, key",
    ],
    ["no vault", changed(withPlans(), ["vault"], undefined), "vault: missing; tenantwire:plans keeps its keys there"],
    [
      "no sync identity",
      changed(alone(), ["syncIdentity"], undefined),
      "syncIdentity: missing; the sync of tenantwire:plans reads the vault with it",
    ],
    [
      "a place twice",
      changed(alone(), ["plans", "oneplan", "baseUrl"], "https://x.oneplan.ai"),
      "plans.oneplan.baseUrl: environment says where OnePlan is already; leave one of the two",
    ],
    [
      "an organization twice",
      changed(withPlans(), ["plans", "organizations", 1], {
        name: "Contoso",
        projects: ["Other"],
        planTypes: ["Epic"],
      }),
      "plans.organizations[1]: the same as [0]",
    ],
    [
      "a server without a token",
      withPlans({ url: "https://devops.contoso.com/tfs/DefaultCollection" }),
      "plans.organizations[0].token: missing; a server knows no identities of Entra: a personal access token is the way in",
    ],
    [
      "an organization of the cloud by its address",
      withPlans({ url: "https://dev.azure.com/contoso", token }),
      'plans.organizations[0].url: expected the root of a server\'s collection without a slash at its end, such as https://devops.contoso.com/tfs/DefaultCollection; an organization of the cloud has only a name, found "https://dev.azure.com/contoso"',
    ],
    ["a project twice", withPlans({ projects: ["A", "a"] }), "plans.organizations[0].projects[1]: the same as [0]"],
    [
      "a type that is both",
      withPlans({ taskTypes: ["Feature"] }),
      "plans.organizations[0].taskTypes[0]: under planTypes already; leave one of the two",
    ],
    [
      "a project's type that items have",
      withPlans({ projectPlanType: "Epic" }),
      "plans.organizations[0].projectPlanType: under planTypes already; name a plan type that no work item becomes, such as Project",
    ],
    [
      "an area of several projects",
      withPlans({ projects: ["A", "B"], area: "A\\Web" }),
      "plans.organizations[0].area: not with several projects, since an area is of one; write it as a query: [System.AreaPath] UNDER '...' OR [System.AreaPath] UNDER '...'",
    ],
    [
      "an area of another project",
      withPlans({ area: "Web\\Rollout" }),
      "plans.organizations[0].area: not below the project; an area path begins with the project's name",
    ],
    [
      "a whole query",
      withPlans({ query: "SELECT [System.Id] FROM WorkItems WHERE [System.State] = 'New'" }),
      "plans.organizations[0].query: not a condition; leave out SELECT and what belongs to it, and write what comes behind WHERE",
    ],
    [
      "a query that leaves its brackets",
      withPlans({ query: "[System.State] = 'New') OR ([System.Id] > 0" }),
      "plans.organizations[0].query: not a condition; its brackets do not match",
    ],
    [
      "a query that leaves its brackets between quotation marks of two kinds",
      withPlans({ query: `[System.Title] = "'") OR ("'" = [System.Title]` }),
      "plans.organizations[0].query: not a condition; its brackets do not match",
    ],
    [
      "a query that leaves its brackets between names",
      withPlans({ query: "['] = 1) OR ([']=1" }),
      "plans.organizations[0].query: not a condition; its brackets do not match",
    ],
    [
      "an open quotation mark",
      withPlans({ query: "[System.State] = 'New" }),
      "plans.organizations[0].query: not a condition; a quotation mark in it is never closed",
    ],
    [
      "no title",
      withPlans({ planFields: [{ ...title, oneplan: "Title" }] }),
      "plans.organizations[0].planFields: missing; nothing goes to Name, which OnePlan requires: usually System.Title",
    ],
    [
      "work items without a title",
      withPlans({ createWorkItems: true, taskFields: [{ ...title, direction: "toOnePlan" }] }),
      "plans.organizations[0].taskFields: missing; nothing goes to System.Title, without which no work item is made: write direction: both there, or createWorkItems: false",
    ],
    [
      "a parent as any field",
      withPlans({ planFields: [title, { azureDevOps: "System.Parent", oneplan: "Above", direction: "both" }] }),
      "plans.organizations[0].planFields[1].oneplan: not for System.Parent, by which the hierarchy goes; write Parent",
    ],
    [
      "a field that nobody writes",
      withPlans({ planFields: [title, { azureDevOps: "System.ChangedDate", oneplan: "Changed", direction: "both" }] }),
      "plans.organizations[0].planFields[1].direction: not for a field that Azure DevOps alone writes; write toOnePlan or once",
    ],
    [
      "a conflict where there can be none",
      withPlans({ planFields: [{ ...title, direction: "once", conflict: "fail" }] }),
      "plans.organizations[0].planFields[0].conflict: only with direction: both; leave it out",
    ],
    [
      "two fields into one",
      withPlans({ planFields: [title, { azureDevOps: "System.Reason", oneplan: "Name", direction: "toOnePlan" }] }),
      "plans.organizations[0].planFields[1]: the same as [0]",
    ],
    [
      "a value that becomes two",
      withPlans({ planFields: [title, mapped("both", ["New", "Open"], ["Active", "Open"])] }),
      "plans.organizations[0].planFields[1].values[1]: the same as [0]",
    ],
  ])("do not take %s", (_, written, line) => {
    expect(faultsOf(written)).toContain(`tenantwire:${line}`);
  });

  it.each<[string, Written]>([
    ["several values into one, where they never come back", mapped("toOnePlan", ["New", "Open"], ["Active", "Open"])],
    [
      "who wins where a parent changed",
      { azureDevOps: "System.Parent", oneplan: "Parent", direction: "both", conflict: "azureDevOps" },
    ],
    ["one value from several, where it never goes there", mapped("toAzureDevOps", ["New", "Open"], ["New", "Idea"])],
  ])("take %s", (_, field) => {
    expect(faultsOf(withPlans({ planFields: [title, field] }))).toEqual([]);
  });

  it.each([
    "[System.Title] CONTAINS 'where (it''s'",
    `[System.Title] = "O'Hara (from"`,
    "[Select From] = 1 AND ([A] = 'x' OR [B] = @today - 7)",
  ])("take the condition %s", (query) => expect(faultsOf(withPlans({ query }))).toEqual([]));
});

describe("a reviewer reads", () => {
  const before = withPlans({ query: "[System.Tags] CONTAINS 'OnePlan'" });

  it.each<[string, Written, string, string | undefined]>([
    [
      "that a project came",
      withOrganization("projects", ["Rollout", "Payroll"]),
      "projects",
      "work items of more projects",
    ],
    ["that a query went", withOrganization("query", undefined), "query", "other work items are in scope"],
    [
      "that work items are made",
      withOrganization("createWorkItems", true),
      "createWorkItems",
      "what people make in OnePlan becomes work items",
    ],
    [
      "that a token is the way in",
      withOrganization("token", token),
      "tokenVaultSecret",
      "a personal access token is the way in",
    ],
    [
      "that a side wins",
      withOrganization("planFields", [{ ...title, conflict: "oneplan" }]),
      "planFields.System.Title.conflict",
      "what was changed on one side is overwritten by the other",
    ],
    [
      "that a field goes back",
      withOrganization("taskFields", [title, { azureDevOps: "System.State", oneplan: "Status", direction: "both" }]),
      "taskFields.System.State.direction",
      "work items are changed by what people write in OnePlan",
    ],
    ["that no mail is sent", withOrganization("notifications", false), "notifications", undefined],
  ])("%s", (_, after, name, danger) => {
    const found = differences(before, after).find(
      (each) => each.path.join(".") === `integrations.plans.organizations.contoso.${name}`,
    );

    expect(found).toBeDefined();
    expect(found?.danger).toBe(danger);
  });

  it("that another organization came, and nothing of the one that was there", () => {
    const after = changed(before, ["plans", "organizations", 1], {
      ...{ name: "fabrikam", url: "https://devops.fabrikam.com/tfs", token },
      ...{ projects: ["Rollout"], planTypes: ["Epic"] },
    });

    const found = differences(before, after).filter(({ path }) => path[1] === "plans");

    expect(new Set(found.map(({ path }) => path[3]))).toEqual(new Set(["fabrikam"]));
    expect(found.filter(({ danger }) => danger !== undefined).map((each) => [place(each), each.danger])).toEqual(
      expect.arrayContaining([
        ["integrations.plans.organizations.fabrikam.projects", "work items of another organization"],
        ["integrations.plans.organizations.fabrikam.url", "a new host, devops.fabrikam.com"],
      ]),
    );
  });

  it("nothing where nothing changed", () => {
    expect(differences(before, before)).toEqual([]);
  });

  function withOrganization(name: string, value: unknown): Written {
    return changed(before, [...ORGANIZATION, name], value);
  }
});

function differences(before: Written, after: Written) {
  return outputDifferences(expectedBySettings(parse(before)), expectedBySettings(parse(after)));
}

function mapped(direction: string, ...values: readonly [azureDevOps: string, oneplan: string][]): Written {
  const list = values.map(([azureDevOps, oneplan]) => ({ azureDevOps, oneplan }));
  return { azureDevOps: "System.State", oneplan: "Status", direction, values: list };
}
