/**
 * The blobs that the parts of a state are kept in, beside the blob of the state itself: `<its name>.parts/<part>`. Each
 * has a name that nobody else uses, is written once, and counts from the moment that the manifest names it. What no
 * manifest names any more stays for a while, for who reads without the lease.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import { StateError } from "../../../contract/errors.ts";
import { blobErrorCode, blobFailure } from "./failures.ts";
import { encodePart, type Part, type PartPartition, PartLayer } from "./part.ts";

const UPLOAD_BYTES = 4 * 1024 * 1024;
const UPLOADS = 2;
/** For how long somebody may go on reading what is no part any more. */
const KEPT_MS = 60 * 60 * 1000;

export class Parts {
  readonly #container: ContainerClient;
  readonly #prefix: string;
  readonly #address: string;

  /** @param blob of the state */
  constructor(container: ContainerClient, blob: BlockBlobClient, address: string) {
    this.#container = container;
    this.#prefix = `${blob.name}.parts/`;
    this.#address = address;
  }

  /** Uploads a part; nothing if there is nothing in it. */
  async write(partitions: Iterable<PartPartition>): Promise<PartLayer | undefined> {
    const contents: Part["contents"] = {};
    let bytes = 0;
    async function* counted(): AsyncGenerator<Buffer, void, void> {
      for await (const piece of encodePart(partitions, contents)) {
        bytes += piece.length;
        yield piece;
      }
    }
    const pieces = counted();
    const first = await pieces.next();
    if (first.done === true) return undefined;
    const name = randomUUID();
    async function* all(): AsyncGenerator<Buffer, void, void> {
      yield first.value as Buffer;
      yield* pieces;
    }
    try {
      const blob = this.#container.getBlockBlobClient(this.#prefix + name);
      await blob.uploadStream(Readable.from(all(), { objectMode: false }), UPLOAD_BYTES, UPLOADS);
    } catch (error) {
      throw error instanceof SyntaxError ? error : blobFailure(this.#address, error);
    }
    return this.open({ name, bytes, contents });
  }

  open(part: Part): PartLayer {
    const blob = this.#container.getBlobClient(this.#prefix + part.name);
    return new PartLayer(part, async (offset, length) => {
      try {
        return await blob.downloadToBuffer(offset, length);
      } catch (error) {
        if (blobErrorCode(error) !== "BlobNotFound") throw blobFailure(this.#address, error);
        throw new StateError(
          `A part of ${this.#address} is not there (${part.name}): a run has put another in its place since, or somebody deleted it. ` +
            "Try again; if that does not help, delete the blob and run again (a sync then adopts what it made by the ids in the target and disables nothing in that run).",
          { cause: error },
        );
      }
    });
  }

  /** Deletes what no manifest names any more, and what a run left that ended before it named it. */
  async tidy(named: readonly Part[]): Promise<void> {
    const seen = new Set<string>();
    const kept = new Set(named.map(({ name }) => this.#prefix + name));
    try {
      for await (const { name, properties } of this.#container.listBlobsFlat({ prefix: this.#prefix })) {
        // A page whose next one is a page of before: what is left over is looked at another time.
        if (seen.has(name)) return;
        seen.add(name);
        const isOld = Date.now() - properties.lastModified.getTime() > KEPT_MS;
        if (isOld && !kept.has(name)) await this.#container.getBlobClient(name).deleteIfExists();
      }
    } catch (error) {
      throw blobFailure(this.#address, error);
    }
  }
}
