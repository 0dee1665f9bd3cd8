import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { TokenCredential } from "@azure/identity";
import type { Cloud } from "../../../contract/outputs.ts";
import {
  batchGet,
  type Call,
  countMembers,
  createGraphClient,
  isExpiredLink,
  pages,
} from "../../../sync/connectors/graph/index.ts";
import { bePatientFor, RUN_PATIENCE_MS } from "../../../sync/connectors/http/patience.ts";
import { CredentialError } from "../../../contract/errors.ts";
import { type Received, startTestHosts, type TestHosts } from "./hosts.ts";

const HOST = "graph.microsoft.com";
const ROOT = `https://${HOST}/v1.0`;

let hosts: TestHosts;
let requests = 0;
beforeEach(async () => {
  hosts = await startTestHosts();
  requests = 0;
});
afterEach(() => hosts.close());

const tokens: TokenCredential = {
  getToken: async (scopes) => ({ token: `token for ${String(scopes)}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

function client(credential = tokens, cloud: Cloud = "Microsoft") {
  return createGraphClient({ credential, cloud, onRequest: () => (requests += 1) });
}

function call(more: Partial<Call> = {}): Call {
  return { doing: "read users", needs: ["User.Read.All"], signal: AbortSignal.timeout(20_000), ...more };
}

async function all(path: string, given = call()): Promise<{ ids: unknown[]; deltaLink: string | undefined }> {
  const ids: unknown[] = [];
  let deltaLink: string | undefined;
  for await (const page of pages(client(), path, given)) {
    ids.push(...page.value);
    deltaLink = page.deltaLink;
  }
  return { ids, deltaLink };
}

describe("pages", () => {
  it.each<[string, object]>([
    ["nothing", {}],
    ["no list", { value: null }],
    ["another answer", { error: null }],
  ])("that hold %s are asked for again, as any answer that is not whole", async (_, body) => {
    const answers = [{ value: [1], "@odata.nextLink": `${ROOT}/users?$skiptoken=2` }, body, { value: [2] }];
    hosts.answer(HOST, () => ({ body: answers.shift() ?? {} }));

    expect((await all("/users")).ids).toEqual([1, 2]);

    expect(hosts.received.map(({ url }) => url)).toEqual([
      "/v1.0/users",
      "/v1.0/users?$skiptoken=2",
      "/v1.0/users?$skiptoken=2",
    ]);
  });

  it("follows the whole link of every page, empty ones too, and gives the delta link of the last", async () => {
    const token = "aA-_.~%3D%3d+x=y";
    const answers: Record<string, object> = {
      "/v1.0/users/delta?$select=id": { value: [1, 2], "@odata.nextLink": `${ROOT}/users/delta?$skiptoken=${token}` },
      [`/v1.0/users/delta?$skiptoken=${token}`]: { value: [], "@odata.nextLink": `${ROOT}/users/delta?$skiptoken=3` },
      "/v1.0/users/delta?$skiptoken=3": { value: [3], "@odata.deltaLink": `${ROOT}/users/delta?$deltatoken=4` },
    };
    hosts.answer(HOST, ({ url }) => ({ body: answers[url] ?? { error: { code: "no", message: url } } }));

    expect(await all("/users/delta?$select=id")).toEqual({
      ids: [1, 2, 3],
      deltaLink: `${ROOT}/users/delta?$deltatoken=4`,
    });
    expect(requests).toBe(3);
  });

  it("sends its headers, and the token of its cloud, with every page", async () => {
    hosts.answer("graph.microsoft.us", ({ query }) => ({
      body: {
        value: [],
        ...(query.has("p") ? {} : { "@odata.nextLink": "https://graph.microsoft.us/v1.0/users?p=2" }),
      },
    }));
    const eventual = call({ headers: { ConsistencyLevel: "eventual" } });

    for await (const _ of pages(client(tokens, "USGovernment"), "/users", eventual));

    expect(hosts.received.map(({ headers }) => [headers["consistencylevel"], headers.authorization])).toEqual(
      Array(2).fill(["eventual", "Bearer token for https://graph.microsoft.us/.default"]),
    );
  });

  it("asks for the next page while this one is worked on, and for no more", async () => {
    hosts.answer(HOST, ({ query }) => {
      const page = Number(query.get("p") ?? 1);
      return { body: { value: [page], "@odata.nextLink": `${ROOT}/users?p=${page + 1}` } };
    });
    const asked = async (count: number) => {
      while (hosts.received.length < count) await new Promise((resolve) => setImmediate(resolve));
    };

    for await (const { value } of pages(client(), "/users", call())) {
      await asked(Number(value[0]) + 1);
      expect(hosts.received).toHaveLength(Number(value[0]) + 1);
      if (value[0] === 3) break;
    }
    expect(hosts.received).toHaveLength(4);
  });

  it("has sent for the next page before a long piece of work on this one begins", async () => {
    hosts.answer(HOST, ({ query }) => {
      const page = Number(query.get("p") ?? 1);
      return { body: { value: [page], ...(page < 5 && { "@odata.nextLink": `${ROOT}/users?p=${page + 1}` }) } };
    });
    const sent: string[] = [];
    const onSent = (message: unknown) => sent.push((message as { request: { path: string } }).request.path);
    const sending = channel("undici:client:sendHeaders");
    sending.subscribe(onSent);
    const before: number[] = [];
    try {
      for await (const _ of pages(client(), "/users", call())) {
        before.push(sent.filter((path) => path.startsWith("/v1.0/users")).length);
      }
    } finally {
      sending.unsubscribe(onSent);
    }
    expect(before).toEqual([2, 3, 4, 5, 5]);
  });

  it("waits as long as Retry-After says", async () => {
    hosts.answer(HOST, () =>
      hosts.received.length < 3 ? { status: 429, headers: { "retry-after": "0" }, body: {} } : { body: { value: [1] } },
    );
    expect((await all("/users")).ids).toEqual([1]);
    expect(requests).toBe(3);
  });

  it.each([
    ["a reset connection", { fault: "reset" as const }],
    ["a body that is cut off", { body: { value: ["some", "users"] }, fault: "cut" as const }],
    ["500", { status: 500, body: { error: { code: "InternalServerError", message: "" } } }],
  ])("asks again after %s", async (_, reply) => {
    hosts.answer(HOST, () => (hosts.received.length === 1 ? reply : { body: { value: [1] } }));
    expect((await all("/users")).ids).toEqual([1]);
    expect(requests).toBe(2);
  });

  it("ends when it is told to, also while it waits", async () => {
    const abort = new AbortController();
    hosts.answer(HOST, () => {
      abort.abort(new Error("enough"));
      return { status: 429, headers: { "retry-after": "100" }, body: {} };
    });
    await expect(all("/users", call({ signal: abort.signal }))).rejects.toThrow("enough");
  });
});

describe("refusals", () => {
  it.each<[string, number, unknown, Partial<Call>, string, string]>([
    [
      "403",
      403,
      { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges to complete the operation." } },
      {},
      "PermissionError",
      'Microsoft Graph does not let the sync identity read users (Authorization_RequestDenied): that needs the application permission User.Read.All, and it is not declared or consent was not granted. Deploy the stack again (pulumi up --refresh), or ask an administrator of the tenant for consent. It says: "Insufficient privileges to complete the operation."',
    ],
    [
      "403 with two permissions",
      403,
      {},
      { needs: ["User.Read.All", "User-LifeCycleInfo.Read.All"] },
      "PermissionError",
      "Microsoft Graph does not let the sync identity read users (403): that needs the application permissions User.Read.All and User-LifeCycleInfo.Read.All, and one is not declared or consent was not granted. Deploy the stack again (pulumi up --refresh), or ask an administrator of the tenant for consent.",
    ],
    [
      "401",
      401,
      { error: { code: "InvalidAuthenticationToken", message: "Access token is empty." } },
      {},
      "CredentialError",
      'Microsoft Graph (graph.microsoft.com) did not accept the access token while asked to read users (InvalidAuthenticationToken): check that the outputs are of this tenant and cloud. It says: "Access token is empty."',
    ],
    [
      "400",
      400,
      { error: { code: "Request_BadRequest", message: "Invalid filter." } },
      {},
      "GraphError",
      'Microsoft Graph (graph.microsoft.com) answered 400 when asked to read users: Request_BadRequest: "Invalid filter."',
    ],
    [
      "an error page of something in between",
      404,
      "<html>",
      {},
      "ConnectionError",
      "Something between this machine and graph.microsoft.com answered 404 when it was asked to read users: look at the proxy or firewall on the way.",
    ],
    [
      "no page",
      200,
      { value: 7 },
      {},
      "Garbled",
      "graph.microsoft.com did not answer with a page when asked to read users.",
    ],
  ])("%s", async (_, status, body, more, name, message) => {
    hosts.answer(HOST, () => ({ status, body }));
    await expect(all("/users", call(more))).rejects.toMatchObject({ name, message });
  });

  it("of a credential come through as they are", async () => {
    const refusing: TokenCredential = {
      getToken: () => Promise.reject(new CredentialError("The secret has expired.")),
    };
    const failing: TokenCredential = { getToken: () => Promise.reject(new Error("broken\nand how")) };

    await expect(client(refusing).get("/users", call())).rejects.toMatchObject({
      name: "CredentialError",
      message: "The secret has expired.",
    });
    await expect(client(failing).get("/users", call())).rejects.toMatchObject({
      name: "CredentialError",
      message: 'Signing in to Microsoft Graph failed: "broken"',
    });
    expect(requests).toBe(0);
  });

  it.each([
    [410, { code: "Gone", message: "" }, true],
    [400, { code: "syncStateNotFound", message: "" }, true],
    [404, { code: "SyncStateNotFound", message: "" }, true],
    [400, { code: "Directory_ResyncRequired", message: "" }, true],
    [400, { code: "Request_BadRequest", message: "The deltaToken is invalid." }, true],
    [400, { code: "Request_BadRequest", message: "Invalid filter." }, false],
    [404, { code: "Request_ResourceNotFound", message: "" }, false],
  ])("%d %j is an expired link: %s", async (status, error, expired) => {
    hosts.answer(HOST, () => ({ status, body: { error } }));
    const thrown: unknown = await all("/users/delta?$deltatoken=x").catch((refused: unknown) => refused);
    expect(isExpiredLink(thrown)).toBe(expired);
  });
});

describe("signing in", () => {
  it("is done once for what is sent at once", async () => {
    let asked = 0;
    const counting: TokenCredential = { getToken: (scopes) => ((asked += 1), tokens.getToken(scopes)) };
    hosts.answer(HOST, () => ({ body: { value: [] } }));
    const graph = client(counting);

    await Promise.all(["/users", "/groups", "/places"].map((path) => graph.get(path, call())));

    expect(hosts.received.map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill(`Bearer token for https://${HOST}/.default`),
    );
    expect(asked).toBe(1);
  });

  it("goes on for the others when whoever began it is told to stop", async () => {
    let asked = 0;
    const slow: TokenCredential = {
      getToken: async (scopes, options) => {
        asked += 1;
        if (asked === 1) await once(options?.abortSignal as AbortSignal, "abort");
        (options?.abortSignal as AbortSignal).throwIfAborted();
        return tokens.getToken(scopes);
      },
    };
    hosts.answer(HOST, () => ({ body: { value: [] } }));
    const graph = client(slow);
    const stop = new AbortController();

    const stopped = expect(graph.get("/users", call({ signal: stop.signal }))).rejects.toMatchObject({
      name: "AbortError",
    });
    const other = graph.get("/groups", call());
    await nextTurn();
    expect(asked).toBe(1);
    stop.abort();

    await stopped;
    expect(await other).toEqual({ value: [] });
    expect(asked).toBe(2);
  });
});

