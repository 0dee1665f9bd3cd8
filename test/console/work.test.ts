/** What the process of the console runs, and how long it remembers it. */
import { expect, it } from "@jest/globals";
import { Work } from "../../console/work/work.ts";
import { TenantwireError } from "../../contract/errors.ts";
import { Clock } from "../sync/run/fakes.ts";
import { SYNC } from "./bench.ts";

it("is remembered for half an hour, also where nobody starts anything else meanwhile", async () => {
  const clock = new Clock();
  const work = new Work(() => Promise.reject(new TenantwireError("It did not go.")), clock.now);
  const { id } = work.add({ sync: SYNC, what: "look", trigger: "manual", by: "ada" });
  await work.ended(id);
  clock.advance(29 * 60 * 1000);
  expect([work.get(id)?.id, work.all().length]).toEqual([id, 1]);
  clock.advance(2 * 60 * 1000);

  expect([work.get(id), work.all()]).toEqual([undefined, []]);
});
