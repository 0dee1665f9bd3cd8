/**
 * A product's API of JSON over HTTP that is opened by a key: timeouts, retries by what may be repeated, and errors in
 * words.
 *
 * @packageDocumentation
 */
import { pipeline } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import pRetry from "p-retry";
import { type Dispatcher, request } from "undici";
import { ConnectionError, type CredentialError, type PermissionError, TenantwireError } from "../../contract/errors.ts";
import { dispatcherFor, isTimeout, Unreachable, unreachable } from "./network.ts";
import { headerOf, isPassing, Refused, wasNotBegun } from "./refused.ts";

export interface Api {
  /** The product, as people call it. */
  readonly product: string;
  /** Where the paths of requests begin: `https://my.oneplan.ai/api`. */
  readonly root: string;
  /** The header `Authorization`; asked once. */
  readonly authorization: () => Promise<string>;
  /** What 401 means, and how to mend it. */
  readonly keyRefused: (host: string) => CredentialError;
  /** What 403 means when the product was asked to `doing`, and how to mend it. */
  readonly notAllowed: (host: string, doing: string) => PermissionError;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: (() => void) | undefined;
}

export interface ApiClient {
  readonly host: string;
  /** A read; repeated when it failed in a way that may pass. `null` where nothing is answered. */
  get(path: string, query: Query, doing: string, signal: AbortSignal): Promise<unknown>;
  /** A read whose answer is too long to be held: its bytes as they come. */
  stream(path: string, query: Query, doing: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** A write; repeated only where the product said that it did not begin with it. `null` where nothing is answered. */
  write(method: WriteMethod, path: string, body: object, doing: string, signal: AbortSignal): Promise<unknown>;
}

export type WriteMethod = "POST" | "PUT" | "PATCH";

/** The product answered with an error that no general rule explains. */
export class ApiRefusal extends ConnectionError {
  override name = "ApiRefusal";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export type Query = Readonly<Record<string, string>>;

const TIMEOUT_MS = 60_000;
/** Longest wait for a `Retry-After`. */
const MAX_WAIT_MS = 120_000;
const backoff = { retries: 5, minTimeout: 300, factor: 2, maxTimeout: 10_000, randomize: true } as const;

/** One request, however often it is sent. */
interface Asked {
  readonly method: "GET" | WriteMethod;
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly doing: string;
  readonly signal: AbortSignal;
}

/*
 * By undici's own `request`, which takes a quarter of the time that `fetch` takes for a small answer: a first sync sends
 * as many of them as there are people.
 */
export function createApiClient(api: Api): ApiClient {
  const host = new URL(api.root).host;
  const dispatcher = dispatcherFor(process.env);
  let authorization: Promise<string> | undefined;

  async function sendOnce({ method, path, query, body, headers, doing, signal }: Asked) {
    authorization ??= api.authorization();
    const url = new URL(`${api.root}/${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.append(name, value);
    const json = body && { "content-type": "application/json" };
    const options = {
      dispatcher,
      method,
      headers: { accept: "application/json", ...headers, ...json, authorization: await authorization },
      body: body ? JSON.stringify(body) : null,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    };
    api.onRequest?.();
    let response: Dispatcher.ResponseData;
    try {
      // Nothing is followed: somebody who is not let in may be sent to a page for signing in, which would answer 200.
      response = await request(url, options);
    } catch (error) {
      throw noAnswer(error, host, doing);
    }
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    throw new Refused(response, await textOf(response, host, doing));
  }

  async function repeated<T>(asked: Asked, attempt: () => Promise<T>): Promise<T> {
    const { method, doing, signal } = asked;
    const mayRepeat = method === "GET" ? isPassing : wasNotBegun;
    try {
      return await pRetry(attempt, {
        ...backoff,
        signal,
        shouldRetry: ({ error }) => mayRepeat(error),
        onFailedAttempt: async ({ error, retriesLeft }) => {
          const asks = error instanceof Refused && (error.status === 429 || error.status === 503);
          if (!asks || retriesLeft === 0 || !mayRepeat(error)) return;
          await wait(Math.min(error.retryAfter ?? 0, MAX_WAIT_MS), undefined, { signal });
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error, api, host, doing);
    }
  }

  async function sendForJson(asked: Asked): Promise<unknown> {
    const { text, type } = await repeated(asked, async () => {
      const response = await sendOnce(asked);
      const type = headerOf(response.headers, "content-type") ?? "no content type";
      return { text: await textOf(response, host, asked.doing), type };
    });
    try {
      return text.trim() === "" ? null : (JSON.parse(text) as unknown);
    } catch (error) {
      throw new ConnectionError(
        `${host} did not answer with JSON when asked to ${asked.doing} (${type}): check ${api.product}'s address in the settings.`,
        { cause: error },
      );
    }
  }

  return {
    host,
    get: (path, query, doing, signal) => sendForJson({ method: "GET", path, query, doing, signal }),
    async stream(path, query, doing, signal) {
      const headers = { "accept-encoding": "gzip" };
      const asked: Asked = { method: "GET", path, query, headers, doing, signal };
      return bytesOf(await repeated(asked, () => sendOnce(asked)), host, doing, signal);
    },
    write: (method, path, body, doing, signal) => sendForJson({ method, path, body, doing, signal }),
  };
}

/** HTTP Basic. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

function noAnswer(error: unknown, host: string, doing: string): Unreachable {
  if (!isTimeout(error)) return unreachable(host, error);
  return new Unreachable(
    `${host} did not answer within ${TIMEOUT_MS / 1000} s when asked to ${doing}: try again.`,
    true,
  );
}

async function textOf({ body }: Dispatcher.ResponseData, host: string, doing: string): Promise<string> {
  try {
    return await body.text();
  } catch (error) {
    throw noAnswer(error, host, doing);
  }
}

async function* bytesOf(
  { body, headers }: Dispatcher.ResponseData,
  host: string,
  doing: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    // What breaks the one stream is thrown by the other.
    const packed = headerOf(headers, "content-encoding") === "gzip";
    yield* packed ? pipeline(body, createGunzip(), () => undefined) : body;
  } catch (error) {
    signal.throwIfAborted();
    throw noAnswer(error, host, doing);
  }
}

function failure(error: unknown, { product, keyRefused, notAllowed }: Api, host: string, doing: string): Error {
  if (error instanceof TenantwireError) return error;
  if (!(error instanceof Refused)) return unreachable(host, error);
  const { status, location, text } = error;
  if (status === 401) return keyRefused(host);
  if (status === 403) return notAllowed(host, doing);
  if (status >= 300 && status < 400) {
    const where = URL.canParse(location) ? new URL(location).host : "elsewhere";
    return new ConnectionError(
      `${host} sends us on to ${where} when asked to ${doing}: check ${product}'s address in the settings.`,
    );
  }
  return new ApiRefusal(`${product} (${host}) answered ${status} when asked to ${doing}: ${explanation(text)}`, status);
}

/** The first line of what it says, which is text or JSON of no documented form. */
function explanation(text: string): string {
  return said(text).split(/\r?\n/, 1)[0]?.trim().slice(0, 200) || "no explanation";
}

/** JSON in one line, and a JSON string as the text that it is. */
function said(text: string): string {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    return text;
  }
}
