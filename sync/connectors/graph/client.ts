/**
 * Microsoft Graph: sign-in, keeping within its limits, waiting as it says, and its refusals in words.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import { clouds } from "../../../contract/clouds.ts";
import { ConnectionError, TenantwireError } from "../../../contract/errors.ts";
import type { Cloud } from "../../../contract/outputs.ts";
import { tokenClaims } from "../credentials/claims.ts";
import { answeredAt, betweenWords, Garbled, isFromBetween, NoSuccess } from "../http/answer.ts";
import { bearer } from "../http/bearer.ts";
import { type Asked, createHttpClient, type HttpOptions } from "../http/client.ts";
import { patienceMs } from "../http/patience.ts";
import { isAbort, Unreachable, unreachable } from "../network.ts";
import { jsonIn } from "../../model/json.ts";
import { failureOf, type Purpose } from "./errors.ts";
import { Pace } from "./pace.ts";
import { partsOf } from "./parts.ts";
import { unitsOfRequest, usersIn } from "./units.ts";

export interface Call extends Purpose {
  readonly signal: AbortSignal;
  /** Sent with every request that the call leads to, each page included: Graph's links do not carry headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether an answer is what was asked for.
   *
   * @throws Garbled where it is not: then it is asked for again
   */
  readonly check?: (answer: unknown) => void;
}

export interface GraphClient {
  readonly host: string;
  /**
   * @param path under `/v1.0`, or a whole URL that Graph gave
   * @throws CredentialError, PermissionError, GraphError or Unreachable, by {@link failureOf}
   */
  get(path: string, call: Call): Promise<unknown>;
  /** For calls that change nothing (`$batch` of reads): it is repeated like a read. */
  post(path: string, body: object, call: Call): Promise<unknown>;
  /** Graph wants to be left alone for so long: nothing is begun until then. */
  pause?(milliseconds: number): void;
  /** When it answered last, by its own clock. */
  answeredAt?(): number;
}

/** Also asked who it is that signed in. */
export interface SignedInClient extends GraphClient {
  /** Id of the tenant that the access token is of; `undefined` where the token does not say. */
  tenantId(signal: AbortSignal): Promise<string | undefined>;
}

/** No sync has one: syncs never write into the Microsoft tenant. */
export interface GraphEditor extends SignedInClient {
  /** Deletes what the path names; repeated like a read, since nothing is deleted twice. */
  delete(path: string, call: Call): Promise<void>;
  /** A call that does something: repeated only where Graph has begun with nothing. */
  act(path: string, body: object, call: Call): Promise<unknown>;
}

interface GraphOptions {
  readonly credential: TokenCredential;
  readonly cloud: Cloud;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: (() => void) | undefined;
  readonly onEvent?: HttpOptions["onEvent"];
  readonly gate?: HttpOptions["gate"];
  /** Keeps within Graph's limits; by default a pace of its own. */
  readonly pace?: Pace;
}

const VERSION = "v1.0";

export function createGraphClient(options: GraphOptions): GraphEditor {
  const host = clouds[options.cloud].graph;
  const pace = options.pace ?? new Pace();
  const { credential, onRequest, onEvent, gate } = options;
  const authorization = bearer(credential, host, "Microsoft Graph");
  const http = createHttpClient({ host, authorization, onRequest, onEvent, gate });

  let last: number | undefined;

  /** A token goes to Graph alone: a link that leads elsewhere is none of Graph's. */
  function urlOf(path: string, { doing }: Purpose): URL {
    const whole = path.startsWith("/") ? `https://${host}/${VERSION}${path}` : path;
    const url = URL.canParse(whole) ? new URL(whole) : undefined;
    if (url?.protocol === "https:" && url.host === host) return url;
    const what = url
      ? `gave a link to ${url.host}, which is not followed.`
      : `named a next page that is no address, when asked to ${doing}: try again.`;
    throw new Unreachable(`${host} ${what}`, { transient: false, begun: false });
  }

  async function send(
    method: Asked["method"],
    path: string,
    call: Call,
    body?: object,
    repeatable = true,
  ): Promise<unknown> {
    const { doing, signal, headers } = call;
    const url = urlOf(path, call);
    const units = unitsOfRequest(path, body);
    let answer: unknown;
    try {
      await http.send({
        method,
        url,
        doing,
        signal,
        repeatable,
        ...(body && { body }),
        ...(headers && { headers }),
        check: (text) => void (answer = answerOf(text, method, call, body)),
        before: (given) => pace.begin(units, given),
        after: (status, answered) => {
          last = answeredAt(answered);
          pace.warned(Number(answered["x-ms-throttle-limit-percentage"] ?? Number.NaN));
          const seconds = Number(answered["retry-after"] ?? Number.NaN);
          // Nobody is waited for longer than there is patience: who asks for it is told of.
          if (status === 429 && seconds > 0 && seconds * 1000 <= patienceMs()) pace.pause(seconds * 1000);
        },
      });
      pace.saw(usersIn(path, answer));
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof NoSuccess) {
        if (isFromBetween(error))
          throw new ConnectionError(betweenWords(host, error.status, `it was asked to ${doing}`));
        // An error page of something in between explains nothing.
        throw failureOf(host, error.status, jsonIn(error.text), call, error.headers);
      }
      throw error instanceof TenantwireError || isAbort(error) ? error : unreachable(host, error);
    }
  }

  /** What is read is something: success without anything is none, and neither is a batch that lacks a part. */
  function answerOf(text: string, method: Asked["method"], call: Call, body: object | undefined): unknown {
    if (text === "" && method !== "GET") return undefined;
    const answer = parsed(text, host);
    const { requests } = (body ?? {}) as { readonly requests?: readonly { readonly id: string }[] };
    if (requests)
      partsOf(
        answer,
        requests.map(({ id }) => id),
        host,
        call,
      );
    call.check?.(answer);
    return answer;
  }

  return {
    host,
    get: (path, call) => send("GET", path, call),
    post: (path, body, call) => send("POST", path, call, body),
    act: (path, body, call) => send("POST", path, call, body, false),
    delete: async (path, call) => void (await send("DELETE", path, call)),
    pause: (milliseconds) => pace.pause(milliseconds),
    answeredAt: () => last ?? Date.now(),
    tenantId: async (signal) => tokenClaims((await http.signIn(signal)).replace(/^Bearer /, ""))?.tid.toLowerCase(),
  };
}

function parsed(text: string, host: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Garbled(`The answer of ${host} broke off or is not JSON: try again.`, error);
  }
}
