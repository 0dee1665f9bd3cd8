/** Explaining one object: it says what the next run then does, and changes nothing. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { explainObject, type ObjectExplanation } from "../../../sync/run/explain.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import type { RunReport } from "../../../sync/run/report.ts";
import type { OpKind, Item } from "../../../sync/model/types.ts";
import { Bench, leaver, person } from "./fakes.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

async function explain(id: string, more: { protected?: ReadonlySet<string> } = {}): Promise<ObjectExplanation> {
  const [object] = (await bench.source.fetch([id])) as [Item];
  bench.target.calls.length = 0;
  const explained = await explainObject({
    definition: bench.definition(),
    state: await bench.store.read(),
    object,
    signal: new AbortController().signal,
    now: bench.clock.now,
    ...more,
  });
  expect(bench.target.writes).toEqual([]);
  return explained;
}

/** What the next run does with it. */
async function done(id: string): Promise<OpKind> {
  const { changes = [], skips, exceptions }: RunReport = await bench.run({ dryRun: true });
  const change = changes.find(({ sourceId }) => sourceId === id);
  if (change) return change.kind;
  if (exceptions.some(({ sourceId }) => sourceId === id)) return "fail";
  return skips.some(({ sourceId }) => sourceId === id) ? "skip" : "none";
}

const renamed = person("a", { fields: { name: "Other", mail: "a@example.com" } });
const twins = () => {
  bench.target.seed({ name: "One", mail: "a@example.com" });
  bench.target.seed({ name: "Two", mail: "a@example.com" });
};

describe("what it says is what the next run does", () => {
  it.each<[string, () => void | Promise<unknown>, OpKind]>([
    ["somebody new", () => bench.source.put(person("a")), "create"],
    ["somebody without a mail address", () => bench.source.put(person("a", { skip: "has no mail address" })), "skip"],
    [
      "somebody whom the target has by mail",
      () => {
        bench.target.seed({ name: "Name a", mail: "a@example.com" });
        bench.source.put(person("a"));
      },
      "link",
    ],
    [
      "two candidates",
      () => {
        twins();
        bench.source.put(person("a"));
      },
      "fail",
    ],
    [
      "somebody as he should be",
      async () => {
        bench.source.put(person("a"));
        await bench.run();
      },
      "none",
    ],
    [
      "somebody who changed",
      async () => {
        bench.source.put(person("a"));
        await bench.run();
        bench.source.put(renamed);
      },
      "update",
    ],
    [
      "a leaver",
      async () => {
        bench.source.put(person("a"));
        await bench.run();
        bench.source.put(leaver("a"));
      },
      "disable",
    ],
    [
      "somebody who was deleted",
      async () => {
        bench.source.put(person("a"));
        await bench.run();
        bench.source.remove("a");
      },
      "disable",
    ],
    [
      "a leaver who is protected in the target",
      async () => {
        bench.source.put(person("a"));
        await bench.run();
        for (const object of bench.target.stored.values()) object.protected = "an owner";
        bench.source.put(leaver("a"));
      },
      "skip",
    ],
    [
      "somebody who came back",
      async () => {
        for (const id of ["a", "stays"]) bench.source.put(person(id));
        await bench.run();
        bench.source.put(leaver("a"));
        await bench.run();
        bench.source.put(person("a"));
      },
      "enable",
    ],
    [
      "somebody who was removed from the target, in a full run",
      async () => {
        bench.source.put(person("a"));
        await bench.run();
        bench.target.stored.clear();
        bench.scopeHash = "another";
      },
      "create",
    ],
  ])("%s", async (_, prepare, kind) => {
    await prepare();

    expect((await explain("a")).next.change.kind).toBe(kind);
    expect(await done("a")).toBe(kind);
  });
});

describe("beyond the next run", () => {
  it("a change by hand is healed by a full run, and a delta run does nothing", async () => {
    bench.source.put(person("a"));
    await bench.run();
    for (const object of bench.target.stored.values()) object.fields = { ...object.fields, name: "By hand" };

    const { next, full, present } = await explain("a");

    expect(next).toMatchObject({ mode: "delta", change: { kind: "none" } });
    expect(full).toMatchObject({ kind: "update", after: { name: "Name a" } });
    expect(present?.fields["name"]).toBe("By hand");
  });

  it("a failed write says why, since when, and not before when", async () => {
    bench.source.put(person("a"));
    await bench.run();
    bench.source.put(renamed);
    bench.target.throws = (call) => (call === "update" ? new Error("No.") : undefined);
    bench.clock.advance(1_000);
    const { startedAt } = await bench.run();
    bench.clock.advance(1_000);
    await bench.run();
    bench.target.throws = () => undefined;

    const { retry, next, history } = await explain("a");

    expect(retry).toMatchObject({ attempts: 2, since: startedAt, next: "2026-03-02T09:00:02.000Z", reason: "No." });
    expect(next).toMatchObject({ mode: "delta", change: { kind: "update" }, notBefore: "2026-03-02T09:00:02.000Z" });
    expect(await done("a")).toBe("fail");
    expect(history.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      "update failed",
      "update failed",
      "create done",
    ]);
  });

  it("what was refused is told with its end", async () => {
    for (const id of ["a", "stays"]) bench.source.put(person(id));
    await bench.run();
    bench.target.ignores = (call) => call === "setActive";
    bench.source.put(leaver("a"));
    await bench.run();

    const { next, link } = await explain("a");

    expect(link?.refused).toMatchObject({ active: false });
    expect(next.change).toMatchObject({
      kind: "skip",
      reason: expect.stringContaining("did not let it become inactive"),
    });
  });

  it("whom the source protects is left alone", async () => {
    bench.source.put(person("a"));
    await bench.run();
    bench.source.put(leaver("a"));

    const { next } = await explain("a", { protected: new Set(["a"]) });

    expect(next.change).toMatchObject({ kind: "skip", reason: expect.stringContaining("protected") });
  });

  it("somebody in a set over the limits is told so", async () => {
    bench.limits = Limits.parse({ disable: { count: 0 } });
    bench.source.put(person("a"));
    bench.source.put(person("b"));
    await bench.run();
    bench.source.put(leaver("a"));
    const { limit } = await bench.run();

    expect((await explain("a")).limited).toMatchObject({ hash: limit?.hash, objects: 1 });
    expect((await explain("b")).limited).toBeUndefined();
  });

  it("a create whose answer never came is looked up, and the state stays as it is", async () => {
    bench.source.put(person("a"));
    const stop = new AbortController();
    bench.target.around = (call, when) => {
      if (call === "create" && when === "after") stop.abort();
    };
    await bench.run({ signal: stop.signal });
    bench.target.around = () => undefined;

    const first = await explain("a");
    const again = await explain("a");

    expect(first).toMatchObject({ unsettled: true, link: { origin: "created" }, next: { change: { kind: "none" } } });
    expect(again).toEqual(first);
  });

  it("works while a run holds the lock", async () => {
    bench.source.put(person("a"));
    const lock = await bench.store.lock("people");
    expect((await explain("a")).next.change.kind).toBe("create");
    await lock.release();
  });
});
