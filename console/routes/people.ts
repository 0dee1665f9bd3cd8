/** Who has access: asking for it, and deciding. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import { groupDetails } from "../../contract/access/details.ts";
import { type Role, roles } from "../../contract/access/rules.ts";
import { StateLocked, TenantwireError } from "../../contract/errors.ts";
import { messageOf } from "../../contract/words.ts";
import { afterRemoval, readTrailPage, verifyTrail } from "../../sync/access/index.ts";
import { actorOf, identityOf } from "../access.ts";
import { HttpError } from "../http/http-error.ts";
import type { Sessions } from "../http/sessions.ts";
import { auditPage } from "../pages/audit.ts";
import { accountLinkPage } from "../pages/account-link.ts";
import { onePlanPeoplePage } from "../pages/oneplan-people.ts";
import { peoplePage } from "../pages/people.ts";
import { linkOf } from "../sign-in/forms.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";

const SEE = "see people and the audit trail";
const DECIDE = "decide about requests, add and remove people, change roles";
/** Entries of the trail. */
const ON_A_PAGE = 100;

interface OfPerson {
  Params: { readonly key: string };
}

interface OfRequest {
  Params: { readonly id: string };
}

type Form = Readonly<Record<string, unknown>> | undefined;

export function peopleRoutes(app: FastifyInstance, world: ConsoleWorld, sessions: Sessions, show: Show): void {
  const { access, accounts, group, mailLink, onePlan } = world;

  app.post<{ Body: Form }>("/access/request", { config: { needs: "signed in" } }, async (request, reply) => {
    const { person } = request;
    if (!person) throw new HttpError(401, "Sign in first.");
    await asConflict(access.request(identityOf(person), text(request.body, "why")));
    // Nobody waits for a mail server who asks.
    reply.raw.once("close", () => void world.tellAdministrators().catch(world.tellDefect));
    request.session.notice = {
      tone: "good",
      text: "Your request is written down. You get in once an administrator has approved it: try again then.",
    };
    return reply.redirect("/no-access", 303);
  });

  app.get("/people", { config: { needs: SEE } }, async (request, reply) => {
    const [people, requests] = await Promise.all([access.people(), access.requests()]);
    const given = accounts.taken ? { accounts: await accounts.standings() } : {};
    const details = groupDetails(group, world.outputs.tenant.id);
    const whyNot = access.linked ? undefined : await world.whyNoneAdded();
    const adding = { linked: access.linked, ...(whyNot !== undefined && { whyNoneAdded: whyNot }) };
    return show(request, reply, peoplePage({ people, requests, group: group.name, details, ...adding, ...given }));
  });

  app.post<OfRequest & { Body: Form }>(
    "/people/requests/:id/approve",
    { config: { needs: DECIDE } },
    async (request, reply) => {
      const role = roleIn(request.body);
      const { name } = await asConflict(access.decide(request.params.id, { approve: true, role }, actorOf(request)));
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
      const { name } = await asConflict(access.decide(request.params.id, decision, actorOf(request)));
      request.session.notice = { tone: "good", text: `The request of ${name} is denied.` };
      return reply.redirect("/people", 303);
    },
  );

  app.post<{ Body: Form }>("/people/add", { config: { needs: DECIDE } }, async (request, reply) => {
    const role = roleIn(request.body);
    const found = await asConflict(world.findPerson(text(request.body, "account")));
    const { name } = await asConflict(access.add(found, role, actorOf(request)));
    request.session.notice = { tone: "good", text: `${name} is ${role} now.` };
    return reply.redirect("/people", 303);
  });

  app.post<OfPerson & { Body: Form }>("/people/:key/role", { config: { needs: DECIDE } }, async (request, reply) => {
    const role = roleIn(request.body);
    const { name } = await asConflict(access.setRole(request.params.key, role, actorOf(request)));
    request.session.notice = { tone: "good", text: `${name} is ${role} now.` };
    return reply.redirect("/people", 303);
  });

  app.post<OfPerson>("/people/:key/remove", { config: { needs: DECIDE } }, async (request, reply) => {
    const { key } = request.params;
    const person = (await access.people()).find((each) => each.key === key);
    await asConflict(access.remove(key, actorOf(request)));
    request.session.notice = {
      tone: "good",
      text: `${person?.name ?? key} was signed out, and ${afterRemoval(await access.roleNow(key))}.`,
    };
    return reply.redirect("/people", 303);
  });

  app.get<{ Querystring: { q?: unknown } }>("/people/oneplan", { config: { needs: SEE } }, async (request, reply) => {
    const { q } = request.query;
    if (!onePlan) throw new HttpError(409, NOT_LINKED);
    const [members, people] = await Promise.all([onePlan.list(), access.people()]);
    const known = people.flatMap(({ oneplanId, role }) => (role === undefined ? [] : (oneplanId?.toLowerCase() ?? [])));
    const asked = typeof q === "string" ? q : "";
    return show(request, reply, onePlanPeoplePage({ members, known: new Set(known), asked }));
  });

  app.post<{ Body: Form }>("/people/oneplan", { config: { needs: DECIDE } }, async (request, reply) => {
    const [id, role] = [text(request.body, "id"), roleIn(request.body)];
    if (!onePlan) throw new HttpError(409, NOT_LINKED);
    const member = id === "" ? undefined : await asConflict(onePlan.get(id));
    if (!member) throw new HttpError(409, "OnePlan has nobody like that in the group any more: open the page again.");
    const { key, name } = await asConflict(access.add({ oneplanId: member.id, member }, role, actorOf(request)));
    const now = (await access.roleNow(key)) ?? role;
    request.session.notice = { tone: "good", text: `${name} is ${now} now.` };
    return reply.redirect("/people", 303);
  });

  app.post<OfPerson>("/people/:key/account", { config: { needs: DECIDE } }, async (request, reply) => {
    const offered = await asConflict(accounts.offer(request.params.key, actorOf(request)));
    const link = linkOf(world, offered);
    const handOver = (why: string) => show(request, reply, accountLinkPage(offered, link, why));
    if (!mailLink) return handOver("No channel of mail is declared for this group (tenantwire:access.mailBy).");
    try {
      await mailLink(offered, link);
    } catch (error) {
      if (!(error instanceof TenantwireError)) throw error;
      return handOver(`It could not be mailed: ${messageOf(error)}`);
    }
    const { name, mail } = offered.person;
    request.session.notice = {
      tone: "good",
      text: `A link that sets the password was mailed to ${name} (${mail ?? ""}).`,
    };
    return reply.redirect("/people", 303);
  });

  app.post<OfPerson>("/people/:key/account/remove", { config: { needs: DECIDE } }, async (request, reply) => {
    const { name, oneplanId = "" } = await asConflict(accounts.remove(request.params.key, actorOf(request)));
    await sessions.endAll({ id: oneplanId.toLowerCase() });
    request.session.notice = { tone: "good", text: `${name} signs in by a form no more, and was signed out.` };
    return reply.redirect("/people", 303);
  });

  app.get<{ Querystring: { before?: unknown; check?: unknown } }>(
    "/audit",
    { config: { needs: SEE } },
    async (request, reply) => {
      const { before, check } = request.query;
      const state = await world.state();
      const from = typeof before === "string" && /^\d{1,12}$/.test(before) ? Number(before) : undefined;
      const page = await readTrailPage(state, { count: ON_A_PAGE, ...(from !== undefined && { before: from }) });
      const whole = check === "whole" ? await verifyTrail(state) : undefined;
      return show(request, reply, auditPage({ page, ...(whole && { whole }) }));
    },
  );
}

const NOT_LINKED =
  "People of OnePlan are added to a group that is linked to one of OnePlan: name it under tenantwire:access.oneplanConfiguration, and deploy (pulumi up).";

/** What is refused is told to who tried. */
async function asConflict<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TenantwireError && !(error instanceof StateLocked)) throw new HttpError(409, error.message);
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
  throw new HttpError(400, "Choose a role.");
}
