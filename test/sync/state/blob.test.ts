import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { StateError } from "../../../contract/errors.ts";
import { openBlobState } from "../../../sync/state/blob/index.ts";
import { MAX_LOG_PIECES } from "../../../sync/state/blob/blob-state.ts";
import { encodeLog } from "../../../sync/state/blob/log.ts";
import { Gate } from "../../../sync/connectors/http/gate.ts";
import { CREATE_LAG_MS } from "../../../sync/run/journal.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { commitAll, StateFenced, type StateStore } from "../../../sync/state/session.ts";
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
  store = openBlobState(address, credential, { temporary: folder });
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

const untouched = [
  "hrtime",
  "nextTick",
  "performance",
  "queueMicrotask",
  "setImmediate",
  "clearImmediate",
  "setTimeout",
  "clearTimeout",
] as const;

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

describe("a storage account that cannot be reached or is busy ended the run after four tries, in three seconds", () => {
  /** Time that passes only when somebody sleeps. */
  let time = 0;
  let gate: Gate;
  let stop: AbortController;
  beforeEach(() => {
    time = 0;
    stop = new AbortController();
    gate = new Gate({
      now: () => time,
      sleep: async (milliseconds, signal) => {
        signal.throwIfAborted();
        time += milliseconds;
      },
    });
    store = openBlobState(address, credential, { temporary: folder, gate, signal: stop.signal });
  });

  /** One commit, and what it left. */
  async function write(): Promise<readonly string[]> {
    const state = await store.lock("people");
    await state.commit(inPartition("p", put("a")));
    await state.release();
    return keys();
  }

  it.each(["PUT lease acquire", "PUT metadata", "GET", "PUT block", "PUT blocklist", "PUT lease release"])(
    "%s is asked again for minutes",
    async (refused) => {
      let left = 8;
      azurite.fate = (request) => (request === refused && left-- > 0 ? "busy" : undefined);
      expect(await write()).toEqual(["a"]);
      expect(left).toBeLessThan(0);
      expect(time).toBeGreaterThan(60_000);
    },
  );

  it("is given up after a quarter of an hour, in words", async () => {
    azurite.fate = () => "busy";
    await expect(store.read()).rejects.toThrow(`${address} cannot be used as state (503 ServerBusy)`);
    expect(time).toBeGreaterThan(10 * 60_000);
  });

  it("waits no longer once the run is told to stop, and gives the blob back all the same", async () => {
    const state = await store.lock("people");
    azurite.fate = (request) => {
      if (request !== "PUT block") return undefined;
      stop.abort();
      return "busy";
    };
    await expect(state.commit(inPartition("p", put("a")))).rejects.toThrow();
    expect(time).toBe(0);
    await state.release();
    expect((await azurite.aside(address).getProperties()).leaseState).toBe("available");
  });

  it.each(["PUT block", "PUT blocklist", "PUT metadata"])(
    "a lease that ran out meanwhile is renewed where nobody was at the blob: %s",
    async (refused) => {
      let left = 1;
      azurite.fate = (request) => (request === refused && left-- > 0 ? "lease over" : undefined);
      expect(await write()).toEqual(["a"]);
      expect(azurite.passed.filter((each) => each === "PUT lease renew")).toHaveLength(1);
    },
  );
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

/** Values that do not become short when they are compressed. */
function long(length: number): string {
  return randomBytes(length / 2).toString("hex");
}

async function partsOf(place = address): Promise<readonly string[]> {
  const names: string[] = [];
  const { name } = azurite.aside(place);
  const container = azurite.container(place);
  for await (const blob of container.listBlobsFlat({ prefix: `${name}.parts/` })) names.push(blob.name);
  return names;
}

describe("a long log", () => {
  it("becomes a part at the end of the run, and little is left to read", async () => {
    const state = await store.lock("people");
    for (let index = 0; index < 4; index += 1)
      await state.commit(inPartition("p", [{ key: `${index}`, value: long(12_000) }]));
    await state.release();

    expect(await partsOf()).toHaveLength(1);
    const { contentLength = Infinity } = await azurite.aside(address).getProperties();
    expect(contentLength).toBeLessThan(1_000);
    expect(await keys()).toEqual(["0", "1", "2", "3"]);
  });

  it("becomes parts in the middle of a run too, whatever is listed meanwhile", async () => {
    const state = await store.lock("people");
    const names = Array.from({ length: 250 }, (_, index) => String(index).padStart(3, "0"));
    const write = (some: readonly string[]) =>
      commitAll(
        state,
        some.map((key) => ({ partition: "p", key, value: long(20_000) })),
      );
    await state.commit(inPartition("q", put("gone")));
    await write(names);
    await state.clear("q");
    const seen: string[] = [];
    for await (const page of state.list("p")) {
      const there = page.map(({ key }) => key);
      seen.push(...there);
      await write(there);
    }
    await commitAll(
      state,
      names.slice(100).map((key) => ({ partition: "p", key })),
    );
    expect(seen).toEqual(names);
    await state.release();

    expect((await partsOf()).length).toBeGreaterThan(3);
    expect(await keys()).toEqual(names.slice(0, 100));
    expect(await keys("q")).toEqual([]);
  });

  it("leaves parts that nobody needs, which go an hour later, and not before", async () => {
    async function write(): Promise<void> {
      const state = await store.lock("people");
      for (const key of ["a", "b", "c", "d"]) await state.commit(inPartition("p", [{ key, value: long(12_000) }]));
      await state.release();
    }
    for (let run = 0; run < 3; run += 1) await write();
    // The younger ones are worth being made into one; what they were made of is still there.
    const before = await partsOf();
    expect(before.length).toBe(3);

    jest.useFakeTimers({ now: Date.now() + 2 * 60 * 60_000, doNotFake: [...untouched] });
    try {
      await write();
    } finally {
      jest.useRealTimers();
    }
    const after = await partsOf();
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);
    expect(await keys()).toEqual(["a", "b", "c", "d"]);
  });

  it("whose part was deleted by hand is told in words", async () => {
    const state = await store.lock("people");
    for (const key of ["a", "b", "c", "d"]) await state.commit(inPartition("p", [{ key, value: long(12_000) }]));
    await state.release();
    const [part = ""] = await partsOf();
    await azurite.container(address).deleteBlob(part);

    await expect(keys()).rejects.toThrow(
      new RegExp(
        `^A part of ${address} is not there \\(.{36}\\): .* Try again; if that does not help, delete the blob`,
      ),
    );
  });
});

describe("a blob that was a SQLite file", () => {
  /** As the version before left it, with a log behind the file of a run that was killed. */
  async function before(): Promise<void> {
    const file = join(folder, "local.sqlite");
    const local = openSqliteState(file);
    const writing = await local.lock("people");
    const names = Array.from({ length: 3_000 }, (_, index) => String(index).padStart(4, "0"));
    await commitAll(
      writing,
      names.map((key) => ({ partition: "p", key, value: { name: `Name ${key}` } })),
    );
    await writing.release();
    await local.close();
    const log = encodeLog([{ edits: [{ partition: "p", key: "0000" }] }]);
    const bytes = Buffer.concat([readFileSync(file), log]);
    await azurite.aside(address).upload(bytes, bytes.length);
    rmSync(file);
  }

  it("is read as it is, and becomes parts when a run takes it", async () => {
    await before();
    const found = await keys();
    expect([found.length, found[0]]).toEqual([2_999, "0001"]);
    expect(await partsOf()).toEqual([]);

    const state = await store.lock("people");
    await state.commit(inPartition("p", put("new")));
    await state.release();

    expect((await keys()).length).toBe(3_000);
    expect(await partsOf()).toHaveLength(1);
    expect((await azurite.aside(address).downloadToBuffer()).toString("utf8", 0, 24)).toBe('{"tenantwire":"state","f');
  });

  it("of the first format goes on: links by both ids, and counted", async () => {
    const file = join(folder, "old.sqlite");
    const old = new DatabaseSync(file);
    old.exec(`
      CREATE TABLE entities (
        partition TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (partition, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE locks (
        sync TEXT PRIMARY KEY, fence INTEGER NOT NULL, holder TEXT, since TEXT, renewed INTEGER NOT NULL
      ) STRICT;
      PRAGMA user_version = 1;
    `);
    const link = { sourceId: "a", targetId: "t-a", label: "a", origin: "created", active: true, agreed: {} };
    old.prepare("INSERT INTO entities VALUES ('people-links', 'a', ?)").run(JSON.stringify(link));
    old.close();
    // A run of then was killed: its log is of the first format, too.
    const operations = [{ op: "put", key: "a", value: { kind: "update", label: "a", at: "2026-03-02T08:00:00.000Z" } }];
    const log = Buffer.from(`${JSON.stringify({ partition: "people-journal", operations })}\n`);
    const bytes = Buffer.concat([readFileSync(file), log]);
    rmSync(file);
    await azurite.aside(address).upload(bytes, bytes.length);

    const state = await store.lock("people");
    expect(await state.get("people-linked", "t-a")).toBe("a");
    expect(await state.get("people-counts", "links")).toEqual({ links: 1, active: 1 });
    expect(await state.get("people-journal", "a")).toMatchObject({ kind: "update" });
    await state.release();
  });

  it("is as it was when the runner vanishes before all of it is there", async () => {
    await before();
    azurite.fate = (request) => (request.startsWith("PUT blocklist") ? "refused" : undefined);
    await expect(store.lock("people")).rejects.toThrow(StateError);
    azurite.fate = () => undefined;
    expect((await keys()).length).toBe(2_999);
    await (await store.lock("people")).release();
    expect((await keys()).length).toBe(2_999);
  });

  it("is copied for its owner only, while it is read", async () => {
    await before();
    const reader = openBlobState(address, credential, { temporary: folder });
    await reader.read();
    const [copy = ""] = readdirSync(folder);
    expect(statSync(join(folder, copy)).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(join(folder, copy))) {
      expect([file, statSync(join(folder, copy, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
    await reader.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("and cannot be copied is told in words", async () => {
    await before();
    store = openBlobState(address, credential, { temporary: join(folder, "nowhere") });
    expect(await said()).toBe(
      `StateError: The working copy of the state cannot be written to ${join(folder, "nowhere")} (ENOENT): make room, or name another temporary folder in TMPDIR.`,
    );
  });
});

describe("what is wrong is told in words", () => {
  it("a container that is not there", async () => {
    const place = address.replace("/state-", "/nowhere-");
    store = openBlobState(place, credential, { temporary: folder });
    expect(await said()).toBe(
      `StateError: There is no container for ${place}: make it (az storage container create), or name another one.`,
    );
  });

  it("no right to it", async () => {
    store = openBlobState(address, new StorageSharedKeyCredential("devstoreaccount1", "bm90IHRoZSBrZXk="), {
      temporary: folder,
    });
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

  it("a newer version", async () => {
    const text = '{"tenantwire":"state","format":4,"more":true}\n';
    await azurite.aside(address).upload(text, text.length);
    expect(await said()).toBe(`StateError: ${address} was written by a newer tenantwire (format 4): use that version.`);
  });

  it("a manifest that is cut off", async () => {
    const text = '{"tenantwire":"state","format":3,"parts":[';
    await azurite.aside(address).upload(text, text.length);
    expect(await said()).toMatch(`StateError: ${address} is damaged or not a state file: put back a copy`);
  });

  it("a host that is not there", async () => {
    store = openBlobState("http://127.0.0.1:9/devstoreaccount1/state/contoso.sqlite", credential, {
      temporary: folder,
      gate: new Gate({ patienceMs: 0 }),
    });
    expect(await said()).toMatch(/^Unreachable: 127\.0\.0\.1:9 cannot be reached \(.*ECONNREFUSED/);
  });

  it("and the lease is given back", async () => {
    await azurite.aside(address).upload("notes", 5);
    await said();
    const { leaseState } = await azurite.aside(address).getProperties();
    expect(leaseState).toBe("available");
  });
});

async function said(): Promise<string> {
  const errors = await Promise.all(
    [store.lock("people"), store.read()].map((done) => done.catch((thrown: unknown) => thrown)),
  );
  expect(errors[0]).toBeInstanceOf(Error);
  return `${(errors[0] as Error).name}: ${(errors[0] as Error).message}`;
}

/** An engine with its state in the blob. */
async function benchWithBlob(): Promise<Bench> {
  const bench = new Bench();
  await bench.store.close();
  rmSync(bench.folder, { recursive: true, force: true });
  bench.store = openBlobState(address, credential, { temporary: folder });
  return bench;
}

/** Intervals begin when the test says so; requests need their own timers. */
function fakeIntervals(): void {
  jest.useFakeTimers({ doNotFake: ["Date", ...untouched] });
}
