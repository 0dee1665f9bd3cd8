import { describe, expect, it } from "@jest/globals";
import { blobFailure } from "../../../sync/state/blob/failures.ts";
import { isAbort, unreachable } from "../../../sync/connectors/network.ts";

function failed(code: string | undefined, message: string): Error {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error(message), code === undefined ? {} : { code }),
  });
}
const refused = failed("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:9");
const several = new TypeError("fetch failed", {
  cause: Object.assign(new Error(""), {
    errors: [Object.assign(new Error("connect ECONNREFUSED ::1:9"), { code: "ECONNREFUSED" })],
  }),
});
const cannot = "example.com cannot be reached (connect ECONNREFUSED 127.0.0.1:9)";
const nobody = "nothing answers at this address: check that it is right and that the server runs";
const proxied = { https_proxy: "http://me:secret@proxy:8080/", NODE_USE_ENV_PROXY: "1" };
const tunnel = (status: number) => failed("UND_ERR_ABORTED", `Proxy response (${status}) !== 200 when HTTP Tunneling`);

describe("unreachable", () => {
  it.each<[string, Error, NodeJS.ProcessEnv, string, boolean]>([
    ["without a proxy", refused, {}, `${cannot}: ${nobody}, or name the proxy in HTTPS_PROXY.`, true],
    [
      "with a proxy that Node does not use",
      refused,
      { HTTPS_PROXY: "http://proxy:8080" },
      `${cannot}: HTTPS_PROXY is set, set NODE_USE_ENV_PROXY=1 as well.`,
      true,
    ],
    [
      "with a proxy, whose password is nobody's business",
      refused,
      proxied,
      `${cannot}: check that the proxy in HTTPS_PROXY (proxy:8080) is running.`,
      true,
    ],
    [
      "with a proxy that is no address",
      refused,
      { HTTPS_PROXY: "me:secret", NODE_USE_ENV_PROXY: "1" },
      `${cannot}: check that the proxy in HTTPS_PROXY (not a URL) is running.`,
      true,
    ],
    [
      "beside the proxy",
      refused,
      { ...proxied, NO_PROXY: "localhost,.com" },
      `${cannot}: ${nobody}; NO_PROXY says that it is reached without a proxy.`,
      true,
    ],
    [
      "several addresses",
      several,
      {},
      `example.com cannot be reached (connect ECONNREFUSED ::1:9): ${nobody}, or name the proxy in HTTPS_PROXY.`,
      true,
    ],
    [
      "no such host",
      failed("ENOTFOUND", "getaddrinfo ENOTFOUND example.com"),
      {},
      "example.com cannot be reached (getaddrinfo ENOTFOUND example.com): no host is called so here: check the name, and that what it names is still there, or name the proxy in HTTPS_PROXY.",
      true,
    ],
    [
      "no DNS",
      failed("EAI_AGAIN", "getaddrinfo EAI_AGAIN example.com"),
      {},
      "example.com cannot be reached (getaddrinfo EAI_AGAIN example.com): this machine cannot look names up: check its network and DNS, or name the proxy in HTTPS_PROXY.",
      true,
    ],
    [
      "a firewall",
      failed("UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error"),
      {},
      "example.com cannot be reached (UND_ERR_CONNECT_TIMEOUT: Connect Timeout Error): check the network and its firewalls, or name the proxy in HTTPS_PROXY.",
      true,
    ],
    [
      "a firewall, by the system's own time",
      failed("ETIMEDOUT", "connect ETIMEDOUT 192.0.2.1:443"),
      {},
      "example.com cannot be reached (connect ETIMEDOUT 192.0.2.1:443): check the network and its firewalls, or name the proxy in HTTPS_PROXY.",
      true,
    ],
    [
      "an authority that is not known, such as of a network that looks into TLS",
      failed("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"),
      {},
      "The certificate of example.com is not trusted (SELF_SIGNED_CERT_IN_CHAIN): name the file with the authority's certificate in NODE_EXTRA_CA_CERTS.",
      false,
    ],
    [
      "an old certificate",
      failed("CERT_HAS_EXPIRED", "certificate has expired"),
      {},
      "The certificate of example.com has expired (CERT_HAS_EXPIRED): whoever runs it has to renew it, unless the clock of this machine is ahead.",
      false,
    ],
    [
      "a clock that is behind",
      failed("CERT_NOT_YET_VALID", "certificate is not yet valid"),
      {},
      "The certificate of example.com is not valid yet (CERT_NOT_YET_VALID): the clock of this machine is behind: set it.",
      false,
    ],
    [
      "a certificate of another host",
      failed("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"),
      {},
      "example.com shows the certificate of another name (ERR_TLS_CERT_ALTNAME_INVALID): correct the address, or have a certificate made for this name.",
      false,
    ],
    [
      "http where https was asked for",
      failed("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"),
      {},
      "example.com does not answer in TLS (ERR_SSL_WRONG_VERSION_NUMBER): correct the port of its address.",
      false,
    ],
    [
      "a proxy that wants a password",
      tunnel(407),
      proxied,
      "The proxy in HTTPS_PROXY (proxy:8080) wants a name and a password, or others than it was given (407): write them into HTTPS_PROXY, as in http://name:password@host:port.",
      false,
    ],
    [
      "a proxy that does not allow it",
      tunnel(403),
      proxied,
      "The proxy in HTTPS_PROXY (proxy:8080) does not let us through to example.com (403): have it allow this host.",
      false,
    ],
    [
      "a proxy that does not reach it",
      tunnel(502),
      proxied,
      "The proxy in HTTPS_PROXY (proxy:8080) could not connect to example.com (502): example.com is down, its address is wrong, or the proxy does not reach it.",
      true,
    ],
    [
      "a reset",
      failed("UND_ERR_SOCKET", "other side closed"),
      {},
      "The connection to example.com broke off (UND_ERR_SOCKET: other side closed): try again.",
      true,
    ],
    [
      "something else",
      failed(undefined, "terminated"),
      {},
      "The connection to example.com broke off (terminated): try again.",
      true,
    ],
  ])("%s", (_, error, environment, message, transient) => {
    expect(unreachable("example.com", error, environment)).toMatchObject({
      message,
      transient,
      cause: error,
      exitCode: 1,
    });
  });

  it.each(["localhost:8080", "127.0.0.1:8443", "[::1]:8080", "ones.localhost"])(
    "on this machine it is not the proxy's fault: %s",
    (host) => {
      for (const environment of [
        {},
        { ...proxied, NO_PROXY: "localhost,127.0.0.1,::1" },
        { HTTPS_PROXY: "http://proxy:8080" },
      ]) {
        expect(unreachable(host, refused, environment).message).toBe(
          `${host} cannot be reached (connect ECONNREFUSED 127.0.0.1:9): nothing answers there on this machine: start it, or correct the address.`,
        );
      }
    },
  );

  it.each([
    ["", true],
    ["*", false],
    ["example.com", false],
    ["com", false],
    [".example.com", false],
    ["*.example.com", true],
    ["*.com", false],
    ["none.invalid, *", false],
    ["ample.com", true],
    ["example.com:443", false],
    ["example.com:8443", true],
    ["localhost other.com", true],
  ])("NO_PROXY=%s: by the proxy: %s", (NO_PROXY, used) => {
    expect(unreachable("example.com", refused, { ...proxied, NO_PROXY }).message.includes("proxy:8080")).toBe(used);
  });

  it.each([[undefined], ["text"], [new Error("")]])("says something about %p", (error) => {
    expect(unreachable("example.com", error, {}).message).toMatch(
      /^The connection to example\.com broke off \(.+\): try again\.$/,
    );
  });
});

