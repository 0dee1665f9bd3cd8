/**
 * Writes `contract/permissions/published.json`: ids, names and texts of every permission of Microsoft Graph, from the
 * list that Microsoft publishes (microsoftgraph/microsoft-graph-devx-content, permissions-descriptions.json).
 *
 *     node docs/generate/permissions.ts <that file>
 *
 * @packageDocumentation
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const PUBLISHED = join(import.meta.dirname, "../../contract/permissions/published.json");

interface Permission {
  readonly id: string;
  readonly value: string;
  readonly isEnabled?: boolean;
  readonly adminConsentDisplayName: string | null;
}

/** Id -> name and text of each, by kind. Pure. @param text content of Microsoft's file */
export function publishedPermissions(text: string): string {
  // The upstream file begins with a byte order mark.
  const lists = JSON.parse(text.replace(/^\uFEFF/, "")) as Record<string, readonly Permission[]>;
  const kinds = { application: lists["applicationScopesList"], delegated: lists["delegatedScopesList"] };
  const tables = Object.entries(kinds).map(([kind, list = []]) => {
    const lines = list.map(({ id, value, adminConsentDisplayName: description }): [string, string] => [
      id,
      `${value} ${(description ?? "").replace(/\s+/g, " ").trim()}`.trim(),
    ]);
    return [kind, Object.fromEntries(lines.sort(([, one], [, other]) => (one < other ? -1 : 1)))];
  });
  return `${JSON.stringify(Object.fromEntries(tables), null, 2)}\n`;
}

async function main(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error("Give Microsoft's permissions-descriptions.json.");
  await writeFile(PUBLISHED, publishedPermissions(await readFile(file, "utf8")));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) void main(process.argv[2]);
