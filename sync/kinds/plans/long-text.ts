/**
 * Long texts of work items and plans: compared by what a reader sees, and written in the format that a field has.
 *
 * Azure DevOps keeps HTML or Markdown by field, rewrites addresses of pictures, and tidies what it is given; a text that is
 * compared letter by letter would come back as a change in every run, on both sides, without end.
 *
 * @packageDocumentation
 */
import { strikethrough } from "@joplin/turndown-plugin-gfm";
import escapeHtml from "escape-html";
import { Marked, Tokenizer } from "marked";
import { attachmentOf } from "../../connectors/azure-devops/index.ts";
import TurndownService from "turndown";
import { tablesAsMarkdown } from "./long-text-tables.ts";

export type TextFormat = "Html" | "Markdown";

export interface LongText {
  readonly text: string;
  readonly format: TextFormat;
}

/**
 * The one form of a text, whatever wrote it: headings, lists, tables, emphasis, code and links as Markdown; without
 * styles, classes, empty lines and kinds of blanks. A picture that lies in Azure DevOps is known by its id, somebody who is
 * mentioned by theirs, since addresses and names change without anybody changing the text.
 */
export function canonicalText({ text, format }: LongText): string {
  const html = format === "Html" ? text : htmlOf(text);
  // Once more: what was typed as Markdown into a page is text there, and a text may be written in several ways.
  let form = turned(canonical, htmlOf(turned(canonical, html)));
  if (!SETTLES_LATER.test(form)) return form;
  for (let pass = 1; pass < MOST_PASSES; pass += 1) {
    const next = turned(canonical, htmlOf(form));
    if (next === form) break;
    form = next;
  }
  return form;
}

/** Empty lines between items of lists spread outwards by one list each time, and what is linked by itself to its end. */
const SETTLES_LATER = /^[ >]*(?:-|\d+\.) |www\./m;
const MOST_PASSES = 10;

/**
 * The text in the format that a field has; the very same where it has that format already. Pictures and mentions stay what
 * they are. HTML that stands in Markdown becomes text: nobody who writes Markdown puts a script into a page.
 */
export function inFormat(given: LongText, format: TextFormat): string {
  if (given.format === format) return given.text;
  return format === "Html" ? htmlOf(given.text).trim() : turned(plain, given.text);
}

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const MENTION = new RegExp(`^@<(${GUID})>`, "i");
const ADDRESS = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}*_]/g;

/** Nobody reads what is nested deeper, and who reads it element within element comes to an end. */
const DEEPEST = 100;
/** Characters of a text that are looked through for ends of emphasis which are not there: a tenth of a second or two. */
const MOST_IN_VAIN = 10_000_000;

/**
 * Emphasis within emphasis is read anew at each depth, and for an end that is not there the rest of a paragraph is looked
 * through each time: a few thousand signs take seconds or the whole stack. What is nested too deeply for anybody to read is
 * text, and so are the signs that are left when enough was looked for in vain.
 */
class BoundedTokenizer extends Tokenizer {
  #depth = 0;
  #left = MOST_IN_VAIN;

  /** Another text begins. */
  begin(): void {
    this.#left = MOST_IN_VAIN;
  }

  override emStrong(...given: Parameters<Tokenizer["emStrong"]>): ReturnType<Tokenizer["emStrong"]> {
    return this.#within(given[0], () => super.emStrong(...given));
  }

  override del(...given: Parameters<Tokenizer["del"]>): ReturnType<Tokenizer["del"]> {
    return this.#within(given[0], () => super.del(...given));
  }

  #within<T>(source: string, read: () => T | undefined): T | undefined {
    if (!/^[*_~]/.test(source) || this.#depth === DEEPEST || this.#left < 0) return undefined;
    this.#depth += 1;
    try {
      const found = read();
      if (found === undefined) this.#left -= source.length;
      return found;
    } finally {
      this.#depth -= 1;
    }
  }
}

/** `@<id>` is how Markdown of Azure DevOps mentions somebody, a link with the id in it how its HTML does. */
const markdown = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => (/^<br\s*\/?>$/i.test(text.trim()) ? "<br>" : escapeHtml(text)),
    // `false` is the usual way.
    link: ({ href, raw }) => (leadsSomewhere(href) ? false : escapeHtml(raw)),
    image: ({ href, raw }) => (leadsSomewhere(href) ? false : escapeHtml(raw)),
  },
  extensions: [
    {
      name: "mention",
      level: "inline",
      start: (source) => source.indexOf("@<"),
      tokenizer(source) {
        const [raw, id] = MENTION.exec(source) ?? [];
        return raw === undefined ? undefined : { type: "mention", raw, id: id?.toLowerCase() };
      },
      renderer: ({ id }) => `<a href="#" data-vss-mention="version:2.0,${id as string}">@${id as string}</a>`,
    },
  ],
});

