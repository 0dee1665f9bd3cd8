/**
 * A product's API of JSON over HTTP that is opened by a key: timeouts, retries by what may be repeated, and errors in
 * words.
 *
 * @packageDocumentation
 */
import ky, { isHTTPError, isTimeoutError, type KyInstance, type Options } from "ky";
import { ConnectionError, type CredentialError, type PermissionError, TenantwireError } from "../engine/errors.ts";
import { isAbort, Unreachable, unreachable } from "./network.ts";

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
const retry = { limit: 5, backoffLimit: 10_000, maxRetryAfter: MAX_WAIT_MS, jitter: true } as const;

export function createApiClient(api: Api): ApiClient {
  const host = new URL(api.root).host;
  let authorization: Promise<string> | undefined;

  async function sendOnce(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    api.onRequest?.();
    try {
      return await fetch(input, init);
    } catch (error) {
      throw isAbort(error) ? error : unreachable(host, error);
    }
  }

  const common: Options = {
    prefix: api.root,
    fetch: sendOnce,
    timeout: TIMEOUT_MS,
    // Somebody who is not let in may be sent to a page for signing in, which would answer 200.
    redirect: "manual",
    headers: { accept: "application/json" },
    hooks: {
      beforeRequest: [
        async ({ request }) => {
          authorization ??= api.authorization();
          request.headers.set("authorization", await authorization);
        },
      ],
    },
  };
  const reader = ky.create({
    ...common,
    retry: {
      ...retry,
      statusCodes: [408, 429, 500, 502, 503, 504],
      afterStatusCodes: [429, 503],
      retryOnTimeout: true,
      shouldRetry: ({ error }) => (error instanceof Unreachable ? error.transient : undefined),
    },
  });
  // After a broken connection, a timeout or a 500 nobody knows whether the write was done.
  const writer = ky.create({
    ...common,
    retry: {
      ...retry,
      methods: ["post", "put", "patch"],
      statusCodes: [429, 503],
      afterStatusCodes: [429, 503],
      shouldRetry: ({ error }) => (isHTTPError(error) && wasNotBegun(error.response) ? undefined : false),
    },
  });

  async function send(client: KyInstance, path: string, options: Options, doing: string): Promise<Response> {
    try {
      return await client(path, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw failure(error, api, host, doing);
    }
  }

  return {
    host,
    async get(path, query, doing, signal) {
      return parse(await send(reader, path, { searchParams: query, signal }, doing), api, host, doing);
    },
    async stream(path, query, doing, signal) {
      const response = await send(reader, path, { searchParams: query, signal }, doing);
      return bytesOf(response, host, signal);
    },
    async write(method, path, body, doing, signal) {
      return parse(await send(writer, path, { method, json: body, signal }, doing), api, host, doing);
    },
  };
}

/** HTTP Basic. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

/** 429 is a refusal by definition; 503 is one when it says when to come back. */
function wasNotBegun(response: Response): boolean {
  return response.status === 429 || (response.status === 503 && response.headers.has("retry-after"));
}

async function* bytesOf(response: Response, host: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* response.body as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(host, error);
  }
}

async function parse(response: Response, { product }: Api, host: string, doing: string): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw unreachable(host, error);
  }
  try {
    return text.trim() === "" ? null : (JSON.parse(text) as unknown);
  } catch (error) {
    const type = response.headers.get("content-type") ?? "no content type";
    throw new ConnectionError(
      `${host} did not answer with JSON when asked to ${doing} (${type}): check ${product}'s address in the settings.`,
      { cause: error },
    );
  }
}

function failure(error: unknown, { product, keyRefused, notAllowed }: Api, host: string, doing: string): Error {
  if (error instanceof TenantwireError) return error;
  // The client's own errors carry the request, with the key in it: they are not kept as a cause.
  if (isTimeoutError(error)) {
    return new Unreachable(
      `${host} did not answer within ${TIMEOUT_MS / 1000} s when asked to ${doing}: try again.`,
      true,
    );
  }
  if (!isHTTPError(error)) return unreachable(host, error);
  const { status, headers } = error.response;
  if (status === 401) return keyRefused(host);
  if (status === 403) return notAllowed(host, doing);
  if (status >= 300 && status < 400) {
    const location = headers.get("location") ?? "";
    const where = URL.canParse(location) ? new URL(location).host : "elsewhere";
    return new ConnectionError(
      `${host} sends us on to ${where} when asked to ${doing}: check ${product}'s address in the settings.`,
    );
  }
  return new ApiRefusal(
    `${product} (${host}) answered ${status} when asked to ${doing}: ${explanation(error.data)}`,
    status,
  );
}

/** The first line of what it says, which is text or JSON of no documented form. */
function explanation(data: unknown): string {
  const text = typeof data === "string" ? data : data === undefined ? "" : JSON.stringify(data);
  return text.split(/\r?\n/, 1)[0]?.trim().slice(0, 200) || "no explanation";
}
