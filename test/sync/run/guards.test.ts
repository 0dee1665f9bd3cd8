/** The guards of a run: the wrong place, too many failures, and people who come back or seem to. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TenantwireError } from "../../../contract/errors.ts";
import { Limits } from "../../../sync/planner/limits.ts";
import { Bench, FIELDS, held, leaver, person, wanted } from "./fakes.ts";

const HOUR_MS = 60 * 60 * 1000;

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

afterEach(() => bench.close());

function hire(...ids: readonly string[]): void {
  for (const id of ids) bench.source.put(person(id));
}

function many(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function storedFor(sourceId: string) {
  const found = [...bench.target.stored.values()].filter((object) => object.sourceId === sourceId);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects carry ${sourceId}.`);
  return found[0];
}

function place(id: string) {
  return async () => ({ id, label: `the group ${id.toUpperCase()}`, mend: "store its key" });
}

describe("disaster 3: the wrong tenant or group", () => {
  beforeEach(async () => {
    hire("a");
    bench.source.place = place("tenant-1");
    bench.target.place = place("group-1");
    await bench.run();
  });

  it.each(["source", "target"] as const)("of the %s is refused before anything is read or written", async (side) => {
    bench[side].place = place("other");
    hire("b");
    let reads = 0;
    bench.source.onRead = () => void (reads += 1);

    for (const dryRun of [true, false]) {
      const report = await bench.run({ dryRun, mode: "full" });

      const before = side === "source" ? "tenant-1" : "group-1";
      expect(report).toMatchObject({ status: "Failure", exitCode: 1, read: 0 });
      expect(report.failure).toBe(
        `This is the group OTHER (other), but the state in ${bench.stateFile} belongs to the group ${before.toUpperCase()} (${before}): nothing was read or written. ` +
          `To go on with the latter, store its key. If the move is meant, put that state aside and run again: everybody is matched anew, and nobody is disabled in that run.`,
      );
      expect([reads, bench.target.calls]).toEqual([0, []]);
    }

    bench[side].place = place(side === "source" ? "tenant-1" : "group-1");
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 1 } });
  });

  it("is the right one when the state was put aside", async () => {
    bench.target.place = place("group-2");
    await bench.loseState();

    expect(await bench.run()).toMatchObject({ status: "Success", counts: { link: 1 } });
    bench.target.place = place("group-1");
    expect(await bench.run()).toMatchObject({ status: "Failure" });
  });

  it("is not remembered by a run that wrote nothing", async () => {
    await bench.loseState();
    bench.target.place = place("wrong");
    await bench.run({ dryRun: true });
    bench.source.remove("a");
    expect(await bench.run()).toMatchObject({ exitCode: 20 });
    hire("a");

    bench.target.place = place("group-1");

    expect(await bench.run()).toMatchObject({ status: "Success" });
  });
});

describe("disaster 10: what fails every night", () => {
  function failing(...ids: readonly string[]): void {
    const mails = new Set(ids.map((id) => `${id}@example.com`));
    const create = bench.target.create.bind(bench.target);
    bench.target.create = async (object) => {
      if (mails.has(String(object.fields["mail"]))) throw new TenantwireError("No seats left.");
      return create(object);
    };
  }

  it("is stopped before the next write when everything fails, says so, and starts from the same place", async () => {
    bench.target.concurrency = 1;
    hire("a");
    await bench.run();
    hire(...many("p", 60));
    bench.target.throws = (call) => (call === "create" ? new TenantwireError("No seats left.") : undefined);

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Failure", exitCode: 1, counts: { create: 0, fail: 20 } });
    expect(report.failure).toBe(
      "The last 20 writes to Roster failed; the last one: No seats left. " +
        "Nothing more was written, and the next run starts from the same place: mend that and run again.",
    );
    expect(bench.target.writes).toHaveLength(20);

    // It stops again as long as it is not mended, though the failures are known by then.
    bench.clock.advance(HOUR_MS);
    expect(await bench.run()).toMatchObject({ mode: "delta", status: "Failure", counts: { fail: 40 }, read: 60 });

    bench.target.throws = () => undefined;
    bench.clock.advance(HOUR_MS);
    expect(await bench.run()).toMatchObject({ mode: "delta", status: "Success", counts: { create: 60 } });
    expect(held(bench.target)).toEqual(wanted(bench.source));
  });

  it("is not stopped while some come through, however many fail", async () => {
    bench.target.concurrency = 1;
    const people = many("p", 300);
    hire(...people);
    failing(...people.filter((_, index) => index % 10 !== 9));
    expect(await bench.run()).toMatchObject({ status: "Success with Exceptions", counts: { create: 30, fail: 270 } });
  });

  it.each([
    ["a few fail", 19, 19],
    ["no more than the share fails", 30, 300],
  ])("is not stopped when %s", async (_, bad, all) => {
    bench.target.concurrency = 1;
    const people = many("p", all);
    hire("good", ...people);
    // Spread out: one of ten, from the tenth on.
    failing(...(bad === all ? people : people.filter((__, index) => index % 10 === 9)));

    expect(await bench.run()).toMatchObject({ status: "Success with Exceptions", counts: { fail: bad } });
  });

  it("is stopped after the read-back when the target answers success and does nothing", async () => {
    const people = many("p", 30);
    hire(...people);
    await bench.run();
    bench.target.ignores = (call) => call === "update";
    for (const id of people) {
      bench.source.put(person(id, { fields: { name: "New", mail: `${id}@example.com` } }));
    }

    const report = await bench.run();

    expect(report.status).toBe("Failure");
    expect(report.failure).toMatch(
      /^30 writes to Roster failed, and none was done; .* Roster answered success, but name is still "Name p\d+" instead of "New"\. /,
    );
    bench.target.ignores = () => false;
    expect(await bench.run()).toMatchObject({ mode: "delta", status: "Success", counts: { update: 30 } });
  });

  it("does not keep the others from being written for good", async () => {
    bench.limits = Limits.parse({ disable: { count: 1000, percent: 100 }, failures: { count: 3 } });
    hire(...many("good", 10), "x", "y", "z");
    failing("x", "y", "z");
    const first = await bench.run();
    expect(first).toMatchObject({ status: "Success with Exceptions", counts: { create: 10, fail: 3 } });
    bench.clock.advance(2 * HOUR_MS);
    hire("new");

    const report = await bench.run();

    expect(report).toMatchObject({ status: "Success with Exceptions", counts: { create: 1, fail: 3 } });
    expect(report.exceptions.map(({ since }) => since)).toEqual(Array(3).fill(first.finishedAt));
  });
});

describe("disaster 7: somebody left", () => {
  const fields = { name: "Ada", mail: "ada@example.com" };
  const question =
    'is this "Ada" (old) again, who left, and whose mail it has? "Ada" (t1) of Roster belongs to that one: ' +
    "if they are the same, set the sourceId there to new; if not, change the mail there";

  beforeEach(async () => {
    bench.source.put(person("old", { fields }));
    hire("rob");
    await bench.run();
  });

  function anew(): void {
    bench.source.put(person("new", { fields }));
  }

  function resources() {
    return [...bench.target.stored.values()].map(({ id, sourceId, active }) => ({ id, sourceId, active }));
  }

  it.each([
    ["left and came back", () => bench.source.put(leaver("old"))],
    ["was deleted and restored", () => bench.source.remove("old")],
  ])("who %s is enabled again with what there was", async (_, leave) => {
    storedFor("old").fields = { ...fields, seniority: 5 };
    leave();
    expect(await bench.run()).toMatchObject({ counts: { disable: 1 } });
    bench.source.put(person("old", { fields }));

    expect(await bench.run()).toMatchObject({ status: "Success", counts: { enable: 1, create: 0 } });
    expect(storedFor("old")).toMatchObject({ id: "t1", active: true, fields: { ...fields, seniority: 5 } });
  });

  describe.each(["full", "delta"] as const)("and was made anew under the same mail, in a %s run:", (mode) => {
    const options = mode === "full" ? { mode } : {};

    it.each([
      ["in the run that disables the old one", false],
      ["long after it", true],
    ])("is a question, neither merged nor made twice, %s", async (_, before) => {
      bench.source.remove("old");
      if (before) await bench.run();
      anew();

      const report = await bench.run(options);

      expect(report).toMatchObject({
        mode,
        status: "Success with Exceptions",
        counts: { create: 0, link: 0, fail: 1, disable: before ? 0 : 1 },
        exceptions: [{ sourceId: "new", outcome: "failed", reason: question }],
      });
      expect(resources()).toContainEqual({ id: "t1", sourceId: "old", active: false });
      expect(resources()).toHaveLength(2);
    });

    it("is a question even where the old one could not be made inactive", async () => {
      bench.source.remove("old");
      storedFor("old").protected = "is an owner";
      await bench.run();
      anew();

      expect((await bench.run(options)).exceptions).toMatchObject([{ sourceId: "new", reason: question }]);
    });

    it.each([
      ["", false],
      [", and made it active", true],
    ])("takes the object over when a person wrote the new id there%s, for good", async (_, active) => {
      bench.source.remove("old");
      anew();
      await bench.run();
      Object.assign(storedFor("old"), { sourceId: "new", active });
      bench.clock.advance(HOUR_MS);

      const report = await bench.run(options);

      expect(report).toMatchObject({ mode, status: "Success", counts: { link: 1, disable: 0, create: 0 } });
      const taken = { id: "t1", sourceId: "new", active: true };
      expect(resources()).toContainEqual(taken);
      for (const next of [{}, { mode: "full" as const }]) {
        expect(await bench.run(next)).toMatchObject({ status: "Success", planned: { disable: 0, enable: 0 } });
        expect(resources()).toContainEqual(taken);
      }
      // Who is restored after that is somebody else.
      bench.source.put(person("old", { fields: { name: "Ada", mail: "ada2@example.com" } }));
      expect(await bench.run()).toMatchObject({ counts: { create: 1, update: 0 } });
      expect(resources()).toContainEqual(taken);
    });

    it("gets an object of its own when a person changed the mail of the old one", async () => {
      bench.source.remove("old");
      anew();
      await bench.run();
      const old = storedFor("old");
      old.fields = { ...fields, mail: "was-ada@example.com" };
      bench.clock.advance(HOUR_MS);

      expect(await bench.run(options)).toMatchObject({ mode, status: "Success", counts: { create: 1 } });
      expect(resources()).toContainEqual({ id: "t1", sourceId: "old", active: false });
    });
  });

  it("and a run that is killed while it takes an object over does no harm", async () => {
    bench.source.remove("old");
    anew();
    await bench.run();
    storedFor("old").sourceId = "new";
    bench.clock.advance(HOUR_MS);
    const stop = new AbortController();
    bench.target.around = (call, when) => {
      if (call === "setActive" && when === "after") stop.abort();
    };
    await bench.run({ signal: stop.signal });
    bench.target.around = () => undefined;

    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success", counts: { disable: 0 } });
    expect(storedFor("new")).toMatchObject({ id: "t1", active: true });
    const links: unknown[] = [];
    for await (const page of (await bench.store.read()).list("people-links")) links.push(...page);
    expect(links.map((link) => (link as { key: string }).key).sort()).toEqual(["new", "rob"]);
  });

  it("is no question where the other one still is there: two may share an address", async () => {
    anew();

    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 1 } });
    expect(Object.keys(storedFor("new").fields)).toEqual(FIELDS);
  });
});
