/** Signing in by mail address and password, and setting one. @packageDocumentation */
import { SHORTEST } from "../../contract/access/passwords.ts";
import { type Html, html } from "./html.ts";
import { form, type Page } from "./layout.ts";

/** @param asked `why`: sentence of why it did not work the last time */
export function formsPage({
  to,
  mail = "",
  status = 200,
  why,
}: {
  readonly to: string;
  readonly mail?: string;
  readonly status?: number;
  readonly why?: string;
}): Page {
  return {
    title: "Sign in by mail address",
    status,
    hasForm: true,
    body: ({ csrf, stack }) =>
      html`<div class="card narrow">
        <p>For people of <strong>${stack}</strong> who have an account of this console.</p>
        ${wrong(why)}
        ${form(
          "/forms",
          csrf,
          html`<input type="hidden" name="to" value="${to}" />
            <p>
              <label for="mail">Mail address</label
              ><input id="mail" name="mail" type="email" value="${mail}" autocomplete="username" required />
            </p>
            <p>
              <label for="password">Password</label
              ><input id="password" name="password" type="password" autocomplete="current-password" required />
            </p>
            <button class="button primary">Sign in</button>`,
        )}
        <p><a href="/forms/forgotten">Password forgotten?</a></p>
        <p><a href="/sign-in?to=${encodeURIComponent(to)}">Sign in with Microsoft instead</a></p>
      </div>`,
  };
}

/** @param sends whether the console mails links */
export function forgottenPage(sends: boolean): Page {
  return {
    title: "Password forgotten",
    hasForm: true,
    body: ({ csrf }) =>
      html`<div class="card narrow">
        ${
          sends
            ? form(
                "/forms/forgotten",
                csrf,
                html`<p>A link is mailed to you that sets a new password. It works once, for a day.</p>
                  <p>
                    <label for="mail">Mail address</label
                    ><input id="mail" name="mail" type="email" autocomplete="username" required />
                  </p>
                  <button class="button primary">Send the link</button>`,
              )
            : html`<p>This console sends no mail: ask an administrator for a link that sets a new password.</p>`
        }
        <p><a href="/forms">Back to signing in</a></p>
      </div>`,
  };
}

export function sentPage(): Page {
  return {
    title: "Look into your mail",
    body: html`<div class="card narrow">
      <p>
        If that address has an account here, a link that sets a new password is on its way. It works once, for a day.
      </p>
      <p>
        While a run is at work it can take until that has ended. Nothing comes? Wait five minutes before you ask again,
        or ask an administrator.
      </p>
      <p><a class="button" href="/forms">Back to signing in</a></p>
    </div>`,
  };
}

export function linkPage({
  token,
  name,
  why,
}: {
  readonly token: string;
  readonly name: string;
  readonly why?: string;
}): Page {
  return {
    title: "Set your password",
    status: why === undefined ? 200 : 400,
    hasForm: true,
    body: ({ csrf }) =>
      html`<div class="card narrow">
        <p>Hello ${name}. You sign in with it and your mail address.</p>
        ${wrong(why)}
        ${form(`/forms/link/${encodeURIComponent(token)}`, csrf, newPassword(), html`<button class="button primary">Set the password</button>`)}
      </div>`,
  };
}

export function passwordPage(why?: string): Page {
  return {
    title: "Change your password",
    status: why === undefined ? 200 : 400,
    body: ({ csrf }) =>
      html`<div class="card narrow">
        ${wrong(why)}
        ${form(
          "/forms/password",
          csrf,
          html`<p>
            <label for="before">Password of now</label
            ><input id="before" name="before" type="password" autocomplete="current-password" required />
          </p>`,
          newPassword(),
          html`<button class="button primary">Change it, and sign out everywhere</button>`,
        )}
        <p><a href="/account">Back</a></p>
      </div>`,
  };
}

function newPassword(): Html {
  return html`<p class="soft" id="rule">
      ${SHORTEST} characters or more, whichever they are; several words are easy to keep in mind. A password manager may
      make and paste it.
    </p>
    <p>
      <label for="password">New password</label
      ><input
        id="password"
        name="password"
        type="password"
        autocomplete="new-password"
        minlength="${SHORTEST}"
        aria-describedby="rule"
        required
      />
    </p>
    <p>
      <label for="again">The same again</label
      ><input id="again" name="again" type="password" autocomplete="new-password" required />
    </p>`;
}

function wrong(why: string | undefined): Html | false {
  return why !== undefined && html`<p class="notice bad" role="alert">${why}</p>`;
}
