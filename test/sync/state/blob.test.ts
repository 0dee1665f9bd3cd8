import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { openBlobState } from "../../../sync/state/blob/index.ts";
import { MAX_LOG_PIECES } from "../../../sync/state/blob/write-ahead.ts";
import { CREATE_LAG_MS } from "../../../sync/run/journal.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { StateFenced, type StateStore } from "../../../sync/state/session.ts";
import { Bench, held, leaver, person, wanted } from "../run/fakes.ts";
import { collect, describeStateStore, inPartition } from "./state-stores.ts";
import { type Azurite, credential, startAzurite } from "./azurite.ts";

let azurite: Azurite;
let address: string;
let store: StateStore;
/** Where the copies are made. */
let folder: string;

beforeAll(async () => {
  azurite = await startAzurite();
});

afterAll(() => azurite.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-blob-test-"));
  address = await azurite.address();
  store = openBlobState(address, credential, folder);
  azurite.passed.length = 0;
});

afterEach(async () => {
  azurite.fate = () => undefined;
  await store.close();
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  expect(left).toEqual([]);
});

const put = (key: string) => [{ key, value: 1 }];

/** What 60 seconds without a sign of life do. */
async function endLease(): Promise<void> {
  await azurite.aside(address).getBlobLeaseClient().breakLease(0);
}

async function keys(partition = "p"): Promise<readonly string[]> {
  const reader = openBlobState(address, credential);
  const found = await collect((await reader.read()).list(partition));
  await reader.close();
  return found.map(({ key }) => key);
}

describe("a blob", () =>
  describeStateStore(async () => {
    const place = await azurite.address();
    return {
      open: () => openBlobState(place, credential),
      exists: () => azurite.aside(place).exists(),
      remove: async () => undefined,
    };
  }));

/** A lease ends so long after the last sign of life of who holds it. */
const LEASE_MS = 60_000;

describe("the lease", () => {
  it("is one for all syncs of a blob", async () => {
    const state = await store.lock("people");

    await expect(store.lock("rooms")).rejects.toThrow(/^A run of "people" is under way since .* holds http.*60 s\.$/);

    await state.release();
    await (await store.lock("rooms")).release();
  });

  it("of a program that is not this one is told as such", async () => {
    await azurite.aside(address).upload("", 0);
    await azurite.aside(address).getBlobLeaseClient().acquireLease(-1);

    await expect(store.lock("people")).rejects.toThrow(
      `${address} is leased: another run has just begun or is just ending, or another program holds it. Try again in a minute.`,
    );
  });

  it("is given to one of two first runs that begin at once", async () => {
    const other = openBlobState(address, credential);

    const locks = await Promise.allSettled([store.lock("people"), other.lock("people")]);

    const reasons = locks.map((lock) => (lock.status === "fulfilled" ? "has it" : (lock.reason as Error).name));
    expect(reasons.sort()).toEqual(["StateLocked", "has it"]);
    for (const lock of locks) if (lock.status === "fulfilled") await lock.value.release();
    await other.close();
  });

  it("is renewed every 20 s while it is held", async () => {
    fakeIntervals();
    try {
      const state = await store.lock("people");
      const renewals = () => azurite.passed.filter((each) => each === "PUT lease renew").length;
      for (const count of [1, 2, 3]) {
        const renewed = azurite.answered("PUT lease renew");
        jest.advanceTimersByTime(20_000);
        await renewed;
        expect(renewals()).toBe(count);
      }
      await state.release();
      jest.advanceTimersByTime(60_000);
      await store.read();
      expect(renewals()).toBe(3);
    } finally {
      jest.useRealTimers();
    }
  });

  it("that is lost stops the run before its next write, and leaves everything to the next one", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("before")));
    await endLease();
    const next = openBlobState(address, credential);
    const taken = await next.lock("people");
    expect(await taken.count("p")).toBe(1);

    await expect(state.commit(inPartition("p", put("after")))).rejects.toThrow(StateFenced);
    await expect(state.clear("p")).rejects.toThrow(
      `The lease on ${address} is lost, so that another run may have taken over; this one stops.`,
    );
    await state.release();

    await taken.commit(inPartition("p", put("next")));
    await taken.release();
    await next.close();
    expect(await keys()).toEqual(["before", "next"]);
  });

  it("that is found lost when it is renewed stops the run without another request", async () => {
    fakeIntervals();
    try {
      const state = await store.lock("people");
      await endLease();
      const renewed = azurite.answered("PUT lease renew");
      jest.advanceTimersByTime(20_000);
      await renewed;
      // Another answer that came later: the one before has arrived by then.
      await keys();
      const asked = azurite.passed.length;

      await expect(state.commit(inPartition("p", put("b")))).rejects.toThrow(StateFenced);
      await state.release();

      expect(azurite.passed.length).toBe(asked);
    } finally {
      jest.useRealTimers();
    }
  });

  it("that is lost in the middle of a sync ends it: the target is not written to any more", async () => {
    const bench = await benchWithBlob();
    try {
      bench.target.concurrency = 1;
      for (const id of ["a", "b", "c"]) bench.source.put(person(id));
      let ended: Promise<void> | undefined;
      const { adopt, create } = bench.target;
      bench.target.create = async (object) => {
        const made = await create.call(bench.target, object);
        await (ended ??= endLease().then(() => bench.clock.advance(LEASE_MS)));
        return made;
      };

      const report = await bench.run();

      expect(report.status).toBe("Failure");
      expect(report.failure).toMatch(/^The lease on .* is lost/);
      expect(bench.target.writes).toEqual(["create"]);
      Object.assign(bench.target, { adopt, create });
      // The next create was announced, and could not be taken back: whether it was sent only time shows.
      bench.clock.advance(CREATE_LAG_MS);
      await bench.run();
      expect(held(bench.target)).toEqual(wanted(bench.source));
      expect(bench.target.stored.size).toBe(3);
    } finally {
      await bench.close();
    }
  });
});

