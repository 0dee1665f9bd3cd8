export type { Field, Sheet } from "./form.ts";
export { settingsSheets } from "./sheets.ts";
