/** Where keys may be sent. */
import { describe, expect, it } from "@jest/globals";
import { whyNotHost, type KeyHost, keyHosts, newHosts } from "../../contract/hosts.ts";

const A = { product: "oneplan", host: "a.com" };
const B = { product: "ones", host: "b.com" };
/** The host of the one, with the key of the other. */
const TO_ANOTHER = { product: "ones", host: "a.com" };

describe("the hosts that a deployment calls new", () => {
  it.each([
    ["none of the first deployment", [A], undefined, []],
    ["none that was there", [A], { hosts: [A], waiting: [] }, []],
    ["one that came", [A, B], { hosts: [A], waiting: [] }, [B]],
    ["one that came before and waits", [A, B], { hosts: [A, B], waiting: [B] }, [B]],
    ["one that waits by the outputs of an earlier version", [A, B], { hosts: [A, B], waiting: ["b.com"] }, [B]],
    ["none that went away again", [A], { hosts: [A, B], waiting: [B] }, []],
    ["one that is there for the first key of all", [B], { hosts: [], waiting: [] }, [B]],
    ["another product's", [A, TO_ANOTHER], { hosts: [A, B], waiting: [] }, [TO_ANOTHER]],
    ["not another product's own", [A, TO_ANOTHER], { hosts: [A, TO_ANOTHER], waiting: [B] }, []],
  ] as [string, KeyHost[], Parameters<typeof newHosts>[1], KeyHost[]][])("%s", (_, now, before, expected) => {
    expect(newHosts(now, before)).toEqual(expected);
  });

  it("are those that a key is for, by host and port, whatever else is told", () => {
    const key = { keyVaultSecret: "k" };
    const outputs = {
      ones: { ...key, baseUrl: "https://ONES.contoso.com:8443/path" },
      oneplan: { ...key, baseUrl: "https://оnes.contoso.com" },
      oneconnect: { baseUrl: "https://my.oneconnect.ai" },
      plans: {
        ...{ ...key, baseUrl: "https://оnes.contoso.com" },
        organizations: [
          { name: "contoso", url: "https://dev.azure.com/contoso" },
          { name: "old", url: "https://devops.contoso.com/tfs" },
          { odd: 1 },
          2,
        ],
      },
      azureDevOps: { organizations: [{ url: "https://nobody.signs.in" }] },
      alerts: {
        channels: [
          { name: "mail", mail: { host: "SMTP.contoso.com", port: 465, vaultSecret: "s" } },
          {
            name: "token",
            mail: { host: "smtp.office365.com", vaultSecret: "s", oauth2: { tokenUrl: "https://login.contoso.com/t" } },
          },
          { name: "open", mail: { host: "nobody.signs.in" } },
          { name: "chat", webhook: { format: "signed", url: "https://nobody.signs.in", vaultSecret: "s" } },
          { odd: 1 },
          3,
        ],
      },
      ...{ odd: 1, none: null, bad: { ...key, baseUrl: "no address" } },
    };
    expect(keyHosts(outputs)).toEqual([
      { product: "ones", host: "ones.contoso.com:8443" },
      { product: "oneplan", host: "xn--nes-red.contoso.com" },
      { product: "the organization contoso of Azure DevOps", host: "dev.azure.com" },
      { product: "the organization old of Azure DevOps", host: "devops.contoso.com" },
      { product: "the alert channel mail", host: "smtp.contoso.com" },
      { product: "the alert channel token", host: "smtp.office365.com" },
      { product: "the alert channel token", host: "login.contoso.com" },
    ]);
    expect([undefined, null, "x", []].map(keyHosts)).toEqual([[], [], [], []]);
  });
});

describe("a key", () => {
  const question = {
    host: "a.com",
    product: "ONES",
    waiting: [],
    remembered: [],
    allowed: [],
    taking: "sync" as const,
  };

  it.each([
    ["goes where nothing is known and nothing is new", {}, true],
    ["goes where the syncs wrote", { remembered: ["a.com"], waiting: ["a.com"] }, true],
    ["goes where an administrator says", { remembered: ["b.com"], waiting: ["a.com"], allowed: ["a.com"] }, true],
    ["waits at a new host", { waiting: ["a.com"] }, false],
    ["waits where the syncs wrote elsewhere", { remembered: ["b.com"] }, false],
    ["waits where the word is for another host", { waiting: ["a.com"], allowed: ["b.com"] }, false],
  ] as const)("%s", (_, change, goes) => {
    expect(whyNotHost({ ...question, ...change }) === undefined).toBe(goes);
  });

  it("waits with words that say where, and what to do", () => {
    const refusal = whyNotHost({ ...question, host: "evil.com", waiting: ["evil.com"], remembered: ["a.com"] });

    expect(refusal).toBe(
      'The address of ONES is on a new host, "evil.com"; before it was on "a.com". Its key was not sent there. ' +
        "If it is not meant, correct the address in the settings and deploy (pulumi up). " +
        "If it is, an administrator says so once: npx --no-install tenantwire sync -s <stack> --allow-host evil.com",
    );
  });
});
