import { describe, expect, it } from "@jest/globals";
import { lineOf } from "../../cli/http-events.ts";

const host = "graph.microsoft.com";

describe("what is told of requests", () => {
  it.each([
    [
      { kind: "wait", host, milliseconds: 25_000, why: "it answered 429" },
      "Waiting 25 s for graph.microsoft.com: it answered 429",
    ],
    [{ kind: "wait", host, milliseconds: 400, why: "it answered 429" }, undefined],
    [{ kind: "answer", method: "GET", host, path: "/v1.0/users", status: 200, milliseconds: 20, id: "" }, undefined],
  ] as const)("without --verbose: %j", (event, line) => {
    expect(lineOf(event, false)).toBe(line);
  });

  it.each([
    [
      {
        kind: "answer",
        method: "GET",
        host,
        path: "/v1.0/users",
        status: 200,
        milliseconds: 20,
        id: " (request-id 1)",
      },
      "GET graph.microsoft.com/v1.0/users 200 in 20 ms (request-id 1)",
    ],
    [
      { kind: "retry", host, path: "/v1.0/users", why: "it answered 500" },
      "Again: graph.microsoft.com/v1.0/users: it answered 500",
    ],
  ] as const)("with --verbose: %j", (event, line) => {
    expect(lineOf(event, true)).toBe(line);
  });
});
