/**
 * `npm run docs` writes the pages that are made from the code. With --check it only names those that are stale, and
 * ends with 1 then.
 *
 * @packageDocumentation
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { housePage } from "./house.ts";

const DOCS = join(import.meta.dirname, "..");

const PAGES: readonly { readonly file: string; readonly content: () => string | Promise<string> }[] = [
  { file: join(DOCS, "house.md"), content: housePage },
];

const isCheck = process.argv.includes("--check");
for (const { file, content } of PAGES) {
  const made = await content();
  if (!isCheck) {
    writeFileSync(file, made);
  } else if (readFileSync(file, "utf8") !== made) {
    process.stdout.write(`${relative(process.cwd(), file)} is stale: npm run docs\n`);
    process.exitCode = 1;
  }
}
