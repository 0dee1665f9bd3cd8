/**
 * OnePlan's API under `/api`: HTTP Basic with name and value of an authentication key, timeouts, and retries by what
 * may be repeated.
 *
 * @packageDocumentation
 */
import ky, { isHTTPError, isTimeoutError, type KyInstance, type Options } from "ky";
import { ConnectionError, CredentialError, PermissionError, TenantwireError } from "../../engine/errors.ts";
import { isAbort, Unreachable, unreachable } from "../network.ts";

export interface OnePlanConnection {
  /** Root without a path, e.g. `https://my.oneplan.ai`. */
  readonly baseUrl: string;
  readonly keyName: string;
  /** Reads the value of the key; asked once. */
  readonly key: () => Promise<string>;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: () => void;
}

export interface OnePlanClient {
  readonly host: string;
  /** A read; repeated when it failed in a way that may pass. `null` where OnePlan answers nothing. */
  get(path: string, query: Query, doing: string, signal: AbortSignal): Promise<unknown>;
  /** A read whose answer is too long to be held: its bytes as they come. */
  stream(path: string, query: Query, doing: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** A write; repeated only where OnePlan said that it did not begin with it. `null` where it answers nothing. */
  post(path: string, body: object, doing: string, signal: AbortSignal): Promise<unknown>;
}

/** OnePlan answered with an error that no general rule explains. */
export class OnePlanRefusal extends ConnectionError {
  override name = "OnePlanRefusal";
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

export function createOnePlanClient(connection: OnePlanConnection): OnePlanClient {
  const host = new URL(connection.baseUrl).host;
  let authorization: Promise<string> | undefined;

  async function sendOnce(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    connection.onRequest?.();
    try {
      return await fetch(input, init);
    } catch (error) {
      throw isAbort(error) ? error : unreachable(host, error);
    }
  }

  const common: Options = {
    prefix: `${connection.baseUrl.replace(/\/+$/, "")}/api`,
    fetch: sendOnce,
    timeout: TIMEOUT_MS,
    // Somebody who is not let in may be sent to a page for signing in, which would answer 200.
    redirect: "manual",
    headers: { accept: "application/json" },
    hooks: {
      beforeRequest: [
        async ({ request }) => {
          authorization ??= basic(connection);
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
      methods: ["post"],
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
      throw failure(error, connection, host, doing);
    }
  }

  return {
    host,
    async get(path, query, doing, signal) {
      return parse(await send(reader, path, { searchParams: query, signal }, doing), host, doing);
    },
    async stream(path, query, doing, signal) {
      const response = await send(reader, path, { searchParams: query, signal }, doing);
      return bytesOf(response, host, signal);
    },
    async post(path, body, doing, signal) {
      return parse(await send(writer, path, { method: "post", json: body, signal }, doing), host, doing);
    },
  };
}

async function basic({ keyName, key }: OnePlanConnection): Promise<string> {
  return `Basic ${Buffer.from(`${keyName}:${await key()}`, "utf8").toString("base64")}`;
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

async function parse(response: Response, host: string, doing: string): Promise<unknown> {
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
      `${host} did not answer with JSON when asked to ${doing} (${type}): check OnePlan's address in the settings.`,
      { cause: error },
    );
  }
}

function failure(error: unknown, connection: OnePlanConnection, host: string, doing: string): Error {
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
  if (status === 401) return keyRefused(connection.keyName, host);
  if (status === 403) {
    return new PermissionError(
      `OnePlan (${host}) does not let the key "${connection.keyName}" ${doing}: make the key as an owner of the OnePlan group.`,
    );
  }
  if (status >= 300 && status < 400) {
    const location = headers.get("location") ?? "";
    const where = URL.canParse(location) ? new URL(location).host : "elsewhere";
    return new ConnectionError(
      `${host} sends us on to ${where} when asked to ${doing}: check OnePlan's address in the settings.`,
    );
  }
  const message = `OnePlan (${host}) answered ${status} when asked to ${doing}: ${explanation(error.data)}`;
  return new OnePlanRefusal(message, status);
}

function keyRefused(keyName: string, host: string): CredentialError {
  return new CredentialError(
    `OnePlan (${host}) refused the key "${keyName}": it was revoked, or is of another OnePlan group. ` +
      `Make a new one in OnePlan (gear > Integration > Authentication Keys), store it with pulumi config set --secret, and deploy (pulumi up).`,
  );
}

/** The first line of what OnePlan says, which is .NET's text or JSON of no documented form. */
function explanation(data: unknown): string {
  const text = typeof data === "string" ? data : data === undefined ? "" : JSON.stringify(data);
  return text.split(/\r?\n/, 1)[0]?.trim().slice(0, 200) || "no explanation";
}
