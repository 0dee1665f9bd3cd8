import { hasSubscribers } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, jest } from "@jest/globals";
import { lineOf, tellHttpEvents } from "../../cli/http-events.ts";
import { program } from "../../cli/index.ts";
import { HTTP_EVENTS } from "../../sync/connectors/http/events.ts";

const host = "graph.microsoft.com";
const wait = { kind: "wait", host, why: "answered 429", patience: 840_000 } as const;
const answer = { kind: "answer", method: "GET", host, path: "/v1.0/users", status: 200, milliseconds: 20 } as const;
const load = { kind: "load", host: "dev.azure.com", resource: "Core", used: 170, limit: 200, delayedMs: 0 } as const;

describe("what is told of requests", () => {
  it.each([
    [
      { ...wait, milliseconds: 25_000 },
      "Waiting 25 s for graph.microsoft.com: answered 429 (given up if nothing works for 14 min more)",
    ],
    [{ ...wait, milliseconds: 400 }, undefined],
    [
      { kind: "wait", host, milliseconds: 12_000, why: "it asks for a pause" } as const,
      "Waiting 12 s for graph.microsoft.com: it asks for a pause",
    ],
    [{ ...answer, id: "" }, undefined],
    [{ ...load, delayedMs: 12_000 }, undefined],
  ])("without --verbose: %j", (event, line) => {
    expect(lineOf(event)).toBe(line);
  });

  it.each([
    [{ ...answer, id: " (request-id 1)" }, "08:09:10Z GET graph.microsoft.com/v1.0/users 200 in 20 ms (request-id 1)"],
    [
      { kind: "retry", host, path: "/v1.0/users", why: "answered 500" },
      "08:09:10Z Again: graph.microsoft.com/v1.0/users: answered 500",
    ],
    [
      { kind: "no answer", method: "GET", host, path: "/v1.0/users", why: "It broke off." },
      "08:09:10Z GET graph.microsoft.com/v1.0/users no answer: It broke off.",
    ],
    [load, "08:09:10Z Load on dev.azure.com: 170 of 200 TSTU of Core"],
    [
      { ...load, resource: "", used: 200, delayedMs: 12_000 },
      "08:09:10Z Load on dev.azure.com: 200 of 200 TSTU, held back for 12 s",
    ],
  ] as const)("with --verbose: %j", (event, line) => {
    expect(lineOf(event, new Date("2026-03-02T08:09:10.123Z"))).toBe(line);
  });
});

it("requests of Azure's libraries, which sign in and read vaults, were not told: not even those that failed", async () => {
  const server = createServer((asked, response) => {
    if (asked.url?.startsWith("/gone")) return void asked.socket.destroy();
    response.writeHead(403, { "x-ms-request-id": "11111111-2222" }).end("no");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const end = tellHttpEvents(() => new Date("2026-03-02T08:09:10.123Z"));
  try {
    for (const path of ["/secrets/key?signature=hidden", "/gone"]) {
      const asked = request({ host: "127.0.0.1", port, path, agent: false }).end();
      await Promise.race([
        once(asked, "response").then(([response]) => once((response as NodeJS.ReadableStream).resume(), "end")),
        once(asked, "close"),
      ]).catch(() => undefined);
    }
    const lines = said.mock.calls.map(([line]) => String(line));
    expect(lines).toEqual([
      expect.stringMatching(
        /^08:09:10Z GET 127\.0\.0\.1\/secrets\/key 403 in \d+ ms \(x-ms-request-id 11111111-2222, date \S+\)\n$/,
      ),
      expect.stringMatching(/^08:09:10Z GET 127\.0\.0\.1\/gone no answer: socket hang up\n$/),
    ]);
  } finally {
    end();
    said.mockRestore();
    server.close();
  }
});

it("nothing is told of what comes after a command", async () => {
  const heard = () => [HTTP_EVENTS, "http.client.request.start"].map((channel) => hasSubscribers(channel));
  const before = heard();
  const during: (readonly boolean[])[] = [];
  const tenantwire = program();
  tenantwire.commands.find((command) => command.name() === "runs")?.action(() => void during.push(heard()));

  await tenantwire.parseAsync(["--verbose", "runs", "-s", "contoso"], { from: "user" });

  expect(during).toEqual([[true, true]]);
  expect(heard()).toEqual(before);
});
