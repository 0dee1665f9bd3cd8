/** Nights on which Azure, a share or a tool says no: what was seen, and what is right. */
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TokenCredential } from "@azure/identity";
import { jsonOf } from "../../../cli/pulumi.ts";
import { createArmClient } from "../../../sync/connectors/arm/index.ts";
import type { Areas } from "../../../sync/connectors/azure-devops/client.ts";
import { isOfForm } from "../../../sync/connectors/azure-devops/forms.ts";
import {
  type AzureDevOpsClient,
  idsFound,
  parentLinksSince,
  readItems,
} from "../../../sync/connectors/azure-devops/index.ts";
import { Transport } from "../../../sync/connectors/azure-devops/transport.ts";
import { createGraphClient } from "../../../sync/connectors/graph/index.ts";
import { listMembers, listPlaces } from "../../../sync/connectors/graph/places.ts";
import { createOnePlanTarget } from "../../../sync/connectors/oneplan/target.ts";
import { parseRoutes } from "../../../sync/connectors/ones/routes.ts";
import { createOnesTarget } from "../../../sync/connectors/ones/users.ts";
import { createFileTarget } from "../../../sync/connectors/file/target.ts";
import type { HttpClient } from "../../../sync/connectors/http/client.ts";
import { Gate } from "../../../sync/connectors/http/gate.ts";
import { startTestHosts, type TestHosts } from "../connectors/hosts.ts";

const ARM = "management.azure.com";
const signal = new AbortController().signal;
const credential: TokenCredential = {
  getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }),
};

describe("of a service", () => {
  let hosts: TestHosts;
  beforeEach(async () => {
    hosts = await startTestHosts();
  });
  afterEach(() => hosts.close());

  it.each([
    [
      "RequestDisallowedByAzure",
      "Resource was disallowed by policy.",
      "A policy of the tenant does not let the deploying identity list the vaults",
    ],
    ["AuthorizationFailed", "The client does not have authorization to perform action.", "it has no role there"],
    // What is asked for may be called anything.
    ["AuthorizationFailed", "No authorization over scope '/subscriptions/s/resourceGroups/policy-rg'.", "has no role"],
  ])("conditional access was told as missing consent, by ARM: %s", async (code, message, words) => {
    hosts.answer(ARM, () => ({ status: 403, body: { error: { code, message } } }));
    const asked = createArmClient(credential, "Microsoft").vaults("s", signal);
    await expect(asked).rejects.toThrow(words);
    await expect(asked).rejects.toThrow(message);
  });

  it("a next page that is no address ended with a stack, by ARM", async () => {
    hosts.answer(ARM, () => ({ body: { value: [], nextLink: "/subscriptions?page=2" } }));
    await expect(createArmClient(credential, "Microsoft").vaults("s", signal)).rejects.toThrow(
      "management.azure.com named a next page that is no address, when asked to list the vaults: try again.",
    );
  });

  const graph = () => createGraphClient({ credential, cloud: "Microsoft" });
  const connection = { keyName: "key", key: async () => "0123456789" };
  const ones = () =>
    createOnesTarget({
      ...connection,
      baseUrl: "https://ones.example.com",
      routes: parseRoutes(undefined),
      fields: ["email"],
      defaultGroups: [],
    });
  const oneplan = () =>
    createOnePlanTarget({ ...connection, baseUrl: "https://oneplan.example.com", fields: ["name"] });

  describe("a page of a proxy passed for a missing permission, and for what does not exist", () => {
    const reads: readonly [string, string, () => Promise<unknown>][] = [
      ["Graph", "graph.microsoft.com", () => listPlaces(graph(), "room", signal)],
      ["ARM", ARM, () => createArmClient(credential, "Microsoft").vaults("s", signal)],
      ["ONES", "ones.example.com", () => ones().get("1", signal)],
      ["OnePlan", "oneplan.example.com", () => oneplan().get("1", signal)],
    ];
    it.each(reads.flatMap(([name, host, read]) => [403, 404].map((status) => [name, status, host, read] as const)))(
      "%s: %i",
      async (_, status, host, read) => {
        const headers = { "content-type": "text/html" };
        hosts.answer(host, () => ({ status, headers, body: "\n<html><title>Blocked</title></html>" }));
        const asked = read();
        await expect(asked).rejects.toThrow(/^Something between this machine and /);
        await expect(asked).rejects.toThrow(`answered ${status} when it was asked to `);
        await expect(asked).rejects.toThrow("look at the proxy or firewall on the way.");
      },
    );
  });

  describe("success without anybody passed for somebody who is gone, and he was made once more", () => {
    it.each(["", "null", "{}", "[]", '"text"'])("by ONES: %j", async (body) => {
      hosts.answer("ones.example.com", () => ({ headers: { "content-type": "application/json" }, body }));
      await expect(ones().get("1", signal)).rejects.toThrow(
        "ONES (ones.example.com) answered nothing with an id when asked to read a user",
      );
    });

    it.each(["{}", "[]", '"text"'])("by OnePlan: %j", async (body) => {
      hosts.answer("oneplan.example.com", () => ({ headers: { "content-type": "application/json" }, body }));
      await expect(oneplan().get("1", signal)).rejects.toThrow(
        "did not answer as documented when asked to read a resource.",
      );
    });
  });

  it("one room list that Graph fails with kept all rooms from being read", async () => {
    hosts.answer("graph.microsoft.com", () => ({ status: 400, body: { error: { code: "UnknownError" } } }));
    expect(await listMembers(graph(), "rooms@example.com", "room", signal)).toEqual({
      unreadable: "Microsoft Graph answers 400",
    });
  });
});

