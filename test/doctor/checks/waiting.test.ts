import { expect, it } from "@jest/globals";
import { PermissionError } from "../../../contract/errors.ts";
import { type Check, type CheckResult, NotChecked, ok, runChecks } from "../../../doctor/checks/check.ts";
import { untilRightsHold } from "../../../doctor/checks/waiting.ts";

const signal = new AbortController().signal;

/** A clock that only sleeping moves, and what was told meanwhile. */
function clock() {
  let time = 0;
  const lines: string[] = [];
  return {
    lines,
    now: () => time,
    sleep: (milliseconds: number) => Promise.resolve(void (time += milliseconds)),
    onWait: (line: string) => void lines.push(line),
  };
}

function look(id: string, run: Check["run"]): () => Promise<CheckResult[]> {
  return () => runChecks([{ id, tried: id, run }], signal);
}

it("a right that comes after two minutes is waited for, and told", async () => {
  const { lines, ...time } = clock();
  const reads = look("secret/ones", () =>
    time.now() < 120_000 ? Promise.reject(new PermissionError("refused")) : Promise.resolve(ok("It signs in.")),
  );

  const findings = await untilRightsHold(reads, { ...time, signal, patienceMs: 600_000 });

  expect(findings).toEqual([{ id: "secret/ones", tried: "secret/ones", status: "ok", text: "It signs in." }]);
  expect(lines).toHaveLength(8);
  expect(lines[0]).toBe(
    "Not yet: 1 check for want of a right (secret/ones). What was just granted can take minutes to hold: tried again for 10 min.",
  );
});

it("what is still missing at the deadline is missing", async () => {
  const { lines, ...time } = clock();
  const cause = new PermissionError("refused");
  const reads = look("secret/ones", () => Promise.reject(new NotChecked("Nobody may read it.", { cause })));

  const findings = await untilRightsHold(reads, { ...time, signal, patienceMs: 60_000 });

  expect(findings).toMatchObject([{ status: "skipped", text: "Nobody may read it.", lacksRight: true }]);
  expect(time.now()).toBe(60_000);
  expect(lines).toHaveLength(4);
});

it("nothing else is waited for, and nothing at all without patience", async () => {
  const { lines, ...time } = clock();
  const unsigned = look("a", () => Promise.reject(new NotChecked("Nobody is signed in.")));
  const refused = look("b", () => Promise.reject(new PermissionError("refused")));

  expect(await untilRightsHold(unsigned, { ...time, signal, patienceMs: 600_000 })).toHaveLength(1);
  expect(await untilRightsHold(refused, { ...time, signal, patienceMs: 0 })).toMatchObject([{ status: "failed" }]);
  expect(lines).toEqual([]);
});
