export { renderHtml } from "./html.ts";
export { renderMarkdown } from "./markdown.ts";
export type { Page } from "./blocks.ts";
export { pageOf } from "./page.ts";