it("an answer of Azure DevOps that was cut off passed for nothing at all: Microsoft's client reads it as null", async () => {
  const headers = { "content-type": "application/json; charset=utf-8" };
  const http: HttpClient = {
    send: async ({ check }) => {
      check?.('{"count":2,"value":[{"id":1}', headers);
      return { status: 200, headers, text: "" };
    },
    stream: () => Promise.reject(new Error()),
    signIn: () => Promise.reject(new Error()),
  };
  const root = "https://dev.azure.com/contoso";
  const transport = new Transport({ http, gate: new Gate(), organization: "contoso", root, mend: "" });
  const asked = transport.for({ doing: "read items", signal }, () => transport.get(`${root}/_apis/wit/workitems`, {}));
  await expect(asked).rejects.toMatchObject({
    message: "The answer of Azure DevOps (contoso) broke off when asked to read items: try again.",
    transient: true,
  });
});

describe("a work item that was answered without its fields passed for one that is out of scope, and its task was deleted", () => {
  const names = ["TeamProject", "WorkItemType", "AreaPath", "IterationPath", "State", "Title"];
  const whole = { id: 7, rev: 2, fields: Object.fromEntries(names.map((name) => [`System.${name}`, name])) };
  const read = async (batch: unknown, single: unknown) => {
    const wit = { getWorkItemsBatch: async () => [batch], getWorkItem: async () => single };
    const client: AzureDevOpsClient = {
      ...{ organization: "contoso", root: "https://dev.azure.com/contoso", entraIds: async () => new Map() },
      ask: (_doing, _signal, use) => use({ wit } as unknown as Areas),
    };
    const found: unknown[] = [];
    for await (const { items, missing } of readItems(client, [7], signal)) found.push(...items, ...missing);
    return found;
  };

  it.each([
    { id: 7, rev: 2 },
    { id: 7, rev: 2, fields: {} },
    { ...whole, fields: { ...whole.fields, "System.State": null } },
  ])("%j: it is asked for by itself, and where that is no better it is a failure", async (partly) => {
    expect(await read(partly, whole)).toEqual([whole]);
    await expect(read(partly, partly)).rejects.toThrow("Azure DevOps answered with no work item when asked to read 7.");
  });

  it.each([{}, { id: 7, rev: 2 }, { id: "7", rev: 2, fields: whole.fields }])("%j is no answer", (answer) => {
    expect(isOfForm("/contoso/_apis/wit/workItems/7", answer)).toBe(false);
    expect(isOfForm("/contoso/_apis/wit/workItems/7", whole)).toBe(true);
  });
});