describe("what is written", () => {
  it("is in the blob before the run goes on", async () => {
    const state = await store.lock("people");
    for (const key of ["a", "b", "c"]) {
      await state.commit(inPartition("p", put(key)));
      expect(await keys()).toContain(key);
    }
    await state.release();
  });

  it("is a SQLite file when the run has ended", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("a")));
    await state.release();

    const file = join(folder, "downloaded.sqlite");
    await azurite.aside(address).downloadToFile(file);
    const downloaded = openSqliteState(file);
    expect(await collect((await downloaded.read()).list("p"))).toEqual([{ key: "a", value: 1 }]);
    await (await downloaded.lock("people")).release();
    await downloaded.close();
    for (const each of readdirSync(folder)) rmSync(join(folder, each));
  });

  it("may be a file that a person put there", async () => {
    const file = join(folder, "local.sqlite");
    const local = openSqliteState(file);
    const writing = await local.lock("people");
    await writing.commit(inPartition("p", put("a")));
    await writing.release();
    await local.close();
    await azurite.aside(address).uploadFile(file);
    rmSync(file);

    const state = await store.lock("people");
    await state.commit(inPartition("p", put("b")));
    await state.release();

    expect(await keys()).toEqual(["a", "b"]);
  });

  it("takes no more pieces than a commit can name, and travels without the file", async () => {
    const state = await store.lock("people");
    for (let index = 0; index <= MAX_LOG_PIECES; index += 1) await state.commit(inPartition("p", put(`${index}`)));
    const { committedBlocks = [] } = await azurite.aside(address).getBlockList("committed");
    expect(committedBlocks.length).toBe(2);
    // One piece and one commit a write, and the file twice: at first, and when the log was full.
    expect(azurite.passed.filter((each) => each === "PUT block").length).toBe(MAX_LOG_PIECES + 1 + 2);
    await state.release();
    expect((await keys()).length).toBe(MAX_LOG_PIECES + 1);
  });

  it("travels together when it is asked for together", async () => {
    const state = await store.lock("people");
    await Promise.all(Array.from({ length: 50 }, (_, index) => state.commit(inPartition("p", put(`${index}`)))));
    expect(azurite.passed.filter((each) => each === "PUT blocklist").length).toBe(2);
    expect((await keys()).length).toBe(50);
    await state.release();
  });

  it("is not uploaded again when nothing was written", async () => {
    await (await store.lock("people")).release();
    expect(azurite.passed).not.toContain("PUT blocklist");
  });

  it("is in copies for their owner only, which go with the run", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("a")));
    const [copy = ""] = readdirSync(folder);

    expect(statSync(join(folder, copy)).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(join(folder, copy))) {
      expect([file, statSync(join(folder, copy, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
    await state.release();
    expect(existsSync(join(folder, copy))).toBe(false);
  });

  it("by a commit whose answer was lost is not taken for somebody else's", async () => {
    const state = await store.lock("people");
    let lost = 0;
    azurite.fate = (request) => (request === "PUT blocklist" && (lost += 1) === 1 ? "answer lost" : undefined);

    await state.commit(inPartition("p", put("a")));
    await state.commit(inPartition("p", put("b")));
    await state.release();

    expect(lost).toBeGreaterThan(2);
    expect(await keys()).toEqual(["a", "b"]);
  });

  it("by somebody else in the same lease is not written over", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("a")));
    // Two clients with one lease: only the ETag tells.
    await azurite.aside(address).setMetadata({}, { conditions: { leaseId: azurite.leaseId ?? "" } });

    await expect(state.commit(inPartition("p", put("b")))).rejects.toThrow(`Something else has written to ${address}`);
    await state.release();
  });

  it("when the blob refuses once is refused until the end, since nobody knows what it holds", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("a")));
    azurite.fate = (request) => (request === "PUT blocklist" ? "refused" : undefined);
    const writes = ["b", "c", "d"].map((key) => state.commit(inPartition("p", put(key))));
    for (const result of await Promise.allSettled(writes)) expect(result.status).toBe("rejected");
    azurite.fate = () => undefined;

    await expect(state.commit(inPartition("p", put("e")))).rejects.toThrow(`${address} cannot be used as state (400`);
    await state.release();

    expect(await keys()).toEqual(["a"]);
  });
});

