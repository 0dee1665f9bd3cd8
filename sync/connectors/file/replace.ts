/**
 * Files that are there whole or not at all.
 *
 * @packageDocumentation
 */
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Replaces a file: who reads it, or finds it after a crash or a power cut, has the old one or the new one. A half
 * written `.<name>.new` beside it may be left, and is overwritten the next time.
 *
 * @param mode permissions of the new file
 */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const folder = dirname(path);
  const beside = join(folder, `.${basename(path)}.new`);
  const file = await open(beside, "w", mode);
  try {
    // A file that was left over has the permissions of then.
    await bestEffort(() => file.chmod(mode));
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  // The new name lies in the folder, which a power cut can lose like any other data.
  await bestEffort(async () => {
    const entries = await open(folder, "r");
    try {
      await entries.sync();
    } finally {
      await entries.close();
    }
  });
}

/** What systems and network shares say that do not have it. */
const NOT_HAD = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EACCES", "EISDIR", "EBADF", "ENOTTY"]);

/** Permissions, and syncing a folder: the file is written whole also where the system has neither. */
async function bestEffort(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!NOT_HAD.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
