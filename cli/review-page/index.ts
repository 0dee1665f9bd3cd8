export { renderHtml } from "./html.ts";
export { renderMarkdown } from "./markdown.ts";
export { renderText } from "./text.ts";
export { pageOf } from "./page.ts";
