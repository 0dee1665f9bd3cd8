/**
 * A product's API of JSON over HTTP that is opened by a key, and its errors in words.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError, type CredentialError, type PermissionError, TenantwireError } from "../../contract/errors.ts";
import { beginning, firstLine, quoted } from "../../contract/words.ts";
import { type Became, withBecame } from "../model/became.ts";
import { jsonIn } from "../model/json.ts";
import {
  betweenWords,
  Garbled,
  type Headers,
  headerOf,
  isFromBetween,
  isPage,
  NoSuccess,
  requestName,
  wasNotBegun,
} from "./http/answer.ts";
import { type Asked, createHttpClient, type HttpOptions } from "./http/client.ts";
import { unreachable } from "./network.ts";

interface Api {
  /** The product, as people call it. */
  readonly product: string;
  /** Where the paths of requests begin: `https://my.oneplan.ai/api`. */
  readonly root: string;
  /** The header `Authorization`, for each try; kept by whoever gives it. */
  readonly authorization: HttpOptions["authorization"];
  /**
   * What 401 means, and how to mend it.
   *
   * @param said what it says itself, as a sentence to put behind; empty where it says nothing
   */
  readonly keyRejected: (host: string, said: string) => CredentialError;
  /**
   * What 403 means when the product was asked to `doing`, and how to mend it.
   *
   * @param said what it says itself, as a sentence to put behind; empty where it says nothing
   */
  readonly notAllowed: (host: string, doing: string, said: string) => PermissionError;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: HttpOptions["onRequest"];
  readonly onEvent?: HttpOptions["onEvent"];
  readonly gate?: HttpOptions["gate"];
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

type WriteMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** The product answered with an error that no general rule explains. */
export class ApiError extends ConnectionError {
  override name = "ApiError";
  readonly status: number;
  readonly became: Became;
  /** The product has not got what was asked for, and says so itself. */
  readonly isAbsence: boolean;

  constructor(message: string, status: number, became: Became = becameOf(status), isFromBetween = false) {
    super(message);
    this.status = status;
    this.became = became;
    this.isAbsence = status === 404 && !isFromBetween;
  }
}

/** What is asked for; `undefined` where the product says that it has not got it. */
export async function unlessAbsent<T>(asked: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asked();
  } catch (error) {
    if (error instanceof ApiError && error.isAbsence) return undefined;
    throw error;
  }
}

export type Query = Readonly<Record<string, string>>;

export function createApiClient(api: Api): ApiClient {
  const host = new URL(api.root).host;
  const { authorization, onRequest, onEvent, gate } = api;
  const http = createHttpClient({ host, authorization, onRequest, onEvent, gate });

  function urlOf(path: string, query: Query = {}): URL {
    const url = new URL(`${api.root}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
    return url;
  }

  async function inWords<T>(asked: Asked, request: () => Promise<T>): Promise<T> {
    const { signal } = asked;
    try {
      return await request();
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error, api, host, asked);
    }
  }

  async function sendForJson(asked: Asked): Promise<unknown> {
    let value: unknown;
    const check = (text: string, headers: Headers) => {
      try {
        value = text.trim() === "" ? null : JSON.parse(text);
      } catch (error) {
        const type = headerOf(headers, "content-type") ?? "no content type";
        throw new Garbled(
          `${host} did not answer with JSON when asked to ${asked.doing} (${type}): check ${api.product}'s address in the settings.`,
          error,
        );
      }
    };
    await inWords(asked, () => http.send({ ...asked, check }));
    return value;
  }

  return {
    host,
    get: (path, query, doing, signal) =>
      sendForJson({ method: "GET", url: urlOf(path, query), doing, signal, repeatable: true }),
    stream(path, query, doing, signal) {
      const asked: Asked = { method: "GET", url: urlOf(path, query), doing, signal, repeatable: true };
      return inWords(asked, () => http.stream(asked));
    },
    write: (method, path, body, doing, signal) =>
      sendForJson({
        method,
        url: urlOf(path),
        ...(method !== "DELETE" && { body }),
        doing,
        signal,
        repeatable: false,
      }),
  };
}

/**
 * A header that is made once, and once more where it was not accepted: the key may have been renewed since.
 *
 * @param make told whether the one of before was refused
 */
