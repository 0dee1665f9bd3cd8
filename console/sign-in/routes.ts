/** Coming in and going out. @packageDocumentation */
import type { FastifyInstance } from "fastify";
import type { Access } from "../../sync/access/index.ts";
import { HttpError } from "../http/http-error.ts";
import type { Begun, Sessions } from "../http/sessions.ts";
import { accountPage, noAccessPage, signedOutPage, signInPage } from "../pages/sign-in.ts";
import type { Show } from "../show.ts";
import { enter } from "./enter.ts";
import { ownPath } from "./own-path.ts";
import type { RelyingParty } from "./relying-party.ts";

/** A sign-in that takes longer is begun anew. */
const SIGN_IN_MS = 15 * 60 * 1000;
/** Starts and answers of one address in a minute. */
const MOST_A_MINUTE = 20;

export interface SignInOptions {
  readonly relyingParty: RelyingParty;
  readonly sessions: Sessions;
  readonly access: Access;
  readonly show: Show;
  readonly now: () => Date;
  /** Whether people sign in by a form too. */
  readonly takesForms: boolean;
}

export function signInRoutes(
  app: FastifyInstance,
  { relyingParty, sessions, access, show, now, takesForms }: SignInOptions,
): void {
  const limited = { rateLimit: { max: MOST_A_MINUTE, timeWindow: "1 minute" } };

  app.get<{ Querystring: { to?: unknown } }>("/sign-in", { config: { needs: "nobody" } }, (request, reply) => {
    if (request.person) return reply.redirect("/", 303);
    return show(request, reply, signInPage(ownPath(request.query.to), takesForms));
  });

  app.get<{ Querystring: { to?: unknown } }>(
    "/auth/start",
    { config: { needs: "nobody", ...limited } },
    async (request, reply) => {
      const { begun, location } = await relyingParty.begin(ownPath(request.query.to), now());
      request.session.begun = withBegun(request.session.begun, begun, now());
      return reply.redirect(location, 303);
    },
  );

  app.get<{ Querystring: { state?: unknown } }>(
    "/auth/callback",
    { config: { needs: "nobody", ...limited } },
    async (request, reply) => {
      // It is for one answer, whatever that is. Who is signed in stays so: a link that somebody made signs nobody out.
      const came = now();
      const { begun, others } = takeBegun(request.session.begun, request.query.state);
      request.session.begun = others;
      await request.session.save();
      if (!begun || came.getTime() - Date.parse(begun.at) > SIGN_IN_MS) {
        throw new HttpError(403, "No sign-in was begun in this browser, or it took too long: sign in again.");
      }
      const person = await relyingParty.finish(request.url.split("?", 2)[1] ?? "", begun);
      await enter(request, person, { sessions, access }, came);
      return reply.redirect(begun.to, 303);
    },
  );

  app.get("/account", { config: { needs: "signed in" } }, (request, reply) =>
    show(request, reply, accountPage(request)),
  );

  app.get("/no-access", { config: { needs: "signed in" } }, async (request, reply) => {
    if (request.role !== null) return reply.redirect("/", 303);
    const { person } = request;
    const asked = (await access.requests()).find(
      ({ tenant, objectId }) => tenant === person?.tenant && objectId === person.id,
    );
    return show(request, reply, noAccessPage(request.session.signedIn?.refused, asked));
  });

  app.post("/auth/sign-out", { config: { needs: "signed in" } }, async (request, reply) => {
    await request.session.destroy();
    return reply.redirect("/signed-out", 303);
  });

  app.post("/auth/sign-out-everywhere", { config: { needs: "signed in" } }, async (request, reply) => {
    if (request.person) await sessions.endAll(request.person);
    await request.session.destroy();
    return reply.redirect("/signed-out", 303);
  });

  app.get("/signed-out", { config: { needs: "nobody" } }, (request, reply) => show(request, reply, signedOutPage()));
}

/** Begun ones that are remembered of one browser; of more, the oldest begin anew. */
const MOST_TABS = 10;

type AllBegun = Readonly<Record<string, Begun>>;

function withBegun(before: AllBegun = {}, begun: Begun, now: Date): AllBegun {
  const fresh = Object.values(before).filter(({ at }) => now.getTime() - Date.parse(at) <= SIGN_IN_MS);
  const kept = [...fresh, begun].slice(-MOST_TABS);
  return Object.fromEntries(kept.map((each) => [each.state, each]));
}

/** The one that an answer says it is to, and those of other tabs. */
function takeBegun(
  all: AllBegun = {},
  state: unknown,
): { readonly begun: Begun | undefined; readonly others: AllBegun } {
  const begun = Object.values(all).find((each) => each.state === state);
  return { begun, others: Object.fromEntries(Object.entries(all).filter(([, each]) => each !== begun)) };
}
