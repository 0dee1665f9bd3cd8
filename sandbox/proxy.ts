/**
 * The way into the stand-in: a CONNECT proxy that leads the hosts it knows to the stand-in's own server and refuses
 * every other, so that it is also a proof of what was called. The technique is documented: a CONNECT proxy in front of
 * one TLS server needs no custom endpoints in any client (seen: Azure CLI 2.45, the azuread provider 6.9.1,
 * \@azure/identity 4.14).
 *
 * @packageDocumentation
 */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface ProxyOptions {
  /** Is this host a part of the stand-in? */
  readonly knows: (host: string) => boolean;
  /** Takes over a connection whose client believes that it speaks with `host`; TLS has not begun yet. */
  readonly connected: (socket: Socket) => void;
  /** Something asked for a host outside of the stand-in: `name:port`. */
  readonly refused: (authority: string) => void;
}

export interface Proxy {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    // Plain http by the proxy: nothing of the stand-in is reached without TLS.
    const authority = plainAuthority(request);
    options.refused(authority);
    response.writeHead(403, { "content-type": "text/plain", connection: "close" }).end(refusal(authority));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // A client that goes away is no fault of the stand-in's, and without a listener it would end the process.
    socket.on("error", () => socket.destroy());
    const [, host = "", port = ""] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(request.url ?? "") ?? [];
    if (port !== "443" || !options.knows(host.toLowerCase())) {
      options.refused(request.url ?? "");
      const sentence = refusal(request.url ?? "");
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(sentence)}\r\n` +
          `Connection: close\r\n\r\n${sentence}`,
      );
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    options.connected(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function plainAuthority(request: IncomingMessage): string {
  const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
  return url ? `${url.hostname}:${url.port || "80"}` : `${request.headers.host ?? "unknown"}:80`;
}

function refusal(authority: string): string {
  return `The stand-in tenant has no host ${authority}; nothing outside of it is reached from here.\n`;
}
