import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { sendFault, clearFaults } from "../../sandbox/control-client.ts";
import { createFaults } from "../../sandbox/faults/index.ts";
import { isDue, matches } from "../../sandbox/faults/rule.ts";
import type { FaultRule } from "../../sandbox/faults/rule.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { runNode } from "./child.ts";
import { clientOf } from "./client.ts";
import type { Client } from "./client.ts";

const then = { status: 503 };

describe("matches", () => {
  const request = { host: "graph.microsoft.com", method: "GET", url: "/v1.0/users/delta?$deltatoken=abc&$select=id" };

  it.each<[Omit<FaultRule, "then">, boolean]>([
    [{}, true],
    [{ host: "graph.microsoft.com" }, true],
    [{ host: "GRAPH.*" }, true],
    [{ host: "graph" }, false],
    [{ host: "graph-microsoft.com" }, false],
    [{ method: "get" }, true],
    [{ method: "POST" }, false],
    [{ path: "/v1.0/users/delta" }, true],
    [{ path: "/v1.0/Users/*" }, true],
    [{ path: "/v1.0/users" }, false],
    [{ path: "*delta" }, true],
    [{ path: "/v1.0/users/delta?*" }, true],
    [{ path: "*?*deltatoken=abc*" }, true],
    [{ path: "*?*deltatoken=xyz*" }, false],
    [{ path: "*deltatoken*" }, false],
    [{ host: "*.microsoft.com", method: "GET", path: "*" }, true],
    [{ host: "*.microsoft.com", method: "PUT", path: "*" }, false],
  ])("%j: %s", (rule, expected) => {
    expect(matches({ ...rule, then }, request)).toBe(expected);
  });

  it("takes every character but the asterisk for itself", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary-ascii" }).filter((text) => !/[*?]/.test(text)),
        (text) => {
          expect(matches({ path: `/${text}`, then }, { ...request, url: `/${text}` })).toBe(true);
          expect(matches({ path: `/${text}`, then }, { ...request, url: `/${text}x` })).toBe(false);
        },
      ),
    );
  });
});

describe("isDue", () => {
  it.each<[Pick<FaultRule, "after" | "times">, boolean[]]>([
    [{}, [true, true, true, true]],
    [{ times: 1 }, [true, false, false, false]],
    [{ after: 2 }, [false, false, true, true]],
    [{ after: 1, times: 2 }, [false, true, true, false]],
  ])("%j", (rule, expected) => {
    expect(expected.map((_, seen) => isDue({ ...rule, then }, seen))).toEqual(expected);
  });
});

describe("decide", () => {
  const request = { host: "h", method: "GET", url: "/a" };

  it("adds delays up and ends with the first other action", () => {
    const faults = createFaults();
    faults.add({ then: { delayMs: 20 } });
    faults.add({ path: "/other", then: { delayMs: 1000 } });
    faults.add({ then: { delayMs: 5 } });
    faults.add({ times: 1, then: { status: 429, retryAfter: 3 } });
    faults.add({ times: 1, then: { reset: true } });
    faults.add({ then: { delayMs: 100 } });

    expect(faults.decide(request)).toEqual({ delayMs: 25, action: { status: 429, retryAfter: 3 } });
    expect(faults.decide(request)).toEqual({ delayMs: 25, action: { reset: true } });
    expect(faults.decide(request)).toEqual({ delayMs: 125 });
    expect(faults.list().map(({ seen }) => seen)).toEqual([3, 0, 3, 3, 2, 1]);
  });

  it("forgets what was removed", () => {
    const faults = createFaults();
    const id = faults.add({ then });

    expect(faults.remove(id)).toBe(true);
    expect(faults.remove(id)).toBe(false);
    expect(faults.decide(request)).toEqual({ delayMs: 0 });
  });
});

it("an answer that is kept back for long does not keep the stand-in's process", async () => {
  const { code, stdout, stderr } = await runNode(`
    import { startSandbox } from "./sandbox/server.ts";
    import { clientOf } from "./test/sandbox/client.ts";
    const sandbox = await startSandbox({ users: 1, provider: false });
    const client = clientOf(sandbox);
    sandbox.faults.add({ then: { delayMs: 600_000 } });
    const request = client.call("https://graph.microsoft.com/v1.0/users").catch(() => "never answered");
    while (sandbox.faults.list()[0].seen === 0) await new Promise(setImmediate);
    await sandbox.stop();
    console.log(await request);
    await client.close();
  `);

  expect([code, stdout, stderr]).toEqual([0, "never answered\n", ""]);
});

