/** A run while it goes that another process does, and who may look on for how long. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Sandbox } from "../../sandbox/server.ts";
import type { RunReport } from "../../sync/index.ts";
import { readUnderWay, PROGRESS_EVERY_MS } from "../../sync/run/under-way.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { person } from "../sync/run/fakes.ts";
import { ConsoleBench, registered, SYNC, type Visitor } from "./bench.ts";

let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench;

inOneTenant({ users: 40 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});

/** A run that nobody here started: it has read three of nine, and goes on a page at a time. */
let elsewhere: Promise<RunReport>;
let goOn: () => Promise<void>;
let end: () => Promise<RunReport>;

beforeEach(async () => {
  bench = await new ConsoleBench(sandbox, clientId).open();
  const { source, clock } = bench.engine;
  for (let index = 0; index < 9; index += 1) source.put(person(`person-${index}`));
  const pages = [0, 1, 2].map(() => ({ asked: Promise.withResolvers<void>(), given: Promise.withResolvers<void>() }));
  const { read } = source;
  source.read = async function* (request) {
    const reading = read.call(source, request);
    for (const page of pages) {
      const next = await reading.next();
      // What was read before is told when the next page is asked for.
      page.asked.resolve();
      await page.given.promise;
      clock.advance(PROGRESS_EVERY_MS);
      if (next.done) return next.value;
      yield next.value;
    }
    for (;;) {
      const next = await reading.next();
      if (next.done) return next.value;
      yield next.value;
    }
  };
  let at = 0;
  goOn = async () => {
    pages[at]?.given.resolve();
    at += 1;
    await pages[at]?.asked.promise;
  };
  elsewhere = bench.engine.run({ trigger: "schedule", by: "root@jobs" });
  end = async () => {
    for (const { given } of pages) given.resolve();
    return elsewhere;
  };
  await pages[0]?.asked.promise;
  await goOn();
});
afterEach(async () => {
  await end();
  await bench.close();
});

async function runId(): Promise<string> {
  return (await readUnderWay(await bench.engine.store.read(), SYNC.sync))?.runId ?? "";
}

describe("a run of another process", () => {
  it("is shown while it goes, phase by phase, and is at the same address once it is over", async () => {
    const ada = await bench.as("Administrator", 0);
    const path = `/runs/users/oneplan/${await runId()}`;
    const overview = (await ada.get("/")).text.replaceAll(/\s+/g, " ");
    expect(overview).toContain("running in another process since");
    expect(overview).toContain(`href="${path}"`);
    expect(overview).toContain("Reading the source: 3 of 9 objects");
    expect((await ada.get(path)).text).toContain("by root@jobs");

    // Somebody who starts a run meanwhile is told that it waits, and it begins by itself.
    const asked = await ada.submit("/", "/syncs/users/oneplan/run");
    const id = asked.location?.replace("/work/", "") ?? "";
    for await (const job of bench.work.follow(id, new AbortController().signal)) if (job.blocked) break;
    const waiting = (await ada.get(`/work/${id}`)).text.replaceAll(/\s+/g, " ");
    expect(waiting).toContain("it begins when the run that is under way has ended");
    const both = (await ada.get("/")).text.replaceAll(/\s+/g, " ");
    expect(both).toContain("running in another process since");
    expect(both).toContain(`<a href="/work/${id}">waits for the run of another process</a>`);

    const news = ada.watch(`${path}/events`);
    expect((await news.next()).value).toMatch(/^event: progress\ndata: .*Reading the source: 3 of 9 objects/s);
    await goOn();
    expect((await news.next()).value).toMatch(/^event: progress\ndata: .*Reading the source: 6 of 9 objects/s);
    const report = await end();
    let last = "";
    for await (const each of news) last = each;

    expect(last).toBe("event: ended\ndata: ");
    expect(report.counts.create).toBe(9);
    expect((await ada.get(path)).text).toContain("9 created");
    expect((await bench.work.ended(id))?.report).toMatchObject({ status: "Success", trigger: "manual" });
    expect((await ada.get("/")).text).not.toContain("another process");
  });

  it("keeps what was asked for waiting, which is withdrawn by whoever may run it", async () => {
    const [ada, rita] = [await bench.as("Administrator", 0), await bench.as("Reader", 1)];
    const going = Promise.withResolvers<boolean>();
    const first = { sync: SYNC, what: "look", by: "ben", trigger: "manual" } as const;
    bench.work.add({ ...first, mayStill: () => going.promise });
    const { location = "" } = await ada.submit("/", "/syncs/users/oneplan/run");
    expect((await rita.get(location)).text).not.toContain("Withdraw it");

    await ada.submit(location, `${location}/withdraw`);
    expect((await ada.get(location)).text).toContain("withdrew it before it began");
    await ada.submit("/", `${location}/withdraw`);
    expect((await ada.get(location)).text).toContain("It has begun already");
    going.resolve(false);
  });

  it("is not known by another run's name", async () => {
    const ada = await bench.as("Administrator", 0);

    expect((await ada.get("/runs/users/oneplan/another")).status).toBe(404);
    expect((await ada.watch("/runs/users/oneplan/another/events").next()).value).toBe("event: ended\ndata: ");
  });
});

describe("whoever looks on", () => {
  const ways: readonly (readonly [string, (reader: Visitor) => Promise<unknown>])[] = [
    ["loses the role", () => bench.access.remove(bench.keyOf(2), { name: "an administrator" })],
    ["signs out", (reader) => reader.submit("/account", "/auth/sign-out")],
    ["signs out in every browser", (reader) => reader.submit("/account", "/auth/sign-out-everywhere")],
    ["is away for too long", async () => bench.engine.clock.advance(13 * 60 * 60 * 1000)],
  ];
  it.each(ways)("and %s is told nothing more, though the run goes on", async (_, leaves) => {
    const reader = await bench.as("Reader", 2);
    const news = reader.watch(`/runs/users/oneplan/${await runId()}/events`);
    expect((await news.next()).value).toMatch(/^event: progress/);
    await leaves(reader);

    expect((await news.next()).value).toBe("event: ended\ndata: ");
    expect((await news.next()).done).toBe(true);
    expect(await runId()).not.toBe("");
  });

  it.each(ways)("at a run of the console's own and %s, too", async (_, leaves) => {
    const { id } = bench.work.add({ sync: { ...SYNC, sync: "others" }, what: "look", trigger: "manual", by: "ada" });
    const reader = await bench.as("Reader", 2);
    const news = reader.watch(`/work/${id}/events`);
    expect((await news.next()).value).toMatch(/^event: progress/);
    await leaves(reader);
    let last = "";
    for await (const each of news) last = each;

    expect(last).toBe("event: ended\ndata: ");
    expect(bench.work.get(id)?.ended).toBeUndefined();
  });
});
