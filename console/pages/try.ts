/** What would change if settings were other ones. @packageDocumentation */
import type { KnownSync } from "../work/work.ts";
import { html, lines } from "./html.ts";
import { form, type Page } from "./layout.ts";
import { empty, syncPath, syncTitle } from "./parts.ts";

/** Which integration. */
export function tryChoicePage(syncs: readonly KnownSync[]): Page {
  return {
    title: "What if",
    body:
      syncs.length === 0
        ? empty("The deployed stack syncs nothing yet.")
        : html`<p>
              A dry run with edited settings says what would change. Nothing is stored and nothing written; to have the
              settings, change those of the stack and deploy.
            </p>
            <ul class="cards">
              ${syncs.map(
                (each) =>
                  html`<li class="card">
                    <h2><a href="/try/${syncPath(each)}">${syncTitle(each)}</a></h2>
                  </li>`,
              )}
            </ul>`,
  };
}

/** @param text the settings as they are deployed, or as somebody edited them @param fault why they cannot be tried */
export function tryPage(sync: KnownSync, text: string, fault?: string): Page {
  return {
    title: `What if: ${syncTitle(sync)}`,
    status: fault === undefined ? 200 : 400,
    body: ({ csrf }) =>
      html`${fault !== undefined && html`<p class="notice bad" role="alert">${fault}</p>`}
      ${form(
        `/try/${syncPath(sync)}`,
        csrf,
        html`<p>
            <label for="settings">Settings, as they are deployed: edit what you want to try</label>
            <textarea class="settings" id="settings" name="settings" spellcheck="false" autocapitalize="off">
${lines(text)}</textarea>
          </p>
          <button class="button primary">See what would change</button>`,
      )}`,
  };
}
