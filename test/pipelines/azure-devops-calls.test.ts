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

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
  calls = [];
  lists = new Map();
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
      const answer = isOne ? { id: `id of ${key}` } : method === "GET" ? { value: lists.get(key) ?? [] } : body;
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

  it("of rules that change waits for somebody", async () => {
    expect((await comment({ POLICY: "true" }, "the rules change")).code).toBe(0);
    expect(statuses()).toEqual(["review: succeeded", "rules: pending"]);
  });

  it("says where a page is cut", async () => {
    expect((await comment({}, "x".repeat(200_000))).code).toBe(0);
    const [{ content }] = calls[0]?.body["comments"] as [{ content: string }];
    expect(content.length).toBeLessThan(150_000);
    expect(content).toContain('the artefact "review" of the run has the whole page');
  });
});

describe("the trigger of reviews", () => {
  async function trigger(): Promise<Ran> {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    // The organization's host is this server.
    writeFileSync(
      join(bin, "curl"),
      `#!/bin/bash\nexec /usr/bin/curl "\${@/#https:\\/\\/dev.azure.com/${root.replaceAll("/", "\\/")}}"\n`,
    );
    writeFileSync(join(bin, "az"), `#!/bin/sh\necho the-token\n`);
    for (const name of ["curl", "az"]) chmodSync(join(bin, name), 0o755);
    const script = join(repository, "pipelines", "azure-devops", "review-trigger.sh");
    return run(["bash", script, "contoso", "Plans & rooms", "tenant"], {
      cwd: folder,
      env: { PATH: [bin, process.env["PATH"]].join(delimiter) },
    });
  }

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
        settings: { statusGenre: "tenantwire", statusName, scope: [{ repositoryId, refName: "refs/heads/main" }] },
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
