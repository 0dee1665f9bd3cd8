/** Signing in by mail address and password, where the group has accounts of forms. @packageDocumentation */
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { oneplanKey, type Person as Known } from "../../contract/access/people.ts";
import { AccessDenied } from "../../contract/errors.ts";
import { type Offered, WrongPassword } from "../../sync/access/index.ts";
import type { Person } from "../access.ts";
import { HttpError } from "../http/http-error.ts";
import { forgottenPage, formsPage, linkPage, passwordPage, sentPage } from "../pages/forms.ts";
import type { Show } from "../show.ts";
import type { ConsoleWorld } from "../world.ts";
import { enter, type Entering } from "./enter.ts";
import { Later, type LaterOptions, type Wanted } from "./later.ts";
import { ownPath } from "./own-path.ts";
import { KNOWN_MS, type Tries } from "./tries.ts";

/** Of one address in a minute. */
const MOST_A_MINUTE = 20;
/** Passwords that wait to be worked out, one after another: half a minute of them. */
export const MOST_AT_ONCE = 50;

/** Of what says that a browser is known: no script reads it, and no other site sends it along. */
const COOKIE = { httpOnly: true, sameSite: "strict", path: "/", maxAge: KNOWN_MS / 1000 } as const;

export interface FormsOptions extends Entering, LaterOptions, Pick<ConsoleWorld, "isBehindProxy"> {
  readonly tries: Tries;
  readonly show: Show;
}

/** Where a link leads: to this console. */
export function linkOf({ origin }: { readonly origin: () => string }, { token }: Pick<Offered, "token">): string {
  return `${origin()}/forms/link/${token}`;
}

type Form = Readonly<Record<string, unknown>> | undefined;
interface OfLink {
  Params: { readonly token: string };
}

/** The same whether the address is nobody's or the password is another one. */
const WRONG = "The mail address or the password is not right.";

