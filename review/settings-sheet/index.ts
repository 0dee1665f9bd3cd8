export type { Field, Sheet } from "./form.ts";
export { renderSheets } from "./render.ts";
export { settingsSheets } from "./sheets.ts";