describe("in the stand-in", () => {
  let sandbox: Sandbox;
  let client: Client;
  beforeAll(async () => {
    sandbox = await startSandbox({ users: 10, provider: false });
    client = clientOf(sandbox);
  });
  afterAll(async () => {
    await client.close();
    await sandbox.stop();
  });
  afterEach(() => clearFaults(sandbox.controlUrl));

  const oneplan = (path: string, method = "GET", body?: unknown) => {
    const { name, value } = sandbox.world.oneplanKey;
    const headers = { authorization: `Basic ${Buffer.from(`${name}:${value}`).toString("base64")}` };
    return client.call(`https://my.oneplan.ai/api${path}`, { method, headers, body });
  };

  it.each([
    ["graph.microsoft.com", "/v1.0/users", { error: { code: "TooManyRequests", innerError: expect.anything() } }],
    ["management.azure.com", "/subscriptions", { error: { code: "TooManyRequests" } }],
    ["kv.vault.azure.net", "/secrets", { error: { code: "Throttled" } }],
    ["login.microsoftonline.com", "/common/x", { error: "temporarily_unavailable" }],
  ])("throttles in the words of %s", async (host, path, body) => {
    await sendFault(sandbox.controlUrl, { host, times: 1, then: { status: 429, retryAfter: 7 } });

    const answer = await client.call(`https://${host}${path}`);

    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(answer.json()).toMatchObject(body);
    expect((await client.call(`https://${host}${path}`)).status).not.toBe(429);
  });

  it("fails as .NET would for OnePlan, without Retry-After unless told", async () => {
    await sendFault(sandbox.controlUrl, { host: "my.oneplan.ai", then: { status: 500 } });

    const answer = await oneplan("/resources");

    expect([answer.status, answer.headers.get("retry-after")]).toEqual([500, null]);
    expect(answer.text).toMatch(/^System\.NullReferenceException/);
  });

  it.each([
    ["JSON", { error: "custom" }, "application/json; charset=utf-8", '{"error":"custom"}'],
    ["text", "custom", "text/plain; charset=utf-8", "custom"],
  ])("sends a body of one's own: %s", async (_, body, type, text) => {
    await sendFault(sandbox.controlUrl, { then: { status: 502, body } });

    const answer = await oneplan("/resources");

    expect([answer.status, answer.headers.get("content-type"), answer.text]).toEqual([502, type, text]);
  });

  it("resets a connection before the host hears of the request", async () => {
    const before = (await oneplan("/resources")).json<unknown[]>().length;
    await sendFault(sandbox.controlUrl, { method: "POST", times: 1, then: { reset: true } });

    const error = await oneplan("/resources", "POST", { Name: "Never" }).catch(
      (caught: Error) => caught.cause as Error,
    );

    expect(error).toMatchObject({ code: "ECONNRESET" });
    expect((await oneplan("/resources")).json<unknown[]>()).toHaveLength(before);
  });

  it.each([0, 1, 40])("cuts an answer after %i bytes, when the host has done its work", async (cut) => {
    const before = (await oneplan("/resources")).json<unknown[]>().length;
    await sendFault(sandbox.controlUrl, { method: "POST", times: 1, then: { cut } });

    await expect(oneplan("/resources", "POST", { Name: "Done" })).rejects.toThrow("terminated");

    expect((await oneplan("/resources")).json<unknown[]>()).toHaveLength(before + 1);
  });

  it("cuts a stream too, and lets shorter answers pass", async () => {
    await sendFault(sandbox.controlUrl, { path: "/api/resources", then: { cut: 100 } });

    await expect(oneplan("/resources")).rejects.toThrow("terminated");
    expect((await oneplan("/resources?email=nobody@example.com")).text).toBe("[]");
  });

  it("delays", async () => {
    await sendFault(sandbox.controlUrl, { then: { delayMs: 80 } });
    const started = performance.now();

    await oneplan("/resources/megroup");

    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });

  it.each([
    [{}, /wrong at then/],
    [{ then: { status: 200 } }, /wrong at then/],
    [{ then: { status: 503 }, hosts: "x" }, /wrong at the top level/],
    [{ then: { status: 503 }, times: 0 }, /wrong at times/],
  ])("refuses the rule %j", async (rule, message) => {
    await expect(sendFault(sandbox.controlUrl, rule)).rejects.toThrow(message);
    expect(sandbox.faults.list()).toEqual([]);
  });

  it("says so when nothing answers", async () => {
    await expect(sendFault("http://127.0.0.1:1", { then: { status: 503 } })).rejects.toThrow(
      'No stand-in tenant answers at http://127.0.0.1:1. Start one with "npx --no-install tenantwire sandbox start", or run this inside "npx --no-install tenantwire sandbox exec".',
    );
  });
});
