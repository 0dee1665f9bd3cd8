/** The server of `tenantwire serve`: for this machine alone, and for nobody who takes all of it. @packageDocumentation */
import { fastify, type FastifyInstance } from "fastify";

/** Connections at once: each browser that follows a run has one. */
const MOST_CONNECTIONS = 200;

/** @param isBehindProxy what a proxy on this machine says of a request is believed */
export function httpServer(isBehindProxy: boolean): FastifyInstance {
  const app = fastify({
    requestTimeout: 30_000,
    forceCloseConnections: true,
    ...(isBehindProxy && { trustProxy: "loopback" }),
  });
  app.server.headersTimeout = 10_000;
  app.server.maxConnections = MOST_CONNECTIONS;
  return app;
}
