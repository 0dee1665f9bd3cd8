/** A look at both sides that somebody asks for: what it found, with what mends it. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { TenantwireError } from "../../contract/errors.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import type { PlansCheck } from "../../sync/kinds/plans/checks/index.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { ConsoleBench, registered, type Visitor } from "./bench.ts";
import { plansLooked, roomsLooked } from "./looked.ts";

let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench;
let reader: Visitor;

inOneTenant({ users: 40 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});
beforeEach(async () => {
  bench = await new ConsoleBench(sandbox, clientId).open();
  reader = await bench.as("Reader", 2);
});
afterEach(() => bench.close());

async function page(path: string): Promise<string> {
  return (await reader.get(path)).text.replaceAll(/\s+/g, " ");
}

it("is begun once, followed to its end, and shows what stops first", async () => {
  const gate = Promise.withResolvers<readonly PlansCheck[]>();
  let looks = 0;
  bench.checkingPlans = () => {
    looks += 1;
    return gate.promise;
  };
  expect(await page("/plans")).toContain("Nobody has looked in the last half hour");
  await reader.submit("/plans", "/plans/check");
  await reader.submit("/account", "/plans/check");
  expect(await page("/plans")).toContain('data-live="/plans/check/events"');
  const news = reader.watch("/plans/check/events");
  gate.resolve([plansLooked]);

  expect((await news.next()).value).toBe("event: ended\ndata: ");
  const shown = await page("/plans");
  expect(looks).toBe(1);
  expect(shown.indexOf("stops the sync")).toBeLessThan(shown.indexOf("costs values or items"));
  for (const text of [
    "1,234 work items in scope",
    "There is no type &lt;b&gt;Bug&lt;/b&gt;: leave it out.",
    "OnePlan does not know 1 person whom work items are assigned to",
    "2 attachments, 1 comment",
    "tenantwire plans check",
  ])
    expect(shown).toContain(text);
  bench.engine.clock.advance(31 * 60 * 1000);
  expect(await page("/plans")).toContain("Nobody has looked in the last half hour");
});

it("says why it could not look, and can be begun again", async () => {
  bench.checkingRooms = () => Promise.reject(new TenantwireError("Microsoft Graph cannot be reached."));
  await reader.submit("/rooms", "/rooms/check");
  expect(await page("/rooms")).toContain("Microsoft Graph cannot be reached.");
  bench.checkingRooms = async () => roomsLooked;
  await reader.submit("/rooms", "/rooms/check");
  const shown = await page("/rooms");

  for (const text of ["not usable", "has no capacity: set it.", "set its external id there to guid", "Test-Command"])
    expect(shown).toContain(text);
});
