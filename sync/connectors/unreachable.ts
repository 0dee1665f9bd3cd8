/**
 * Why a host was not reached, in words: each cause says who can mend it. Pure.
 *
 * @packageDocumentation
 */

/** One of the errors that a client's error is made of. */
export interface Cause {
  readonly message: string;
  readonly code: string | undefined;
}

interface Fault {
  readonly words: string;
  /** Whether it may pass by itself. */
  readonly passing: boolean;
}

/** The way of requests to a host. */
type Proxied =
  | { readonly used: false; readonly unused?: true; readonly excepted?: true }
  /** Its host alone: the address may hold a password. */
  | { readonly used: true; readonly name: string };

/**
 * By the rules of undici and Node: NODE_USE_ENV_PROXY=1 makes requests go by HTTPS_PROXY, but for the hosts that NO_PROXY
 * names: ends of names, `*` for all.
 */
export function proxyFor(host: string, environment: NodeJS.ProcessEnv): Proxied {
  const proxy = environment["https_proxy"] || environment["HTTPS_PROXY"];
  if (!proxy) return { used: false };
  const exceptions = (environment["no_proxy"] || environment["NO_PROXY"] || "").split(/[,\s]+/).filter(Boolean);
  const { hostname, port = "443" } = partsOf(host);
  const isExcepted = exceptions.some((entry) => {
    const { hostname: named, port: only = port } = partsOf(entry);
    const end = named.replace(/^\*?\./, "");
    if (only !== port) return false;
    return end === "*" || (hostname === end && !named.startsWith("*.")) || hostname.endsWith(`.${end}`);
  });
  if (isExcepted) return { used: false, excepted: true };
  if (environment["NODE_USE_ENV_PROXY"] !== "1") return { used: false, unused: true };
  return { used: true, name: (URL.canParse(proxy) && new URL(proxy).host) || "not a URL" };
}

const expired = "whoever runs it has to renew it, unless the clock of this machine is ahead";
const untrusted = (host: string) => [
  `The certificate of ${host} is not trusted`,
  "name the file with the authority's certificate in NODE_EXTRA_CA_CERTS",
];
const noTls = (host: string) => [`${host} does not answer in TLS`, "correct the port of its address"];

const certificateFaults: Readonly<Record<string, (host: string) => readonly string[]>> = {
  CERT_HAS_EXPIRED: (host) => [`The certificate of ${host} has expired`, expired],
  CERT_NOT_YET_VALID: (host) => [
    `The certificate of ${host} is not valid yet`,
    "the clock of this machine is behind: set it",
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: (host) => [
    `${host} shows the certificate of another name`,
    "correct the address, or have a certificate made for this name",
  ],
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
};

/** What the host, or somebody on the way who looks into the connection, shows as its certificate. */
export function certificateFault(host: string, code: string | undefined): Fault | undefined {
  const fault = certificateFaults[code ?? ""]?.(host);
  if (fault === undefined) return undefined;
  const [what, mend] = fault;
  return { words: `${what} (${code}): ${mend}.`, passing: false };
}

/** What a proxy answers that does not connect. Some clients say it without its status. */
export function proxyFault(host: string, causes: readonly Cause[], proxy: Proxied): Fault | undefined {
  const status = causes.map(({ message }) => /Proxy response \((\d+)\)/i.exec(message)?.[1]).find(Boolean);
  if (status === undefined) return undefined;
  const name = proxy.used ? `The proxy in HTTPS_PROXY (${proxy.name})` : "The proxy in HTTPS_PROXY";
  if (status === "407") {
    const words = `${name} wants a name and a password, or others than it was given (407): write them into HTTPS_PROXY, as in http://name:password@host:port.`;
    return { words, passing: false };
  }
  if (status === "403") {
    return { words: `${name} does not let us through to ${host} (403): have it allow this host.`, passing: false };
  }
  const words = `${name} could not connect to ${host} (${status}): ${host} is down, its address is wrong, or the proxy does not reach it.`;
  return { words, passing: true };
}

/** There was no connection: no such name, nobody there, no way. */
export function connectionFault(host: string, code: string, detail: string, proxy: Proxied): Fault | undefined {
  const mend = mends[code];
  // Of a connection that there was, it says nothing of what was begun.
  if (mend === undefined || (code === "ETIMEDOUT" && !detail.includes("connect "))) return undefined;
  return { words: `${host} cannot be reached (${detail}): ${mendOf(host, mend, proxy)}.`, passing: true };
}

function mendOf(host: string, mend: string, proxy: Proxied): string {
  if (proxy.used) return `check that the proxy in HTTPS_PROXY (${proxy.name}) is running`;
  if (isLoopback(host)) return "nothing answers there on this machine: start it, or correct the address";
  if (proxy.unused) return "HTTPS_PROXY is set, set NODE_USE_ENV_PROXY=1 as well";
  return proxy.excepted
    ? `${mend}; NO_PROXY says that it is reached without a proxy`
    : `${mend}, or name the proxy in HTTPS_PROXY`;
}

const NETWORK = "check the network and its firewalls";
const mends: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing answers at this address: check that it is right and that the server runs",
  ENOTFOUND: "no host is called so here: check the name, and that what it names is still there",
  EAI_AGAIN: "this machine cannot look names up: check its network and DNS",
  EHOSTUNREACH: NETWORK,
  EHOSTDOWN: NETWORK,
  ENETUNREACH: NETWORK,
  ENETDOWN: NETWORK,
  EADDRNOTAVAIL: NETWORK,
  ETIMEDOUT: NETWORK,
  UND_ERR_CONNECT_TIMEOUT: NETWORK,
};

function isLoopback(host: string): boolean {
  const { hostname } = partsOf(host);
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "::1" ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

function partsOf(host: string): { readonly hostname: string; readonly port: string | undefined } {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  // An address of IPv6 may come without brackets, and has no port then.
  return { hostname: bracketed ?? plain ?? host.toLowerCase(), port };
}
