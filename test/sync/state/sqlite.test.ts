import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StateError, StateLocked } from "../../../contract/errors.ts";
import { thisProcess } from "../../../sync/state/process-identity.ts";
import { LEASE_MS } from "../../../sync/state/sqlite/lock.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import { StateFenced, type StateStore } from "../../../sync/state/session.ts";
import { collect, describeStateStore, inPartition } from "./state-stores.ts";

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

describe("a state file", () =>
  describeStateStore(async () => {
    const path = join(folder, "another", "state.sqlite");
    return {
      open: () => openSqliteState(path),
      exists: async () => existsSync(join(folder, "another")),
      remove: async () => rmSync(join(folder, "another"), { recursive: true, force: true }),
    };
  }));

describe("what is stored", () => {
  it("is for its owner only", async () => {
    const state = await store.lock("people");
    await state.commit(inPartition("p", [{ key: "a", value: 1 }]));

    const rights = [join(folder, "made"), file, `${file}-wal`].map((path) => statSync(path).mode & 0o777);

    expect(rights).toEqual([0o700, 0o600, 0o600]);
    await state.release();
  });
});

describe("the log", () => {
  it("is on the disk before anything counts as stored", async () => {
    const state = await store.lock("people");
    const order: string[] = [];
    const some = await open(file);
    const handles = Object.getPrototypeOf(some) as typeof some;
    await some.close();
    const datasync = handles.datasync;
    const watched = jest.spyOn(handles, "datasync").mockImplementation(async function (this: typeof some) {
      await datasync.call(this);
      order.push("on the disk");
    });

    try {
      await state.commit(inPartition("p", [{ key: "a", value: 1 }])).then(() => order.push("stored"));
      await state.commitTogether?.([inPartition("p", [{ key: "b", value: 1 }])]).then(() => order.push("stored"));
      await state.clear("p").then(() => order.push("stored"));
    } finally {
      watched.mockRestore();
    }

    expect(order).toEqual(["on the disk", "stored", "on the disk", "stored", "on the disk", "stored"]);
    await state.release();
  });

  it("that cannot be brought to the disk fails what was committed, and what comes after it", async () => {
    const state = await store.lock("people");
    rmSync(`${file}-wal`);

    await expect(state.commit(inPartition("p", [{ key: "a", value: 1 }]))).rejects.toThrow(StateError);
    writeFileSync(`${file}-wal`, "");
    await expect(state.commit(inPartition("p", [{ key: "b", value: 1 }]))).rejects.toThrow(StateError);

    await state.release();
  });
});

describe("the lock", () => {
  it("is one a sync", async () => {
    const people = await store.lock("people");
    const rooms = await store.lock("rooms");
    await rooms.commit(inPartition("p", [{ key: "a", value: 1 }]));
    await people.commit(inPartition("p", [{ key: "b", value: 1 }]));
    expect(await rooms.count("p")).toBe(2);
    await Promise.all([people.release(), rooms.release()]);
  });

  it("of a process that was killed is taken over at once", async () => {
    const child = await holder(file);
    await expect(store.lock("people")).rejects.toThrow(StateLocked);

    child.kill("SIGKILL");
    await once(child, "close");

    const state = await store.lock("people");
    await state.commit(inPartition("p", [{ key: "a", value: 1 }]));
    await state.release();
  });

  it("of a process whose id belongs to another one by now is taken over at once", async () => {
    const state = await store.lock("people");
    rewriteHolder({ ...thisProcess(), started: "1" });

    const next = await store.lock("people");

    await expect(state.commit(inPartition("p", []))).rejects.toThrow(StateFenced);
    await next.release();
  });

  it("of another machine is taken over when its lease has run out, and not before", async () => {
    const state = await store.lock("people");
    const elsewhere = { ...thisProcess(), host: "elsewhere", machine: "elsewhere", pid: 1 };
    rewriteHolder(elsewhere, Date.now() - LEASE_MS + 5_000);
    await expect(store.lock("people")).rejects.toThrow(/process 1 on elsewhere.*the lock is free in [45] s\.$/);

    rewriteHolder(elsewhere, Date.now() - LEASE_MS - 1);
    const next = await store.lock("people");

    await expect(state.commit(inPartition("p", []))).rejects.toThrow(
      'Another run of "people" has taken over; this one stops.',
    );
    await expect(state.clear("p")).rejects.toThrow(StateFenced);
    await state.release();
    await expect(store.lock("people")).rejects.toThrow(StateLocked);
    await next.commit(inPartition("p", [{ key: "a", value: 1 }]));
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
  const url = new URL("../../../sync/state/sqlite/store.ts", import.meta.url).href;
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
      await state.commit(inPartition("p", [{ key: `${index}`, value: "x".repeat(1_000) }]));
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
    other.exec("PRAGMA user_version = 4");
    other.close();

    expect(await said()).toBe(`${file} was written by a newer tenantwire (format 4): use that version.`);
  });

  it("because its folder is a file", async () => {
    writeFileSync(join(folder, "made"), "");

    expect(await said()).toMatch(
      /^.*state\.sqlite cannot be used as state \((EEXIST|ENOTDIR).*check the file, its folder and their rights\.$/,
    );
  });
});
