import { describe, expect, it } from "@jest/globals";
import { startSandbox } from "../../sandbox/server.ts";
import { worldClock } from "../../components/clock.ts";
import { today } from "../../components/today.ts";

const STAND_IN = { SANDBOX_CONTROL: "http://127.0.0.1:4711" };
const DAY_MS = 24 * 60 * 60 * 1000;

describe("today", () => {
  it("is the UTC day", async () => {
    const before = new Date().toISOString().slice(0, 10);
    const found = await today({});
    const after = new Date().toISOString().slice(0, 10);

    expect([before, after]).toContain(found);
  });

  it("is the day that TENANTWIRE_TODAY says in the stand-in", async () => {
    expect(await today({ ...STAND_IN, TENANTWIRE_TODAY: "2028-02-29" })).toBe("2028-02-29");
  });

  it("is no other day anywhere else", async () => {
    await expect(today({ TENANTWIRE_TODAY: "2028-01-01" })).rejects.toThrow(
      "TENANTWIRE_TODAY sets the day in the stand-in tenant only: unset it",
    );
  });

  it.each(["2026-02-30", "2026-2-3", "tomorrow", "2026-03-31T00:00:00Z"])("is never %s", async (day) => {
    await expect(today({ ...STAND_IN, TENANTWIRE_TODAY: day })).rejects.toThrow(
      `TENANTWIRE_TODAY: expected a day such as 2026-03-31, found "${day}".`,
    );
  });
});

describe("the clock of the stand-in", () => {
  it("is moved there, and everything goes by it", async () => {
    const sandbox = await startSandbox({ users: 1, provider: false });
    try {
      await sandbox.advance(40 * DAY_MS);
      const env = { SANDBOX_CONTROL: sandbox.controlUrl };
      const now = await worldClock(env);

      expect(Math.abs(now().getTime() - sandbox.world.now().getTime())).toBeLessThan(60_000);
      expect(now().getTime() - Date.now()).toBeGreaterThan(39 * DAY_MS);
      expect(await today(env)).toBe(now().toISOString().slice(0, 10));
    } finally {
      await sandbox.stop();
    }
  });

  it.each(["http://127.0.0.1:1", "https://example.com", "nonsense"])("is nowhere else: %s", async (address) => {
    await expect(worldClock({ SANDBOX_CONTROL: address })).rejects.toThrow(
      "SANDBOX_CONTROL names a stand-in tenant that does not answer: run this in its world (npx --no-install tenantwire sandbox exec -- <command>), or unset it",
    );
  });
});
