/** Nights on which a network, a name server or a busy service are in the way: what was seen, and what is right. */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { TokenCredential } from "@azure/identity";
import { createApiClient, keptAuthorization } from "../../../sync/connectors/api.ts";
import {
  batchGet,
  type Call,
  createGraphClient,
  pages,
  ReadOnce,
  usersById,
} from "../../../sync/connectors/graph/index.ts";
import { retryAfterMs } from "../../../sync/connectors/http/answer.ts";
import { bearer } from "../../../sync/connectors/http/bearer.ts";
import type { HttpOptions } from "../../../sync/connectors/http/client.ts";
import { Gate } from "../../../sync/connectors/http/gate.ts";
import type { HttpEvent } from "../../../sync/connectors/http/events.ts";
import { listElements } from "../../../sync/connectors/oneplan/list.ts";
import { ANSWER_PATIENCE_MS, bePatientFor, RUN_PATIENCE_MS } from "../../../sync/connectors/http/patience.ts";
import { azureDevOpsConnection } from "../../../sync/kinds/plans/connections.ts";
import { connectedAs } from "../../../sync/connectors/azure-devops/index.ts";
import type { PlansOrganization } from "../../../contract/outputs/plans.ts";
import { CredentialError, PermissionError } from "../../../contract/errors.ts";
import { type Received, type Reply, startTestHosts, type TestHosts } from "../connectors/hosts.ts";

const GRAPH = "graph.microsoft.com";
const SHOP = "shop.example.com";
const MINUTE_MS = 60_000;

let hosts: TestHosts;
beforeEach(async () => {
  hosts = await startTestHosts();
});
afterEach(() => hosts.close());

/** Time that passes only when somebody sleeps. */
class Time {
  now = 0;
  readonly waits: number[] = [];
  readonly gate = (): Gate =>
    new Gate({
      now: () => this.now,
      sleep: async (milliseconds, signal) => {
        signal.throwIfAborted();
        this.waits.push(milliseconds);
        this.now += milliseconds;
      },
    });
}

const tokenOf = (token: string) => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
const credential: TokenCredential = { getToken: async () => tokenOf("t") };
const call: Call = { doing: "read users", needs: ["User.Read.All"], signal: new AbortController().signal };

function shop(gate: Gate, more: Partial<Parameters<typeof createApiClient>[0]> = {}) {
  return createApiClient({
    product: "Shop",
    root: `https://${SHOP}/api`,
    authorization: async () => "key",
    keyRejected: () => new CredentialError("refused"),
    notAllowed: () => new PermissionError("not allowed"),
    gate,
    ...more,
  });
}

describe("a test of a product that is down said nothing for ten minutes", () => {
  afterEach(() => bePatientFor(RUN_PATIENCE_MS));

  it.each([
    ["a run", RUN_PATIENCE_MS],
    ["a command that somebody waits for", ANSWER_PATIENCE_MS],
  ])("%s gives up when it has been patient for long enough", async (_who, patience) => {
    bePatientFor(patience);
    const time = new Time();
    hosts.refuse(SHOP, 1000);

    await expect(shop(time.gate()).get("people", {}, "read people", call.signal)).rejects.toThrow("cannot be reached");

    expect(time.now).toBeGreaterThan(patience * 0.6);
    expect(time.now).toBeLessThanOrEqual(patience);
  });
});

