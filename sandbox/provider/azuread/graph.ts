/**
 * Microsoft Graph as the azuread plugin calls it: its headers, its waits, and its words for what goes wrong.
 *
 * @packageDocumentation
 */
import { STATUS_CODES } from "node:http";
import type { Http, HttpAnswer, HttpRequest } from "../http.ts";
import type { Identity } from "../identity.ts";
import { type Properties, record, records, text } from "../json.ts";

export interface Graph {
  readonly tenantId: string;
  readonly clientId: string;
  readonly callerId: () => Promise<string>;
  /** @param path below the version, with its query; `/beta/...` and `/v1.0/...` name the version themselves */
  get(path: string): Promise<Properties>;
  /** The object, or nothing when it does not exist. */
  find(path: string): Promise<Properties | undefined>;
  /** Every item, over all pages. */
  list(path: string): Promise<readonly Properties[]>;
  post(path: string, body: Properties, options?: WriteOptions): Promise<Properties>;
  patch(path: string, body: Properties, options?: WriteOptions): Promise<void>;
  /** Deletes; what is gone already is as good. */
  remove(path: string): Promise<void>;
  /** Waits until a new object could be read several times in a row. */
  untilSeen(what: string, find: () => Promise<Properties | undefined>): Promise<void>;
  /** Waits until a deleted object could not be read several times in a row. */
  untilGone(what: string, find: () => Promise<Properties | undefined>): Promise<void>;
  /** The address of a directory object, for `@odata.bind` and `@odata.id`. */
  directoryObject(id: string): string;
}

export interface WriteOptions {
  /** A 404 means that an object made just now has not arrived everywhere: wait and try again. */
  readonly awaitReplication?: true;
}

export class GraphError extends Error {
  override name = "GraphError";
  readonly status: number;

  constructor(answer: HttpAnswer) {
    const error = record(record(answer.body)["error"]);
    const words = error["code"] ? ` with error: ${text(error["code"])}: ${text(error["message"])}` : "";
    super(`unexpected status ${answer.status} (${answer.status} ${STATUS_CODES[answer.status] ?? ""})${words}`);
    this.status = answer.status;
  }
}

const ROOT = "https://graph.microsoft.com";
/** Seconds between attempts while an object arrives: about a minute in all. The real plugin has 5 to 15 minutes. */
const REPLICATION_WAITS = [1, 2, 4, 8, 16, 32];

/** Looks that have to agree (seen: azuread provider 6.9.1), and how many there are at most. */
const AGREEING = 5;
const LOOKS = 120;
/** Milliseconds before the next look, after one that agreed and after one that did not. The plugin: 1 s, or 5 s. */
const NEXT_LOOK = { agreed: 10, differed: 250 };

export function createGraph(http: Http, identity: Identity): Graph {
  async function send(method: HttpRequest["method"], path: string, body?: Properties): Promise<HttpAnswer> {
    const answer = await http.send({
      method,
      url: path.startsWith("https://") ? path : `${ROOT}${/^\/(beta|v1\.0)\//.test(path) ? "" : "/v1.0"}${path}`,
      headers: {
        authorization: `Bearer ${await identity.token(ROOT)}`,
        accept: "application/json",
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.status >= 300) throw new GraphError(answer);
    return answer;
  }

  async function write(
    method: "POST" | "PATCH",
    path: string,
    body: Properties,
    { awaitReplication }: WriteOptions = {},
  ): Promise<Properties> {
    for (const seconds of awaitReplication ? REPLICATION_WAITS : []) {
      try {
        return record((await send(method, path, body)).body);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      await http.wait(seconds * 1000);
    }
    return record((await send(method, path, body)).body);
  }

  async function agree(
    find: () => Promise<Properties | undefined>,
    isReached: (found: Properties | undefined) => boolean,
    words: string,
  ): Promise<void> {
    for (let look = 0, inARow = 0; look < LOOKS; look += 1) {
      inARow = isReached(await find()) ? inARow + 1 : 0;
      if (inARow === AGREEING) return;
      await http.wait(inARow > 0 ? NEXT_LOOK.agreed : NEXT_LOOK.differed);
    }
    throw new Error(words);
  }

  const graph: Graph = {
    tenantId: identity.tenantId,
    clientId: identity.clientId,
    callerId: () => identity.objectId(ROOT),
    get: async (path) => record((await send("GET", path)).body),
    find: (path) => graph.get(path).catch(undefinedIfNotFound),
    async list(path) {
      const items: Properties[] = [];
      for (let next = path; next;) {
        const page = await graph.get(next);
        items.push(...records(page["value"]));
        next = text(page["@odata.nextLink"]);
      }
      return items;
    },
    post: (path, body, options) => write("POST", path, body, options),
    async patch(path, body, options) {
      await write("PATCH", path, body, options);
    },
    async remove(path) {
      await send("DELETE", path).catch(undefinedIfNotFound);
    },
    async untilSeen(what, find) {
      await agree(find, (found) => found !== undefined, `Waiting for ${what}: it did not appear`);
    },
    async untilGone(what, find) {
      await agree(find, (found) => found === undefined, `Waiting for deletion of ${what}: it is still there`);
    },
    directoryObject: (id) => `${ROOT}/v1.0/directoryObjects/${id}`,
  };
  return graph;
}

/** Puts the plugin's own words before what Graph said. */
export async function saying<T>(words: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${words}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404;
}

/** A text for an OData filter. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function filter(path: string, expression: string): string {
  return `${path}?${new URLSearchParams({ $filter: expression }).toString()}`;
}

function undefinedIfNotFound(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
