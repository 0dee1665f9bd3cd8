/** A review for a comment of a pull request: GitHub's Markdown, which Azure DevOps shows too. @packageDocumentation */
import type { Block, Page, Section } from "./blocks.ts";
import { spansOf } from "./spans.ts";

const MARKS = { danger: "🛑", notice: "⚠️", added: "➕", removed: "➖", plain: "" } as const;

export function renderMarkdown({ title, summary, tone, sections, footnote }: Page): string {
  const mark = tone === "plain" ? "✅ " : `${MARKS[tone]} `;
  const parts = [
    `## ${inline(title)}`,
    `${mark}**${inline(summary)}**`,
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
