/** What the vendors' forms ask, each with a button that copies it. @packageDocumentation */
import type { Field, Sheet } from "../../contract/sheet.ts";
import { html } from "./html.ts";
import type { Page } from "./layout.ts";
import { copied, empty } from "./parts.ts";
import { command } from "../../contract/this-stack.ts";

export function sheetsPage(sheets: readonly Sheet[]): Page {
  return {
    title: "Settings sheets",
    body:
      sheets.length === 0
        ? empty("Nothing of this stack is entered into a vendor's form.")
        : html`<p class="soft">
              Secrets are shown nowhere here: the command beside each shows one, to who may read its vault.
            </p>
            ${sheets.map(
              ({ name, title, where: place, parts, further }) =>
                html`<section class="card" aria-labelledby="sheet-${name}">
                  <h2 id="sheet-${name}">${title}</h2>
                  <p class="soft">${place}</p>
                  ${parts.map(
                    (part) =>
                      html`<h3>${part.title}</h3>
                        <dl class="facts">
                          ${part.fields.map(
                            (field) =>
                              html`<dt>${field.label}</dt>
                                <dd>${value(field)}</dd>`,
                          )}
                        </dl>`,
                  )}
                  ${
                    further.length > 0 &&
                    html`<ul>
                      ${further.map((line) => html`<li>${line}</li>`)}
                    </ul>`
                  }
                </section>`,
            )}`,
  };
}

function value(field: Field) {
  if ("secret" in field)
    return copied(command("settings-sheet", "--reveal", field.secret), `the command for ${field.label}`);
  if (field.value === "") return html`<span class="soft">(empty)</span>`;
  return copied(field.value, field.label);
}
