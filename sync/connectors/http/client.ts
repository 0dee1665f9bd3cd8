/**
 * Requests to one host: signing in anew for each try, timeouts, waiting, and trying again where that is safe.
 *
 * By undici's own `request`, which takes a quarter of the time that `fetch` takes for a small answer: a first sync sends
 * as many of them as there are people.
 *
 * @packageDocumentation
 */
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Dispatcher, request } from "undici";
import { sleep } from "../../model/sleep.ts";
import { dispatcherFor, isTimeout, Unreachable, unreachable } from "../network.ts";
import { Garbled, type Headers, headerOf, isOfHost, isPassing, NoSuccess, requestName, wasNotBegun } from "./answer.ts";
import { headersWithoutEcho, streamWithoutEcho, withoutEcho } from "./echo.ts";
import { type HttpEvent, httpEvent, hasListeners } from "./events.ts";
import { Gate } from "./gate.ts";
import { OWN_TRIES, ownWaitMs, patienceMs } from "./patience.ts";
import { asUtf8, textIn } from "./text.ts";

export interface HttpOptions {
  /** Name of the host, for messages. */
  readonly host: string;
  /**
   * The header `Authorization` of a try; one that is there already is not waited for.
   *
   * @param renew the one of before was refused: sign in anew
   */
  readonly authorization: (renew: boolean, signal: AbortSignal) => string | Promise<string>;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: (() => void) | undefined;
  readonly onEvent?: ((event: HttpEvent) => void) | undefined;
  /** By default one of its own. */
  readonly gate?: Gate | undefined;
}

