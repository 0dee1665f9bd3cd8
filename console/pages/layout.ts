/** What surrounds every page. @packageDocumentation */
import type { Section } from "../sections.ts";
import { type Html, html, type Part } from "./html.ts";
import { type Clock, time } from "./times.ts";

export interface Page {
  readonly title: string;
  readonly body: Html | ((frame: Frame) => Html);
  /** What is shown was so then; default: when it is shown. */
  readonly asOf?: Date | undefined;
  /** It has a form though nobody is signed in. */
  readonly hasForm?: true;
  /** Status of the answer; default 200. */
  readonly status?: number;
}

export interface Frame {
  readonly stack: string;
  readonly tenant: string;
  readonly clock: Clock;
  /** Of the page itself. */
  readonly path: string;
  readonly sections: readonly Section[];
  readonly person?: { readonly name: string; readonly role?: string };
  /** For the forms of the page; absent where nobody is signed in and the page says of no form. */
  readonly csrf?: string;
  readonly notice?: { readonly tone: "good" | "bad"; readonly text: string };
}

export function layout(page: Page, frame: Frame): string {
  const { title, body, asOf } = page;
  const { stack, tenant, clock, person, notice } = frame;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${stack}</title>
        <link rel="stylesheet" href="/static/console.css" />
        <link rel="icon" href="/static/icon.svg" type="image/svg+xml" />
        <script src="/static/console.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="bar">
          ${frame.sections.length > 0 && html`<button class="menu-button" popovertarget="menu">Menu</button>`}
          <p class="brand"><a href="/">tenantwire</a> <span class="soft">${tenant}</span></p>
          ${person && html`<a class="me" href="/account">${person.name}${person.role !== undefined && html` <span class="soft">${person.role}</span>`}</a>`}
        </header>
        <div class="${frame.sections.length > 0 ? "with-menu" : "without-menu"}">
          ${frame.sections.length > 0 && navigation(frame)}
          <main id="content" tabindex="-1">
            <div class="title">
              <h1>${title}</h1>
              <p class="as-of">True at ${time(asOf ?? clock.now, clock)}</p>
            </div>
            ${notice && html`<p class="notice ${notice.tone}" role="status">${notice.text}</p>`}
            ${typeof body === "function" ? body(frame) : body}
          </main>
        </div>
      </body>
    </html> `.text;
}

function navigation({ sections, path }: Frame): Html {
  const isHere = (at: string) => (at === "/" ? path === "/" : path === at || path.startsWith(`${at}/`));
  return html`<nav id="menu" popover aria-label="Pages">
    <ul>
      ${sections.map(({ path: at, title }) => html`<li><a href="${at}" ${isHere(at) && html` aria-current="page"`}>${title}</a></li> `)}
    </ul>
  </nav>`;
}

/** A form that changes something: only one of our own pages has what it is sent with. */
export function form(action: string, csrf: string | undefined, ...content: readonly Part[]): Html {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="_csrf" value="${csrf ?? ""}" />${content}
  </form>`;
}