// Of a tokenizer among the extensions only methods of the object itself would count.
const tokenizer = new BoundedTokenizer();
markdown.setOptions({ tokenizer });

/** Addresses of pages, mail and files; anything else may act where it is shown. */
function leadsSomewhere(address: string): boolean {
  const [, scheme] = /^\s*([a-z][\w+.-]*):/i.exec(address) ?? [];
  return scheme === undefined || ["http", "https", "mailto", "tel", "attachment"].includes(scheme.toLowerCase());
}

const canonical = turndown({ picturesById: true });
const plain = turndown({ picturesById: false });

/** Elements that hold nothing, or whose end need not be written. */
const FLAT =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|d[td]|t[dhr]|t(?:head|body|foot)|option)$/i;
const TAG = /<(\/?)([a-z][a-z\d:-]*)[^>]*>/gi;
/** Quotes and lists within each other. */
const DEEP_LINE = new RegExp(`^(?:[ \\t>]|[-*+](?=[ \\t])|\\d{1,9}[.)](?=[ \\t])){${2 * DEEPEST},}`, "gm");

function htmlOf(text: string): string {
  tokenizer.begin();
  return markdown.parse(text.replace(DEEP_LINE, ""), { async: false });
}

/** A page, without its elements where they are nested too deeply for anybody to read. */
function shallow(html: string): string {
  let depth = 0;
  for (const [, end, name = ""] of html.matchAll(TAG)) {
    if (FLAT.test(name)) continue;
    depth = end === "" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > DEEPEST) return html.replace(TAG, " ");
  }
  return html;
}

function turned(service: TurndownService, html: string): string {
  // Blanks that do not break are blanks; what is no character at all is nothing.
  const visible = shallow(html)
    .replace(/&nbsp;|&#160;|&#xa0;|\u00a0/gi, " ")
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, "");
  return service
    .turndown(visible)
    .replace(/[ \t]+$/gm, (blanks) => (blanks.length > 1 ? "  " : ""))
    .replace(/^[ \t]*\n/gm, "\n")
    .replace(/ {2}\n(?=\n)/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function turndown({ picturesById }: { picturesById: boolean }): TurndownService {
  const service = new TurndownService({
    headingStyle: "atx",
    bulletListMarker: "-",
    codeBlockStyle: "fenced",
    emDelimiter: "*",
    hr: "---",
  });
  service.use([strikethrough, tablesAsMarkdown]);
  const escape = service.escape.bind(service);
  service.escape = (text) =>
    escapedAround(text, (part) =>
      escape(part)
        .replace(/^\\~~~/, "~~~")
        .replace(/[<&~]/g, "\\$&"),
    );
  service.addRule("mention", {
    filter: (node: Element) => node.nodeName === "A" && node.getAttribute("data-vss-mention") !== null,
    replacement: (content: string, node: Element) => {
      const id = new RegExp(GUID, "i").exec(node.getAttribute("data-vss-mention") ?? "")?.[0];
      return id === undefined ? content : `@<${id.toLowerCase()}>`;
    },
  });
  service.addRule("address", {
    filter: (node: Element) => {
      const address = node.nodeName === "A" ? (node.getAttribute("href") ?? "") : "";
      return address !== "" && node.textContent?.trim() === address && node.getAttribute("data-vss-mention") === null;
    },
    replacement: (_content: string, node: Element) => `<${node.getAttribute("href") ?? ""}>`,
  });
  if (picturesById) {
    service.addRule("picture", {
      filter: (node: Element) => node.nodeName === "IMG" && attachmentIn(node) !== undefined,
      replacement: (_content: string, node: Element) => `![](attachment:${attachmentIn(node) ?? ""})`,
    });
  }
  return service;
}

/** Of a page's element what is looked at here. */
interface Element {
  readonly nodeName: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

function attachmentIn(node: Element): string | undefined {
  const source = node.getAttribute("src") ?? "";
  return (attachmentOf(source) ?? new RegExp(`^attachment:(${GUID})$`, "i").exec(source)?.[1])?.toLowerCase();
}

/** Addresses in a text are links, and nothing in them is escaped. */
function escapedAround(text: string, escape: (part: string) => string): string {
  let result = "";
  let at = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    result += `${escape(text.slice(at, index))}<${address}>`;
    at = index + address.length;
  }
  return result + escape(text.slice(at));
}
