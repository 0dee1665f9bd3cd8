/**
 * Outside systems for tests of the connectors: real HTTP servers on loopback that stand where the real hosts would,
 * for everything that goes through the global `fetch` or undici's global dispatcher.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Agent,
  type Dispatcher,
  fetch as undiciFetch,
  getGlobalDispatcher,
  Headers,
  ProxyAgent,
  Request,
  Response,
  setGlobalDispatcher,
} from "undici";

export interface Received {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a string or bytes. */
  readonly body?: unknown;
  /** `reset`: no answer at all; `cut`: half of the body, and then the connection is gone. */
  readonly fault?: "reset" | "cut";
}

export type Answer = (request: Received) => Reply | Promise<Reply>;

export interface TestHosts {
  readonly received: Received[];
  answer(host: string, answer: Answer): void;
  /** The next so many connections to a host are refused: nobody is there. */
  refuse(host: string, connections: number): void;
  close(): Promise<void>;
}

/** Until it is closed, `https://<host>` of the global `fetch` is answered here, and nothing else is. */
export async function startTestHosts(): Promise<TestHosts> {
  const answers = new Map<string, Answer>();
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void handle(request, response, answers, received);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const refusing = new Map<string, number>();
  const restore = rerouteFetch(server, refusing);
  return {
    received,
    answer: (host, answer) => void answers.set(host, answer),
    refuse: (host, connections) => void refusing.set(host, connections),
    async close() {
      await restore();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  answers: ReadonlyMap<string, Answer>,
  received: Received[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const host = String(request.headers["x-host"]);
  const got: Received = {
    method: request.method ?? "",
    url: request.url ?? "",
    query: new URL(request.url ?? "", "http://localhost").searchParams,
    headers: request.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
  received.push(got);
  const reply = (await answers.get(host)?.(got)) ?? { status: 421, body: `nobody is ${host}` };
  if (reply.fault === "reset") return void request.socket.destroy();
  const isText = typeof reply.body === "string";
  const body =
    isText || Buffer.isBuffer(reply.body) ? reply.body : reply.body === undefined ? "" : JSON.stringify(reply.body);
  response.writeHead(reply.status ?? 200, {
    "content-type": isText ? "text/plain" : "application/json",
    "content-length": Buffer.byteLength(body),
    ...reply.headers,
  });
  if (reply.fault !== "cut") return void response.end(body);
  response.write(body.slice(0, body.length / 2), () => request.socket.destroy());
}

/** A port that nobody listens on. */
const NOBODY = 1;

function rerouteFetch(server: Server, refusing: Map<string, number>): () => Promise<void> {
  const { port } = server.address() as AddressInfo;
  const agent = new Agent();
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    const host = new URL(String(options.origin)).host;
    const left = refusing.get(host) ?? 0;
    refusing.set(host, left - 1);
    if (left > 0) return dispatch({ ...options, origin: `http://127.0.0.1:${NOBODY}` }, handler);
    const headers = { ...(options.headers as Record<string, string>), "x-host": host };
    return dispatch({ ...options, origin: `http://127.0.0.1:${port}`, headers }, handler);
  });
  return useDispatcher(dispatcher);
}

/**
 * Until the returned function is called, the global `fetch` goes through a sandbox's proxy, as it does in a process
 * that was started in its environment.
 */
export function throughProxy({ proxyUrl, caFile }: { proxyUrl: string; caFile: string }): () => Promise<void> {
  return useDispatcher(new ProxyAgent({ uri: proxyUrl, requestTls: { ca: readFileSync(caFile) } }));
}

function useDispatcher(dispatcher: Dispatcher): () => Promise<void> {
  const globals = globalThis as Record<string, unknown>;
  const { fetch: fetchBefore, Request: RequestBefore, Response: ResponseBefore, Headers: HeadersBefore } = globals;
  // All of one kind: a client's Request is an argument of fetch.
  const rerouted = (input: Parameters<typeof undiciFetch>[0], init?: RequestInit) =>
    undiciFetch(input, { ...(init as object), dispatcher });
  Object.assign(globals, { fetch: rerouted, Request, Response, Headers });
  const dispatcherBefore = getGlobalDispatcher();
  setGlobalDispatcher(dispatcher);
  return async () => {
    setGlobalDispatcher(dispatcherBefore);
    Object.assign(globals, {
      fetch: fetchBefore,
      Request: RequestBefore,
      Response: ResponseBefore,
      Headers: HeadersBefore,
    });
    await dispatcher.close();
  };
}
