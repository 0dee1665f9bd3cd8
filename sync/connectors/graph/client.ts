/**
 * Microsoft Graph through its own client and middleware: sign-in, keeping within its limits, waiting as `Retry-After`
 * says, counting.
 *
 * @packageDocumentation
 */
import type { AccessToken, TokenCredential } from "@azure/identity";
import {
  AuthenticationHandler,
  Client,
  type Context,
  GraphClientError,
  HTTPMessageHandler,
  type Middleware,
  ResponseType,
  RetryHandler,
  RetryHandlerOptions,
} from "@microsoft/microsoft-graph-client";
import pRetry from "p-retry";
import { CredentialError, TenantwireError } from "../../../contract/errors.ts";
import type { Cloud } from "../../../contract/outputs.ts";
import { Unreachable, isAbort, unreachable } from "../network.ts";
import { GraphRefusal, type Purpose, refusal } from "./errors.ts";
import { clouds } from "../../../contract/clouds.ts";
import { CallCost, PaceHandler } from "./pace-handler.ts";
import { Pace } from "./pace.ts";
import { unitsOfRequest, usersIn } from "./units.ts";

export interface Call extends Purpose {
  readonly signal: AbortSignal;
  /** Sent with every request that the call leads to, each page included: Graph's links do not carry headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphClient {
  readonly host: string;
  /**
   * @param path under `/v1.0`, or a whole URL that Graph gave
   * @throws CredentialError, PermissionError, GraphRefusal or Unreachable, by {@link refusal}
   */
  get(path: string, call: Call): Promise<unknown>;
  /** For calls that change nothing (`$batch` of reads): it is repeated like a read. */
  post(path: string, body: object, call: Call): Promise<unknown>;
}

/** No sync has one: syncs never write into the Microsoft tenant. */
export interface GraphEditor extends GraphClient {
  /** Deletes what the path names; repeated like a read, since nothing is deleted twice. */
  delete(path: string, call: Call): Promise<void>;
}

export interface GraphOptions {
  readonly credential: TokenCredential;
  readonly cloud: Cloud;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: () => void;
  /** Keeps within Graph's limits; by default a pace of its own. */
  readonly pace?: Pace;
}

/** Throttled calls wait as long as Graph says; 10 is the most that the client's middleware allows. */
const MAX_THROTTLED = 10;
/** Seconds to wait when Graph does not say how long; the middleware grows it. */
const DEFAULT_WAIT = 3;
/** A token is renewed when it has no longer to live than this: the libraries' own margin. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;
const retried = { retries: 3, minTimeout: 300, factor: 2 };

export function createGraphClient(options: GraphOptions): GraphEditor {
  const host = clouds[options.cloud].graph;
  const token = tokenOf(options.credential, `https://${host}/.default`);
  const pace = options.pace ?? new Pace();
  const client = Client.initWithMiddleware({
    baseUrl: `https://${host}`,
    middleware: [
      new AuthenticationHandler({ getAccessToken: token }),
      new RetryHandler(new RetryHandlerOptions(DEFAULT_WAIT, MAX_THROTTLED)),
      new PaceHandler(pace),
      new CountingHandler(options.onRequest),
      new HTTPMessageHandler(),
    ],
  });

  async function attempt(path: string, call: Call, body?: object | "delete"): Promise<unknown> {
    const request = client
      .api(path)
      .headers(call.headers ?? {})
      .option("signal", call.signal)
      .middlewareOptions([new CallCost(unitsOfRequest(path, body === "delete" ? undefined : body), call.signal)])
      .responseType(ResponseType.RAW);
    try {
      // The middleware's waiting knows no signal.
      const sent = (
        body === undefined ? request.get() : body === "delete" ? request.delete() : request.post(body)
      ) as Promise<Response>;
      const response = await untilAborted(sent, call.signal);
      const text = await response.text();
      const answer = parse(text, response.ok, host);
      if (!response.ok) throw refusal(host, response.status, answer, call);
      pace.saw(usersIn(path, answer));
      return answer;
    } catch (error) {
      call.signal.throwIfAborted();
      throw understood(error, host);
    }
  }

  function send(path: string, call: Call, body?: object | "delete"): Promise<unknown> {
    const shouldRetry = ({ error }: { error: Error }) => isTransient(error);
    return pRetry(() => attempt(path, call, body), { ...retried, signal: call.signal, shouldRetry });
  }

  return {
    host,
    get: (path, call) => send(path, call),
    post: (path, body, call) => send(path, call, body),
    delete: async (path, call) => void (await send(path, call, "delete")),
  };
}

/** Keeps the token for most of its life: the libraries have caches too, but asking them costs milliseconds a page. */
function tokenOf(credential: TokenCredential, scope: string): () => Promise<string> {
  let held: AccessToken | undefined;
  return async () => {
    if (held !== undefined && held.expiresOnTimestamp - Date.now() > RENEW_BEFORE_MS) return held.token;
    try {
      held = (await credential.getToken(scope)) ?? undefined;
    } catch (error) {
      throw passing(signInFailure(error));
    }
    if (held === undefined) throw new TypeError("The credential gave no token.");
    return held.token;
  };
}

/** 429, 503 and 504 are the middleware's; these two are as passing, and everything here is a read. */
function isTransient(error: Error): boolean {
  if (error instanceof Unreachable) return error.transient;
  return error instanceof GraphRefusal && (error.status === 500 || error.status === 502);
}

class CountingHandler implements Middleware {
  readonly #onRequest: (() => void) | undefined;
  #next: Middleware | undefined;

  constructor(onRequest: (() => void) | undefined) {
    this.#onRequest = onRequest;
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    this.#onRequest?.();
    try {
      await this.#next?.execute(context);
    } catch (error) {
      throw passing(error);
    }
  }
}

/** The client hands on errors of this class as they are; of others it keeps only the text. */
function passing(error: unknown): GraphClientError {
  const wrapped = new GraphClientError();
  wrapped.customError = error;
  return wrapped;
}

function signInFailure(error: unknown): TenantwireError {
  if (error instanceof TenantwireError) return error;
  const said = (error as Error).message.split("\n", 1)[0];
  return new CredentialError(`Signing in to Microsoft Graph failed: ${said}`, { cause: error });
}

function understood(error: unknown, host: string): unknown {
  const inner: unknown = error instanceof GraphClientError ? (error.customError ?? error) : error;
  return inner instanceof TenantwireError || isAbort(inner) ? inner : unreachable(host, inner);
}

function parse(text: string, ok: boolean, host: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // An error page of something in between explains nothing; a success that is not JSON was cut off.
    if (!ok) return undefined;
    throw new Unreachable(`The answer of ${host} broke off or is not JSON: try again.`, true, error);
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    // Whoever aborted does not wait for it any more: how it ends then is nobody's, and no unhandled rejection.
    promise.catch(() => undefined);
  }
}