describe("one ECONNREFUSED on a page ended the run", () => {
  it("is waited for, for minutes, reads and writes alike", async () => {
    const time = new Time();
    const client = shop(time.gate());
    hosts.answer(SHOP, () => ({ body: { id: "7" } }));

    hosts.refuse(SHOP, 8);
    expect(await client.get("people", {}, "read people", call.signal)).toEqual({ id: "7" });
    hosts.refuse(SHOP, 8);
    expect(await client.write("POST", "people", {}, "make one", call.signal)).toEqual({ id: "7" });

    expect(time.now).toBeGreaterThan(MINUTE_MS);
    expect(hosts.received).toHaveLength(2);
  });

  it("is told in the end as what it is, with nothing begun", async () => {
    const time = new Time();
    hosts.refuse(SHOP, Infinity);
    await expect(shop(time.gate()).write("POST", "people", {}, "make one", call.signal)).rejects.toMatchObject({
      message: expect.stringContaining(`${SHOP} cannot be reached`) as unknown,
      became: "not begun",
    });
    expect(time.now).toBeGreaterThan(10 * MINUTE_MS);
  });

  it("is waited for by Graph too", async () => {
    const time = new Time();
    const client = createGraphClient({ credential, cloud: "Microsoft", gate: time.gate() });
    hosts.answer(GRAPH, () => ({ body: { value: [1] } }));
    hosts.refuse(GRAPH, 5);
    expect(await client.get("/users", call)).toEqual({ value: [1] });
  });

  it("keeps a write that may have been done from being written twice", async () => {
    hosts.answer(SHOP, () => ({ fault: "reset" }));
    await expect(shop(new Time().gate()).write("POST", "people", {}, "make one", call.signal)).rejects.toMatchObject({
      became: "unknown",
    });
    expect(hosts.received).toHaveLength(1);
  });
});

describe("one answer that was cut off, or a gateway's page in its place, ended the run", () => {
  const garbled: readonly (readonly [string, Reply])[] = [
    [
      "half of an answer that calls itself whole",
      { body: '{"value":[1,', headers: { "content-type": "application/json" } },
    ],
    ["a page of something in between", { body: "<html>Maintenance</html>", headers: { "content-type": "text/html" } }],
  ];

  it.each(garbled)("%s: a read is asked for again", async (_what, reply) => {
    for (const host of [SHOP, GRAPH]) {
      let asked = 0;
      hosts.answer(host, () => ((asked += 1) === 1 ? reply : { body: { value: [1] } }));
    }
    expect(await shop(new Gate()).get("people", {}, "read people", call.signal)).toEqual({ value: [1] });
    expect(await createGraphClient({ credential, cloud: "Microsoft" }).get("/users", call)).toEqual({ value: [1] });
    expect(hosts.received).toHaveLength(4);
  });

  it.each(garbled)("%s: a write may have been done, and is not sent again", async (_what, reply) => {
    hosts.answer(SHOP, () => reply);
    await expect(shop(new Gate()).write("POST", "people", {}, "make one", call.signal)).rejects.toMatchObject({
      message: expect.stringContaining(`${SHOP} did not answer with JSON when asked to make one`) as unknown,
      became: "unknown",
    });
    expect(hosts.received).toHaveLength(1);
  });

  it("a list of OnePlan that breaks off is begun anew, and gives nobody twice", async () => {
    const all = ["1", "2", "3", "4"].map((id) => ({ id, name: `Person ${id}` }));
    const faults = ["cut", undefined] as const;
    hosts.answer(SHOP, () => {
      const fault = faults[hosts.received.length - 1];
      return { body: hosts.received.length === 2 ? JSON.stringify(all).slice(0, -20) : all, ...(fault && { fault }) };
    });
    const list = { path: "resources", query: {}, doing: "list the resources" };
    const found: unknown[] = [];
    for await (const elements of listElements(shop(new Gate()), list, call.signal)) found.push(...elements);
    expect(found).toEqual(all);
    expect(hosts.received).toHaveLength(3);
  });
});

