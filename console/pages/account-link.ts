/** A link that sets a password, for whoever hands it over. @packageDocumentation */
import type { Offered } from "../../sync/access/index.ts";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import { relative } from "./times.ts";

/** @param why sentence of why it is not mailed */
export function accountLinkPage({ person, until }: Pick<Offered, "person" | "until">, link: string, why: string): Page {
  return {
    title: `Link for ${person.name}`,
    body: ({ clock }) =>
      html`<div class="card narrow">
        <p>${why}</p>
        <p>
          Hand this link to <strong>${person.name}</strong> in a way that reaches nobody else: whoever opens it sets the
          password. It works once, ends ${relative(until, clock)}, and is not shown again.
        </p>
        <p><label for="link">Link</label><input id="link" readonly value="${link}" /></p>
        <p><button class="button copy" type="button" hidden data-copy="${link}" aria-label="Copy link">Copy</button></p>
        <p><a class="button" href="/people">Back to the people</a></p>
      </div>`,
  };
}
