/** A short simulation of each build; `npm run simulate` makes long ones. */
import { describe, expect, it } from "@jest/globals";
import { live } from "./company.ts";
import { simulate } from "./simulate.ts";
import type { RoomsRunStep, RunStep, Step } from "./steps.ts";
import { noFaults } from "./target.ts";

const run: RunStep = { does: "run", full: false, dry: false, allow: false, ...noFaults };
const roomsRun: RoomsRunStep = { does: "rooms run", full: true, dry: false, allow: false, ...noFaults };
const cut: RunStep = { ...run, cutAfter: 1 };

describe("simulation", () => {
  it.each([1, 20260302])(
    "the target holds what it must, whatever happens (seed %i)",
    async (seed) => {
      expect(await simulate({ seed, histories: 60, steps: 25 })).toBeUndefined();
    },
    240_000,
  );

  it("somebody who is left alone is not written to when the manager comes", async () => {
    await live([cut, { does: "person", who: 0, how: "has no mail" }, { does: "person", who: 0, how: "has a manager" }]);
  });

  it("nor where the state was lost since, and the next run knows the object by its id", async () => {
    await live([
      run,
      { does: "person", who: 0, how: "has no mail" },
      { does: "person", who: 0, how: "has a manager" },
      { does: "lose state" },
    ]);
  });

  it("nobody comes in by a first list of an excluded group that ends early, nor after the state was lost", async () => {
    const everybody = { does: "settings", groups: [], unit: false, titles: false, managers: false } as const;
    const rules = { disabledAccountsAreInactive: true, protects: false, filters: false } as const;
    const listed: RunStep = { ...run, membersListed: 0 };
    await live([
      { ...everybody, ...rules, excludes: true, disables: 100, percent: 100, creates: 100 },
      { does: "member", who: 0, group: "Barred", joins: true },
      { does: "person", who: 0, how: "is hired" },
      listed,
      { does: "lose state" },
      listed,
    ]);
  });

  it("what is found after it was not shown for long is no failure any more, where it is protected by then", async () => {
    const rules = { unit: false, titles: false, managers: false, disabledAccountsAreInactive: false } as const;
    await live([
      { ...run, writes: ["ignored"] },
      { does: "wait", minutes: 8 * 24 * 60 },
      { ...run, writes: ["unheard"] },
      {
        ...{ does: "settings", groups: ["Team"], protects: true, excludes: false, filters: false },
        ...{ ...rules, disables: 100, percent: 100, creates: 100 },
      },
      run,
    ]);
  });

  it("an adoption whose second try was not read back is known to the next run", async () => {
    await live([
      { ...run, takenOverAt: 0, readsFailAt: 3, writes: ["ignored", "done"] },
      { does: "group", group: "Staff", how: "is deleted", members: 0 },
    ]);
  });

  it("a mailbox that was made anew is the room that had its address last", async () => {
    await live([
      roomsRun,
      { does: "room", who: 2, how: "is closed" },
      roomsRun,
      { does: "room", who: 1, how: "moves on" },
      roomsRun,
      { does: "room", who: 2, how: "is made anew" },
    ]);
  });

  const changes: readonly Step[] = [
    run,
    { does: "person", who: 6, how: "is hired" },
    { does: "person", who: 1, how: "is renamed" },
    { does: "person", who: 2, how: "is deleted" },
    { does: "member", who: 4, group: "Team", joins: false },
    { does: "person", who: 0, how: "has a manager" },
  ];

  const roomChanges: readonly Step[] = [
    roomsRun,
    { does: "room", who: 4, how: "is opened" },
    { does: "room", who: 1, how: "is renamed" },
    { does: "room", who: 2, how: "is closed" },
    { does: "room", who: 3, how: "is made anew" },
    { does: "hand at a room", who: 0, how: "deletes" },
  ];

  it.each<[string, readonly Step[], RunStep | RoomsRunStep]>([
    ["a first run", [], run],
    ["a run of changes", changes, run],
    ["a full run whose writes go wrong", changes, { ...run, full: true, writes: ["done", "unheard", "ignored"] }],
    ["a run after the state was lost", [...changes, { does: "lose state" }], { ...run, anonymous: true, lag: 2_000 }],
    ["a run of the rooms", roomChanges, { ...roomsRun, writes: ["done", "unheard", "ignored"] }],
  ])(
    "%s is killed at each of its steps, before and after each commit among them",
    async (_, before, step) => {
      const steps = await live([...before, step]);
      expect(steps).toBeGreaterThan(10);
      for (let at = 0; at < steps; at += 1) await live([...before, { ...step, killedAt: at }]);
    },
    240_000,
  );
});
