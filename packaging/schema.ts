/**
 * `npm run schema`: what the components look like to programs in other languages, read from their types by Pulumi's own
 * analyzer. The provider in components/plugin answers with it, since a package has no TypeScript to read.
 *
 * @packageDocumentation
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import * as components from "../components/index.ts";

const root = join(import.meta.dirname, "..");
export const schemaFile = join(root, "components", "plugin", "schema.json");

export function componentsSchema(): string {
  const { version, description } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  const names = new Set(Object.keys(components));
  const analyzer = new Analyzer(
    join(root, "components"),
    "tenantwire",
    { name: "tenantwire", main: "index.ts" },
    names,
  );
  const { components: found, typeDefinitions, dependencies } = analyzer.analyze();
  const schema = generateSchema("tenantwire", version ?? "", description ?? "", found, typeDefinitions, dependencies);
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(schemaFile, componentsSchema());
