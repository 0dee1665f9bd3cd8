/** A review for a comment of a pull request: GitHub's Markdown, which Azure DevOps shows too. @packageDocumentation */
import type { Block, Page, Section } from "./blocks.ts";
import { spansOf } from "./spans.ts";
import { command } from "../../contract/this-stack.ts";

const MARKS = { danger: "🛑", notice: "⚠️", added: "➕", removed: "➖", plain: "" } as const;

/** Bytes of a comment: GitHub takes 65,536 characters (documented), Azure DevOps more, and pipelines add a few. */
const MOST = 60_000;

/**
 * What is too long for a comment goes by whole parts, the least urgent first, and what is left out is said: the HTML page
 * has all of it.
 */
export function renderMarkdown(page: Page): string {
  const whole = rendered(page, []);
  if (Buffer.byteLength(whole) <= MOST) return whole;
  for (let kept = page.sections.length - 1; kept >= 1; kept--) {
    const text = rendered({ ...page, sections: page.sections.slice(0, kept) }, page.sections.slice(kept));
    if (Buffer.byteLength(text) <= MOST) return text;
  }
  const [first, ...others] = page.sections;
  return rendered({ ...page, sections: first ? [shortened(first)] : [] }, others);
}

/** Items up to the size of a comment: the first ones are the most urgent. */
function shortened({ blocks, ...rest }: Section): Section {
  const short = blocks.map((each): Block => {
    if (each.kind !== "list") return each;
    let size = 0;
    const kept = each.items.filter(({ text }) => (size += Buffer.byteLength(inline(text)) + 10) < MOST - 10_000);
    const more = { tone: "danger", text: `${each.items.length - kept.length} more: see the whole review.` } as const;
    return { ...each, items: [...kept, more] };
  });
  return { ...rest, blocks: short };
}

function rendered({ title, origin, summary, tone, sections, footnote }: Page, left: readonly Section[]): string {
  const mark = tone === "plain" ? "✅ " : `${MARKS[tone]} `;
  const pointer = `Too long for a comment: ${left.map((each) => each.title).join(", ")}. The whole review is the HTML page of this run (${command("review", "--format", "html")}).`;
  const parts = [
    `## ${inline(title)}`,
    `${mark}**${inline(summary)}**`,
    ...(origin === "" ? [] : [inline(origin)]),
    ...(left.length === 0 ? [] : [`${MARKS.notice} **${inline(pointer)}**`]),
    ...sections.map(section),
    `_${inline(footnote)}_`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function section({ title, open, blocks }: Section): string {
  const inner = blocks.map(block).join("\n\n");
  // Without the empty lines what is within is no Markdown any more.
  return `<details${open ? " open" : ""}>\n<summary><b>${escapeInTag(title)}</b></summary>\n\n${inner}\n\n</details>`;
}

function block(each: Block): string {
  switch (each.kind) {
    case "heading":
      return `#### ${marked(each.tone)}${inline(each.text)}`;
    case "list":
      return each.items.map(({ tone, text }) => `- ${marked(tone)}${inline(text)}`).join("\n");
    case "table":
      return [
        line(each.columns.map(inline)),
        line(each.columns.map(() => "---")),
        ...each.rows.map(({ tone, cells }) =>
          line(cells.map((cell, index) => (index === 0 ? marked(tone) : "") + inline(cell))),
        ),
      ].join("\n");
  }
}

function marked(tone: keyof typeof MARKS): string {
  return MARKS[tone] && `${MARKS[tone]} `;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function inline(text: string): string {
  return spansOf(text)
    .map((span) => (span.code ? `\`${inCell(span.text)}\`` : escaped(span.text)))
    .join("");
}

/** Invisible, and nothing on either side of it is one word; written so, it passes the filter of what is printed. */
const JOINER = "&#8288;";

/** A pipe would end the cell, also within code; one after a backslash cannot be escaped there. */
function inCell(code: string): string {
  return code.replace(/(\\*)\|/g, (_, before: string) => (before === "" ? "\\|" : `${before}\\u007c`));
}

/**
 * Names in findings must be neither markup nor mentions nor links: GitHub takes an @ before a letter for somebody, and
 * an address for a link, whatever it is escaped with.
 */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]<>#|~&!$]/g, "\\$&")
    .replace(/@(?=\w)/g, `@${JOINER}`)
    .replace(/:(?=\/\/)|\bwww(?=\.)/gi, `$&${JOINER}`);
}

function escapeInTag(title: string): string {
  return title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
