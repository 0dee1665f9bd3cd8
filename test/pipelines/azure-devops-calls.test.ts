/**
 * What the scripts for Azure DevOps ask of its interface, by the real curl and jq on a server that keeps what it is told.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { azurePipeline } from "./templates.ts";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
}

let server: Server;
let root: string;
let folder: string;
let calls: Call[];
/** Path below the organization, without its query -> what lists answer. */
let lists: Map<string, Record<string, unknown>[]>;
/** The same -> what is answered for one thing. */
let things: Map<string, Record<string, unknown>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
  calls = [];
  lists = new Map();
  things = new Map();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://localhost");
      const text = Buffer.concat(chunks).toString();
      const body = text ? (JSON.parse(text) as Record<string, unknown>) : {};
      const { method = "" } = request;
      if (method !== "GET")
        calls.push({ method, path: url.pathname, body, authorization: request.headers.authorization });
      const key = url.pathname.split("/_apis/").at(-1) ?? "";
      const isOne = /^(projects|git\/repositories)\/[^/]+$/.test(key);
      if (method === "POST") lists.set(key, [...(lists.get(key) ?? []), body]);
      const thing = things.get(key);
      const answer =
        thing ?? (isOne ? { id: `id of ${key}` } : method === "GET" ? { value: lists.get(key) ?? [] } : body);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe("the comment of a review", () => {
  const thread = "git/repositories/repo/pullRequests/12/threads";

  async function comment(changes: Record<string, string>, page?: string): Promise<Ran> {
    const job = azurePipeline("review").jobs?.find((each) => each.job === "comment");
    const script = job?.steps.find((step) => step.script !== undefined)?.script ?? "";
    if (page !== undefined) {
      mkdirSync(join(folder, "review"), { recursive: true });
      writeFileSync(join(folder, "review", "review.md"), page);
    }
    return run(["bash", "-c", script], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        SYSTEM_COLLECTIONURI: `${root}/contoso/`,
        SYSTEM_TEAMPROJECTID: "project",
        BUILD_REPOSITORY_ID: "repo",
        NUMBER: "12",
        PIPELINE_WORKSPACE: folder,
        TENANTWIRE_STACK: "contoso",
        SYSTEM_ACCESSTOKEN: "of the job",
        RESULT: "Succeeded",
        POLICY: "",
        ITERATION: "3",
        APPROVERS: "[Integrations]\\Owners",
        ...changes,
      },
    });
  }

  const statuses = () =>
    calls.flatMap(({ path, body }) => {
      const { name } = (body["context"] ?? {}) as { name?: string };
      return path.endsWith("/statuses") ? [`${name}: ${String(body["state"])}`] : [];
    });

  it("is made with its mark, and both statuses are told", async () => {
    expect((await comment({}, "✅ fine")).code).toBe(0);

    expect(calls[0]).toMatchObject({
      method: "POST",
      body: { comments: [{ content: "<!-- tenantwire review of contoso -->\n✅ fine" }] },
      authorization: "Bearer of the job",
    });
    expect(statuses()).toEqual(["review: succeeded", "rules: succeeded"]);
  });

  it.each([
    ["failed before it came to a page", "Failed", undefined],
    ["was stopped", "Canceled", undefined],
    ["failed with a page", "Failed", "❌ **This could not be reviewed** (exit code 1)"],
  ])("of a review that %s replaces the green one before", async (_, result, page) => {
    lists.set(thread, [
      { id: 3, comments: [{ content: "by somebody" }] },
      { id: 7, comments: [{ content: "<!-- tenantwire review of contoso -->\n✅ fine" }] },
    ]);

    expect((await comment({ RESULT: result }, page)).code).toBe(0);

    expect(calls[0]).toMatchObject({
      method: "PATCH",
      path: expect.stringMatching(/\/threads\/7\/comments\/1$/) as unknown,
    });
    expect(calls[0]?.body["content"]).toMatch(
      /^<!-- tenantwire review of contoso -->\n❌ \*\*This could not be reviewed\*\*/,
    );
    expect(statuses()).toEqual(["review: failed", "rules: succeeded"]);
  });

  it("is of what was reviewed, so that no status passes what is pushed later", async () => {
    await comment({}, "✅ fine");
    await comment({ RESULT: "Failed", ITERATION: "" });

    const iterations = calls.filter(({ path }) => path.endsWith("/statuses")).map(({ body }) => body["iterationId"]);
    expect(iterations).toEqual([3, 3, undefined, undefined]);
  });

  it("where somebody lets the rules pass, is of those that were asked about", async () => {
    const job = azurePipeline("review").jobs?.find((each) => each.job === "rules");
    const script = job?.steps.find((step) => step.script !== undefined)?.script ?? "";
    const env = {
      PATH: process.env["PATH"],
      SYSTEM_COLLECTIONURI: `${root}/contoso/`,
      SYSTEM_TEAMPROJECTID: "project",
    };
    const more = { BUILD_REPOSITORY_ID: "repo", NUMBER: "12", SYSTEM_ACCESSTOKEN: "of the job", ITERATION: "3" };
    const ran = await run(["bash", "-c", script], { cwd: folder, env: { ...env, ...more } });

    expect(ran.code).toBe(0);
    expect(calls.map(({ body }) => body)).toMatchObject([
      { state: "succeeded", context: { name: "rules", genre: "tenantwire" }, iterationId: 3 },
    ]);
  });

  it("of rules that change waits for somebody", async () => {
    expect((await comment({ POLICY: "true" }, "the rules change")).code).toBe(0);
    expect(statuses()).toEqual(["review: succeeded", "rules: pending"]);
  });

  it("of rules that change is refused where nobody is named who may let them", async () => {
    expect((await comment({ POLICY: "true", APPROVERS: "" }, "the rules change")).code).toBe(0);
    expect(statuses()).toEqual(["review: succeeded", "rules: failed"]);
  });

  it("goes nowhere else than to a pull request", async () => {
    const { code, stdout } = await comment({ NUMBER: "12/../../x" }, "✅ fine");
    expect([code, stdout, calls]).toEqual([1, "This is no number of a pull request.\n", []]);
  });

  it("says where a page is cut", async () => {
    expect((await comment({}, "x".repeat(200_000))).code).toBe(0);
    const [{ content }] = calls[0]?.body["comments"] as [{ content: string }];
    expect(content.length).toBeLessThan(150_000);
    expect(content).toContain('the artefact "review" of the run has the whole page');
  });
});

