/** Answering with a page. @packageDocumentation */
import type { FastifyReply, FastifyRequest } from "fastify";
import { may } from "../contract/access/rules.ts";
import { layout, type Page } from "./pages/layout.ts";
import { sections } from "./sections.ts";
import type { Clock } from "./pages/times.ts";

export type Show = (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;

export interface Showing {
  /** Mark of the stack and domain of its tenant: whose console this is. */
  readonly stack: string;
  readonly tenant: string;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** Pages with what surrounds them: who is signed in, what that person may open, and what was done last. */
export function showing({ stack, tenant, timeZone, now }: Showing): Show {
  return (request, reply, page) => {
    const { person, role } = request;
    const { notice } = request.session;
    if (notice) delete request.session.notice;
    const clock: Clock = { now: now(), timeZone };
    const text = layout(page, {
      ...{ stack, tenant, clock },
      path: request.url.split("?", 1)[0] ?? "/",
      sections: role === null ? [] : sections.filter(({ needs }) => may(role, needs)),
      ...(person && { person: { name: person.name || person.userName || person.id, ...(role !== null && { role }) } }),
      ...((person || page.hasForm) && { csrf: reply.generateCsrf() }),
      ...(notice && { notice }),
    });
    return reply
      .status(page.status ?? 200)
      .header("cache-control", "no-store")
      .type("text/html; charset=utf-8")
      .send(text);
  };
}
