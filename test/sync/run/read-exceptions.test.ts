/** What a source itself is not right about: named in the report beside what was synced all the same. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { newestReports } from "../../../sync/run/history.ts";
import type { ReadException, ReadRequest } from "../../../sync/model/types.ts";
import { Bench, MemorySource, person } from "./fakes.ts";

class FaultySource extends MemorySource {
  exceptions: readonly ReadException[] = [];
  override async *read(request: ReadRequest): ReturnType<MemorySource["read"]> {
    return { ...(yield* super.read(request)), exceptions: this.exceptions };
  }
}

let bench: Bench;
let source: FaultySource;
beforeEach(() => {
  source = new FaultySource();
  bench = new (class extends Bench {
    override readonly source = source;
  })();
  source.put(person("a"));
});
afterEach(() => bench.close());

const fault = { id: "a", label: "Ada", reason: '"Ada" has no capacity; set it there' };

it("makes a run Success with Exceptions, though everything is written", async () => {
  source.exceptions = [fault];

  const report = await bench.run();

  expect(report).toMatchObject({
    status: "Success with Exceptions",
    exitCode: 10,
    counts: { create: 1, fail: 1 },
    planned: { create: 1, fail: 1 },
    exceptions: [{ sourceId: "a", label: "Ada", kind: "fail", outcome: "failed", reason: fault.reason }],
  });
  expect(bench.target.stored.size).toBe(1);
});

it("is told by a dry run too, and kept without names", async () => {
  source.exceptions = [fault];
  expect(await bench.run({ dryRun: true })).toMatchObject({ exitCode: 10, counts: { create: 1, fail: 1 } });

  await bench.run();

  const [stored] = await newestReports(await bench.store.read(), "people", 1);
  expect(stored?.exceptions).toEqual([
    expect.objectContaining({ label: "", reason: '"..." has no capacity; set it there' }),
  ]);
});

it("is no more when it is mended, and nothing of it is tried again", async () => {
  source.exceptions = [fault];
  await bench.run();
  source.exceptions = [];

  expect(await bench.run()).toMatchObject({ status: "Success", exitCode: 0, counts: { fail: 0 } });
  expect(source.fetched).toEqual([]);
});