describe("a status that no standard has, of what stands before a server, ended the run", () => {
  it.each([507, 509, 520, 521, 522, 523, 524, 525, 526, 529, 530, 598, 599])(
    "%i: a read is asked for again",
    async (status) => {
      hosts.answer(SHOP, () => (hosts.received.length === 1 ? { status } : { body: { id: "7" } }));
      expect(await shop(new Time().gate()).get("people", {}, "read people", call.signal)).toEqual({ id: "7" });
    },
  );

  it.each([501, 505, 511])("%i stays, and is told at once", async (status) => {
    hosts.answer(SHOP, () => ({ status }));
    await expect(shop(new Time().gate()).get("people", {}, "read people", call.signal)).rejects.toMatchObject({
      status,
    });
    expect(hosts.received).toHaveLength(1);
  });

  it.each<[number, Readonly<Record<string, string>>]>([
    [425, {}],
    [521, {}],
    [523, {}],
    [509, { "retry-after": "20" }],
    [529, { "retry-after": "20" }],
  ])("%i %j: nothing was begun, and a write is sent again", async (status, headers) => {
    hosts.answer(SHOP, () => (hosts.received.length === 1 ? { status, headers } : { body: { id: "7" } }));
    expect(await shop(new Time().gate()).write("POST", "people", {}, "make one", call.signal)).toEqual({ id: "7" });
  });

  it.each([509, 520, 522, 529, 599])("%i: a write may have been done, and is not sent again", async (status) => {
    hosts.answer(SHOP, () => ({ status }));
    await expect(shop(new Time().gate()).write("POST", "people", {}, "make one", call.signal)).rejects.toMatchObject({
      status,
      became: "unknown",
    });
    expect(hosts.received).toHaveLength(1);
  });
});

