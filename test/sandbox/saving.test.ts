import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { keepSaved } from "../../sandbox/saving.ts";
import { createWorld } from "../../sandbox/world.ts";

const save = jest.fn();
const world = { ...createWorld({ users: 1 }), save };

beforeEach(() => {
  jest.useFakeTimers();
  save.mockClear();
});
afterEach(() => {
  jest.useRealTimers();
});

describe("keepSaved", () => {
  it.each([
    ["one change", [0], 1000, 1],
    ["one change, too early", [0], 999, 0],
    ["a burst", [0, 500, 900, 1500], 2500, 1],
    ["two changes far apart", [0, 5000], 6000, 2],
    ["changes that never end", Array.from({ length: 24 }, (_, index) => index * 500), 11_500, 1],
  ])("%s", (_, changes, end, expected) => {
    const saving = keepSaved(world, true);

    for (const [index, at] of changes.entries()) {
      jest.advanceTimersByTime(at - (changes[index - 1] ?? 0));
      saving.changed();
    }
    jest.advanceTimersByTime(end - (changes.at(-1) ?? 0));

    expect(save).toHaveBeenCalledTimes(expected);
  });

  it("saves a last time at the end, and not again after it", () => {
    const saving = keepSaved(world, true);
    saving.changed();

    saving.stop();
    jest.advanceTimersByTime(60_000);

    expect(save).toHaveBeenCalledTimes(1);
  });

  it("does nothing for a world without a folder", () => {
    const saving = keepSaved(world, false);
    saving.changed();
    jest.advanceTimersByTime(60_000);
    saving.stop();

    expect(save).not.toHaveBeenCalled();
  });
});
