import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { NO_LINK } from "../../local/links.ts";

/**
 * The log beside a SQLite file that every transaction goes to. SQLite is told not to wait for the disk, and the process
 * goes on while this does: what was committed is on the disk once {@link onDisk} has resolved.
 *
 * SQLite keeps the file for as long as a connection is open, and itself waits for the disk before it moves anything from
 * it into the database (https://www.sqlite.org/pragma.html#pragma_synchronous, NORMAL).
 */
export class WriteAheadLog {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #failed: { readonly error: unknown } | undefined;

  /** @param database path of the SQLite file */
  constructor(database: string) {
    this.#path = `${database}-wal`;
  }

  /**
   * Resolves when everything is on the disk that was committed before.
   *
   * @throws what the file system said, and the same from then on: a system that could not write a page says of the next
   *   try that all is well, and what follows a gap in the log is lost with it
   */
  async onDisk(): Promise<void> {
    try {
      // Windows flushes only what was opened for writing.
      this.#file ??= open(this.#path, constants.O_RDWR | NO_LINK);
      await (await this.#file).datasync();
    } catch (error) {
      this.#failed ??= { error };
    }
    if (this.#failed) throw this.#failed.error;
  }

  async close(): Promise<void> {
    // That it could not be opened was told to whoever waited for it.
    const file = await this.#file?.catch(() => undefined);
    await file?.close();
  }
}
