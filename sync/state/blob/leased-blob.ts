/**
 * A block blob that one run has to itself: a lease that is renewed while it is held, and the blob's ETag, so that
 * nothing is written over what this run has not seen.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import type { BlobLeaseClient, BlockBlobClient } from "@azure/storage-blob";
import { StateLocked } from "../../../contract/errors.ts";
import { thisProcess } from "../process-identity.ts";
import { StateFenced } from "../session.ts";
import { blobErrorCode, blobFailure, fencedMessage, isChanged, isLeaseOver, isLeaseTaken } from "./failures.ts";

/** A runner that vanished has lost the blob after so long. */
const LEASE_SECONDS = 60;
const RENEW_MS = 20 * 1000;

/** Names of the blob's metadata. */
const SYNC = "tenantwire_sync";
const HOLDER = "tenantwire_holder";
const SINCE = "tenantwire_since";
const COMMIT = "tenantwire_commit";

export class LeasedBlob {
  readonly #blob: BlockBlobClient;
  readonly #lease: BlobLeaseClient;
  readonly #address: string;
  readonly #holder: Record<string, string>;
  #etag: string | undefined;
  #blocks = 0;
  #lost = false;
  #beat: AbortController | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  private constructor(blob: BlockBlobClient, lease: BlobLeaseClient, address: string, sync: string) {
    this.#blob = blob;
    this.#lease = lease;
    this.#address = address;
    const { pid, host } = thisProcess();
    this.#holder = { [SYNC]: sync, [HOLDER]: `process ${pid} on ${host}`, [SINCE]: new Date().toISOString() };
  }

  /**
   * Takes the lease of a blob, which is made (empty) if there is none.
   *
   * @throws StateLocked when somebody else has it
   */
  static async take(blob: BlockBlobClient, address: string, sync: string): Promise<LeasedBlob> {
    // An id of our own: asked for again after a lost answer, the same lease is given.
    const lease = blob.getBlobLeaseClient(randomUUID());
    try {
      await acquire(blob, lease);
    } catch (error) {
      throw isLeaseTaken(error) ? await locked(blob, address) : blobFailure(address, error);
    }
    const leased = new LeasedBlob(blob, lease, address, sync);
    leased.#heartbeat = setInterval(() => void leased.#renew(), RENEW_MS);
    leased.#heartbeat.unref();
    try {
      await leased.#setMetadata(leased.#holder);
      return leased;
    } catch (error) {
      await leased.release();
      throw error;
    }
  }

  /** Uploads a piece that becomes part of the blob when it is committed; returns its id. */
  async stage(bytes: Buffer): Promise<string> {
    this.#check();
    // All ids of a blob are of one length. What an earlier run left with the same id is replaced by the next commit.
    const id = Buffer.from(String((this.#blocks += 1)).padStart(12, "0")).toString("base64");
    await this.#asked(() => this.#blob.stageBlock(id, bytes, bytes.length, { conditions: this.#leaseOnly() }));
    return id;
  }

  /**
   * Makes the blob consist of these pieces, at once.
   *
   * @throws StateFenced when the lease is lost or the blob is not as this run left it
   */
  async commit(ids: readonly string[]): Promise<void> {
    this.#check();
    const mark = randomUUID();
    const conditions = { ...this.#leaseOnly(), ...(this.#etag && { ifMatch: this.#etag }) };
    const metadata = { ...this.#holder, [COMMIT]: mark };
    try {
      const { etag } = await this.#held(() => this.#blob.commitBlockList([...ids], { metadata, conditions }));
      this.#etag = etag;
    } catch (error) {
      if (!isChanged(error)) throw this.#failure(error);
      // The client asks again when an answer is lost, and then its own first try is in the way.
      const now = await this.#asked(() => this.#blob.getProperties({ conditions: this.#leaseOnly() }));
      if (now.metadata?.[COMMIT] !== mark) throw this.#failure(error);
      this.#etag = now.etag;
    }
  }

  /** Gives the blob back. Leaves it alone when the lease is lost. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#beat?.abort();
    if (this.#lost) return;
    try {
      await this.#setMetadata({});
      await this.#asked(() => this.#lease.releaseLease());
    } catch (error) {
      if (!(error instanceof StateFenced)) throw error;
    }
  }

  async #setMetadata(metadata: Record<string, string>): Promise<void> {
    const { etag } = await this.#asked(() => this.#blob.setMetadata(metadata, { conditions: this.#leaseOnly() }));
    this.#etag = etag;
  }

  async #renew(): Promise<void> {
    // One that still waits for a host that cannot be reached is taken back: not all of them are sent in the end.
    this.#beat?.abort();
    this.#beat = new AbortController();
    try {
      await this.#lease.renewLease({ abortSignal: this.#beat.signal });
    } catch (error) {
      // Anything but a lost lease may pass: the next beat tries again, and the next write meets the fault and tells it.
      this.#lost ||= blobFailure(this.#address, error) instanceof StateFenced;
    }
  }

  #check(): void {
    if (this.#lost) throw new StateFenced(fencedMessage(this.#address));
  }

  #leaseOnly() {
    return { leaseId: this.#lease.leaseId };
  }

  async #asked<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.#held(request);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** After a time without the host the lease has run out, and is renewed where nobody else was at the blob. */
  async #held<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (!isLeaseOver(error)) throw error;
      await this.#lease.renewLease();
      return await request();
    }
  }

  #failure(error: unknown): unknown {
    const failure = blobFailure(this.#address, error);
    this.#lost ||= failure instanceof StateFenced;
    return failure;
  }
}

async function acquire(blob: BlockBlobClient, lease: BlobLeaseClient): Promise<void> {
  try {
    await lease.acquireLease(LEASE_SECONDS);
  } catch (error) {
    if (blobErrorCode(error) !== "BlobNotFound") throw error;
    await makeEmpty(blob);
    await lease.acquireLease(LEASE_SECONDS);
  }
}

/** Two first runs may meet here: the second one's request is refused, and then it is refused the lease. */
async function makeEmpty(blob: BlockBlobClient): Promise<void> {
  try {
    await blob.upload("", 0, { conditions: { ifNoneMatch: "*" } });
  } catch (error) {
    if (!["BlobAlreadyExists", "LeaseIdMissing"].includes(blobErrorCode(error) ?? "")) throw error;
  }
}

async function locked(blob: BlockBlobClient, address: string): Promise<unknown> {
  try {
    const { metadata = {} } = await blob.getProperties();
    const { [SYNC]: sync, [HOLDER]: holder, [SINCE]: since } = metadata;
    if (sync === undefined) {
      return new StateLocked(
        `${address} is leased: another run has just begun or is just ending, or another program holds it. Try again in a minute.`,
      );
    }
    return new StateLocked(
      `A run of "${sync}" is under way since ${since} (${holder}) and holds ${address}: wait until it ends. ` +
        `If that runner is gone, its lease ends within ${LEASE_SECONDS} s.`,
    );
  } catch (error) {
    return blobFailure(address, error);
  }
}
