import { describe, expect, it } from "@jest/globals";
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

describe("unreachable", () => {
  it.each<[string, Error, NodeJS.ProcessEnv, string, boolean]>([
    ["without a proxy", refused, {}, `${cannot}: check the network, or name the proxy in HTTPS_PROXY.`, true],
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
      { https_proxy: "http://me:secret@proxy:8080/", NODE_USE_ENV_PROXY: "1" },
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
      "several addresses",
      several,
      {},
      "example.com cannot be reached (connect ECONNREFUSED ::1:9): check the network, or name the proxy in HTTPS_PROXY.",
      true,
    ],
    [
      "no such host",
      failed("ENOTFOUND", "getaddrinfo ENOTFOUND example.com"),
      {},
      "example.com cannot be reached (getaddrinfo ENOTFOUND example.com): check the network, or name the proxy in HTTPS_PROXY.",
      true,
    ],
    [
      "a certificate",
      failed("SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"),
      {},
      "The certificate of example.com is not trusted (SELF_SIGNED_CERT_IN_CHAIN): name the file with the authority's certificate in NODE_EXTRA_CA_CERTS.",
      false,
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
])("%s (%s): something was begun: %s", (code, message, begun) => {
  const became = begun ? "unknown" : "not begun";
  expect(unreachable("example.com", failed(code, message), {})).toMatchObject({ begun, became, transient: true });
});

it("knows an abort by its name, whoever throws it", () => {
  expect(isAbort(new DOMException("This operation was aborted", "AbortError"))).toBe(true);
  expect(isAbort(new Error("AbortError"))).toBe(false);
  expect(isAbort(undefined)).toBe(false);
});
