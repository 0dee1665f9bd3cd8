/**
 * Files that are there whole or not at all.
 *
 * @packageDocumentation
 */
import { constants } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Replaces a file: who reads it, or finds it after a crash or a power cut, has the old one or the new one. A half
 * written `.<name>.new` beside it may be left, and is replaced the next time. No link is followed.
 *
 * @param mode permissions of the new file
 */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const folder = dirname(path);
  const beside = join(folder, `.${basename(path)}.new`);
  const file = await opened(beside, mode);
  try {
    // Whatever the mask of this process takes away.
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

/** A new file of that name; what is there of the same name, a file or a link, goes. */
async function opened(path: string, mode: number): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    return await open(path, flags, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await unlink(path);
    return open(path, flags, mode);
  }
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
