/**
 * What every request goes through before a route sees it: it came to our address, from our own pages where it changes
 * something, by somebody who is signed in and may do it. A route that does not say what it needs does not start.
 *
 * @packageDocumentation
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions, Session } from "fastify";
import { may } from "../../contract/access/rules.ts";
import { keyOf, type Needs, type Person, type Role, type RoleNow } from "../access.ts";
import { HttpError } from "./http-error.ts";
import { isOver, LONGEST_MS, type SignedIn } from "./sessions.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route asks of whoever comes. */
    needs?: Needs;
  }
  interface FastifyRequest {
    /** Who is signed in; null: nobody. */
    person: Person | null;
    /** Of that person, as it is at this request; null: none. */
    role: Role | null;
    /** For an answer that goes on: whether the session is there still, and the person may still open the route. */
    stillMay: () => Promise<boolean>;
  }
}

export interface Guarding {
  /** Scheme, host and port under which browsers reach the console. */
  readonly origin: () => string;
  readonly roleNow: RoleNow;
  /** Instant from which on a person's older sessions count no more. */
  readonly endedAt: (person: Person) => Promise<string | undefined>;
  /** Instant at which somebody was removed from the group, by whatever process: older sessions count no more. */
  readonly removedAt: (key: string) => Promise<string | undefined>;
  /** Whether people sign in by a form; where they do no more, who did before is not signed in. */
  readonly takesForms: boolean;
  readonly now: () => Date;
}

export function guard(app: FastifyInstance, { origin, roleNow, endedAt, removedAt, takesForms, now }: Guarding): void {
  app.decorateRequest("person", null);
  app.decorateRequest("role", null);
  app.decorateRequest("stillMay", function (this: FastifyRequest) {
    return stillMay(this);
  });
  app.addHook("onRoute", declares);

  app.addHook("onRequest", async (request, reply) => {
    expectAddress(request, origin());
    await recognise(request);
    if (request.is404) return;
    const needs = request.routeOptions.config.needs ?? "signed in";
    if (needs === "nobody") return;
    if (!request.person) return signInFirst(request, reply);
    if (needs === "signed in") return;
    const { role } = request;
    if (role === null) {
      if (request.method === "GET") return reply.redirect("/no-access", 303);
      throw new HttpError(403, "You have no access.");
    }
    if (!may(role, needs)) throw new HttpError(403, `Your role is ${role}, which may not ${needs}.`);
  });

  // The form's token is known once its body was read.
  app.addHook("preHandler", (request, reply, done) => {
    if (isReading(request)) return done();
    if (request.headers.origin !== origin()) return done(new HttpError(403, "The request came from another page."));
    app.csrfProtection(request, reply, done);
  });

  async function hasEnded(signedIn: SignedIn): Promise<boolean> {
    if (signedIn.person.tenant === undefined && !takesForms) return true;
    if (isOver(signedIn, now())) return true;
    const ends = [await endedAt(signedIn.person), await removedAt(keyIn(signedIn))];
    return ends.some((ended) => ended !== undefined && ended >= signedIn.since && !isAhead(ended, now()));
  }

  async function stillMay({ session, sessionStore, routeOptions }: FastifyRequest): Promise<boolean> {
    const { sessionId } = session;
    // As it is kept: what the request has of it is as it was when it came.
    const kept = await new Promise<Session | null | undefined>((resolve, reject) => {
      sessionStore.get(sessionId, (error, found) => {
        if (error instanceof Error) reject(error);
        else resolve(found);
      });
    });
    const signedIn = kept?.signedIn;
    const { needs } = routeOptions.config;
    if (!signedIn || needs === undefined || needs === "nobody" || (await hasEnded(signedIn))) return false;
    if (needs === "signed in") return true;
    const role = await roleNow(keyIn(signedIn));
    return role !== undefined && may(role, needs);
  }

  async function recognise(request: FastifyRequest): Promise<void> {
    const signedIn = request.session.signedIn;
    if (!signedIn) return;
    if (await hasEnded(signedIn)) {
      await request.session.regenerate();
      return;
    }
    if (now().getTime() - Date.parse(signedIn.seen) > SEEN_EVERY_MS) {
      request.session.signedIn = { ...signedIn, seen: now().toISOString() } satisfies SignedIn;
    }
    request.person = signedIn.person;
    request.role = (await roleNow(keyIn(signedIn))) ?? null;
  }
}

/** An end by a clock that was ahead: nobody could sign in until then. */
function isAhead(ended: string, now: Date): boolean {
  return Date.parse(ended) - now.getTime() > LONGEST_MS;
}

/** What the group knows somebody by. */
function keyIn({ key, person }: SignedIn): string {
  return key ?? keyOf(person);
}

/** That somebody is there is written down so often at most. */
const SEEN_EVERY_MS = 60_000;

/** Whoever rebinds a name to this machine comes with that name; and a proxy can leave out what it has to pass on. */
function expectAddress({ headers, protocol }: FastifyRequest, origin: string): void {
  const { host, protocol: scheme } = new URL(origin);
  if (headers.host !== host) {
    throw new HttpError(
      421,
      `The console is at ${origin}, and the request names another host. Open that address; a proxy in front has to pass on Host as the browser sends it.`,
    );
  }
  // The browser would get no cookie, and every sign-in would seem to have been begun nowhere.
  if (`${protocol}:` !== scheme) {
    throw new HttpError(
      421,
      `The console is at ${origin}, and the proxy in front does not say that the browser came by https: it has to send X-Forwarded-Proto.`,
    );
  }
}

function isReading({ method }: FastifyRequest): boolean {
  return method === "GET" || method === "HEAD";
}

function declares({ method, url, config }: RouteOptions): void {
  if (config?.needs === undefined) {
    throw new TypeError(`The route ${String(method)} ${url} does not say what it needs.`);
  }
}

function signInFirst(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!isReading(request)) throw new HttpError(401, "You are not signed in any more: sign in, and do it again.");
  const to = request.url === "/" ? "" : `?to=${encodeURIComponent(request.url)}`;
  return reply.redirect(`/sign-in${to}`, 303);
}
