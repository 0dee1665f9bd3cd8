/**
 * One reading of the directory for several syncs: what one of them asked Graph for is not asked again for the next.
 *
 * Nothing is lost by that: where each goes on is a link of before the reading began, so that what changes meanwhile comes
 * with the next run.
 *
 * @packageDocumentation
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { z } from "zod";
import type { Call, GraphClient } from "./client.ts";
import { isEmpty } from "./parts.ts";

/** What was read longer ago is asked for again: a first sync to one of the targets may take hours. */
const FRESH_MS = 15 * 60 * 1000;
/** Pages of SQLite's cache, in KiB: what of the answers is kept in memory. */
const CACHE_KIB = 8 * 1024;

const Batch = z.looseObject({
  requests: z.array(z.looseObject({ id: z.string(), method: z.string(), url: z.string() })),
});
type Request = z.infer<typeof Batch>["requests"][number];
const Answer = z.looseObject({ responses: z.array(z.looseObject({ id: z.string(), status: z.int() })) });

export class ReadOnce {
  readonly #now: () => number;
  #database: DatabaseSync | undefined;
  #get: StatementSync | undefined;
  #put: StatementSync | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A client that sends only what none of the others has read. */
  through(client: GraphClient): GraphClient {
    return {
      host: client.host,
      get: async (path, call) => {
        const key = keyOf(path, call);
        const known = this.#known(key);
        if (known !== undefined) return known;
        const answer = await client.get(path, call);
        this.#keep(key, answer);
        return answer;
      },
      post: (path, body, call) => this.#post(client, path, body, call),
      ...(client.pause && { pause: (milliseconds: number) => client.pause?.(milliseconds) }),
      ...(client.answeredAt && { answeredAt: () => client.answeredAt?.() ?? Date.now() }),
    };
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /** Of a batch of reads only those parts are sent that nobody has read. */
  async #post(client: GraphClient, path: string, body: object, call: Call): Promise<unknown> {
    const batch = path === "/$batch" ? Batch.safeParse(body).data : undefined;
    if (batch?.requests.every(({ method }) => method === "GET") !== true) return client.post(path, body, call);
    const known: object[] = [];
    const open: Request[] = [];
    for (const request of batch.requests) {
      const part = this.#known(partKey(request));
      if (part === undefined) open.push(request);
      else known.push({ ...(part as object), id: request.id });
    }
    if (open.length === 0) return { responses: known };
    const answer = await client.post(path, { ...body, requests: open }, call);
    const { success, data } = Answer.safeParse(answer);
    // What is not as documented is for whoever asked to say.
    if (!success) return answer;
    for (const part of data.responses) {
      const request = open.find(({ id }) => id === part.id);
      if (request && ((part.status < 300 && !isEmpty(part)) || part.status === 404)) this.#keep(partKey(request), part);
    }
    return { ...data, responses: [...known, ...data.responses] };
  }

  #known(key: string): unknown {
    const row = this.#get?.get(key, this.#now() - FRESH_MS);
    return row && (JSON.parse(String(row["value"])) as unknown);
  }

  #keep(key: string, answer: unknown): void {
    if (answer === undefined) return;
    this.#open();
    this.#put?.run(key, this.#now(), JSON.stringify(answer));
  }

  /** A database without a name is a file that SQLite has unlinked already: nothing is left behind. */
  #open(): void {
    if (this.#database) return;
    const database = (this.#database = new DatabaseSync(""));
    database.exec(
      `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -${CACHE_KIB};
      BEGIN IMMEDIATE; CREATE TABLE answer (key TEXT PRIMARY KEY, at INTEGER NOT NULL, value TEXT NOT NULL) STRICT;`,
    );
    this.#get = database.prepare("SELECT value FROM answer WHERE key = ? AND at >= ?");
    this.#put = database.prepare("INSERT OR REPLACE INTO answer (key, at, value) VALUES (?, ?, ?)");
  }
}

function keyOf(path: string, { headers }: Pick<Call, "headers">): string {
  return headers ? `${path} ${JSON.stringify(headers)}` : path;
}

/** A part of a batch and a request of its own answer in different forms. */
function partKey({ url, headers }: Request): string {
  return `part ${url} ${JSON.stringify(headers ?? {})}`;
}