export function keptAuthorization(make: (renew: boolean) => Promise<string>): HttpOptions["authorization"] {
  let kept: string | undefined;
  let making: { readonly header: Promise<string>; readonly renewed: boolean } | undefined;

  async function made(renew: boolean): Promise<string> {
    const own = (making ??= { header: make(renew), renewed: renew });
    try {
      const header = await own.header;
      if (making === own) kept = header;
      return header;
    } finally {
      if (making === own) making = undefined;
    }
  }

  return (renew) => {
    // The one that is being made anew already was nobody's yet.
    if (renew && !making?.renewed) kept = making = undefined;
    return kept ?? made(renew);
  };
}

/** HTTP Basic. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

function failure(
  error: unknown,
  { product, keyRejected, notAllowed }: Api,
  host: string,
  { doing, repeatable: isRead }: Asked,
): Error {
  if (error instanceof TenantwireError) return error;
  if (!(error instanceof NoSuccess)) return unreachable(host, error);
  const { status, headers, text } = error;
  const location = headerOf(headers, "location") ?? "";
  if (isFromBetween(error)) {
    return new ApiError(
      betweenWords(`${product} (${host})`, status, `it was asked to ${doing}`),
      status,
      "rejected",
      true,
    );
  }
  if (status === 401 || status === 403) {
    const said = saying(text, headers);
    const refusal = status === 401 ? keyRejected(host, said) : notAllowed(host, doing, said);
    return isRead ? refusal : withBecame(refusal, "rejected");
  }
  if (status >= 300 && status < 400) {
    const where = URL.canParse(location) ? new URL(location).host : "elsewhere";
    return new ConnectionError(
      `${host} sends us on to ${where} when asked to ${doing}: check ${product}'s address in the settings.`,
    );
  }
  return new ApiError(
    `${product} (${host}) answered ${status} when asked to ${doing}: ${explanation(text)}${requestName(headers)}${mendOf(status, product)}`,
    status,
    wasNotBegun(error) ? "not begun" : becameOf(status),
  );
}

/** By the meaning of the status alone (RFC 9110); what a server meets in the middle of its work may have been done. */
function becameOf(status: number): Became {
  if (status === 409) return "exists already";
  if (status === 412) return "stale";
  return status >= 500 || status === 408 ? "unknown" : "rejected";
}

const NO_EXPLANATION = "no explanation";

/**
 * The first line of what it says, which is text or JSON of no documented form. It may name people, hence the quotes,
 * which histories leave out; a code names nobody, and stands before them.
 */
function explanation(text: string): string {
  if (isPage(text)) return NO_EXPLANATION;
  const line = beginning(firstLine(said(text)), 200);
  if (!line) return NO_EXPLANATION;
  const code = codeIn(text);
  return code === undefined ? quoted(line) : `${code}: ${quoted(line)}`;
}

const Coded = z.looseObject({ code: z.union([z.string(), z.int()]) });
const CodedBody = z.union([Coded, z.looseObject({ error: Coded }).transform(({ error }) => error)]);

/** What the error is called: by the field `code` of JSON, or as .NET calls its exceptions. */
function codeIn(text: string): string | undefined {
  const exception = /\b(?:[A-Z]\w*\.)+[A-Z]\w*Exception\b/.exec(text)?.[0];
  if (exception !== undefined) return exception;
  const code = CodedBody.safeParse(jsonIn(text)).data?.code;
  return code !== undefined && /^[A-Za-z\d][\w.]{0,60}$/.test(String(code)) ? String(code) : undefined;
}

/** What whoever reads it does about it; it is tried again by itself. */
function mendOf(status: number, product: string): string {
  if (status >= 500) return ` This is a failure of ${product} itself: where it stays, ask its support.`;
  if (status === 404 || status === 408 || status === 409 || status === 412 || status === 429) return "";
  return ` ${product} does not take it as it is: correct what it names.`;
}

function saying(text: string, headers: Headers): string {
  const said = explanation(text);
  return `${said === NO_EXPLANATION ? "" : ` It says: ${said}`}${requestName(headers)}`;
}

const Worded = z.union([
  z.string(),
  z.looseObject({ message: z.string().min(1) }).transform(({ message }) => message),
  z.looseObject({ error: z.looseObject({ message: z.string().min(1) }) }).transform(({ error }) => error.message),
]);

/** Of JSON its message, where it is text or has one as Microsoft's services do; otherwise all of it in one line. */
function said(text: string): string {
  const value = jsonIn(text);
  return value === undefined ? text : (Worded.safeParse(value).data ?? JSON.stringify(value));
}
