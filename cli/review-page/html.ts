/** A review as one HTML file that needs nothing else: no script, no font, no image from anywhere. @packageDocumentation */
import escapeHtml from "escape-html";
import type { Block, Page, Row, Section } from "./blocks.ts";
import { spansOf } from "./spans.ts";
import { style } from "./style.ts";

export function renderHtml(page: Page): string {
  const { title, origin, summary, tone, sections, footnote } = page;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title.replaceAll("`", ""))}</title>
<style>${style}</style>
</head>
<body>
<header class="${tone}">
<h1>${inline(title)}</h1>
<p>${inline(summary)}</p>
${origin === "" ? "" : `<p class="origin">${inline(origin)}</p>\n`}</header>
<main>
${sections.map(section).join("\n")}
</main>
<footer>${inline(footnote)}</footer>
</body>
</html>
`;
}

function section({ title, tone, open, blocks }: Section): string {
  return `<details class="${tone}"${open ? " open" : ""}>
<summary><h2>${inline(title)}</h2></summary>
${blocks.map(block).join("\n")}
</details>`;
}

function block(each: Block): string {
  switch (each.kind) {
    case "heading":
      return `<h3 class="${each.tone}">${inline(each.text)}</h3>`;
    case "list":
      return `<ul>${each.items.map(({ tone, text }) => `<li class="${tone}">${inline(text)}</li>`).join("")}</ul>`;
    case "table":
      return `<div class="table"><table>
<thead><tr>${each.columns.map(head).join("")}</tr></thead>
<tbody>
${each.rows.map((cells) => row(cells, each.columns)).join("\n")}
</tbody>
</table></div>`;
  }
}

/** A column of marks alone has no name. */
function head(column: string): string {
  return column === "" ? "<td></td>" : `<th scope="col">${inline(column)}</th>`;
}

/** On a narrow screen the cells stand below each other, each with the name of its column. */
function row({ tone, cells }: Row, columns: readonly string[]): string {
  const data = cells.map((cell, index) => {
    if (cell === "") return '<td class="empty"></td>';
    const column = columns[index] ?? "";
    return `<td${column === "" ? "" : ` data-column="${escapeHtml(column)}"`}>${inline(cell)}</td>`;
  });
  return `<tr class="${tone}">${data.join("")}</tr>`;
}

function inline(text: string): string {
  return spansOf(text)
    .map((span) => (span.code ? `<code>${escapeHtml(span.text)}</code>` : tiers(escapeHtml(span.text))))
    .join("");
}

/** A tier is a label: seen before it is read. */
function tiers(html: string): string {
  return html.replace(/\btier ([012])\b/g, '<span class="tier tier$1">tier $1</span>');
}
