/**
 * A runner that vanishes at any request to the blob, and the runs after it: nothing twice and nothing lost, though the
 * target shows new objects late.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { rmSync } from "node:fs";
import { openBlobState } from "../../../sync/state/blob/index.ts";
import { Bench, held, leaver, person, wanted } from "../run/fakes.ts";
import { type Azurite, credential, startAzurite } from "./azurite.ts";

const MINUTE_MS = 60_000;
const LAG_MS = 5 * MINUTE_MS;

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(() => azurite.close());

class Vanished extends Error {}

/** Runs until so many requests to the blob were made, and then nothing of the runner is heard any more. */
async function vanishAfter(bench: Bench, requests: number, last: "refused" | "answer lost"): Promise<boolean> {
  let left = requests;
  azurite.fate = () => {
    left -= 1;
    if (left > 0) return undefined;
    return left === 0 ? last : "refused";
  };
  const gone = () => left <= 0;
  bench.target.throws = () => (gone() ? new Vanished() : undefined);
  try {
    await bench.run();
    return true;
  } catch (error) {
    if (!gone()) throw error;
    return false;
  } finally {
    azurite.fate = () => undefined;
    bench.target.throws = () => undefined;
  }
}

/** Sixty seconds later, on another machine. */
async function another(bench: Bench, address: string): Promise<void> {
  await bench.store.close();
  await azurite.aside(address).getBlobLeaseClient().breakLease(0).catch(ignoreNoLease);
  bench.store = openBlobState(address, credential);
  bench.clock.advance(MINUTE_MS);
}

function ignoreNoLease(error: { readonly code?: string }): void {
  if (!["LeaseNotPresentWithLeaseOperation", "BlobNotFound"].includes(error.code ?? "")) throw error as Error;
}

async function benchAt(address: string): Promise<Bench> {
  const bench = new Bench();
  await bench.store.close();
  rmSync(bench.folder, { recursive: true, force: true });
  bench.store = openBlobState(address, credential);
  bench.target.lagMs = LAG_MS;
  bench.target.concurrency = 4;
  return bench;
}

function expectNobodyTwice(bench: Bench): void {
  const ids = [...bench.target.stored.values()].map(({ sourceId }) => sourceId);
  expect(new Set(ids).size).toBe(ids.length);
}

/** A first run that went through, and then news of each kind. */
async function lived(bench: Bench): Promise<void> {
  for (const id of ["a", "b"]) bench.source.put(person(id));
  bench.target.lagMs = 0;
  await bench.run();
  bench.target.lagMs = LAG_MS;
  bench.source.put(person("c"));
  bench.source.put(leaver("a"));
  bench.source.put(person("b", { fields: { name: "Renamed", mail: "b@example.com" } }));
}

async function hired(bench: Bench): Promise<void> {
  for (const id of ["a", "b", "c"]) bench.source.put(person(id));
}

describe.each([
  ["a first run", hired, "refused", "answer lost"],
  ["a run with news", lived, "answer lost", "refused"],
] as const)("%s whose runner vanishes", (_, prepare, odd, even) => {
  it("at any request is gone on with: nobody is there twice, and nobody is missing", async () => {
    let ended = false;
    for (let requests = 1; !ended; requests += 1) {
      const address = await azurite.address();
      const bench = await benchAt(address);
      try {
        await prepare(bench);
        ended = await vanishAfter(bench, requests, requests % 2 === 1 ? odd : even);
        await another(bench, address);
        // At once, while the target does not show yet what was created.
        await bench.run();
        expectNobodyTwice(bench);
        bench.clock.advance(15 * MINUTE_MS);
        await bench.run();

        expectNobodyTwice(bench);
        expect([requests, held(bench.target)]).toEqual([requests, wanted(bench.source)]);
      } finally {
        await bench.close();
      }
    }
  }, 180_000);
});