it.each([
  ["ECONNREFUSED", "connect ECONNREFUSED", false],
  ["EAI_AGAIN", "getaddrinfo EAI_AGAIN", false],
  ["UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error", false],
  ["UND_ERR_ABORTED", "Proxy response (502) !== 200 when HTTP Tunneling", false],
  ["ECONNRESET", "Client network socket disconnected before secure TLS connection was established", false],
  ["UND_ERR_SOCKET", "other side closed", true],
  ["ECONNRESET", "read ECONNRESET", true],
  ["ETIMEDOUT", "read ETIMEDOUT", true],
  ["ETIMEDOUT", "connect ETIMEDOUT 192.0.2.1:443", false],
])("%s (%s): something was begun: %s", (code, message, begun) => {
  const became = begun ? "unknown" : "not begun";
  expect(unreachable("example.com", failed(code, message), {})).toMatchObject({ begun, became, transient: true });
});

it("knows an abort by its name, whoever throws it", () => {
  expect(isAbort(new DOMException("This operation was aborted", "AbortError"))).toBe(true);
  expect(isAbort(new Error("AbortError"))).toBe(false);
  expect(isAbort(undefined)).toBe(false);
});

it.each([
  [403, {}, "HTTPS_PROXY does not let us through to x.blob.core.windows.net (403)"],
  [407, {}, "HTTPS_PROXY wants a name and a password"],
  [403, { "x-ms-request-id": "1" }, "x.blob.core.windows.net does not let this identity use"],
])("a refusal of the blob service's, and one of a proxy before it: %s %p", (statusCode, headers, words) => {
  const error = Object.assign(new Error("refused"), { statusCode, response: { headers: { toJSON: () => headers } } });
  expect(blobFailure("https://x.blob.core.windows.net/state/a.sqlite", error)).toMatchObject({
    message: expect.stringContaining(words) as unknown,
  });
});
