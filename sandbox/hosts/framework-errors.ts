import type { FastifyInstance, FastifyServerOptions } from "fastify";

/**
 * The option with which a host answers in its own words what the web framework refuses before any route is looked for,
 * such as an address whose escapes are wrong.
 *
 * @param host gives the host that was made with it
 */
export function inOwnWords(host: () => FastifyInstance): Pick<FastifyServerOptions, "frameworkErrors"> {
  return { frameworkErrors: (error, request, reply) => void host().errorHandler(error, request, reply) };
}
