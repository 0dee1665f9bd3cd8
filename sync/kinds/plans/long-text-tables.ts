/**
 * Tables of pages as tables of Markdown. Styles are no part of a text, and what no table of Markdown can hold, as lists, comes
 * as lines of its cell. A page may have thousands of rows: nothing looks at the whole table for each of its cells.
 *
 * @packageDocumentation
 */
import type TurndownService from "turndown";

/** Of a page's element what is looked at here. */
interface Element {
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly parentNode: Element | null;
  getAttribute(name: string): string | null;
  getElementsByTagName(name: string): { readonly length: number; readonly [at: number]: Element | undefined };
}

export function tablesAsMarkdown(service: TurndownService): void {
  const layouts = new WeakMap<Element, boolean>();
  /** What has a table in it, or one cell alone, holds things in place, and is no table. */
  const isLayout = (table: Element | undefined): boolean => {
    if (table === undefined) return true;
    const known = layouts.get(table);
    if (known !== undefined) return known;
    const count = (name: string) => table.getElementsByTagName(name).length;
    const layout = count("table") > 0 || count("td") + count("th") <= 1;
    layouts.set(table, layout);
    return layout;
  };
  service.addRule("tableCell", {
    filter: ["th", "td"],
    replacement: (content, node) => {
      const cell = elementIn(node);
      if (isLayout(tableOf(cell))) return `\n\n${content}\n\n`;
      const text = content.trim().replace(/ *\n+/g, "<br>").replace(/\|/g, "\\|");
      return ` ${text} |${" |".repeat(spanOf(cell) - 1)}`;
    },
  });
  service.addRule("tableRow", {
    filter: "tr",
    replacement: (content, node) => (isLayout(tableOf(elementIn(node))) ? content : `\n|${content}`),
  });
  service.addRule("tableSection", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("tableCaption", {
    filter: ["caption"],
    replacement: (content, node) => (isLayout(tableOf(elementIn(node))) ? content : `\n${content.trim()}`),
  });
  service.addRule("table", {
    filter: "table",
    replacement: (content, node) => {
      const table = elementIn(node);
      if (isLayout(table)) return `\n\n${content}\n\n`;
      const lines = content.split("\n").filter((line) => line !== "");
      const rows = lines.filter((line) => line.startsWith("|"));
      const columns = Math.max(...rows.map((row) => (row.match(/(?<!\\)\|/g) ?? []).length - 1));
      const [first = "", ...others] = hasHeading(table) ? rows : [`|${"  |".repeat(columns)}`, ...rows];
      const caption = lines.filter((line) => !line.startsWith("|"));
      return `\n\n${[...caption, ...(caption.length > 0 ? [""] : []), first, `|${" --- |".repeat(columns)}`, ...others].join("\n")}\n\n`;
    },
  });
}

/** The types of the library are of a browser, which is not here. */
function elementIn(node: unknown): Element {
  return node as Element;
}

function tableOf(element: Element): Element | undefined {
  let above = element.parentNode;
  while (above && above.nodeName !== "TABLE") above = above.parentNode;
  return above ?? undefined;
}

/** Whether its first row names the columns. */
function hasHeading(table: Element): boolean {
  const row = table.getElementsByTagName("tr")[0];
  if (row === undefined) return false;
  return row.parentNode?.nodeName === "THEAD" || row.getElementsByTagName("td").length === 0;
}

const MOST_COLUMNS = 100;

function spanOf(cell: Element): number {
  const span = Number(cell.getAttribute("colspan") ?? 1);
  return Number.isInteger(span) && span > 1 ? Math.min(span, MOST_COLUMNS) : 1;
}
