import { replaceFile } from "../sync/connectors/file/replace.ts";
import { checkNoLinks } from "../sync/local/links.ts";

/**
 * Writes a file that somebody named: whole or not at all, and not where a link leads.
 *
 * @throws TenantwireError for a link
 */
export async function writeWhole(path: string, content: string): Promise<void> {
  checkNoLinks(path);
  await replaceFile(path, content, 0o644);
}
