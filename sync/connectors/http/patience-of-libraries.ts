/**
 * Patience with a host that is asked by one of Azure's libraries, which alone would give up within seconds: it is the same
 * as with all others, by one gate for all that is asked of the host. The libraries tell of each request by themselves.
 *
 * @packageDocumentation
 */
import { IncomingMessage } from "node:http";
import { TenantwireError } from "../../../contract/errors.ts";
import { sleep } from "../../model/sleep.ts";
import { isAbort, Unreachable, unreachable, unreachableNow } from "../network.ts";
import { Garbled, headersIn, isOfHost, isPassing, isPassingStatus, NoSuccess } from "./answer.ts";
import { httpEvent } from "./events.ts";
import { Gate } from "./gate.ts";
import { OWN_TRIES, ownWaitMs, patienceMs } from "./patience.ts";

export interface PatienceOptions {
  /** Ends every wait at once, and a moment later what is under way. */
  readonly signal?: AbortSignal | undefined;
  /** By default one of its own. */
  readonly gate?: Gate | undefined;
}

/** A request as the libraries have it, of the older generation and of the newer one. */
interface LibraryRequest {
  readonly url: string;
  readonly headers: { get(name: string): string | undefined };
  abortSignal?: AbortSignalLike;
}

/** What the libraries take for a signal. */
interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener: AbortSignal["addEventListener"];
  removeEventListener: AbortSignal["removeEventListener"];
}

interface LibraryAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly readableStreamBody?: unknown;
}

/** For so long an answer may stand out, or stop in the middle: the libraries would wait for ever. */
const IDLE_MS = 60_000;
/** What is sent takes its time beside: on the slowest line that is reckoned with. */
const SLOWEST_BYTES_PER_MS = 16;
/** After the signal, for what is under way and for giving back what is held. */
const LAST_MS = 1_000;

/** Sends a request, and again where its failure may pass. */
type Patiently = <T extends LibraryAnswer>(request: LibraryRequest, send: () => Promise<T>) => Promise<T>;

/**
 * @param host for messages
 * @returns for requests of which two do the same as one
 */
export function patientWith(host: string, { signal: stop, gate: given }: PatienceOptions = {}): Patiently {
  const gate =
    given ??
    new Gate({
      onWait: (milliseconds, why, patience) => httpEvent({ kind: "wait", host, milliseconds, why, patience }),
    });
  const last = stop && soonAfter(stop);

  return async (request, send) => {
    const own = request.abortSignal instanceof AbortSignal ? request.abortSignal : undefined;
    const waits = anyOf(stop, own);
    const ends = anyOf(last, own);
    const timeout = IDLE_MS + Math.ceil(Number(request.headers.get("content-length") ?? 0) / SLOWEST_BYTES_PER_MS);
    for (let tries = 1; ;) {
      // Who was told to stop still gives back what is held, and waits for nothing.
      if (!waits.aborted) await gate.pass(waits);
      // The libraries' own time limit would keep the process waiting for it.
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(), timeout).unref();
      request.abortSignal = anyOf(ends, late.signal);
      const sent = await send()
        .then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        )
        .finally(() => clearTimeout(timer));
      if ("answer" in sent && !isPassingStatus(sent.answer.status)) {
        gate.succeeded();
        endWhenIdle(sent.answer.readableStreamBody, host);
        return sent.answer;
      }
      // Of some libraries a failure is an answer, which they look at themselves.
      const failure = "answer" in sent ? noSuccess(sent.answer) : await failureOf(sent.error, new URL(request.url));
      const givenUp = () => {
        if ("answer" in sent) return sent.answer;
        throw inTheEnd(sent.error, failure);
      };
      if (waits.aborted || ends.aborted || !isPassing(failure)) return givenUp();
      const why = failure instanceof NoSuccess ? `answered ${failure.status}` : failure.message;
      const asks = failure instanceof NoSuccess ? failure.retryAfter : undefined;
      if (isOfHost(failure)) {
        if (!gate.failed(asks, why)) return givenUp();
      } else {
        const milliseconds = ownWaitMs(tries, asks);
        if (tries++ > OWN_TRIES || milliseconds > patienceMs()) return givenUp();
        httpEvent({ kind: "wait", host, milliseconds, why });
        await sleep(milliseconds, waits);
      }
      httpEvent({ kind: "retry", host, path: new URL(request.url).pathname, why });
    }
  };
}

/** What has failed for as long as there is patience is not tried any longer by whoever asked for it. */
function inTheEnd(error: unknown, failure: Error): unknown {
  if (failure instanceof Garbled) return failure;
  if (!(failure instanceof Unreachable) || !failure.transient) return error;
  return new Unreachable(failure.message, { transient: false, begun: failure.begun }, error);
}

function noSuccess({ status, headers }: LibraryAnswer): NoSuccess {
  const retryAfter = headers.get("retry-after");
  const date = headers.get("date");
  const kept = { ...(retryAfter !== undefined && { "retry-after": retryAfter }), ...(date !== undefined && { date }) };
  return new NoSuccess(status, kept, "");
}

async function failureOf(error: unknown, { host, origin }: URL): Promise<Error> {
  if (error instanceof TenantwireError) return error;
  if (isAbort(error)) {
    const words = `${host} did not answer within ${IDLE_MS / 1000} s: try again.`;
    return new Unreachable(words, { transient: true, begun: true }, error);
  }
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  // The library's own words hold what it could not read, which may be a secret: nothing of it is kept.
  if (code === "PARSE_ERROR") return new Garbled(`The answer of ${host} broke off or is none of its own: try again.`);
  if (typeof statusCode === "number") return new NoSuccess(statusCode, headersIn(error), "");
  const failure = unreachable(host, error);
  // What a proxy refuses, a library reads as an answer of the host, and finds nothing in it.
  return failure.begun ? ((await unreachableNow(new URL(origin))) ?? failure) : failure;
}

/** A body that stops in the middle breaks off: the library asks for the rest of it. */
function endWhenIdle(body: unknown, host: string): void {
  if (!(body instanceof IncomingMessage)) return;
  body.setTimeout(IDLE_MS, () => body.destroy(new Error(`${host} stopped in the middle of its answer`)));
}

function soonAfter(signal: AbortSignal): AbortSignal {
  const soon = new AbortController();
  const begin = () => void setTimeout(() => soon.abort(), LAST_MS).unref();
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return soon.signal;
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((each) => each !== undefined));
}
