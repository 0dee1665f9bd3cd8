/** Who has access: asking for it, and deciding. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import { objectIdOf } from "../../contract/access/people.ts";
import { type Role, roles } from "../../contract/access/rules.ts";
import { TenantwireError } from "../../contract/errors.ts";
import { afterRemoval, newestEntries, verifyTrail } from "../../sync/access/index.ts";
import { actorOf, identityOf } from "../access.ts";
import { Refused } from "../http/refused.ts";
import type { Sessions } from "../http/sessions.ts";
import { auditPage } from "../pages/audit.ts";
import { peoplePage } from "../pages/people.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";

const SEE = "see people and the audit trail";
const DECIDE = "decide about requests, add and remove people, change roles";
const MOST_ENTRIES = 200;

interface OfPerson {
  Params: { readonly key: string };
}

interface OfRequest {
  Params: { readonly id: string };
}

type Form = Readonly<Record<string, unknown>> | undefined;

export function peopleRoutes(app: FastifyInstance, world: ConsoleWorld, sessions: Sessions, show: Show): void {
  const { access, group } = world;

  app.post<{ Body: Form }>("/access/request", { config: { needs: "signed in" } }, async (request, reply) => {
    const { person } = request;
    if (!person) throw new Refused(401, "Sign in first.");
    await refusing(access.request(identityOf(person), text(request.body, "why")));
    await world.tellAdministrators();
    request.session.notice = {
      tone: "good",
      text: "Your request is written down. You get in once an administrator has approved it: try again then.",
    };
    return reply.redirect("/no-access", 303);
  });

  app.get("/people", { config: { needs: SEE } }, async (request, reply) => {
    const [people, requests] = await Promise.all([access.people(), access.requests()]);
    return show(request, reply, peoplePage({ people, requests, group: group.name, linked: access.linked }));
  });

  app.post<OfRequest & { Body: Form }>(
    "/people/requests/:id/approve",
    { config: { needs: DECIDE } },
    async (request, reply) => {
      const role = roleIn(request.body);
      const { name } = await refusing(access.decide(request.params.id, { approve: true, role }, actorOf(request)));
      request.session.notice = {
        tone: "good",
        text: `${name} is ${role} now, and was told nothing by this console: say so.`,
      };
      return reply.redirect("/people", 303);
    },
  );

  app.post<OfRequest & { Body: Form }>(
    "/people/requests/:id/deny",
    { config: { needs: DECIDE } },
    async (request, reply) => {
      const why = text(request.body, "why").trim();
      const decision = { approve: false as const, ...(why !== "" && { why }) };
      const { name } = await refusing(access.decide(request.params.id, decision, actorOf(request)));
      request.session.notice = { tone: "good", text: `The request of ${name} is denied.` };
      return reply.redirect("/people", 303);
    },
  );

  app.post<{ Body: Form }>("/people/add", { config: { needs: DECIDE } }, async (request, reply) => {
    const role = roleIn(request.body);
    const found = await refusing(world.findPerson(text(request.body, "account")));
    const { name } = await refusing(access.add(found, role, actorOf(request)));
    request.session.notice = { tone: "good", text: `${name} is ${role} now.` };
    return reply.redirect("/people", 303);
  });

  app.post<OfPerson & { Body: Form }>("/people/:key/role", { config: { needs: DECIDE } }, async (request, reply) => {
    const role = roleIn(request.body);
    const { name } = await refusing(access.setRole(request.params.key, role, actorOf(request)));
    request.session.notice = { tone: "good", text: `${name} is ${role} now.` };
    return reply.redirect("/people", 303);
  });

  app.post<OfPerson>("/people/:key/remove", { config: { needs: DECIDE } }, async (request, reply) => {
    const { key } = request.params;
    const person = (await access.people()).find((each) => each.key === key);
    await refusing(access.remove(key, actorOf(request)));
    const objectId = person && objectIdOf(person);
    if (objectId !== undefined) await sessions.endAll({ id: objectId });
    request.session.notice = {
      tone: "good",
      text: `${person?.name ?? key} was signed out, and ${afterRemoval(await access.roleNow(key))}.`,
    };
    return reply.redirect("/people", 303);
  });

  app.get("/audit", { config: { needs: SEE } }, async (request, reply) => {
    const state = await world.state();
    const [entries, verified] = await Promise.all([newestEntries(state, MOST_ENTRIES), verifyTrail(state)]);
    return show(request, reply, auditPage({ entries, verified, where: world.where }));
  });
}

/** What is refused is told to who tried. */
async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TenantwireError) throw new Refused(409, error.message);
    throw error;
  }
}

function text(form: Form, name: string): string {
  const value = form?.[name];
  return typeof value === "string" ? value : "";
}

function roleIn(form: Form): Role {
  const role = roles.find((each) => each === text(form, "role"));
  if (role) return role;
  throw new Refused(400, "Choose a role.");
}
