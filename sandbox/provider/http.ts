/**
 * HTTP through the stand-in's CONNECT proxy, with the waits that both real plugins keep.
 *
 * @packageDocumentation
 */
import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";
import { ProxyAgent, request } from "undici";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON, or the text where it is none; undefined when empty. */
  readonly body: unknown;
}

export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Waits, but not beyond the end of the provider. */
  wait(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Times that a throttled request is sent. The real plugin goes on until the operation's timeout (seen: 6.9.1). */
const MAX_ATTEMPTS = 8;

/** @param ca certificate of the authority that signs the stand-in's hosts, PEM */
export function createHttp(proxyUrl: string, ca: string): Http {
  const dispatcher = new ProxyAgent({ uri: proxyUrl, requestTls: { ca } });
  const stopping = new AbortController();
  // As many waits as there are operations under way.
  setMaxListeners(0, stopping.signal);

  async function sendOnce({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> {
    const answer = await request(url, {
      // Read: Go's clients reach this machine without a proxy.
      ...(isLoopback(url) ? {} : { dispatcher }),
      method,
      ...(headers ? { headers } : {}),
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: parse(await answer.body.text()) };
  }

  const http: Http = {
    async send(message) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await sendOnce(message);
        if ((answer.status !== 429 && answer.status !== 503) || attempt === MAX_ATTEMPTS) return answer;
        await http.wait(delay(answer, attempt));
      }
    },
    wait: (milliseconds) => setTimeout(milliseconds, undefined, { signal: stopping.signal }),
    async close() {
      stopping.abort(new Error("The stand-in's provider was stopped."));
      await dispatcher.destroy();
    },
  };
  return http;
}

/** Milliseconds: what `Retry-After` says exactly; 1, 2, 4 ... 61 s without it (seen: azuread provider 6.9.1). */
function delay({ headers }: HttpAnswer, attempt: number): number {
  const seconds = Number(headers["retry-after"]);
  return 1000 * (Number.isFinite(seconds) ? seconds : Math.min(2 ** (attempt - 1), 61));
}

function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1"].includes(new URL(url).hostname);
}

function parse(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
