export { renderHtml } from "./html.ts";
export { renderMarkdown } from "./markdown.ts";
export { type Page, pageOf } from "./page.ts";
