/**
 * Writes that are in the blob before they are believed: each is a line of the log behind the file, and is applied to
 * the working copy once the blob has it. Writes that are asked for while one is on its way travel together.
 *
 * @packageDocumentation
 */
import { open, rm } from "node:fs/promises";
import { copySqliteState } from "../sqlite/store.ts";
import type { State } from "../session.ts";
import type { LeasedBlob } from "./leased-blob.ts";
import { encodeLog, type LogEntry } from "./log.ts";

/** Pieces of the log until the file is uploaded anew: every commit names all pieces, and a next run reads them all. */
export const MAX_LOG_PIECES = 300;
const PIECE_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly entry: LogEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class WriteAhead {
  readonly #blob: LeasedBlob;
  readonly #copy: State;
  readonly #file: string;
  /** Pieces of the blob: the file as of the last upload, and the log since. */
  #uploaded: readonly string[] | undefined;
  #log: string[] = [];
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #failed: { readonly error: unknown } | undefined;

  /**
   * @param copy state in the working copy
   * @param file path of the working copy
   */
  constructor(blob: LeasedBlob, copy: State, file: string) {
    this.#blob = blob;
    this.#copy = copy;
    this.#file = file;
  }

  /** Resolves when the blob has it. After a failure everything is refused with it: the blob may have it, or not. */
  async append(entry: LogEntry): Promise<void> {
    if (this.#failed) throw this.#failed.error;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Uploads the file, with the log in it, if anything was written. */
  async finish(): Promise<void> {
    await this.#working;
    if (this.#failed || this.#log.length === 0) return;
    await this.#upload();
    await this.#blob.commit(this.#uploaded ?? []);
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        if (this.#failed) throw this.#failed.error;
        await this.#store(group.map(({ entry }) => entry));
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failed ??= { error };
        for (const { reject } of group) reject(error);
      }
    }
    this.#working = undefined;
  }

  async #store(entries: readonly LogEntry[]): Promise<void> {
    if (this.#uploaded === undefined || this.#log.length >= MAX_LOG_PIECES) await this.#upload();
    this.#log.push(await this.#blob.stage(encodeLog(entries)));
    await this.#blob.commit([...(this.#uploaded ?? []), ...this.#log]);
    await apply(this.#copy, entries);
  }

  /** Nobody writes to the working copy meanwhile: writes come here one after another. */
  async #upload(): Promise<void> {
    const snapshot = `${this.#file}.upload`;
    copySqliteState(this.#file, snapshot);
    const file = await open(snapshot);
    try {
      const pieces: string[] = [];
      const piece = Buffer.alloc(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
        if (bytesRead === 0) break;
        pieces.push(await this.#blob.stage(piece.subarray(0, bytesRead)));
      }
      this.#uploaded = pieces;
      this.#log = [];
    } finally {
      await file.close();
      await rm(snapshot);
    }
  }
}

export async function apply(state: State, entries: readonly LogEntry[]): Promise<void> {
  for (const entry of entries) {
    if ("clear" in entry) await state.clear(entry.partition);
    else await state.commit(entry.edits);
  }
}