describe("what a review takes of a pull request", () => {
  const place = "git/repositories/repo/pullRequests/12";
  const pull = { pullRequestId: 12, targetRefName: "refs/heads/main", createdBy: { displayName: "Ada" } };
  let git: (...args: string[]) => Promise<string>;

  beforeEach(async () => {
    mkdirSync(join(folder, "stacks"));
    mkdirSync(join(folder, "temp"));
    const who = ["-c", "user.name=a", "-c", "user.email=a@contoso.com", "-c", "init.defaultBranch=main"];
    git = async (...args) => {
      const ran = await run(["git", ...who, ...args], { cwd: folder, env: { PATH: process.env["PATH"] } });
      if (ran.code !== 0) throw new Error(ran.stderr);
      return ran.stdout.trim();
    };
    const write = (text: string) => writeFileSync(join(folder, "stacks", "Pulumi.contoso.yaml"), text);
    write("before");
    await git("init");
    await git("add", "stacks");
    await git("commit", "-m", "main");
    await git("checkout", "-b", "proposal");
    write("after");
    writeFileSync(join(folder, "package.json"), "{}");
    await git("add", "stacks", "package.json");
    await git("commit", "-m", "proposed");
    await git("checkout", "main");
    await git("merge", "--no-ff", "-m", "merge", "proposal");
    await git("update-ref", "refs/pull/12/merge", "main");
    await git("reset", "--hard", "main^1");
    await git("remote", "add", "origin", folder);
  });

  function take(): Promise<Ran> {
    const job = azurePipeline("review").jobs?.find((each) => each.job === "review");
    const script = job?.steps.find((step) => step.script !== undefined)?.script ?? "";
    return run(["bash", "-c", script], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        SYSTEM_COLLECTIONURI: `${root}/contoso/`,
        SYSTEM_TEAMPROJECTID: "project",
        BUILD_REPOSITORY_ID: "repo",
        NUMBER: "12",
        AGENT_TEMPDIRECTORY: join(folder, "temp"),
        TENANTWIRE_STACK: "contoso",
        SYSTEM_ACCESSTOKEN: "of the job",
      },
    });
  }

  const taken = (name: string) => readFileSync(join(folder, "temp", name), "utf8");

  it("is the settings as they would be merged, which files change, and whose commit it is", async () => {
    things.set(place, pull);
    const other = { id: 1, sourceRefCommit: { commitId: await git("rev-parse", "main") } };
    lists.set(`${place}/iterations`, [
      other,
      { id: 2, sourceRefCommit: { commitId: await git("rev-parse", "proposal") } },
    ]);
    const { code, stdout, stderr } = await take();

    expect(stdout).toContain("##vso[task.setvariable variable=iteration;isOutput=true]2\n");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(taken("proposed.yaml")).toBe("after");
    expect(taken("changed.txt")).toBe("package.json\nstacks/Pulumi.contoso.yaml\n");
    expect(taken("commit.txt").trim()).toBe(await git("rev-parse", "proposal"));
    expect(JSON.parse(taken("pull.json"))).toEqual(pull);
  });

  it("is nothing where somebody pushed meanwhile", async () => {
    things.set(place, pull);
    const { code, stdout } = await take();
    expect([code, stdout]).toEqual([1, expect.stringContaining("It was pushed to meanwhile")]);
  });

  it.each([
    ["a fork", { ...pull, forkSource: { repository: { id: "other" } } }],
    ["another branch than the one that is deployed", { ...pull, targetRefName: "refs/heads/other" }],
  ])("is nothing of one for %s, and the page says so", async (_, other) => {
    things.set(place, other);
    lists.set(`${place}/iterations`, [{ id: 1, sourceRefCommit: { commitId: await git("rev-parse", "proposal") } }]);
    expect((await take()).code).toBe(1);
    expect(readFileSync(join(folder, "page", "review.md"), "utf8")).toMatch(/^❌ \*\*This was not reviewed\*\*/);
  });
});

