import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { connect } from "node:net";
import { startProxy } from "../../sandbox/proxy.ts";
import type { Proxy } from "../../sandbox/proxy.ts";

let proxy: Proxy;
let refused: string[];
let received: string[];

beforeAll(async () => {
  proxy = await startProxy({
    knows: (host) => host === "known.example",
    connected: (socket) => socket.on("data", (data: Buffer) => received.push(data.toString())),
    refused: (authority) => refused.push(authority),
  });
});
afterAll(() => proxy.stop());
beforeEach(() => {
  refused = [];
  received = [];
});

/** Says something to the proxy and reads until it closes, or until `enough` was read. */
function say(text: string, enough?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = connect(proxy.port, "127.0.0.1", () => socket.write(text));
    socket.on("error", reject);
    socket.on("data", (data: Buffer) => {
      heard += data.toString();
      if (enough?.test(heard)) socket.destroy();
    });
    socket.on("close", () => resolve(heard));
  });
}

describe("CONNECT", () => {
  it("opens a way to a host of the stand-in, with whatever came along", async () => {
    const heard = await say("CONNECT known.example:443 HTTP/1.1\r\nHost: known.example:443\r\n\r\nhello", /\r\n\r\n/);

    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(received.join("")).toBe("hello");
    expect(refused).toEqual([]);
  });

  it.each([
    ["a host outside", "example.com:443"],
    ["another port", "known.example:8443"],
    ["a host that only begins so", "known.example.evil.example:443"],
    ["an address", "[::1]:443"],
  ])("refuses %s with a sentence, and tells", async (_, authority) => {
    const heard = await say(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);

    expect(heard).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(heard).toContain(
      `The stand-in tenant has no host ${authority}; nothing outside of it is reached from here.`,
    );
    expect(refused).toEqual([authority]);
  });
});

it("refuses plain http, also for its own hosts", async () => {
  const heard = await say("GET http://known.example/path HTTP/1.1\r\nHost: known.example\r\n\r\n");

  expect(heard).toMatch(/^HTTP\/1\.1 403 /);
  expect(refused).toEqual(["known.example:80"]);
});
