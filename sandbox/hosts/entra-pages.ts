import type { EntraError } from "./entra-errors.ts";

/** What a browser is sent: elsewhere, or a page. */
export type Shown = { readonly location: string } | { readonly status: number; readonly page: string };

/** A page of the stand-in; real ones are programs. */
export function page(title: string, text: string, status = 200): Shown {
  const body = `<h1>${escaped(title)}</h1>\n<p>${escaped(text)}</p>`;
  return { status, page: `<!doctype html>\n<title>${escaped(title)}</title>\n${body}\n` };
}

/** Asks who somebody is, as Entra does: the request goes on with the name that is picked or typed. */
export function accountPage(
  query: Readonly<Record<string, string | undefined>>,
  people: readonly { readonly name: string; readonly account: string }[],
): Shown {
  const hidden = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || name === "login_hint"
      ? []
      : [`<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`],
  );
  const form = (content: string) => `<form method="get">${hidden.join("")}${content}</form>`;
  const picks = people.map(({ name, account }) =>
    form(`<button name="login_hint" value="${escaped(account)}">${escaped(name)}<br>${escaped(account)}</button>`),
  );
  const typed = form('<label>Somebody else <input name="login_hint" required></label> <button>Next</button>');
  const body = `<h1>Pick an account</h1>\n${picks.join("\n")}\n${typed}`;
  return {
    status: 200,
    page: `<!doctype html>\n<html lang="en"><title>Sign in to your account</title>\n${body}\n</html>\n`,
  };
}

/** Documented: what is wrong with the client or its redirect URI is told to the person, never to that address. */
export function errorPage(error: EntraError, now: Date): Shown {
  return page("Sorry, but we're having trouble signing you in.", error.body(now).error_description, error.status);
}

/** An address with more parameters, in its query or its fragment. */
export function withParameters(
  uri: string,
  parameters: Readonly<Record<string, string | undefined>>,
  mode: "query" | "fragment" = "query",
): Shown {
  const url = new URL(uri);
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (mode === "fragment") url.hash = new URLSearchParams(given).toString();
  else for (const [name, value] of given) url.searchParams.set(name, value);
  return { location: url.href };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
