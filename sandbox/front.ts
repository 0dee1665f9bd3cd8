/**
 * The one TLS server behind all of the stand-in's names: it picks the host by the Host header, lets the faults have
 * their say, counts, and hands the request over.
 *
 * @packageDocumentation
 */
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Certificates } from "./certificates.ts";
import { answerFault, cutAnswer } from "./faults/inject.ts";
import type { Faults } from "./faults/index.ts";
import type { RunningHost } from "./hosts/index.ts";
import type { RequestLog } from "./requests.ts";

export interface FrontOptions {
  readonly hosts: readonly RunningHost[];
  readonly certificates: Certificates;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** A request that may have changed the world was answered. */
  readonly changed: () => void;
}

export interface Front {
  readonly knows: (host: string) => boolean;
  /** Takes over a connection on which TLS begins next. */
  readonly accept: (socket: Socket) => void;
}

export function createFront(options: FrontOptions): Front {
  const { hosts, faults, requests } = options;
  /** Raw connections by the client's port: what has to be reset when a fault says so. */
  const rawSockets = new Map<number, Socket>();
  const server = createServer(
    { key: options.certificates.key, cert: options.certificates.cert },
    (request, response) => {
      void handle(request, response);
    },
  );
  // Clients keep connections for later; one that is closed under their hands looks like a fault that nobody ordered.
  server.keepAliveTimeout = 0;
  // A client that does not trust the throw-away authority says so itself.
  server.on("tlsClientError", () => {});

  const find = (name: string) => hosts.find((host) => host.names.some((pattern) => isNamed(pattern, name)));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const method = request.method ?? "GET";
    const url = request.url ?? "/";
    recordAnswer(response, (status) => {
      const [path = "", query] = url.split(/(?=\?)/, 2);
      requests.record({ host: name, method, path, query: query ?? "", status });
    });
    const host = find(name);
    if (!host) {
      response.writeHead(421, { "content-type": "text/plain" }).end(`The stand-in tenant has no host ${name}.\n`);
      return;
    }
    const { delayMs, action } = faults.decide({ host: name, method, url });
    // An answer that nobody waits for any more keeps no process from ending.
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    if (action && "status" in action) return answerFault(response, action, host.error);
    if (action && "reset" in action) {
      const raw = rawSockets.get(request.socket.remotePort ?? 0);
      if (raw) raw.resetAndDestroy();
      else request.socket.destroy();
      return;
    }
    if (action && "cut" in action) cutAnswer(response, action.cut);
    if (!["GET", "HEAD", "OPTIONS"].includes(method)) response.once("close", () => options.changed());
    host.app.routing(request, response);
  }

  return {
    knows: (name) => find(name) !== undefined,
    accept(socket) {
      const port = socket.remotePort ?? 0;
      rawSockets.set(port, socket);
      socket.once("close", () => rawSockets.delete(port));
      server.emit("connection", socket);
    },
  };
}

/** Calls back once: when the head of the answer is written (before a client can see it), or the connection is lost. */
function recordAnswer(response: ServerResponse, record: (status: number) => void): void {
  let isRecorded = false;
  const once = (status: number) => {
    if (isRecorded) return;
    isRecorded = true;
    record(status);
  };
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    once(args[0] as number);
    return writeHead(...args);
  };
  response.once("close", () => once(0));
}

function isNamed(pattern: string, name: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === name;
  // As in a certificate: the asterisk is exactly one label.
  return (
    name.endsWith(pattern.slice(1)) &&
    !name.slice(0, 1 - pattern.length).includes(".") &&
    name.length > pattern.length - 1
  );
}