describe("the trigger of reviews", () => {
  const builds = {
    id: "of the pipelines",
    descriptor: "Microsoft.TeamFoundation.ServiceIdentity;o:Build:id of projects/Plans%20%26%20rooms",
  };

  async function trigger(): Promise<Ran> {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    // The organization's hosts are this server.
    writeFileSync(
      join(bin, "curl"),
      `#!/bin/bash\nset -- "\${@/#https:\\/\\/dev.azure.com/${root.replaceAll("/", "\\/")}}"\n` +
        `exec /usr/bin/curl "\${@/#https:\\/\\/vssps.dev.azure.com/${root.replaceAll("/", "\\/")}}"\n`,
    );
    writeFileSync(join(bin, "az"), `#!/bin/sh\necho the-token\n`);
    for (const name of ["curl", "az"]) chmodSync(join(bin, name), 0o755);
    const script = join(repository, "pipelines", "azure-devops", "review-trigger.sh");
    return run(["bash", script, "contoso", "Plans & rooms", "tenant"], {
      cwd: folder,
      env: { PATH: [bin, process.env["PATH"]].join(delimiter) },
    });
  }

  beforeEach(() => void lists.set("identities", [{ id: "of somebody", descriptor: "x" }, builds]));

  it("is not made where nobody knows whose status would count", async () => {
    lists.clear();
    const { code, stderr } = await trigger();
    expect(code).toBe(1);
    expect(stderr).toContain("The identity of the pipelines of Plans & rooms was not found");
    expect(lists.has("policy/configurations")).toBe(false);
  });

  it("lets a status of nobody else count where anybody's did", async () => {
    const settings = {
      statusGenre: "tenantwire",
      authorId: null,
      scope: [{ repositoryId: "id of git/repositories/tenant" }],
    };
    lists.set("policy/configurations", [
      { id: 7, settings: { ...settings, statusName: "review" } },
      { id: 8, settings: { ...settings, statusName: "rules", authorId: "of the pipelines" } },
    ]);
    expect((await trigger()).code).toBe(0);
    expect(calls.filter(({ path }) => path.includes("/policy/"))).toMatchObject([
      {
        method: "PUT",
        path: expect.stringMatching(/configurations\/7$/) as unknown,
        body: { settings: { authorId: "of the pipelines" } },
      },
    ]);
  });

  it("is made once: a webhook that nobody can guess, what calls it, and the policies", async () => {
    const first = await trigger();
    expect([first.code, first.stderr]).toEqual([0, ""]);

    const [endpoint, created, updated, ...policies] = calls;
    const { webhookname } = (endpoint?.body["authorization"] as { parameters: { webhookname: string } }).parameters;
    expect(webhookname).toMatch(/^tenantwire-[0-9a-f]{32}$/);
    const repositoryId = "id of git/repositories/tenant";
    const hook = (event: string, more: object) => ({
      path: "/contoso/_apis/hooks/subscriptions",
      authorization: "Bearer the-token",
      body: {
        eventType: event,
        publisherInputs: {
          projectId: "id of projects/Plans%20%26%20rooms",
          repository: repositoryId,
          branch: "main",
          ...more,
        },
        consumerInputs: {
          url: `https://dev.azure.com/contoso/_apis/public/distributedtask/webhooks/${webhookname}?api-version=6.0-preview`,
        },
      },
    });
    expect(created).toMatchObject(hook("git.pullrequest.created", {}));
    expect(updated).toMatchObject(hook("git.pullrequest.updated", { notificationType: "PushNotification" }));
    expect(policies.map(({ body }) => body)).toMatchObject(
      ["review", "rules"].map((statusName) => ({
        isBlocking: true,
        settings: {
          statusGenre: "tenantwire",
          statusName,
          authorId: "of the pipelines",
          scope: [{ repositoryId, refName: "refs/heads/main" }],
        },
      })),
    );

    calls = [];
    expect((await trigger()).code).toBe(0);
    expect(calls).toEqual([]);
  });

  it("calls the connection that the pipeline waits for", () => {
    const { resources } = azurePipeline("review");
    expect(resources).toEqual({ webhooks: [{ webhook: "WebHook", connection: "tenantwire-review" }] });
    expect(readFileSync(join(repository, "pipelines/azure-devops/review-trigger.sh"), "utf8")).toContain(
      'name: "tenantwire-review", type: "incomingwebhook"',
    );
  });
});