describe("batchGet", () => {
  interface Part {
    id: string;
    url: string;
    headers?: object;
  }
  const partsOf = ({ body }: Received) => (body as { requests: Part[] }).requests;

  it("asks for 20 at a time and keeps the order, though Graph does not", async () => {
    hosts.answer(HOST, (request) => ({
      body: {
        responses: partsOf(request)
          .map(({ id, url }) => ({ id, status: 200, body: url }))
          .reverse(),
      },
    }));
    const paths = Array.from({ length: 45 }, (_, index) => `/users/${index}`);

    expect(await batchGet(client(), paths, call())).toEqual(paths);
    expect(hosts.received.map((request) => partsOf(request).length)).toEqual([20, 20, 5]);
  });

  it("asks nothing for nothing", async () => {
    expect(await batchGet(client(), [], call())).toEqual([]);
    expect(requests).toBe(0);
  });

  it("gives nothing for what does not exist, and asks again only for what was throttled", async () => {
    hosts.answer(HOST, (request) => ({
      body: {
        responses: partsOf(request).map(({ id, url }) => {
          if (url === "/users/gone") return { id, status: 404, body: { error: { code: "Request_ResourceNotFound" } } };
          if (url === "/users/busy" && hosts.received.length === 1)
            return { id, status: 429, headers: { "Retry-After": "0" } };
          return { id, status: 200, body: url };
        }),
      },
    }));

    expect(await batchGet(client(), ["/users/1", "/users/gone", "/users/busy"], call())).toEqual([
      "/users/1",
      undefined,
      "/users/busy",
    ]);
    expect(hosts.received.map((request) => partsOf(request).map(({ url }) => url))).toEqual([
      ["/users/1", "/users/gone", "/users/busy"],
      ["/users/busy"],
    ]);
  });

  it.each([500, 503])(
    "asked without an end for a count that fails for long (%i): it is done without",
    async (status) => {
      hosts.answer(HOST, (request) => ({
        body: {
          responses: partsOf(request).map(({ id }) =>
            hosts.received.length === 1 ? { id, status } : { id, status: 200, body: { "@odata.count": 3 } },
          ),
        },
      }));
      bePatientFor(500);
      try {
        const asked = [{ collection: "group", id: "1", members: "users" }] as const;
        expect(await countMembers(client(), asked, call())).toEqual([undefined]);
      } finally {
        bePatientFor(RUN_PATIENCE_MS);
      }
      expect(hosts.received).toHaveLength(1);
    },
  );

  it("fails like a single read when a part does", async () => {
    hosts.answer(HOST, (request) => ({
      body: {
        responses: partsOf(request).map(({ id }) => ({
          id,
          status: 403,
          body: { error: { code: "Authorization_RequestDenied" } },
        })),
      },
    }));
    await expect(batchGet(client(), ["/users/1"], call())).rejects.toMatchObject({ name: "PermissionError" });
  });

  it.each([
    ["leaves a part out", { responses: [] }, "graph.microsoft.com left out a part when asked to read users."],
    ["answers otherwise", {}, "graph.microsoft.com did not answer a batch as documented when asked to read users."],
  ])("fails when Graph %s", async (_, body, message) => {
    hosts.answer(HOST, () => ({ body }));
    await expect(batchGet(client(), ["/users/1"], call())).rejects.toThrow(message);
  });
});
