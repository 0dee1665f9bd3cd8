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

  /** @param database path of the SQLite file */
  constructor(database: string) {
    this.#path = `${database}-wal`;
  }

  /** Resolves when everything is on the disk that was committed before. */
  async onDisk(): Promise<void> {
    // Windows flushes only what was opened for writing.
    this.#file ??= open(this.#path, constants.O_RDWR | NO_LINK);
    await (await this.#file).datasync();
  }

  async close(): Promise<void> {
    await (await this.#file)?.close();
  }
}