describe("a gateway that fails and asks for no pause had all tries of a request within milliseconds", () => {
  it.each(["0", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", ""])(
    "502 with Retry-After %j: the tries are apart",
    async (pause) => {
      let last = 0;
      const apart: number[] = [];
      hosts.answer(SHOP, () => {
        apart.push(performance.now() - last);
        last = performance.now();
        return apart.length < 3 ? { status: 502, headers: { "retry-after": pause } } : { body: {} };
      });
      await shop(new Gate()).get("people", {}, "read people", call.signal);
      expect(Math.min(...apart.slice(1))).toBeGreaterThan(200);
    },
  );

  it.each([
    ["5, 7", 7_000],
    ["7,Wed, 21 Oct 2015 07:28:00 GMT", 7_000],
    ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
    ["soon", undefined],
  ])("of several pauses the longest counts: %j", (value, pause) => {
    expect(retryAfterMs(value)).toBe(pause);
    expect(retryAfterMs(value.split(/,(?=\S)/))).toBe(pause);
  });
});

describe("an answer in another encoding", () => {
  const said = { "content-type": "application/json; charset=ISO-8859-1" };
  const name = '{"id":"M\u00fcller"}';

  it("had a sign in place of each letter that is none of ASCII", async () => {
    hosts.answer(SHOP, () => ({ body: Buffer.from(name, "latin1"), headers: said }));
    expect(await shop(new Gate()).get("people", {}, "read people", call.signal)).toEqual({ id: "M\u00fcller" });
  });

  it.each([
    ["a list in it", Buffer.from(`[${name}]`, "latin1"), said],
    ["a list in UTF-16", Buffer.from(`[${name}]`, "utf16le"), { "content-type": "application/json; charset=utf-16le" }],
    ["a list that begins with a byte order mark was no list", Buffer.from(`\ufeff[${name}]`), {}],
  ])("%s", async (_, body, headers) => {
    hosts.answer(SHOP, () => ({ body, headers }));
    const found: unknown[] = [];
    const list = { path: "resources", query: {}, doing: "list the resources" };
    for await (const elements of listElements(shop(new Gate()), list, call.signal)) found.push(...elements);
    expect(found).toEqual([{ id: "M\u00fcller" }]);
    expect(hosts.received).toHaveLength(1);
  });

  it.each([
    ["a packed one with a byte order mark was none", gzipSync(`\ufeff${name}`), "gzip", { id: "M\u00fcller" }],
    ["GZIP is gzip", gzipSync(name), "GZIP", { id: "M\u00fcller" }],
    ["x-gzip is gzip", gzipSync(name), "x-gzip", { id: "M\u00fcller" }],
    ["a packed one that says nothing left open whether a write was done", Buffer.alloc(0), "gzip", null],
  ])("%s", async (_, body, encoding, answer) => {
    hosts.answer(SHOP, () => ({ body, headers: { "content-encoding": encoding, "content-type": "application/json" } }));
    expect(await shop(new Gate()).write("POST", "people", {}, "make one", call.signal)).toEqual(answer);
  });
});

it("a mail that Graph may have sent was sent up to seven times", async () => {
  hosts.answer(GRAPH, () => ({ status: 504 }));
  const client = createGraphClient({ credential, cloud: "Microsoft", gate: new Time().gate() });
  await expect(client.act("/users/a/sendMail", {}, call)).rejects.toMatchObject({ status: 504 });
  expect(hosts.received).toHaveLength(1);
});

describe("429 without Retry-After for 79 s failed 20 objects and ended the run", () => {
  it("closes the one gate of the host: whoever asks meanwhile waits with the others", async () => {
    const time = new Time();
    const client = shop(time.gate());
    hosts.answer(SHOP, () => (time.now < 79_000 ? { status: 429 } : { body: { id: "7" } }));
    const writes = Array.from({ length: 20 }, (_, index) =>
      client.write("POST", `people/${index}`, {}, "write one", call.signal),
    );
    expect(await Promise.all(writes)).toHaveLength(20);
    // Each of the twenty found the gate closed for as long as the others.
    expect(hosts.received.length).toBeLessThan(20 * 12);
  });

  it("ends when nothing has succeeded for as long as there is patience", async () => {
    const time = new Time();
    hosts.answer(SHOP, () => ({ status: 429 }));
    await expect(shop(time.gate()).write("POST", "people", {}, "write one", call.signal)).rejects.toMatchObject({
      status: 429,
      became: "not begun",
    });
    expect(time.now).toBeGreaterThan(10 * MINUTE_MS);
  });

  it.each(["0", "-1", "Sun, 01 Mar 2026 08:00:00 GMT"])(
    "a service that is busy and asks for no pause (Retry-After: %s) was asked without one for a quarter of an hour",
    async (pause) => {
      const time = new Time();
      hosts.answer(SHOP, () => ({ status: 429, headers: { "retry-after": pause } }));
      await expect(shop(time.gate()).get("people", {}, "read people", call.signal)).rejects.toMatchObject({
        status: 429,
      });
      expect(hosts.received.length).toBeLessThan(100);
      expect(time.now).toBeGreaterThan(10 * MINUTE_MS);
    },
  );

  it("waits for as long as it is told to, and no request is sent earlier", async () => {
    const time = new Time();
    const asked: number[] = [];
    hosts.answer(SHOP, (): Reply => {
      asked.push(time.now);
      return asked.length === 1 ? { status: 429, headers: { "retry-after": "240" } } : { body: {} };
    });
    await shop(time.gate()).get("people", {}, "read people", call.signal);
    expect(asked).toEqual([0, 240_000]);
  });
});

describe("one 500, 502 or 408 in a part of a batch ended the run", () => {
  interface Part {
    readonly id: string;
    readonly url: string;
  }
  const partsOf = ({ body }: Received) => (body as { requests: readonly Part[] }).requests;

  it.each([408, 425, 429, 500, 502, 503, 504])("%i in a part is asked again, that part alone", async (status) => {
    hosts.answer(GRAPH, (request) => ({
      body: {
        responses: partsOf(request).map(({ id, url }) =>
          url === "/users/2" && hosts.received.length === 1
            ? { id, status, headers: { "Retry-After": "0" } }
            : { id, status: 200, body: url },
        ),
      },
    }));
    const client = createGraphClient({ credential, cloud: "Microsoft" });
    expect(await batchGet(client, ["/users/1", "/users/2"], call)).toEqual(["/users/1", "/users/2"]);
    expect(hosts.received.map((request) => partsOf(request).map(({ url }) => url))).toEqual([
      ["/users/1", "/users/2"],
      ["/users/2"],
    ]);
  });

  it("a date in Retry-After of a part is waited for", async () => {
    const asked: number[] = [];
    hosts.answer(GRAPH, (request) => {
      asked.push(Date.now());
      const date = new Date(Date.now() + 2_000).toUTCString();
      const first = asked.length === 1;
      return {
        body: {
          responses: partsOf(request).map(({ id }) =>
            first ? { id, status: 429, headers: { "Retry-After": date } } : { id, status: 200, body: {} },
          ),
        },
      };
    });
    await batchGet(createGraphClient({ credential, cloud: "Microsoft" }), ["/users/1"], call);
    // A date is of whole seconds.
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });
});

describe("success without what was asked for passed for what does not exist, and people for deleted", () => {
  const partsOf = ({ body }: Received) => (body as { requests: readonly { readonly id: string }[] }).requests;
  const client = () => createGraphClient({ credential, cloud: "Microsoft" });

  it.each<[string, readonly object[]]>([
    ["a part without a body", [{ id: "0", status: 200 }]],
    ["a part that is null", [{ id: "0", status: 200, body: null }]],
    ["a part that says no content", [{ id: "0", status: 204 }]],
    ["no part", []],
  ])("%s: it is asked for again", async (_, responses) => {
    hosts.answer(GRAPH, (request) =>
      hosts.received.length === 1
        ? { body: { responses } }
        : { body: { responses: partsOf(request).map(({ id }) => ({ id, status: 200, body: { id: "p" } })) } },
    );
    const reads = new ReadOnce();
    try {
      expect(await usersById(reads.through(client()), ["p"], ["id"], call)).toEqual([{ id: "p" }]);
    } finally {
      reads.close();
    }
    expect(hosts.received).toHaveLength(2);
  });

  it("a page that is nothing is asked for again", async () => {
    hosts.answer(GRAPH, () => ({ body: hosts.received.length === 1 ? "" : { value: [] } }));
    expect(await client().get("/users", call)).toEqual({ value: [] });
  });

  it("for ever: it is a failure, and nobody is gone", async () => {
    hosts.answer(GRAPH, () => ({ body: { responses: [{ id: "0", status: 200 }] } }));
    await expect(usersById(client(), ["p"], ["id"], call)).rejects.toThrow(
      "graph.microsoft.com left out a part when asked to read users.",
    );
  });

  it("something without an id is nobody", async () => {
    hosts.answer(GRAPH, () => ({ body: { responses: [{ id: "0", status: 200, body: {} }] } }));
    await expect(usersById(client(), ["p"], ["id"], call)).rejects.toThrow("gave a user without an id");
  });
});

it("Graph said once to come back tomorrow, and whatever else was asked waited until then", async () => {
  hosts.answer(GRAPH, ({ url }) =>
    url === "/v1.0/one" ? { status: 429, headers: { "retry-after": "86400" } } : { body: { value: [] } },
  );
  const client = createGraphClient({ credential, cloud: "Microsoft" });
  await expect(client.get("/one", call)).rejects.toThrow("answered 429");
  const signal = AbortSignal.timeout(2_000);
  expect(await client.get("/users", { ...call, signal })).toEqual({ value: [] });
});

it("a date in Retry-After of a part was read by this machine's clock, which may be behind by an hour", async () => {
  const clock = () => Date.now() + 3_600_000;
  hosts.answer(GRAPH, () => {
    const until = new Date(clock() + 1_000).toUTCString();
    const part = { status: 429, headers: { "Retry-After": until } };
    const answer = hosts.received.length === 1 ? part : { status: 200, body: { id: "p" } };
    return { headers: { date: new Date(clock()).toUTCString() }, body: { responses: [{ id: "0", ...answer }] } };
  });
  const client = createGraphClient({ credential, cloud: "Microsoft" });
  expect(await batchGet(client, ["/users/p"], call)).toEqual([{ id: "p" }]);
});

describe("a retry sent the token of the first try", () => {
  it("asks for a token for each try, and signs in anew once after a 401", async () => {
    let given = 0;
    const renewed: boolean[] = [];
    const tokens: TokenCredential & { renew(): void } = {
      getToken: async () => ({ token: `t${(given += 1)}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
      renew: () => void renewed.push(true),
    };
    hosts.answer(GRAPH, ({ headers }) =>
      headers.authorization === "Bearer t2" ? { body: { value: [] } } : { status: 401, body: {} },
    );
    await createGraphClient({ credential: tokens, cloud: "Microsoft" }).get("/users", call);
    expect(hosts.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t2"]);
    expect(renewed).toEqual([true]);
  });

  it("does so with a key of a product, which may have been renewed in the vault", async () => {
    let given = 0;
    const authorization = keptAuthorization(async () => `key ${(given += 1)}`);
    hosts.answer(SHOP, ({ headers }) => (headers.authorization === "key 2" ? { body: {} } : { status: 401 }));
    const client = shop(new Time().gate(), { authorization });
    expect(await client.write("POST", "people", {}, "make one", call.signal)).toEqual({});
    expect(await client.get("people", {}, "read", call.signal)).toEqual({});
    expect(given).toBe(2);
  });

  it("does so as the sync identity in Azure DevOps, where the libraries give the same token for most of an hour", async () => {
    let signIns = 1;
    const identity = {
      getToken: async () => ({ token: `t${signIns}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
      renew: () => void (signIns += 1),
    };
    hosts.answer("dev.azure.com", ({ headers }) =>
      headers.authorization === "Bearer t2" ? { body: { authenticatedUser: { id: "7" } } } : { status: 401 },
    );
    const organization = { name: "contoso", url: "https://dev.azure.com/contoso" } as PlansOrganization;
    const connection = azureDevOpsConnection(organization, {
      reach: async () => undefined,
      identity: () => identity,
      secret: () => Promise.reject(new Error("There is no secret.")),
    });
    expect(await connectedAs(connection, call.signal)).toBe("7");
    expect(hosts.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it.each<[string, (make: () => Promise<string>) => HttpOptions["authorization"]]>([
    ["a token", (make) => bearer({ getToken: async () => tokenOf(await make()) }, GRAPH, "Microsoft Graph")],
    ["a key", (make) => keptAuthorization(async () => `Bearer ${await make()}`)],
  ])("of many requests that are refused at once, each signed in for itself: %s", async (_, authorizationBy) => {
    let given = 0;
    const authorization = authorizationBy(async () => `t${(given += 1)}`);
    const ask = (renew: boolean) => authorization(renew, call.signal);
    expect(await ask(false)).toBe("Bearer t1");
    expect(await Promise.all([ask(true), ask(true), ask(false), ask(true)])).toEqual(Array(4).fill("Bearer t2"));
    // That one is refused too, later on.
    expect([await ask(false), await ask(true), await ask(false)]).toEqual(["Bearer t2", "Bearer t3", "Bearer t3"]);
  });

  it("tells that it is refused when the second one is, too", async () => {
    hosts.answer(SHOP, () => ({ status: 401 }));
    await expect(shop(new Time().gate()).get("people", {}, "read", call.signal)).rejects.toMatchObject({
      name: "CredentialError",
    });
    expect(hosts.received).toHaveLength(2);
  });

  it("a token that runs out while a throttled request waits is not sent again", async () => {
    let given = 0;
    const tokens: TokenCredential = {
      // Each is too old for the next try.
      getToken: async () => ({ token: `t${(given += 1)}`, expiresOnTimestamp: Date.now() + 1_000 }),
    };
    hosts.answer(GRAPH, () =>
      hosts.received.length < 3 ? { status: 429, headers: { "retry-after": "0" } } : { body: { value: [] } },
    );
    await createGraphClient({ credential: tokens, cloud: "Microsoft" }).get("/users", call);
    expect(hosts.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t2", "Bearer t3"]);
  });
});

describe("SIGTERM during Retry-After: 25 ended the process 25 s later", () => {
  it.each([
    [
      "a page",
      429,
      (signal: AbortSignal) => createGraphClient({ credential, cloud: "Microsoft" }).get("/users", { ...call, signal }),
    ],
    [
      "a batch",
      200,
      (signal: AbortSignal) =>
        batchGet(createGraphClient({ credential, cloud: "Microsoft" }), ["/users/1"], { ...call, signal }),
    ],
    ["a write", 429, (signal: AbortSignal) => shop(new Gate()).write("POST", "x", {}, "write", signal)],
  ])("%s ends its waiting with the signal", async (_, status, ask) => {
    const stop = new AbortController();
    const busy = { responses: [{ id: "0", status: 429, headers: { "Retry-After": "25" } }] };
    const answer = (): Reply => {
      setImmediate(() => setImmediate(() => stop.abort(new Error("enough"))));
      return { status, headers: { "retry-after": "25" }, body: busy };
    };
    hosts.answer(GRAPH, answer);
    hosts.answer(SHOP, answer);
    await expect(ask(stop.signal)).rejects.toThrow(/enough|aborted/);
  });

  it("signing in ends with it as well", async () => {
    const stop = new AbortController();
    const never: TokenCredential = { getToken: () => new Promise(() => undefined) };
    const asked = createGraphClient({ credential: never, cloud: "Microsoft" }).get("/users", {
      ...call,
      signal: stop.signal,
    });
    stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
  });
});

it("a next link that led to itself was read for ever: it ends as incomplete, in words", async () => {
  hosts.answer(GRAPH, ({ url }) => ({ body: { value: [url], "@odata.nextLink": `https://${GRAPH}/v1.0/users?p=2` } }));
  const read = async () => {
    for await (const _ of pages(createGraphClient({ credential, cloud: "Microsoft" }), "/users", call));
  };
  await expect(read()).rejects.toThrow(
    "graph.microsoft.com gave a page whose next one is a page of before, when asked to read users",
  );
  expect(hosts.received.length).toBeLessThan(4);
});

it("a link to another host gets no token", async () => {
  hosts.answer(GRAPH, () => ({ body: { value: [], "@odata.nextLink": "https://evil.example/v1.0/users" } }));
  const read = async () => {
    for await (const _ of pages(createGraphClient({ credential, cloud: "Microsoft" }), "/users", call));
  };
  await expect(read()).rejects.toThrow("graph.microsoft.com gave a link to evil.example, which is not followed.");
});

describe("a next page that is no address ended with a stack, by Graph", () => {
  const read = async (body: object) => {
    hosts.answer(GRAPH, () => ({ body }));
    for await (const _ of pages(createGraphClient({ credential, cloud: "Microsoft" }), "/users", call));
  };

  it.each(["nonsense", ""])("%j: it is told", async (link) => {
    await expect(read({ value: [], "@odata.nextLink": link })).rejects.toThrow(
      "graph.microsoft.com named a next page that is no address, when asked to read users: try again.",
    );
  });

  it.each(["nonsense", "", "https://evil.example/v1.0/users/delta"])(
    "%j: nobody goes on from there, which every run would fail by from then on",
    async (link) => {
      await expect(read({ value: [], "@odata.deltaLink": link })).rejects.toThrow(
        "graph.microsoft.com gave no address of its own to go on from, when asked to read users: try again.",
      );
    },
  );

  it("null is no link", async () => {
    await read({ value: [], "@odata.nextLink": null, "@odata.deltaLink": null });
    expect(hosts.received).toHaveLength(1);
  });
});

it("errors came without Graph's request id and date", async () => {
  const events: HttpEvent[] = [];
  const headers = { "request-id": "11111111-2222", date: "Mon, 02 Mar 2026 08:00:00 GMT" };
  hosts.answer(GRAPH, () => ({
    status: 400,
    headers,
    body: { error: { code: "Request_BadRequest", message: "No." } },
  }));
  const client = createGraphClient({ credential, cloud: "Microsoft", onEvent: (event) => events.push(event) });
  await expect(client.get("/users?$filter=mail eq 'x'", call)).rejects.toThrow(
    'answered 400 when asked to read users: Request_BadRequest: "No." (request-id 11111111-2222, date 2026-03-02T08:00:00.000Z)',
  );
  // What people are called may stand in a query.
  expect(events).toMatchObject([
    {
      kind: "answer",
      method: "GET",
      host: GRAPH,
      path: "/v1.0/users",
      status: 400,
      id: expect.stringContaining("11111111-2222") as unknown,
    },
  ]);
});

it("conditional access that is evaluated continuously was told as a token of another tenant", async () => {
  const message =
    "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: LocationConditionEvaluationSatisfied";
  hosts.answer(GRAPH, () => ({ status: 401, body: { error: { code: "InvalidAuthenticationToken", message } } }));
  await expect(createGraphClient({ credential, cloud: "Microsoft" }).get("/users", call)).rejects.toThrow(
    `Conditional access of the tenant does not let the sync identity read users (InvalidAuthenticationToken): "${message}"`,
  );
});

it("a page of something in between explains nothing", async () => {
  hosts.answer(SHOP, () => ({
    status: 400,
    headers: { "content-type": "text/html" },
    body: "<!doctype html>\n<title>No</title>",
  }));
  await expect(shop(new Time().gate()).get("people", {}, "read", call.signal)).rejects.toThrow(
    "to read: no explanation",
  );
});

it.each([
  [{ code: "KeyExpired", message: "Expired on Monday." }, 'KeyExpired: "Expired on Monday."'],
  [{ error: { code: "AuthenticationFailed", message: "No." } }, 'AuthenticationFailed: "No."'],
  // As Azure DevOps says it.
  [
    {
      $id: "1",
      innerException: null,
      message: "TF400813: The user 'x' is not authorized to access this resource.",
      typeName: "Microsoft.TeamFoundation.Framework.Server.UnauthorizedRequestException, Microsoft.TeamFoundation",
      typeKey: "UnauthorizedRequestException",
    },
    "Microsoft.TeamFoundation.Framework.Server.UnauthorizedRequestException: \"TF400813: The user 'x' is not authorized to access this resource.\"",
  ],
  ["Expired.", '"Expired."'],
  [["a"], '"[a]"'],
])(
  "a key that is refused was told without the product's own words and its request id, or with all of its JSON: %j",
  async (body, words) => {
    const said: string[] = [];
    hosts.answer(SHOP, () => ({
      status: 401,
      headers: { "x-request-id": "abc-1", "content-type": "application/json", date: "Mon, 02 Mar 2026 08:00:00 GMT" },
      body: JSON.stringify(body),
    }));
    const keyRejected = (_: string, words: string) => {
      said.push(words);
      return new CredentialError("refused");
    };
    const asked = shop(new Time().gate(), { keyRejected }).get("people", {}, "read people", call.signal);
    await expect(asked).rejects.toThrow("refused");
    expect(said[0]).toContain(`It says: ${words} (x-request-id abc-1`);
  },
);

it("a read that is told to come back tomorrow waited until then, and told nobody", async () => {
  const events: HttpEvent[] = [];
  const onEvent = (event: HttpEvent) => void events.push(event);
  hosts.answer(SHOP, () => ({ status: 500, headers: { "retry-after": "86400" } }));
  const asked = shop(new Time().gate(), { onEvent }).get("people", {}, "read people", call.signal);
  await expect(asked).rejects.toMatchObject({ status: 500 });

  hosts.answer(SHOP, () =>
    hosts.received.length < 3 ? { status: 500, headers: { "retry-after": "1" } } : { body: {} },
  );
  expect(await shop(new Time().gate(), { onEvent }).get("people", {}, "read people", call.signal)).toEqual({});
  expect(events).toContainEqual({ kind: "wait", host: SHOP, milliseconds: 1_000, why: "answered 500" });
});

it("conditional access was told as missing consent", async () => {
  const message = "Access has been blocked by Conditional Access policies.\nmore";
  hosts.answer(GRAPH, () => ({ status: 403, body: { error: { code: "AccessDenied", message } } }));
  await expect(createGraphClient({ credential, cloud: "Microsoft" }).get("/users", call)).rejects.toThrow(
    'Conditional access of the tenant does not let the sync identity read users (AccessDenied): "Access has been blocked by Conditional Access policies."',
  );
});
