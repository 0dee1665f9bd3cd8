/**
 * Paths that lead where they say. Who may write into a folder can leave a link there in place of a file, or of the
 * temporary file beside it, and what is read or written goes elsewhere.
 *
 * @packageDocumentation
 */
import { constants, lstatSync, type Stats } from "node:fs";
import { dirname, resolve } from "node:path";
import { TenantwireError } from "../../contract/errors.ts";

/** Flags of `open` that follow no link, and do not wait for whoever writes into a pipe; 0 on systems without them. */
export const NO_LINK = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * @throws TenantwireError where the path, or its folder, is a symbolic link, or a folder above it is one of another
 *   user's (root's are the system's)
 */
export function checkNoLinks(path: string): void {
  const whole = resolve(path);
  const folder = dirname(whole);
  for (const place of [whole, folder]) {
    if (linkAt(place)) throw linkError(whole, place);
  }
  for (let above = dirname(folder), below = folder; above !== below; below = above, above = dirname(above)) {
    const link = linkAt(above);
    if (link && !isTrusted(link)) throw linkError(whole, above);
  }
}

function linkAt(path: string): Stats | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? found : undefined;
}

function isTrusted({ uid }: Stats): boolean {
  return uid === 0 || uid === process.getuid?.();
}

function linkError(path: string, link: string): TenantwireError {
  const what = link === path ? `${path} is a symbolic link` : `${path} is behind the symbolic link ${link}`;
  return new TenantwireError(
    `${what}: what is kept there would be somewhere else. If that is meant, write the path that it leads to; if not, somebody planted it.`,
  );
}
