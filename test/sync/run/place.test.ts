/** Targets that are told by a mere address: what is behind it has to be what was written to before. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Bench, person } from "./fakes.ts";

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  bench.target.place = async () => ({ id: "/data/people", label: "the file", mend: "put it there", isAddress: true });
  for (const id of ["a", "b", "c", "d", "e", "f"]) bench.source.put(person(id));
  await bench.run();
});
afterEach(() => bench.close());

function stranger(id: string) {
  return bench.target.seed({ name: id, mail: `${id}@fabrikam.com` }, { sourceId: id });
}

describe("what is behind an address", () => {
  it.each<[string, () => void]>([
    ["as it was left", () => undefined],
    ["nothing", () => bench.target.stored.clear()],
    [
      "one that is linked, after many strangers",
      () => {
        const [first] = [...bench.target.stored.values()];
        bench.target.stored.clear();
        for (let index = 0; index < 20; index++) stranger(`s${index}`);
        if (first) bench.target.stored.set(first.id, first);
      },
    ],
  ])("is the same where there is %s", async (_, change) => {
    change();
    expect(await bench.run({ mode: "full" })).toMatchObject({ status: "Success" });
  });

  it.each<[string, () => void, string]>([
    ["strangers", () => ["x", "y"].forEach(stranger), "2 objects, which are none"],
    [
      "somebody of whom nothing is known",
      () => bench.target.seed({ name: "x", mail: "x@fabrikam.com" }),
      "1 object, which is none",
    ],
    ["the same people under other ids", () => ["a", "b"].forEach(stranger), "2 objects, which are none"],
  ])("is another where there are only %s: nothing is written", async (_, change, words) => {
    bench.target.stored.clear();
    change();
    for (const dryRun of [true, false]) {
      const report = await bench.run({ dryRun, mode: "full" });
      expect(report).toMatchObject({ status: "Failure", exitCode: 1, read: 0 });
      expect(report.failure).toBe(
        `What is at the file (/data/people) has ${words} of those that the state in ${bench.stateFile} knows: nothing was written. ` +
          "It seems to be another one at the same address. To go on with the one of before, put it there. " +
          "If the move is meant, put that state aside and run again: everybody is matched anew, and nobody is disabled in that run.",
      );
      expect(bench.target.writes).toEqual([]);
    }
  });

  it("is not asked where nothing is linked yet", async () => {
    await bench.loseState();
    bench.target.stored.clear();
    stranger("x");
    expect(await bench.run()).toMatchObject({ status: "Success", counts: { create: 6 } });
  });
});
