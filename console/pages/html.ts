/**
 * HTML from data. What stands in a template is ours; every value in it is text, escaped and with nothing in it that
 * acts (a mark of writing direction, a control character), unless it is HTML that came from here.
 *
 * @packageDocumentation
 */
import escapeHtml from "escape-html";
import { printable } from "../../contract/text/printable.ts";

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template; `undefined`, `null` and `false` are nothing. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  let text = parts[0] ?? "";
  values.forEach((value, index) => (text += rendered(value) + (parts[index + 1] ?? "")));
  return new Html(text);
}

/** A text of several lines, each of which is read and does nothing. */
export function lines(text: string): Html {
  return new Html(
    text
      .split(/\r?\n/)
      .map((line) => escapeHtml(printable(line)))
      .join("\n"),
  );
}

/** One after another, with something between them. */
export function joined(parts: readonly Part[], between: Part = ""): Html {
  return new Html(parts.map(rendered).join(rendered(between)));
}

function rendered(value: Part): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string") return escapeHtml(printable(value));
  return typeof value === "number" ? String(value) : value.map(rendered).join("");
}
