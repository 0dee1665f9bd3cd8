/**
 * What carries the requests of Microsoft's client: this project's own, which waits, tries again where that is safe, goes
 * through the proxy and tells of itself. Alone, the client would never wait for 429, never repeat a query, and answer
 * `null` for whatever is not found (read: azure-devops-node-api 17.0.1).
 *
 * @packageDocumentation
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { answeredAt, Garbled, headerOf, type Headers, retryAfterMs } from "../http/answer.ts";
import type { Asked, HttpClient } from "../http/client.ts";
import type { Gate } from "../http/gate.ts";
import { type Load, loadOf, paceMs } from "./load.ts";
import { type Asking, elsewhere, inWords, signInRejected } from "./errors.ts";
import { isOfForm } from "./forms.ts";

/** What a call is for. */
interface Purpose {
  readonly doing: string;
  readonly signal: AbortSignal;
}

/** What Microsoft's client takes for an answer. */
interface ClientAnswer {
  readonly message: { readonly statusCode: number; readonly headers: Headers };
  readonly readBody: () => Promise<string>;
}

interface TransportOptions {
  readonly http: HttpClient;
  readonly gate: Gate;
  readonly organization: string;
  /** Of the organization, without a slash at the end. */
  readonly root: string;
  readonly mend: string;
  /** Told of the load, where an answer tells of it. */
  readonly onLoad?: (load: Load) => void;
}

/** These change nothing, although they are sent as if they did. */
const READS = /\/_apis\/wit\/(wiql|workitemsbatch|reporting\/workitemrevisions)$/i;

/**
 * The format of long texts is told from this version on (recorded with 7.2-preview.3), and the client asks for 7.1: here
 * it asks for the newer one where that matters.
 */
const TELLS_FORMATS = /\/_apis\/wit\/(workitems(\/[^/]+)?|workitemsbatch)$/i;

export class Transport {
  readonly #options: TransportOptions;
  readonly #purpose = new AsyncLocalStorage<Purpose>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Whatever `use` asks for is asked for this purpose. */
  for<T>(purpose: Purpose, use: () => Promise<T>): Promise<T> {
    return this.#purpose.run(purpose, use);
  }

  /** The verbs of typed-rest-client's HttpClient, as far as its RestClient uses them. */
  readonly options = (url: string, headers: object) => this.#send("OPTIONS", url, undefined, headers);
  readonly get = (url: string, headers: object) => this.#send("GET", url, undefined, headers);
  readonly del = (url: string, headers: object) => this.#send("DELETE", url, undefined, headers);
  readonly post = (url: string, data: string, headers: object) => this.#send("POST", url, data, headers);
  readonly patch = (url: string, data: string, headers: object) => this.#send("PATCH", url, data, headers);
  readonly put = (url: string, data: string, headers: object) => this.#send("PUT", url, data, headers);

  async #send(
    method: Asked["method"],
    address: string,
    data: string | undefined,
    given: object,
  ): Promise<ClientAnswer> {
    const { http, organization, root, mend } = this.#options;
    const purpose = this.#purpose.getStore();
    if (!purpose) throw new Error("A call of Azure DevOps has no purpose.");
    const { doing, signal } = purpose;
    const url = new URL(address);
    const isRead = method === "GET" || method === "OPTIONS" || (method === "POST" && READS.test(url.pathname));
    const asking: Asking = { organization, doing, mend, isRead };
    // Microsoft's client makes addresses of what the organization answers: the proof goes nowhere else by them.
    if (!url.href.startsWith(new URL(`${root}/`).href)) throw elsewhere(asking, url);
    try {
      const { status, headers, text } = await http.send({
        method,
        url,
        doing,
        signal,
        repeatable: isRead,
        headers: headersOf(given, url),
        ...(data !== undefined && { body: data }),
        check: (text, headers) => {
          if (text === "" || !isJson(headers)) return;
          const answer = whole(text, organization, doing);
          if (isRead && method !== "OPTIONS" && !isOfForm(url.pathname, answer)) throw noAnswerOf(asking, url);
        },
        after: (answered, headers) => this.#keepPace(answered, headers),
      });
      // The page for signing in comes as a success too (reported: 203).
      if (text !== "" && !isJson(headers)) throw signInRejected(asking);
      return { message: { statusCode: status, headers }, readBody: () => Promise.resolve(text) };
    } catch (error) {
      signal.throwIfAborted();
      throw inWords(error, url.host, asking);
    }
  }

  /**
   * `Retry-After` comes with success as well (documented): the next request waits, whatever it is. So it does before,
   * where the load comes near to what is delayed.
   */
  #keepPace(status: number, headers: Headers): void {
    const { gate, onLoad } = this.#options;
    const load = loadOf(headers);
    if (load) onLoad?.(load);
    if (status >= 300) return;
    const asked = retryAfterMs(headerOf(headers, "retry-after"), answeredAt(headers)) ?? 0;
    const pace = load ? paceMs(load) : 0;
    if (asked > 0) gate.pause(asked, "Azure DevOps asks for a pause");
    else if (load && pace > 0)
      gate.pause(pace, `it counts a load of ${load.used} TSTU, and delays from ${load.limit} on`);
  }
}

/** Microsoft's client takes what it cannot read for nothing at all: as if there were nothing. */
function whole(text: string, organization: string, doing: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Garbled(
      `The answer of Azure DevOps (${organization}) broke off when asked to ${doing}: try again.`,
      error,
    );
  }
}

function noAnswerOf({ organization, doing }: Asking, { host }: URL): Garbled {
  return new Garbled(
    `${host} did not answer as documented when asked to ${doing} (${organization}): look what answers in its place, and try again.`,
  );
}

function headersOf(given: object, { pathname }: URL): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(given as Record<string, unknown>)
      .filter((entry): entry is [string, string] => typeof entry[1] === "string")
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { accept = "application/json" } = headers;
  return {
    ...headers,
    accept: TELLS_FORMATS.test(pathname) ? accept.replace(/api-version=7\.1/, "api-version=7.2") : accept,
    // Otherwise whoever is not let in is sent to a page.
    "x-tfs-fedauthredirect": "Suppress",
  };
}

function isJson(headers: Headers): boolean {
  return /[/+]json\b/i.test(headerOf(headers, "content-type") ?? "");
}
