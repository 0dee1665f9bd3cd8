/** Entra is read once for all that it is synced to. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { ReadOnce } from "../../../../sync/connectors/graph/index.ts";
import type { Item, Source } from "../../../../sync/model/types.ts";
import { readAll } from "./reading.ts";
import { startTenant, type Tenant } from "./tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant(60);
});
afterAll(() => tenant.close());

const signal = AbortSignal.timeout(60_000);
const ids = (objects: readonly Item[]) => objects.map(({ id }) => id).sort();

/** The sources of three targets: what the second maps the others read along. */
function sources(reads: ReadOnce | undefined): [Source, Source, Source] {
  const shared = reads ? { reads } : {};
  const [group] = ["Consulting"];
  return [
    tenant.source([group], { ...shared, also: "city", sync: "users" }),
    tenant.source([], { ...shared, fields: { town: "city" }, sync: "users-ones" }),
    tenant.source([group], { ...shared, also: "city", sync: "users-file" }),
  ];
}

async function requestsOf<T>(work: () => Promise<T>): Promise<{ readonly sent: number; readonly result: T }> {
  const before = tenant.requests();
  const result = await work();
  return { sent: tenant.requests() - before, result };
}

it("each target gets what it would have got alone, and what was asked for the first is not asked again", async () => {
  const alone = [];
  for (const source of sources(undefined)) {
    alone.push(await requestsOf(() => readAll(source, tenant.store, { mode: "full" })));
  }
  const reads = new ReadOnce();
  const together = [];
  for (const source of sources(reads)) {
    together.push(await requestsOf(() => readAll(source, tenant.store, { mode: "full" })));
  }
  reads.close();

  expect(together.map(({ sent }) => sent)).toEqual([alone[0]?.sent, 0, 0]);
  for (const [index, { result }] of together.entries()) expect(result.objects).toEqual(alone[index]?.result.objects);
});

it("goes on from where that reading began: what changed since comes to each of them, and is read once too", async () => {
  const reads = new ReadOnce();
  const targets = sources(reads);
  const first = [];
  for (const source of targets) first.push(await readAll(source, tenant.store, { mode: "full" }));
  reads.close();
  const [somebody] = ids(first[0]?.objects ?? []);
  await tenant.graph("PATCH", `/users/${somebody}`, { jobTitle: "Changed meanwhile" });

  const later = new ReadOnce();
  const next = [];
  for (const [index, source] of sources(later).entries()) {
    const { cursor } = first[index]!;
    next.push(await requestsOf(() => readAll(source, tenant.store, { mode: "delta", cursor, linked: () => true })));
  }
  later.close();

  for (const { result } of next) expect(ids(result.objects)).toContain(somebody);
  expect(next[0]?.sent).toBeGreaterThan(0);
  expect(next.slice(1).map(({ sent }) => sent)).toEqual([0, 0]);
});

it("somebody who is read by id is asked for once, and those whom nobody asked for yet are", async () => {
  const reads = new ReadOnce();
  const [one, other] = sources(reads);
  const { objects } = await readAll(one, tenant.store, { mode: "full" });
  await readAll(other, tenant.store, { mode: "full" });
  const [a = "", b = ""] = ids(objects);

  const first = await requestsOf(() => one.fetch([a], signal));
  const second = await requestsOf(() => other.fetch([a], signal));
  const third = await requestsOf(() => other.fetch([a, b], signal));
  reads.close();

  expect([first.sent, second.sent, third.sent]).toEqual([1, 0, 1]);
  expect(ids(third.result)).toEqual([a, b].sort());
});

it("what was read long ago is read again", async () => {
  let now = 0;
  const reads = new ReadOnce(() => now);
  const [one, , other] = sources(reads);
  const first = await requestsOf(() => readAll(one, tenant.store, { mode: "full" }));
  now += 16 * 60 * 1000;
  const again = await requestsOf(() => readAll(other, tenant.store, { mode: "full" }));
  reads.close();

  expect(again.sent).toBe(first.sent);
});