export function formsRoutes(app: FastifyInstance, options: FormsOptions): void {
  const { accounts, tries, show, sessions, mailLink, tellDefect, now, isBehindProxy: secure } = options;
  const cookieName = secure ? "__Host-tenantwire-browser" : "tenantwire-browser";
  const later = new Later(options);
  app.addHook("onReady", async () => void later.resume().catch(tellDefect));
  const limited = { rateLimit: { max: MOST_A_MINUTE, timeWindow: "1 minute" } };
  const open = { config: { needs: "nobody" as const, ...limited } };
  let atOnce = 0;
  const expectTaken = () => {
    if (!accounts.taken) throw new HttpError(403, "Nobody signs in by a form here: sign in with Microsoft.");
  };

  app.get<{ Querystring: { to?: unknown } }>("/forms", open, (request, reply) => {
    expectTaken();
    if (request.person) return reply.redirect("/", 303);
    return show(request, reply, formsPage({ to: ownPath(request.query.to) }));
  });

  app.post<{ Body: Form }>("/forms", open, async (request, reply) => {
    expectTaken();
    const came = now();
    const [mail, password, to] = [
      text(request.body, "mail"),
      text(request.body, "password"),
      ownPath(text(request.body, "to")),
    ];
    const attempt = { mail, browser: browserOf(request) };
    const { locked, next, known } = await inLine(async () => {
      const begun = await tries.begin(attempt);
      return begun.locked ? { ...begun, known: undefined } : { ...begun, known: await accounts.who(mail, password) };
    });
    const again = (status: number, why: string) => show(request, reply, formsPage({ to, mail, status, why }));
    if (locked) return again(429, lockedUntil(locked, now()));
    if (!known) {
      if (next) afterAnswer(reply, lockOf(mail, next));
      return next ? again(429, lockedUntil(next, now())) : again(401, WRONG);
    }
    const browser = attempt.browser ?? randomBytes(32).toString("base64url");
    await tries.succeeded({ mail, browser });
    reply.setCookie(cookieName, browser, { ...COOKIE, secure });
    await enter(request, personOf(known), options, came);
    return reply.redirect(to, 303);
  });

  app.get("/forms/forgotten", open, (request, reply) => {
    expectTaken();
    return show(request, reply, forgottenPage(mailLink !== undefined));
  });

  app.post<{ Body: Form }>("/forms/forgotten", open, async (request, reply) => {
    expectTaken();
    if (!mailLink) throw new HttpError(409, "This console sends no mail: ask an administrator for a new link.");
    const mail = text(request.body, "mail");
    afterAnswer(reply, { kind: "link", mail, at: now().toISOString() });
    return show(request, reply, sentPage());
  });

  app.get<OfLink>("/forms/link/:token", open, async (request, reply) => {
    expectTaken();
    const { token } = request.params;
    const known = await accounts.ofLink(token);
    if (!known) throw new HttpError(404, NO_LINK);
    return show(request, reply, linkPage({ token, name: known.name }));
  });

  app.post<OfLink & { Body: Form }>("/forms/link/:token", open, async (request, reply) => {
    expectTaken();
    const { token } = request.params;
    const known = await accounts.ofLink(token);
    if (!known) throw new HttpError(404, NO_LINK);
    const set = await chosen(request, (password) => inLine(() => accounts.setByLink(token, password)));
    if (typeof set === "string") return show(request, reply, linkPage({ token, name: known.name, why: set }));
    return signedOut(request, set, () => reply.redirect("/forms", 303));
  });

  app.get("/forms/password", { config: { needs: "signed in" } }, (request, reply) => {
    expectForms(request);
    return show(request, reply, passwordPage());
  });

  app.post<{ Body: Form }>(
    "/forms/password",
    { config: { needs: "signed in", ...limited } },
    async (request, reply) => {
      const person = expectForms(request);
      const set = await chosen(request, (password) =>
        inLine(async () => {
          // Whoever sits at somebody's browser is no stranger to it: what counts here is the address.
          const attempt = { mail: person.userName, browser: undefined };
          const { locked, next } = await tries.begin(attempt);
          if (locked) throw new AccessDenied(lockedUntil(locked, now()));
          try {
            return await accounts.change(oneplanKey(person.id), text(request.body, "before"), password);
          } catch (error) {
            const isWrong = error instanceof WrongPassword;
            if (isWrong && next) afterAnswer(reply, lockOf(person.userName, next));
            // The one of now was right: it is the new one that cannot be had.
            if (!isWrong && error instanceof AccessDenied) await tries.succeeded(attempt);
            throw error;
          }
        }),
      );
      if (typeof set === "string") return show(request, reply, passwordPage(set));
      return signedOut(request, set, () => reply.redirect("/forms", 303));
    },
  );

  /** The line has an end, from however many addresses they come; who does not get into it has tried nothing. */
  async function inLine<T>(work: () => Promise<T>): Promise<T> {
    if (atOnce >= MOST_AT_ONCE) throw new HttpError(503, "Too many sign in at this moment: try again in a minute.");
    atOnce += 1;
    try {
      return await work();
    } finally {
      atOnce -= 1;
    }
  }

  function afterAnswer(reply: FastifyReply, wanted: Wanted): void {
    reply.raw.once("close", () => later.want(wanted));
  }

  function lockOf(mail: string, until: Date): Wanted {
    return { kind: "locked", mail, at: now().toISOString(), until: until.toISOString() };
  }

  /** What the browser has since somebody signed in from it; anything else than that is nothing. */
  function browserOf({ cookies }: FastifyRequest): string | undefined {
    const { [cookieName]: browser } = cookies;
    return browser !== undefined && /^[\w-]{43}$/.test(browser) ? browser : undefined;
  }

  /** Every session of before is over, that of whoever knew the old password too. */
  async function signedOut<T>(request: FastifyRequest, known: Known, then: () => T): Promise<T> {
    await sessions.endAll({ id: personOf(known).id });
    await tries.opened(known.mail ?? "");
    await request.session.regenerate();
    request.session.notice = {
      tone: "good",
      text: "Your password is set, and every browser is signed out. Sign in with it.",
    };
    return then();
  }
}

const NO_LINK =
  "This link does nothing any more: it was used, another one was made since, or its day is over. Ask for a new one.";

/** Whom it was set for; a text: why it was not. */
async function chosen(
  { body }: FastifyRequest<{ Body: Form }>,
  set: (password: string) => Promise<Known>,
): Promise<Known | string> {
  const password = text(body, "password");
  if (password !== text(body, "again")) return "The two are not the same.";
  try {
    return await set(password);
  } catch (error) {
    if (error instanceof AccessDenied) return error.message;
    throw error;
  }
}

/** Who signed in by a form, and may change what he signs in by. */
function expectForms({ person }: FastifyRequest): Person {
  if (person && person.tenant === undefined) return person;
  throw new HttpError(409, "You sign in with Microsoft: your password is there.");
}

function personOf({ oneplanId = "", name, mail = "" }: Known): Person {
  return { id: oneplanId.toLowerCase(), name, userName: mail };
}

function lockedUntil(until: Date, now: Date): string {
  const minutes = Math.ceil((until.getTime() - now.getTime()) / 60_000);
  const when =
    minutes > 48 * 60
      ? ""
      : minutes > 120
        ? ` in ${Math.ceil(minutes / 60)} hours`
        : ` in ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
  return when === ""
    ? "Too many wrong passwords were given for this mail address: it is locked until a new password is set by a link."
    : `Too many wrong passwords were given for this mail address: it is locked. Try again${when}, or have a link sent that sets a new one.`;
}

function text(form: Form, name: string): string {
  const value = form?.[name];
  return typeof value === "string" ? value : "";
}
