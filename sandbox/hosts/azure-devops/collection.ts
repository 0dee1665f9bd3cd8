/**
 * The same organization as a collection of an Azure DevOps Server: at a host of a company's own, below a virtual path, and
 * for personal access tokens alone. Assumed: all else is as in the cloud; addresses in what is sent and answered begin with
 * the collection's.
 *
 * @packageDocumentation
 */
import type { FastifyInstance } from "fastify";
import { ORGANIZATION } from "./organization.ts";
import { SignInNeeded } from "./sign-in.ts";

export const SERVER_HOST = "devops.contoso.local";
const PATH = "/tfs/DefaultCollection";
/** Where the collection is. */
export const COLLECTION = `https://${SERVER_HOST}${PATH}`;
const CLOUD = `https://dev.azure.com/${ORGANIZATION}`;
const INSIDE = new RegExp(`^${PATH}(?=[/?]|$)`, "i");

/** The path below the collection as the cloud has it; anything else is of no organization. */
export function withinCollection(url: string): string {
  return INSIDE.test(url) ? url.replace(INSIDE, `/${ORGANIZATION}`) : "/-/_apis";
}

export function asCollection(app: FastifyInstance): void {
  app.addHook("preHandler", (request, _reply, done) => {
    if (/^bearer /i.test(request.headers.authorization ?? "")) {
      throw new SignInNeeded("The server is not connected to Entra.", true);
    }
    if (typeof request.body === "object" && request.body !== null && !Buffer.isBuffer(request.body)) {
      request.body = JSON.parse(JSON.stringify(request.body).replaceAll(COLLECTION, CLOUD)) as unknown;
    }
    done();
  });
  app.addHook("onSend", (_request, _reply, payload, done) => {
    done(null, typeof payload === "string" ? payload.replaceAll(CLOUD, COLLECTION) : payload);
  });
}