describe("a list that led back to itself was read for ever, by Azure DevOps", () => {
  let asked = 0;
  /** Microsoft's client, of which one call is answered. */
  const answering = (answer: (...given: readonly unknown[]) => object): AzureDevOpsClient => {
    asked = 0;
    const call = async (...given: readonly unknown[]) => {
      asked += 1;
      if (asked > 20) throw new Error("It goes on for ever.");
      return answer(...given);
    };
    const areas = { wit: { getReportingLinksByLinkType: call, queryByWiql: call } } as unknown as Areas;
    return {
      ...{ organization: "contoso", root: "https://dev.azure.com/contoso", entraIds: async () => new Map() },
      ask: (_doing, _signal, use) => use(areas),
    };
  };
  async function drained(pages: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of pages);
  }

  it("two watermarks that lead to each other end it, in words", async () => {
    const client = answering((_project, _types, _link, token) => ({
      ...{ values: [], isLastBatch: false },
      continuationToken: token === "1" ? "2" : "1",
    }));
    await expect(drained(parentLinksSince(client, "Rollout", "1", signal))).rejects.toThrow(
      "Azure DevOps did not go on when asked to read which links have changed in Rollout: try again.",
    );
  });

  it("a query that answers the same whatever is asked for ends, too", async () => {
    const workItems = Array.from({ length: 20_000 }, (_, index) => ({ id: index + 1 }));
    const client = answering(() => ({ workItems }));
    await expect(drained(idsFound(client, "x", "Rollout", signal))).rejects.toThrow(
      "Azure DevOps did not go on when asked to query the work items of Rollout: try again.",
    );
    expect(asked).toBe(2);
  });
});

describe("a `pulumi` that prints a warning beside the JSON: the process died with a stack", () => {
  it("is told in one sentence that quotes its first line", () => {
    const warning = "warning: A new version of Pulumi is available.\u001b[2J";
    expect(() => jsonOf(`${warning}\n{"a":1}\n`, ["stack", "output", "--json"])).toThrow(
      "pulumi stack output did not print JSON alone; it begins: warning: A new version of Pulumi is available.\\u001b[2J. Look at what pulumi is on this machine's PATH.",
    );
    expect(jsonOf('{"a":1}\n', ["stack", "output", "--json"])).toEqual({ a: 1 });
  });
});

describe("a file target on a network share: the file was written, the run said 20 of 20 failed", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantwire-night-"));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it.each(["ENOTSUP", "EINVAL", "EPERM"])("%s of permissions and of a folder is no failure", async (code) => {
    const not = Object.assign(new Error(`${code}: operation not supported`), { code });
    const handle = await open(folder, "r");
    const kind = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    jest.spyOn(kind, "chmod").mockRejectedValue(not);
    const sync = kind.sync;
    jest.spyOn(kind, "sync").mockImplementation(async function (this: typeof handle) {
      if ((await this.stat()).isDirectory()) throw not;
      return sync.call(this);
    });
    const path = join(folder, "people.jsonl");
    const target = createFileTarget({ path, format: "jsonl", fields: ["name"] });
    await target.create({ sourceId: "a", label: "Ada", fields: { name: "Ada" } }, signal);
    await target.update("a", { name: "Ada L." }, signal);
    expect(readFileSync(path, "utf8")).toBe('{"id":"a","active":true,"name":"Ada L."}\n');
  });

  it("a disk that is full is one", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    const handle = await open(folder, "r");
    const kind = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    jest.spyOn(kind, "writeFile").mockRejectedValue(full);
    const target = createFileTarget({ path: join(folder, "people.jsonl"), format: "jsonl", fields: ["name"] });
    const made = target.create({ sourceId: "a", label: "Ada", fields: { name: "Ada" } }, signal);
    await expect(made).rejects.toThrow("ENOSPC");
  });
});