/** One request, however often it is sent. */
export interface Asked {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  readonly url: URL;
  /** An object goes out as JSON, text as it is, under the content type that the headers name. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly doing: string;
  readonly signal: AbortSignal;
  /** It may be sent again also where nobody knows whether it was done. */
  readonly repeatable: boolean;
  /** Awaited before each try. */
  readonly before?: (signal: AbortSignal) => Promise<void>;
  /**
   * Looks at what was answered with success.
   *
   * @throws Garbled where it is not what it should be: a read is sent again then
   */
  readonly check?: (text: string, headers: Headers) => void;
  /** Told of each answer. */
  readonly after?: (status: number, headers: Headers) => void;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface HttpClient {
  /** @throws NoSuccess, Unreachable, and whatever signing in throws */
  send(asked: Asked): Promise<Answered>;
  /** An answer that is too long to be held: its bytes as they come. What breaks later is an Unreachable. */
  stream(asked: Asked): Promise<AsyncIterable<Uint8Array>>;
  /** Signs in and sends nothing: the header `Authorization` of the next request. Tried again like one. */
  signIn(signal: AbortSignal): Promise<string>;
}

/** An answer whose body is still to come, and what it was asked with. */
interface Sent {
  readonly response: Dispatcher.ResponseData;
  readonly headers: Headers;
  readonly proof: string;
}

const TIMEOUT_MS = 60_000;
/** Tries after an answer that is none: where the address is wrong, all of them are. */
const GARBLED_TRIES = 3;

export function createHttpClient(options: HttpOptions): HttpClient {
  const { host, authorization, onRequest } = options;
  const onEvent = (event: HttpEvent) => {
    options.onEvent?.(event);
    httpEvent(event);
  };
  const dispatcher = dispatcherFor(process.env);
  const gate =
    options.gate ??
    new Gate({ onWait: (milliseconds, why, patience) => onEvent({ kind: "wait", host, milliseconds, why, patience }) });

  async function proofOf({ signal }: Asked, renew: boolean): Promise<string> {
    const proof = authorization(renew, signal);
    return typeof proof === "string" ? proof : untilAborted(proof.catch(notSignedIn), signal);
  }

  async function sendOnce(asked: Asked, renew: boolean): Promise<Sent> {
    const { method, url, body, headers, doing, signal } = asked;
    const proof = await proofOf(asked, renew);
    signal.throwIfAborted();
    onRequest?.();
    const begun = performance.now();
    let response: Dispatcher.ResponseData;
    try {
      // Nothing is followed: somebody who is not let in may be sent to a page for signing in, which would answer 200.
      response = await request(url, {
        dispatcher,
        method,
        headers: {
          accept: "application/json",
          "accept-encoding": "gzip",
          ...headers,
          ...(typeof body === "object" && { "content-type": "application/json" }),
          authorization: proof,
        },
        body: typeof body === "object" ? JSON.stringify(body) : (body ?? null),
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        signal,
      });
    } catch (error) {
      const failure = noAnswer(error, host, doing);
      if (!signal.aborted) onEvent({ kind: "no answer", method, host, path: url.pathname, why: failure.message });
      throw failure;
    }
    const { statusCode: status } = response;
    const answered = headersWithoutEcho(response.headers, proof);
    if (options.onEvent || hasListeners()) {
      const milliseconds = Math.round(performance.now() - begun);
      onEvent({ kind: "answer", method, host, path: url.pathname, status, milliseconds, id: requestName(answered) });
    }
    asked.after?.(status, answered);
    if (status >= 200 && status < 300) return { response, headers: answered, proof };
    throw new NoSuccess(status, answered, withoutEcho(await textOf(response, asked), proof, { pieces: true }));
  }

  async function repeated<T>(asked: Asked, attempt: (renew: boolean) => Promise<T>): Promise<T> {
    const { signal, repeatable } = asked;
    let renew = false;
    let renewed = false;
    for (let own = 1; ;) {
      await gate.pass(signal);
      await asked.before?.(signal);
      try {
        const result = await attempt(renew);
        gate.succeeded();
        return result;
      } catch (error) {
        signal.throwIfAborted();
        renew = error instanceof NoSuccess && error.status === 401 && !renewed;
        renewed ||= renew;
        if (!renew) {
          if (!(repeatable ? isPassing(error) : wasNotBegun(error))) throw error;
          const why = error instanceof NoSuccess ? `answered ${error.status}` : (error as Error).message;
          if (isOfHost(error)) {
            if (!gate.failed(error instanceof NoSuccess ? error.retryAfter : undefined, why)) throw error;
          } else {
            if (own++ > (error instanceof Garbled ? GARBLED_TRIES : OWN_TRIES)) throw error;
            const asks = error instanceof NoSuccess ? error.retryAfter : undefined;
            const milliseconds = ownWaitMs(own - 1, asks);
            // Nobody is waited for longer than there is patience.
            if (milliseconds > patienceMs()) throw error;
            onEvent({ kind: "wait", host, milliseconds, why });
            await sleep(milliseconds, signal);
          }
          onEvent({ kind: "retry", host, path: asked.url.pathname, why });
        }
      }
    }
  }

  async function textOf(response: Dispatcher.ResponseData, { doing, signal }: Asked): Promise<string> {
    if (!isPacked(response)) {
      try {
        return textIn(await response.body.bytes(), response.headers);
      } catch (error) {
        throw noAnswer(error, host, doing);
      }
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytesOf(response, host, doing, signal)) chunks.push(chunk);
    return textIn(Buffer.concat(chunks), response.headers);
  }

  return {
    send: (asked) =>
      repeated(asked, async (renew) => {
        const { response, headers, proof } = await sendOnce(asked, renew);
        const text = withoutEcho(await textOf(response, asked), proof);
        asked.check?.(text, headers);
        return { status: response.statusCode, headers, text };
      }),
    async stream(asked) {
      const { response, proof } = await repeated(asked, (renew) => sendOnce(asked, renew));
      const bytes = bytesOf(response, host, asked.doing, asked.signal);
      return streamWithoutEcho(asUtf8(bytes, response.headers), proof);
    },
    signIn(signal) {
      const asked: Asked = {
        method: "GET",
        url: new URL(`https://${host}`),
        doing: "sign in",
        signal,
        repeatable: true,
      };
      return repeated(asked, (renew) => proofOf(asked, renew));
    },
  };
}

/** Whatever of signing in broke off: nothing of the request itself was begun. */
function notSignedIn(error: unknown): never {
  if (!(error instanceof Unreachable) || !error.transient) throw error;
  throw new Unreachable(error.message, { transient: true, begun: false }, error);
}

/** What takes no signal is not waited for any longer either. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    // Whoever aborted does not wait for it any more: how it ends then is nobody's, and no unhandled rejection.
    promise.catch(() => undefined);
    aborted.catch(() => undefined);
  }
}

function noAnswer(error: unknown, host: string, doing: string): Unreachable {
  if (!isTimeout(error)) return unreachable(host, error);
  return new Unreachable(
    `${host} did not answer within ${TIMEOUT_MS / 1000} s when asked to ${doing}: try again.`,
    { transient: true, begun: true },
    error,
  );
}

/** What was asked for alone: gzip, which has two names. */
function isPacked({ headers }: Dispatcher.ResponseData): boolean {
  return /^\s*(x-)?gzip\s*$/i.test(headerOf(headers, "content-encoding") ?? "");
}

async function* bytesOf(
  response: Dispatcher.ResponseData,
  host: string,
  doing: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const unpacked = isPacked(response) ? createGunzip() : undefined;
  try {
    // What breaks the one stream is thrown by the other.
    yield* unpacked ? pipeline(response.body, unpacked, () => undefined) : response.body;
  } catch (error) {
    signal.throwIfAborted();
    // Some services call an answer packed that has nothing in it.
    if (unpacked?.bytesWritten === 0 && (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR") return;
    throw noAnswer(error, host, doing);
  }
}
