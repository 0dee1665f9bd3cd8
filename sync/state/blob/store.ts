/**
 * State in a block blob: what a sync remembers where the runner has no disk. A run takes the blob's lease, works on a
 * copy in a private temporary folder, and has every write in the blob before it goes on, as with a file: so a runner
 * may vanish at any moment.
 *
 * One blob is one lock, whichever sync takes it.
 *
 * @packageDocumentation
 */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BlockBlobClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { TokenCredential } from "@azure/identity";
import { StateError } from "../../../contract/errors.ts";
import { openSqliteState } from "../sqlite/store.ts";
import { type Edit, MAX_COMMIT, StateFenced, type State, type StateStore } from "../session.ts";
import { blobErrorCode, blobFailure, isChanged } from "./failures.ts";
import { LeasedBlob } from "./leased-blob.ts";
import { detachLog, type LogEntry } from "./log.ts";
import { apply, WriteAhead } from "./write-ahead.ts";

/** How often a reader without a lease begins again because a run wrote meanwhile. */
const READ_TRIES = 5;

/**
 * State in a blob, which is made when a lock is first taken; until then reading finds nothing, and makes nothing.
 *
 * Every method throws a StateError, CredentialError, PermissionError or ConnectionError in words when the blob cannot
 * be used.
 *
 * @param address of the blob, without a signature
 * @param credential who may read and write it
 * @param temporary folder that working copies are made in, each in a folder for its owner only
 */
export function openBlobState(
  address: string,
  credential: TokenCredential | StorageSharedKeyCredential,
  temporary = tmpdir(),
): StateStore {
  const copies = new Set<Copy>();
  let client: Promise<BlockBlobClient> | undefined;
  const blob = () => (client ??= connect(address, credential));

  async function copyOf(source: BlockBlobClient): Promise<Copy> {
    const copy = await download(source, address, temporary);
    copies.add(copy);
    return copy;
  }
  async function drop(copy: Copy): Promise<void> {
    copies.delete(copy);
    await copy.discard();
  }

  return {
    location: address,
    async read() {
      const copy = await copyOf(await blob());
      if (copy.log.length > 0) {
        const state = await copy.store.lock("log");
        await replay(state, copy.log, address);
        await state.release();
      }
      return copy.store.read();
    },
    async lock(sync) {
      const leased = await LeasedBlob.take(await blob(), address, sync);
      try {
        const copy = await copyOf(await blob());
        try {
          const state = await copy.store.lock(sync);
          await replay(state, copy.log, address);
          return new BlobState(state, new WriteAhead(leased, state, copy.file), async () => {
            await state.release();
            await drop(copy);
            await leased.release();
          });
        } catch (error) {
          await drop(copy);
          throw error;
        }
      } catch (error) {
        await leased.release();
        throw error;
      }
    },
    async close() {
      for (const copy of copies) await drop(copy);
    },
  };
}

/** The libraries are loaded when the state is first wanted: they take a while. */
async function connect(
  address: string,
  credential: TokenCredential | StorageSharedKeyCredential,
): Promise<BlockBlobClient> {
  const { BlockBlobClient } = await import("@azure/storage-blob");
  // The library's default is to wait for minutes.
  const retryOptions = { maxTries: 4, retryDelayInMs: 300, maxRetryDelayInMs: 4_000, tryTimeoutInMs: 60_000 };
  return new BlockBlobClient(address, credential, { retryOptions });
}

/** A working copy of the blob. */
interface Copy {
  readonly file: string;
  readonly store: StateStore;
  /** What was written since the file was uploaded. */
  readonly log: readonly LogEntry[];
  discard(): Promise<void>;
}

async function download(blob: BlockBlobClient, address: string, temporary: string): Promise<Copy> {
  const folder = await privateFolder(temporary);
  const file = join(folder, "state.sqlite");
  const store = openSqliteState(file, address);
  try {
    const there = await fetchTo(file, blob, address);
    const log = there ? await taken(file, address) : [];
    const discard = async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    };
    return { file, store, log, discard };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function privateFolder(parent: string): Promise<string> {
  const prefix = join(parent, "tenantwire-state-");
  try {
    return await mkdtemp(prefix);
  } catch (error) {
    throw localFailure(error, prefix) ?? error;
  }
}

/** Returns whether there is a blob. */
async function fetchTo(file: string, blob: BlockBlobClient, address: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { readableStreamBody } = await blob.download(0, undefined, { maxRetryRequests: 3 });
      if (readableStreamBody === undefined) throw new TypeError("A download without a body.");
      await pipeline(readableStreamBody, createWriteStream(file, { mode: 0o600 }));
      return true;
    } catch (error) {
      if (blobErrorCode(error) === "BlobNotFound") return false;
      // A download that broke off goes on only if the blob is still the same.
      if (isChanged(error) && tries < READ_TRIES) continue;
      throw localFailure(error, file) ?? blobFailure(address, error);
    }
  }
}

/** What goes wrong with the working copy on this machine. */
function localFailure(error: unknown, file: string): StateError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (!/^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|ENOENT)$/.test(code ?? "")) return undefined;
  return new StateError(
    `The working copy of the state cannot be written to ${dirname(file)} (${code}): make room, or name another temporary folder in TMPDIR.`,
    { cause: error },
  );
}

async function taken(file: string, address: string): Promise<readonly LogEntry[]> {
  try {
    return await detachLog(file);
  } catch (error) {
    throw error instanceof SyntaxError ? damaged(address, error) : error;
  }
}

async function replay(state: State, log: readonly LogEntry[], address: string): Promise<void> {
  try {
    await apply(state, log);
  } catch (error) {
    throw error instanceof TypeError ? damaged(address, error) : error;
  }
}

function damaged(address: string, cause: unknown): StateError {
  return new StateError(
    `${address} is damaged or not a state file: put back a copy, or delete it and run again (a sync then adopts what it made by the ids in the target and disables nothing in that run).`,
    { cause },
  );
}

class BlobState implements State {
  readonly #copy: State;
  readonly #ahead: WriteAhead;
  readonly #giveBack: () => Promise<void>;

  constructor(copy: State, ahead: WriteAhead, giveBack: () => Promise<void>) {
    this.#copy = copy;
    this.#ahead = ahead;
    this.#giveBack = giveBack;
  }

  get(partition: string, key: string) {
    return this.#copy.get(partition, key);
  }

  list(partition: string) {
    return this.#copy.list(partition);
  }

  count(partition: string) {
    return this.#copy.count(partition);
  }

  async commit(edits: readonly Edit[]): Promise<void> {
    if (edits.length > MAX_COMMIT) throw new RangeError(`A commit holds at most ${MAX_COMMIT} changes.`);
    await this.#ahead.append({ edits });
  }

  async clear(partition: string): Promise<void> {
    await this.#ahead.append({ partition, clear: true });
  }

  async release(): Promise<void> {
    try {
      await this.#ahead.finish();
    } catch (error) {
      // Everything written is in the blob's log; who has the blob now brings the file up to date.
      if (!(error instanceof StateFenced)) throw error;
    } finally {
      await this.#giveBack();
    }
  }
}
