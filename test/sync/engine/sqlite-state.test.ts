import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StateError, StateLocked } from "../../../sync/engine/errors.ts";
import { thisProcess } from "../../../sync/engine/process-identity.ts";
import { LEASE_MS } from "../../../sync/engine/sqlite-lock.ts";
import { openSqliteState } from "../../../sync/engine/sqlite-state.ts";
import { StateFenced, type Entity, type StateStore } from "../../../sync/engine/state.ts";

let folder: string;
let file: string;
let store: StateStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-state-"));
  file = join(folder, "made", "state.sqlite");
  store = openSqliteState(file);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function collect(pages: AsyncIterable<readonly Entity[]>): Promise<readonly Entity[]> {
  const all: Entity[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

describe("what is stored", () => {
  it("is read back, by a later process of this machine too", async () => {
    const state = await store.lock("people");
    await state.write("links", [
      { op: "put", key: "b", value: { name: "Bob" } },
      { op: "put", key: "a", value: null },
      { op: "put", key: "c", value: [1, "x", true] },
    ]);
    await state.write("links", [
      { op: "delete", key: "c" },
      { op: "put", key: "b", value: { name: "Rob" } },
    ]);
    await state.release();
    await store.close();
    store = openSqliteState(file);

    const read = await store.read();

    expect(await read.get("links", "a")).toBeNull();
    expect(await read.get("links", "c")).toBeUndefined();
    expect(await read.count("links")).toBe(2);
    expect(await collect(read.list("links"))).toEqual([
      { key: "a", value: null },
      { key: "b", value: { name: "Rob" } },
    ]);
  });

  it("is listed whole and in order while it is written to", async () => {
    const state = await store.lock("people");
    const keys = Array.from({ length: 2_500 }, (_, index) => String(index).padStart(5, "0"));
    for (let start = 0; start < keys.length; start += 100) {
      await state.write(
        "p",
        keys.slice(start, start + 100).map((key) => ({ op: "put", key, value: key })),
      );
    }
    const seen: string[] = [];
    for await (const page of state.list("p")) {
      seen.push(...page.map(({ key }) => key));
      await state.write("p", [{ op: "delete", key: page[0]?.key ?? "" }]);
    }
    expect(seen).toEqual(keys);
    await state.release();
  });

  it("is cleared by partition", async () => {
    const state = await store.lock("people");
    await state.write("one", [{ op: "put", key: "a", value: 1 }]);
    await state.write("two", [{ op: "put", key: "a", value: 2 }]);

    await state.clear("one");

    expect([await state.count("one"), await state.count("two")]).toEqual([0, 1]);
    await state.release();
  });

  it("is stored in batches of at most 100, whole or not at all", async () => {
    const state = await store.lock("people");
    const operations = Array.from({ length: 101 }, (_, index) => ({ op: "put", key: `${index}`, value: 1 }) as const);

    await expect(state.write("p", operations)).rejects.toThrow(RangeError);
    expect(await state.count("p")).toBe(0);
    await state.release();
  });

  it("is for its owner only", async () => {
    const state = await store.lock("people");
    await state.write("p", [{ op: "put", key: "a", value: 1 }]);

    const rights = [join(folder, "made"), file, `${file}-wal`].map((path) => statSync(path).mode & 0o777);

    expect(rights).toEqual([0o700, 0o600, 0o600]);
    await state.release();
  });
});

describe("reading without a lock", () => {
  it("of a file that is not there finds nothing and makes nothing", async () => {
    const read = await store.read();

    expect(await read.get("p", "a")).toBeUndefined();
    expect(await collect(read.list("p"))).toEqual([]);
    expect(existsSync(join(folder, "made"))).toBe(false);
  });

  it("does not write", async () => {
    const read = await store.read();

    await expect(read.write("p", [])).rejects.toThrow("reading only");
    await expect(read.clear("p")).rejects.toThrow("reading only");
  });
});

describe("the lock", () => {
  it("is held by one run at a time, and says by whom", async () => {
    const state = await store.lock("people");

    const second = store.lock("people");

    await expect(second).rejects.toThrow(StateLocked);
    await expect(second).rejects.toThrow(
      new RegExp(
        `^A run of "people" is under way since 2\\d{3}-.*Z \\(process ${process.pid} on .*\\): wait until it ends\\.`,
      ),
    );
    await state.release();
    await (await store.lock("people")).release();
  });

  it("is one a sync", async () => {
    const people = await store.lock("people");
    const rooms = await store.lock("rooms");
    await rooms.write("p", [{ op: "put", key: "a", value: 1 }]);
    await people.write("p", [{ op: "put", key: "b", value: 1 }]);
    expect(await rooms.count("p")).toBe(2);
    await Promise.all([people.release(), rooms.release()]);
  });

  it("of a process that was killed is taken over at once", async () => {
    const child = await holder(file);
    await expect(store.lock("people")).rejects.toThrow(StateLocked);

    child.kill("SIGKILL");
    await once(child, "close");

    const state = await store.lock("people");
    await state.write("p", [{ op: "put", key: "a", value: 1 }]);
    await state.release();
  });

  it("of a process whose id belongs to another one by now is taken over at once", async () => {
    const state = await store.lock("people");
    rewriteHolder({ ...thisProcess(), started: "1" });

    const next = await store.lock("people");

    await expect(state.write("p", [])).rejects.toThrow(StateFenced);
    await next.release();
  });

  it("of another machine is taken over when its lease has run out, and not before", async () => {
    const state = await store.lock("people");
    const elsewhere = { ...thisProcess(), host: "elsewhere", machine: "elsewhere", pid: 1 };
    rewriteHolder(elsewhere, Date.now() - LEASE_MS + 5_000);
    await expect(store.lock("people")).rejects.toThrow(/process 1 on elsewhere.*the lock is free in [45] s\.$/);

    rewriteHolder(elsewhere, Date.now() - LEASE_MS - 1);
    const next = await store.lock("people");

    await expect(state.write("p", [])).rejects.toThrow('Another run of "people" has taken over; this one stops.');
    await expect(state.clear("p")).rejects.toThrow(StateFenced);
    await state.release();
    await expect(store.lock("people")).rejects.toThrow(StateLocked);
    await next.write("p", [{ op: "put", key: "a", value: 1 }]);
    await next.release();
  });

  it("is renewed while it is held", async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ["nextTick", "setImmediate"] });
    try {
      const state = await store.lock("people");
      const before = renewed();
      jest.advanceTimersByTime(60_000);
      expect(renewed()).toBe(before + 60_000);

      await state.release();
      jest.advanceTimersByTime(60_000);
      expect(renewed()).toBe(before + 60_000);
    } finally {
      jest.useRealTimers();
    }
  });

  /** Makes somebody else the holder, as another process would see it. */
  function rewriteHolder(holder: object, at = Date.now()): void {
    const database = new DatabaseSync(file);
    database.prepare("UPDATE locks SET holder = ?, renewed = ?").run(JSON.stringify(holder), at);
    database.close();
  }

  function renewed(): number {
    const database = new DatabaseSync(file);
    const row = database.prepare("SELECT renewed FROM locks").get();
    database.close();
    return Number(row?.["renewed"]);
  }
});

