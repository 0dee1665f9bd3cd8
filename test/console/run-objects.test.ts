/** What a run did with each object: on its page, and on the command line. */
import { beforeEach, afterEach, describe, expect, it } from "@jest/globals";
import { renderObjects } from "../../cli/terminal/runs.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { recordsOfRun } from "../../sync/run/object-history.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { person } from "../sync/run/fakes.ts";
import { ConsoleBench, registered } from "./bench.ts";

let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench;

inOneTenant({ users: 40 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});

beforeEach(async () => {
  bench = await new ConsoleBench(sandbox, clientId).open();
});
afterEach(() => bench.close());

/** Ids of the objects in the table of the page, in its order. */
function objectsOf(page: string): readonly string[] {
  const [, section = ""] = page.split('<section id="objects">');
  return [...section.matchAll(/<tr>\s*<td data-column="Object">.*?<code[^>]*>([^<]+)<\/code>/gs)].map(
    ([, id = ""]) => id,
  );
}

describe("the page of a run", () => {
  it("lists each object with what was done with it, page by page and by how it ended", async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `p${String(index).padStart(3, "0")}`);
    for (const id of ids) bench.engine.source.put(person(id));
    let created = 0;
    bench.engine.target.throws = (call) => {
      if (call !== "create") return undefined;
      created += 1;
      return created % 150 === 0 ? new Error("There is no room left.") : undefined;
    };
    const { runId } = await bench.engine.run();
    const ada = await bench.as("Administrator", 0);
    const path = `/runs/users/oneplan/${runId}`;

    const pages = await Promise.all([1, 2, 3].map(async (page) => (await ada.get(`${path}?page=${page}`)).text));
    const listed = pages.flatMap(objectsOf);
    expect(listed.toSorted()).toEqual(ids);
    expect(pages.map((page) => objectsOf(page).length)).toEqual([200, 200, 50]);
    expect(pages[2]).toMatch(/401 to 450 of 450: page 3 of 3/);

    const failed = (await ada.get(`${path}?outcome=failed`)).text;
    expect(objectsOf(failed)).toEqual(listed.slice(0, 3));
    expect(failed).toContain("There is no room left.");
    expect(failed).toMatch(/>failed 3<[^]*>done 447</);
    const done = (await ada.get(`${path}?outcome=done&page=2`)).text;
    expect(objectsOf(done)).toHaveLength(200);
    expect(done).toContain('href="?outcome=done&amp;page=3#objects"');
    // Whoever is linked is shown by name, and the history has none.
    expect(done).toMatch(/Name p\d{3}<\/a> <code class="soft">p\d{3}/);
    expect((await ada.get(`${path}?outcome=hasOwnProperty&page=-7`)).text).toContain("1 to 200 of 450");
  });

  it("says so where it is not remembered any more, and has no such part where nothing was changed", async () => {
    bench.engine.source.put(person("ann"));
    const first = await bench.engine.run();
    bench.engine.clock.advance(60_000);
    const second = await bench.engine.run();
    const state = await bench.engine.store.lock("people");
    await state.clear("people-changes");
    await state.release();
    const ada = await bench.as("Administrator", 0);
    expect((await ada.get(`/runs/users/oneplan/${first.runId}`)).text).toContain("is not remembered any more");
    expect((await ada.get(`/runs/users/oneplan/${second.runId}`)).text).not.toContain('id="objects"');
  });
});

describe("the command line", () => {
  it("lists the same, failures first, with names where they are asked for", async () => {
    for (const id of ["a", "b"]) bench.engine.source.put(person(id));
    let isFirst = true;
    bench.engine.target.throws = (call) => {
      if (call !== "create" || !isFirst) return undefined;
      isFirst = false;
      return new Error("There is no room left.");
    };
    const run = await bench.engine.run();
    const records = await recordsOfRun(await bench.engine.store.read(), run);
    const [failed, done] = records.map(({ sourceId }) => sourceId);
    const named = records.map((each) => ({ ...each, ...(each.outcome === "done" && { label: "Bo" }) }));
    expect(renderObjects(named, { color: false })).toBe(
      `
what was done with each: 2 objects
  object  change  outcome  reason
  ${failed}       create  failed   There is no room left.
  Bo  ${done}   create  done     is not in Roster yet
`,
    );
    expect(renderObjects([], { color: false })).toContain("not remembered any more");
  });
});
