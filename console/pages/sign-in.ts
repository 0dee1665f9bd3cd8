/** Coming in, going out, and not being let in. @packageDocumentation */
import type { FastifyRequest } from "fastify";
import type { AccessRequest } from "../../contract/access/requests.ts";
import { type Html, html } from "./html.ts";
import { form, type Page } from "./layout.ts";
import { type Clock, relative } from "./times.ts";

/**
 * @param to path of the page that the person wanted
 * @param takesForms people sign in by a form too
 */
export function signInPage(to: string, takesForms: boolean): Page {
  return {
    title: "Sign in",
    body: ({ tenant, stack }) =>
      html`<div class="card narrow">
        <p>This is the console of <strong>${stack}</strong>, for people of <strong>${tenant}</strong>.</p>
        <p><a class="button primary" href="/auth/start?to=${encodeURIComponent(to)}">Sign in with Microsoft</a></p>
        ${takesForms && html`<p><a class="button" href="/forms?to=${encodeURIComponent(to)}">Sign in by mail address</a></p>`}
      </div>`,
  };
}

export function signedOutPage(): Page {
  return {
    title: "Signed out",
    body: html`<div class="card narrow">
      <p>You are signed out of this console. You may still be signed in to Microsoft in this browser.</p>
      <p><a class="button" href="/sign-in">Sign in again</a></p>
    </div>`,
  };
}

export function accountPage({ person, role, session }: Pick<FastifyRequest, "person" | "role" | "session">): Page {
  return {
    title: "You",
    body: ({ csrf, clock }) =>
      html`<div class="card">
        <dl class="facts">
          <dt>Name</dt>
          <dd>${person?.name}</dd>
          <dt>Account</dt>
          <dd>${person?.userName}</dd>
          <dt>${person?.tenant === undefined ? "Id in OnePlan" : "Object id"}</dt>
          <dd><code>${person?.id}</code></dd>
          <dt>Role</dt>
          <dd>${role ?? "none"}</dd>
          <dt>Signed in</dt>
          <dd>${session.signedIn && relative(session.signedIn.since, clock)}</dd>
        </dl>
        <div class="actions">
          ${person?.tenant === undefined && html`<a class="button" href="/forms/password">Change your password</a>`}
          ${form("/auth/sign-out", csrf, html`<button class="button">Sign out</button>`)}
          ${form("/auth/sign-out-everywhere", csrf, html`<button class="button">Sign out in every browser</button>`)}
        </div>
      </div>`,
  };
}

/**
 * @param denied what was decided at the sign-in; undefined: access was taken away since
 * @param asked the newest request of that person
 */
export function noAccessPage(
  denied: { readonly why: string; readonly mayRequest: boolean } | undefined,
  asked: AccessRequest | undefined,
): Page {
  const isAsked = asked?.state === "open";
  return {
    status: 403,
    title: "No access",
    body: ({ csrf, clock }) =>
      html`<div class="card narrow">
        <p>You are signed in, and you have no access to this console: ${denied?.why ?? "it was taken away"}.</p>
        ${asked && whatBecame(asked, clock)}
        ${
          denied?.mayRequest &&
          !isAsked &&
          form(
            "/access/request",
            csrf,
            html`<p>
                <label for="why">Why do you need it?</label
                ><textarea id="why" name="why" rows="3" maxlength="500" required></textarea>
              </p>
              <p class="soft">Every administrator of this console is told who asks, and why.</p>
              <button class="button primary">Ask for access</button>`,
          )
        }
        <p><a href="/account">Who am I here?</a></p>
      </div>`,
  };
}

function whatBecame({ state, why, asked, expires, decided }: AccessRequest, clock: Clock): Html | false {
  if (state === "open")
    return html`<p>
        You asked ${relative(asked, clock)}: “${why}” An administrator decides; without a decision the request ends
        ${relative(expires, clock)}.
      </p>
      <p><a class="button" href="/">Look whether it was decided</a></p>`;
  if (state === "expired")
    return html`<p>You asked ${relative(asked, clock)}, and nobody decided in time: ask again.</p>`;
  return (
    state === "denied" &&
    html`<p>
      What you asked for ${relative(asked, clock)} was
      denied${decided?.why !== undefined && decided.why !== "" && html`: “${decided.why}”`}.
    </p>`
  );
}

/** @param why sentence */
export function errorPage(status: number, why: string): Page {
  const titles: Readonly<Record<number, string>> = {
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    409: "Not done",
    421: "Another address",
    429: "Too often",
    503: "Not now",
  };
  return {
    status,
    title: titles[status] ?? (status >= 500 ? "Something went wrong" : "That did not work"),
    body: html`<div class="card narrow">
      <p>${why}</p>
      ${status === 503 && html`<p>Nothing was changed. Go back and do it again then: what was typed is there still. Pages can be read meanwhile; a sign-in is begun again.</p>`}
      <p><a class="button" href="/">To the overview</a></p>
    </div>`,
  };
}
