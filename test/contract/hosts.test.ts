/** Where keys may be sent. */
import { describe, expect, it } from "@jest/globals";
import { hostRefusal, keyHosts, newHosts } from "../../contract/hosts.ts";

describe("the hosts that a deployment calls new", () => {
  it.each([
    ["none of the first deployment", ["a.com"], undefined, []],
    ["none that was there", ["a.com"], { hosts: ["a.com"], waiting: [] }, []],
    ["one that came", ["a.com", "b.com"], { hosts: ["a.com"], waiting: [] }, ["b.com"]],
    [
      "one that came before and waits",
      ["a.com", "b.com"],
      { hosts: ["a.com", "b.com"], waiting: ["b.com"] },
      ["b.com"],
    ],
    ["none that went away again", ["a.com"], { hosts: ["a.com", "b.com"], waiting: ["b.com"] }, []],
    ["one that is there for the first key of all", ["b.com"], { hosts: [], waiting: [] }, ["b.com"]],
  ] as const)("%s", (_, now, before, expected) => {
    expect(newHosts(now, before)).toEqual(expected);
  });

  it("are those that a key is for, by host and port, whatever else is told", () => {
    const key = { keyVaultSecret: "k" };
    const told = {
      ones: { ...key, baseUrl: "https://ONES.contoso.com:8443/path" },
      oneplan: { ...key, baseUrl: "https://оnes.contoso.com" },
      oneconnect: { baseUrl: "https://my.oneconnect.ai" },
      plans: {
        ...{ ...key, baseUrl: "https://оnes.contoso.com" },
        organizations: [
          { url: "https://dev.azure.com/contoso" },
          { url: "https://devops.contoso.com/tfs" },
          { odd: 1 },
          2,
        ],
      },
      azureDevOps: { organizations: [{ url: "https://nobody.signs.in" }] },
      ...{ odd: 1, none: null, bad: { ...key, baseUrl: "no address" } },
    };
    expect(keyHosts(told)).toEqual([
      "dev.azure.com",
      "devops.contoso.com",
      "ones.contoso.com:8443",
      "xn--nes-red.contoso.com",
    ]);
    expect([undefined, null, "x", []].map(keyHosts)).toEqual([[], [], [], []]);
  });
});

describe("a key", () => {
  const question = { host: "a.com", product: "ONES", waiting: [], remembered: [], allowed: [] };

  it.each([
    ["goes where nothing is known and nothing is new", {}, true],
    ["goes where the syncs wrote", { remembered: ["a.com"], waiting: ["a.com"] }, true],
    ["goes where an administrator says", { remembered: ["b.com"], waiting: ["a.com"], allowed: ["a.com"] }, true],
    ["waits at a new host", { waiting: ["a.com"] }, false],
    ["waits where the syncs wrote elsewhere", { remembered: ["b.com"] }, false],
    ["waits where the word is for another host", { waiting: ["a.com"], allowed: ["b.com"] }, false],
  ] as const)("%s", (_, change, goes) => {
    expect(hostRefusal({ ...question, ...change }) === undefined).toBe(goes);
  });

  it("waits with words that say where, and what to do", () => {
    const refusal = hostRefusal({ ...question, host: "evil.com", waiting: ["evil.com"], remembered: ["a.com"] });

    expect(refusal).toBe(
      'The address of ONES is on a new host, "evil.com"; the syncs wrote to "a.com" before. Its key was not sent there. ' +
        "If it is meant, an administrator says so once: tenantwire sync --allow-host evil.com. " +
        "If not, correct the address in the settings and deploy (pulumi up).",
    );
  });
});
