/**
 * State in a blob: what a sync remembers where the runner has no disk. A run takes the blob's lease and has every write
 * in the blob before it goes on, as with a file: so a runner may vanish at any moment.
 *
 * One blob is one lock, whichever sync takes it.
 *
 * @packageDocumentation
 */
import { buffer } from "node:stream/consumers";
import { tmpdir } from "node:os";
import type { BlockBlobClient, RequestPolicyFactory, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { TokenCredential } from "@azure/identity";
import { StateError } from "../../../contract/errors.ts";
import { type PatienceOptions, patientWith } from "../../connectors/http/patience-of-libraries.ts";
import type { StateStore } from "../session.ts";
import { BlobReading, BlobSession } from "./blob-state.ts";
import { blobErrorCode, blobFailure, isChanged } from "./failures.ts";
import { LeasedBlob } from "./leased-blob.ts";
import { Parts } from "./parts.ts";
import { decodeRoot, type Root } from "./root.ts";
import { type Copy, copyOf } from "./sqlite-blob.ts";

/** How often a reader without a lease begins again because a run wrote meanwhile. */
const READ_TRIES = 5;

interface BlobStateOptions extends PatienceOptions {
  /** Folder for working copies of blobs that are SQLite files yet, each in a folder for its owner only. */
  readonly temporary?: string;
}

/**
 * State in a blob, which is made when a lock is first taken; until then reading finds nothing, and makes nothing.
 *
 * Every method throws a StateError, CredentialError, PermissionError or ConnectionError in words when the blob cannot
 * be used.
 *
 * @param address of the blob, without a signature
 * @param credential who may read and write it
 */
export function openBlobState(
  address: string,
  credential: TokenCredential | StorageSharedKeyCredential,
  { temporary = tmpdir(), ...patience }: BlobStateOptions = {},
): StateStore {
  const copies = new Set<Copy>();
  let client: Promise<Blobs> | undefined;
  const blobs = () => (client ??= connect(address, credential, patience));

  return {
    location: address,
    oneLock: true,
    async read() {
      const { blob, parts } = await blobs();
      const found = await contentOf(blob, address, temporary);
      if (!("store" in found)) return new BlobReading(found, parts);
      copies.add(found);
      return found.store.read();
    },
    async lock(sync) {
      const { blob, parts } = await blobs();
      const leased = await LeasedBlob.take(blob, address, sync);
      try {
        const found = await contentOf(blob, address, temporary);
        if (!("store" in found)) return new BlobSession(found, leased, parts);
        try {
          const session = new BlobSession({ parts: [], log: [] }, leased, parts);
          await session.takeOver(found.entries());
          return session;
        } finally {
          await found.discard();
        }
      } catch (error) {
        await leased.release();
        throw error;
      }
    },
    async close() {
      for (const copy of copies) await copy.discard();
      copies.clear();
    },
  };
}

interface Blobs {
  readonly blob: BlockBlobClient;
  readonly parts: Parts;
}

/** The libraries are loaded when the state is first wanted: they take a while. */
async function connect(
  address: string,
  credential: TokenCredential | StorageSharedKeyCredential,
  patience: PatienceOptions,
): Promise<Blobs> {
  const { BlockBlobClient, ContainerClient, newPipeline } = await import("@azure/storage-blob");
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
  pipeline.factories.push(patientFactory(new URL(address).host, patience));
  const blob = new BlockBlobClient(address, pipeline);
  const depth = blob.name.split("/").length;
  const container = blob.url.split("/").slice(0, -depth).join("/");
  return { blob, parts: new Parts(new ContainerClient(container, pipeline), blob, address) };
}

/** All that is asked of the blob may be asked twice: pieces and leases have ids of their own, commits a mark. */
function patientFactory(host: string, patience: PatienceOptions): RequestPolicyFactory {
  const patiently = patientWith(host, patience);
  return { create: (next) => ({ sendRequest: (request) => patiently(request, () => next.sendRequest(request)) }) };
}

/** What is in the blob: nothing if it is not there. */
async function contentOf(blob: BlockBlobClient, address: string, temporary: string): Promise<Root | Copy> {
  const bytes = await fetched(blob, address);
  try {
    return decodeRoot(bytes, address) ?? (await copyOf(bytes, address, temporary));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new StateError(
      `${address} is damaged or not a state file: put back a copy, or delete it and run again (a sync then adopts what it made by the ids in the target and disables nothing in that run).`,
      { cause: error },
    );
  }
}

async function fetched(blob: BlockBlobClient, address: string): Promise<Buffer> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { readableStreamBody } = await blob.download(0, undefined, { maxRetryRequests: 3 });
      if (readableStreamBody === undefined) throw new TypeError("A download without a body.");
      return await buffer(readableStreamBody);
    } catch (error) {
      if (blobErrorCode(error) === "BlobNotFound") return Buffer.alloc(0);
      // A download that broke off goes on only if the blob is still the same.
      if (isChanged(error) && tries < READ_TRIES) continue;
      throw blobFailure(address, error);
    }
  }
}