describe("a blob that was deleted", () => {
  it("is a first run: everything is adopted, and nobody is made inactive in it", async () => {
    const bench = await benchWithBlob();
    try {
      for (const id of ["a", "b", "c"]) bench.source.put(person(id));
      await bench.run();
      await azurite.aside(address).delete();
      bench.source.put(leaver("c"));
      const before = structuredClone(bench.target.stored);

      const report = await bench.run();

      expect(report.status).toBe("Success");
      expect(bench.target.writes).toEqual([]);
      expect(bench.target.stored).toEqual(before);
    } finally {
      await bench.close();
    }
  });
});

describe("what is wrong is told in words", () => {
  it("no folder for the working copy", async () => {
    store = openBlobState(address, credential, join(folder, "nowhere"));
    await azurite.aside(address).upload("", 0);
    expect(await said()).toBe(
      `StateError: The working copy of the state cannot be written to ${join(folder, "nowhere")} (ENOENT): make room, or name another temporary folder in TMPDIR.`,
    );
  });

  async function said(): Promise<string> {
    const errors = await Promise.all(
      [store.lock("people"), store.read()].map((done) => done.catch((thrown: unknown) => thrown)),
    );
    expect(errors[0]).toBeInstanceOf(Error);
    return `${(errors[0] as Error).name}: ${(errors[0] as Error).message}`;
  }

  it("a container that is not there", async () => {
    const place = address.replace("/state-", "/nowhere-");
    store = openBlobState(place, credential, folder);
    expect(await said()).toBe(
      `StateError: There is no container for ${place}: make it (az storage container create), or name another one.`,
    );
  });

  it("no right to it", async () => {
    store = openBlobState(address, new StorageSharedKeyCredential("devstoreaccount1", "bm90IHRoZSBrZXk="), folder);
    expect(await said()).toMatch(
      /^PermissionError: 127\.0\.0\.1:\d+ does not let this machine in \(AuthorizationFailure\): the account's firewall, .+ The role "Storage Blob Data Contributor"/,
    );
  });

  it("something else in the blob", async () => {
    const text = "These are my notes. ".repeat(100);
    await azurite.aside(address).upload(text, text.length);
    expect(await said()).toMatch(`StateError: ${address} is damaged or not a state file: put back a copy`);
  });

  it("a log that is not one", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("a")));
    await state.release();
    const whole = await azurite.aside(address).downloadToBuffer();
    const more = Buffer.concat([whole, Buffer.from("no log")]);
    await azurite.aside(address).upload(more, more.length);
    expect(await said()).toMatch(`StateError: ${address} is damaged or not a state file: put back a copy`);
  });

  it("a host that is not there", async () => {
    store = openBlobState("http://127.0.0.1:9/devstoreaccount1/state/contoso.sqlite", credential, folder);
    expect(await said()).toMatch(/^Unreachable: 127\.0\.0\.1:9 cannot be reached \(.*ECONNREFUSED/);
  });

  it("and the lease is given back", async () => {
    await azurite.aside(address).upload("notes", 5);
    await said();
    const { leaseState } = await azurite.aside(address).getProperties();
    expect(leaseState).toBe("available");
  });
});

/** An engine with its state in the blob. */
async function benchWithBlob(): Promise<Bench> {
  const bench = new Bench();
  await bench.store.close();
  rmSync(bench.folder, { recursive: true, force: true });
  bench.store = openBlobState(address, credential, folder);
  return bench;
}

/** Intervals begin when the test says so; requests need their own timers. */
function fakeIntervals(): void {
  jest.useFakeTimers({
    doNotFake: [
      "Date",
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setTimeout",
      "clearTimeout",
    ],
  });
}
