/**
 * `npm run docs` writes the pages that are made from the code. With --check it only names those that are stale, and
 * ends with 1 then.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as prettier from "prettier";
import { commandLinePage } from "./command-line.ts";
import { componentsPage } from "./components.ts";
import { housePage } from "./house.ts";
import { settingsPage } from "./settings.ts";
import { settingsSchema } from "./settings-schema.ts";

const DOCS = join(import.meta.dirname, "..");

const PAGES: readonly { readonly file: string; readonly content: () => string | Promise<string> }[] = [
  { file: join(DOCS, "house.md"), content: housePage },
  { file: join(DOCS, "reference", "settings.schema.json"), content: settingsSchema },
  { file: join(DOCS, "reference", "settings.md"), content: settingsPage },
  { file: join(DOCS, "reference", "command-line.md"), content: commandLinePage },
  { file: join(DOCS, "reference", "components.md"), content: componentsPage },
];

const isCheck = process.argv.includes("--check");
for (const { file, content } of PAGES) {
  const made = await prettier.format(await content(), { ...(await prettier.resolveConfig(file)), filepath: file });
  if (!isCheck) {
    writeFileSync(file, made);
  } else if (!existsSync(file) || readFileSync(file, "utf8") !== made) {
    process.stdout.write(`${relative(process.cwd(), file)} is stale: npm run docs\n`);
    process.exitCode = 1;
  }
}