/** A process that takes the lock and stays. */
async function holder(path: string): Promise<ChildProcess> {
  const url = new URL("../../../sync/engine/sqlite-state.ts", import.meta.url).href;
  const program = `
    import { openSqliteState } from ${JSON.stringify(url)};
    await openSqliteState(${JSON.stringify(path)}).lock("people");
    process.stdout.write("held");
    setInterval(() => undefined, 1000);`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

describe("a file that cannot be used is told in one sentence", () => {
  async function said(): Promise<string> {
    const error: unknown = await store.lock("people").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StateError);
    return (error as StateError).message;
  }

  it("because it is no database", async () => {
    store = openSqliteState((file = join(folder, "notes.txt")));
    writeFileSync(file, "These are my notes. ".repeat(100));

    expect(await said()).toBe(
      `${file} is damaged or not a state file: put back a copy, or move it away and run again ` +
        "(a sync then adopts what it made by the ids in the target and disables nothing in that run).",
    );
  });

  it("because it is damaged", async () => {
    const state = await store.lock("people");
    for (let index = 0; index < 50; index += 1) {
      await state.write("p", [{ op: "put", key: `${index}`, value: "x".repeat(1_000) }]);
    }
    await state.release();
    await store.close();
    truncateSync(file, 8_192);
    store = openSqliteState(file);

    const read = store.read().then((opened) => collect(opened.list("p")));

    await expect(read).rejects.toThrow(`${file} is damaged or not a state file`);
  });

  it("because it is a database of something else", async () => {
    store = openSqliteState((file = join(folder, "other.sqlite")));
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE t (x)");
    other.close();

    expect(await said()).toBe(`${file} is a database of something else: name another file for the state.`);
  });

  it("because a newer version wrote it", async () => {
    store = openSqliteState((file = join(folder, "newer.sqlite")));
    const other = new DatabaseSync(file);
    other.exec("PRAGMA user_version = 2");
    other.close();

    expect(await said()).toBe(`${file} was written by a newer tenantwire (format 2): use that version.`);
  });

  it("because its folder is a file", async () => {
    writeFileSync(join(folder, "made"), "");

    expect(await said()).toMatch(
      /^.*state\.sqlite cannot be used as state \((EEXIST|ENOTDIR).*check the file, its folder and their rights\.$/,
    );
  });
});
