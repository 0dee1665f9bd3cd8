/**
 * The console: a web application on the server that `tenantwire serve` has anyway.
 *
 * @packageDocumentation
 */
import cookie from "@fastify/cookie";
import csrf from "@fastify/csrf-protection";
import formBody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import session from "@fastify/session";
import type { FastifyInstance } from "fastify";
import { StateLocked, TenantwireError } from "../contract/errors.ts";
import { messageOf } from "../contract/words.ts";
import { guard } from "./http/guard.ts";
import { HttpError } from "./http/http-error.ts";
import { Sessions } from "./http/sessions.ts";
import { staticFiles } from "./http/static-files.ts";
import { errorPage } from "./pages/sign-in.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { objectRoutes } from "./routes/objects.ts";
import { runRoutes } from "./routes/runs.ts";
import { peopleRoutes } from "./routes/people.ts";
import { tenantRoutes } from "./routes/tenant.ts";
import { tryRoutes } from "./routes/try.ts";
import { workRoutes } from "./routes/work.ts";
import { showing } from "./show.ts";
import { RelyingParty } from "./sign-in/relying-party.ts";
import { formsRoutes, linkOf } from "./sign-in/forms.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { Tries } from "./sign-in/tries.ts";
import type { ConsoleWorld } from "./world.ts";

/** Bytes of a form: settings that are tried are the largest. */
const BODY_LIMIT = 256 * 1024;

/** Seconds until it is worth trying again where a run has the state. */
const RETRY_AFTER_S = 20;

/** The console as a plugin: what it adds (sessions, headers, refusals) is for its own routes alone. */
export function consoleOf(world: ConsoleWorld) {
  return async (app: FastifyInstance): Promise<void> => {
    const { origin, now, access } = world;
    const sessions = new Sessions(world.kept, now);
    const show = showing({
      stack: world.outputs.mark,
      tenant: world.outputs.tenant.domain,
      timeZone: world.timeZone,
      now,
    });

    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      // Of a console that is on this machine alone there is nothing to insist on.
      strictTransportSecurity: world.isBehindProxy && { maxAge: 31_536_000, includeSubDomains: false },
      xFrameOptions: { action: "deny" },
      referrerPolicy: { policy: "same-origin" },
    });
    await app.register(cookie);
    await app.register(formBody, { bodyLimit: BODY_LIMIT });
    await app.register(session, {
      // The id is 192 random bits and is looked up by its hash: a signature would add nothing.
      secret: { sign: (id) => id, unsign: (id) => ({ valid: /^[\w-]{20,100}$/.test(id), renew: false, value: id }) },
      store: sessions,
      cookieName: world.isBehindProxy ? "__Host-tenantwire" : "tenantwire",
      // Without an end of its own: the server decides, and the browser forgets it when it is closed.
      cookie: { secure: world.isBehindProxy, httpOnly: true, sameSite: "lax", path: "/" },
      rolling: false,
      saveUninitialized: false,
    });
    await app.register(csrf, { sessionPlugin: "@fastify/session", getToken: ({ body }) => tokenIn(body) });
    await app.register(rateLimit, {
      global: false,
      errorResponseBuilder: () => new HttpError(429, "Too many sign-ins from this address: wait a minute."),
    });

    guard(app, {
      origin,
      now,
      roleNow: (key) => access.roleNow(key),
      endedAt: (person) => sessions.endedAt(person),
      removedAt: (key) => access.removedAt(key),
      takesForms: world.accounts.taken,
    });
    app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
      if (error instanceof HttpError) return show(request, reply, errorPage(error.status, error.message));
      // Of Fastify's own and its plugins'.
      if (error.statusCode !== undefined && error.statusCode < 500) {
        const why =
          error.statusCode === 403 ? "The form is not one of this session's: open the page again." : messageOf(error);
        return show(request, reply, errorPage(error.statusCode, why));
      }
      // Nothing was begun, and what was typed is in the browser still.
      if (error instanceof StateLocked)
        return show(request, reply.header("retry-after", RETRY_AFTER_S), errorPage(503, messageOf(error)));
      // What was meant for a person is; of anything else the person learns that it happened, and the log what.
      if (error instanceof TenantwireError) return show(request, reply, errorPage(502, messageOf(error)));
      world.tellDefect(error);
      return show(request, reply, errorPage(500, "This is a defect of tenantwire; its log says more."));
    });
    app.setNotFoundHandler((request, reply) => show(request, reply, errorPage(404, "There is no such page here.")));

    staticFiles(app);
    const relyingParty = new RelyingParty({ ...world.signIn, redirectUri: () => `${origin()}/auth/callback` });
    const { accounts, mailLink, tellDefect } = world;
    signInRoutes(app, { relyingParty, sessions, access, show, now, takesForms: accounts.taken });
    formsRoutes(app, {
      ...{ accounts, sessions, access, show, now, tellDefect, kept: world.kept },
      ...{ pause: world.pause, closing: world.closing, isBehindProxy: world.isBehindProxy },
      tries: new Tries(world.kept, now),
      mailLink: mailLink && ((offered) => mailLink(offered, linkOf(world, offered))),
    });
    overviewRoutes(app, world, show);
    runRoutes(app, world, show);
    objectRoutes(app, world, show);
    workRoutes(app, world, show);
    tryRoutes(app, world, show);
    tenantRoutes(app, world, show);
    peopleRoutes(app, world, sessions, show);
  };
}

function tokenIn(body: unknown): string {
  const token = (body as { readonly _csrf?: unknown } | undefined)?._csrf;
  return typeof token === "string" ? token : "";
}
