/** What every place that state is kept in does. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { StateLocked } from "../../../contract/errors.ts";
import { toJson } from "../../../sync/model/json.ts";
import type { Json } from "../../../sync/model/json-value.ts";
import { type Fields, type Half, linkFromJson } from "../../../sync/model/types.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { runSync } from "../../../sync/run/run.ts";
import type { Edit, Entity, StateStore } from "../../../sync/state/session.ts";
import { Clock, FIELDS, leaver, MemorySource, MemoryTarget, person } from "../run/fakes.ts";

/** Changes in one partition; a key without a value is removed. */
export function inPartition(partition: string, entities: readonly { key: string; value?: Json }[]): readonly Edit[] {
  return entities.map((entity) => ({ partition, ...entity }));
}

/** A place that nothing was kept in yet. */
export interface Place {
  /** The place as one more process sees it. */
  open(): StateStore;
  /** Is anything there? */
  exists(): Promise<boolean>;
  remove(): Promise<void>;
}

export async function collect(pages: AsyncIterable<readonly Entity[]>): Promise<readonly Entity[]> {
  const all: Entity[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function describeStateStore(newPlace: () => Promise<Place>): void {
  let place: Place;
  let store: StateStore;

  beforeEach(async () => {
    place = await newPlace();
    store = place.open();
  });

  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  describe("what is stored", () => {
    it("is read back by a later process too", async () => {
      const state = await store.lock("people");
      await state.commit(
        inPartition("links", [
          { key: "b", value: { name: "Bob" } },
          { key: "a", value: null },
          { key: "c", value: [1, "x", true] },
          { key: "ü \n", value: "Zoë\u2028\0" },
        ]),
      );
      await state.commit(inPartition("links", [{ key: "c" }, { key: "b", value: { name: "Rob" } }]));
      await state.release();
      await store.close();
      store = place.open();

      const read = await store.read();

      expect(await read.get("links", "a")).toBeNull();
      expect(await read.get("links", "c")).toBeUndefined();
      expect(await read.count("links")).toBe(3);
      expect(await collect(read.list("links"))).toEqual([
        { key: "a", value: null },
        { key: "b", value: { name: "Rob" } },
        { key: "ü \n", value: "Zoë\u2028\0" },
      ]);
    });

    it("is what was there when it was asked for, also by many at once and beside a change", async () => {
      const state = await store.lock("people");
      const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
      const all = (value: Json) =>
        inPartition(
          "links",
          keys.slice(0, 50).map((key) => ({ key, value })),
        );
      await state.commit(all("before"));

      const asked = Promise.all(keys.map((key) => state.get("links", key)));
      const committed = state.commit(all("after"));

      expect(await asked).toEqual(keys.map((_, index) => (index < 50 ? "before" : undefined)));
      await committed;
      expect(await state.get("links", "k0")).toBe("after");
      await state.release();
    });

    it("is seen by whoever reads while it is locked", async () => {
      const state = await store.lock("people");
      await state.commit(inPartition("p", [{ key: "a", value: 1 }]));
      await state.commit(inPartition("q", [{ key: "a", value: 1 }]));
      await state.clear("q");

      const other = place.open();
      const read = await other.read();

      expect([await read.count("p"), await read.count("q")]).toEqual([1, 0]);
      await other.close();
      await state.release();
    });

    it("is listed whole and in order while it is written to", async () => {
      const state = await store.lock("people");
      const keys = Array.from({ length: 2_500 }, (_, index) => String(index).padStart(5, "0"));
      for (let start = 0; start < keys.length; start += 99) {
        await state.commit(
          inPartition(
            "p",
            keys.slice(start, start + 99).map((key) => ({ key, value: key })),
          ),
        );
      }
      const seen: string[] = [];
      for await (const page of state.list("p")) {
        seen.push(...page.map(({ key }) => key));
        await state.commit(inPartition("p", [{ key: page[0]?.key ?? "" }]));
      }
      expect(seen).toEqual(keys);
      await state.release();
    });

    it("is cleared by partition", async () => {
      const state = await store.lock("people");
      await state.commit(inPartition("one", [{ key: "a", value: 1 }]));
      await state.commit(inPartition("two", [{ key: "a", value: 2 }]));

      await state.clear("one");

      expect([await state.count("one"), await state.count("two")]).toEqual([0, 1]);
      await state.release();
    });

    it("is as asked last, when several writes are under way", async () => {
      const state = await store.lock("people");
      const values = Array.from({ length: 20 }, (_, index) => index);

      await Promise.all(values.map((value) => state.commit(inPartition("p", [{ key: "a", value }]))));

      expect(await state.get("p", "a")).toBe(19);
      await state.release();
    });

    it("is stored in several commits at once where it can be, all of them or none", async () => {
      const state = await store.lock("people");
      const one = inPartition("p", [
        { key: "a", value: 1 },
        { key: "b", value: 1 },
      ]);
      const other = inPartition("p", [{ key: "b", value: 2 }, { key: "a" }]);
      await state.commitTogether?.([one, other]);
      expect([await state.get("p", "a"), await state.get("p", "b")]).toEqual(
        state.commitTogether ? [undefined, 2] : [undefined, undefined],
      );
      const many = Array.from({ length: 100 }, (_, index) => ({ key: `${index}`, value: 1 }));
      const failing = state.commitTogether?.([one, inPartition("p", many)]) ?? Promise.reject(new RangeError());
      await expect(failing).rejects.toThrow(RangeError);
      expect(await state.get("p", "a")).toBeUndefined();
      await state.release();
    });

    it("is stored in commits of at most 99, whole or not at all", async () => {
      const state = await store.lock("people");
      const operations = Array.from({ length: 100 }, (_, index) => ({ key: `${index}`, value: 1 }));

      await expect(state.commit(inPartition("p", operations))).rejects.toThrow(RangeError);
      expect(await state.count("p")).toBe(0);
      await state.release();
    });
  });

  describe("reading without a lock", () => {
    it("of what is not there finds nothing and makes nothing", async () => {
      const read = await store.read();

      expect(await read.get("p", "a")).toBeUndefined();
      expect(await collect(read.list("p"))).toEqual([]);
      expect(await place.exists()).toBe(false);
    });

    it("does not write", async () => {
      const read = await store.read();

      await expect(read.commit(inPartition("p", []))).rejects.toThrow("reading only");
      await expect(read.clear("p")).rejects.toThrow("reading only");
    });
  });

  describe("the lock", () => {
    it("is held by one run at a time, and says by whom and since when", async () => {
      const before = new Date().toISOString();
      const state = await store.lock("people");
      const other = place.open();

      const second: unknown = await other.lock("people").catch((thrown: unknown) => thrown);

      expect(second).toBeInstanceOf(StateLocked);
      const said = /^A run of "people" is under way since (\S+Z) \(process (\d+) on .*\).*: wait until it ends\./;
      const [, since = "", pid] = said.exec((second as Error).message) ?? [];
      expect(Number(pid)).toBe(process.pid);
      expect(since >= before && since <= new Date().toISOString()).toBe(true);
      await state.release();
      await (await other.lock("people")).release();
      await other.close();
    });
  });

  it("of links before both sides of a pair were remembered is gone on with as it is", async () => {
    const clock = new Clock();
    const target = new MemoryTarget(clock);
    const source = new MemorySource();
    const state = await store.lock("people");
    for (const id of ["a", "b", "c"]) {
      source.put(person(id));
      const { id: targetId, fields } = target.seed(person(id).fields ?? {}, { sourceId: id });
      const link = { sourceId: id, targetId, label: `Name ${id}`, origin: "adopted", active: true, agreed: fields };
      await state.commit([
        { partition: "people-links", key: id, value: toJson(link) },
        { partition: "people-linked", key: targetId, value: id },
        { partition: "people-counts", key: "links", value: { links: target.stored.size, active: target.stored.size } },
      ]);
    }
    await state.release();
    const definition = {
      sync: "people",
      source,
      target,
      fields: FIELDS,
      limits: Limits.parse({ disable: { percent: 100 } }),
      scopeHash: "scope",
      fullEveryMs: 24 * 60 * 60 * 1000,
    };
    const sync = () => runSync(definition, { store, now: clock.now, sleep: clock.sleep });

    expect(await sync()).toMatchObject({ status: "Success", counts: { none: 3, link: 0, create: 0, update: 0 } });
    expect(target.writes).toEqual([]);
    source.put(person("b", { fields: { name: "Bee", mail: "b@example.com" } }));
    source.put(leaver("c"));

    expect(await sync()).toMatchObject({ mode: "delta", counts: { update: 1, disable: 1, create: 0, fail: 0 } });

    const links = await collect((await store.read()).list("people-links"));
    expect(links.map(({ value }) => linkFromJson(value))).toEqual([
      { a: half("a", true, {}), b: half("t1", true, person("a").fields), label: "Name a", origin: "adopted" },
      {
        a: half("b", true, {}),
        b: half("t2", true, { name: "Bee", mail: "b@example.com" }),
        label: "Bee",
        origin: "adopted",
      },
      { a: half("c", true, {}), b: half("t3", false, person("c").fields), label: "Name c", origin: "adopted" },
    ]);
  });
}

function half(id: string, active: boolean, agreed: Fields = {}): Half {
  return { id, active, agreed };
}
