/**
 * The way to other hosts, and why a request got no answer, in words. Nobody here sees an address with a password: of a
 * proxy only its host is named.
 *
 * @packageDocumentation
 */
import { type Dispatcher, EnvHttpProxyAgent, getGlobalDispatcher } from "undici";
import { ConnectionError } from "../../contract/errors.ts";
import type { Became } from "../model/became.ts";
import { type Cause, certificateFault, connectionFault, proxyFault, proxyFor } from "./unreachable.ts";

/** The other side did not answer, or broke off in the middle. */
export class Unreachable extends ConnectionError {
  override name = "Unreachable";
  /** Asking again may help: a connection was refused or broke, rather than that a certificate is not trusted. */
  readonly transient: boolean;
  /** Something may have been begun with: there was a connection. */
  readonly begun: boolean;
  /** What a write became. */
  readonly became: Became;

  constructor(message: string, { transient, begun }: Pick<Unreachable, "transient" | "begun">, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.transient = transient;
    this.begun = begun;
    this.became = begun ? "unknown" : "not begun";
  }
}

/**
 * What undici's own requests go through: the proxy that the environment names, where Node is told to use it (as the
 * global `fetch` is, by NODE_USE_ENV_PROXY=1).
 */
export function dispatcherFor(environment: NodeJS.ProcessEnv): Dispatcher {
  if (environment["NODE_USE_ENV_PROXY"] !== "1") return getGlobalDispatcher();
  // Said here, or it is read from the environment again with every request.
  return new EnvHttpProxyAgent({ noProxy: environment["no_proxy"] ?? environment["NO_PROXY"] ?? "" });
}

/**
 * @param host name of the host that was asked, with its port where it is another than HTTPS has
 * @param error what the HTTP client threw
 * @param environment where the proxy is named
 */
export function unreachable(host: string, error: unknown, environment: NodeJS.ProcessEnv = process.env): Unreachable {
  const causes = [...causesOf(error)];
  const code = causes.map((cause) => cause.code).find((each) => typeof each === "string" && each !== "ERR_INVALID_URL");
  const said = causes.at(-1)?.message ?? String(error);
  const detail = code === undefined || said.includes(code) ? said : `${code}: ${said}`;
  const proxy = proxyFor(host, environment);
  const known =
    certificateFault(host, code) ??
    proxyFault(host, causes, proxy) ??
    (code === undefined ? undefined : connectionFault(host, code, detail, proxy));
  if (known !== undefined) return new Unreachable(known.words, { transient: known.passing, begun: false }, error);
  const passing = { transient: true, begun: !isOfConnecting(causes) };
  return new Unreachable(`The connection to ${host} broke off (${detail}): try again.`, passing, error);
}

/** What a proxy refuses to connect to, and a connection that breaks before it is encrypted, was sent nothing. */
function isOfConnecting(causes: readonly Cause[]): boolean {
  return causes.some(({ message }) =>
    /Proxy response \(\d+\)|before secure TLS connection was established/i.test(message),
  );
}

/** The error, its causes, and the first of several errors that one stands for. */
function* causesOf(error: unknown): Generator<Cause> {
  for (let each = error, depth = 0; isErrorLike(each) && depth < 8; depth++) {
    yield { message: each.message || each.name, code: each.code };
    each = each.cause ?? each.errors?.[0];
  }
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** By shape, not by class: errors come from several clients, each with classes of its own. */
function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === "object" && value !== null && "message" in value;
}

const timeouts = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Did the other side let us wait for too long? */
export function isTimeout(error: unknown): boolean {
  return isErrorLike(error) && timeouts.has(error.code ?? "");
}

/** Was the request given up because its signal said so? */
export function isAbort(error: unknown): boolean {
  return isErrorLike(error) && error.name === "AbortError";
}

/**
 * Azure's libraries say that something failed, and not always why: a plain request to the same host tells.
 *
 * @param url anything that the host has, signed in or not
 * @returns `undefined` where the host answers
 */
export async function unreachableNow(url: URL): Promise<Unreachable | undefined> {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(5000) });
    return undefined;
  } catch (error) {
    return unreachable(url.host, error);
  }
}
