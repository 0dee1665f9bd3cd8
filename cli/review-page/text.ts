/** A review for a terminal: nothing to be rendered, all of it open. @packageDocumentation */
import { table } from "../terminal/table.ts";
import type { Block, Page, Section, Tone } from "./blocks.ts";
import { spansOf } from "./spans.ts";

const MARKS: Readonly<Record<Tone, string>> = { danger: "!!", notice: "!", added: "+", removed: "-", plain: "" };

export function renderText({ title, origin, summary, tone, sections, footnote }: Page): string {
  const parts = [
    inline(title),
    marked(tone, summary),
    ...(origin === "" ? [] : [inline(origin)]),
    ...sections.map(section),
    inline(footnote),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section({ title, blocks }: Section): string {
  const lines = blocks.flatMap((each, index) => [...(index > 0 && each.kind !== "list" ? [""] : []), ...block(each)]);
  return [title, ...lines.map((line) => (line === "" ? "" : `  ${line}`))].join("\n");
}

function block(each: Block): readonly string[] {
  switch (each.kind) {
    case "heading":
      return [marked(each.tone, each.text)];
    case "list":
      return each.items.map(({ tone, text }) => marked(tone, text));
    case "table":
      return table(
        ["", ...each.columns].map((column) => ({ title: inline(column) })),
        each.rows.map(({ tone, cells }) => [MARKS[tone], ...cells.map(inline)]),
      ).map((line) => line.trimEnd());
  }
}

function marked(tone: Tone, text: string): string {
  return MARKS[tone] === "" ? inline(text) : `${MARKS[tone]} ${inline(text)}`;
}

/** Names stand in quotes: where they end is seen without a font of their own. */
function inline(text: string): string {
  return spansOf(text)
    .map((span) => (span.code ? `"${span.text}"` : span.text))
    .join("");
}
