/** Passwords that are tried: what is remembered of them has an end, whoever makes up addresses. */
import { describe, expect, it } from "@jest/globals";
import { inMemory } from "../../console/http/sessions.ts";
import { FREE, KNOWN_MS, MOST, MOST_KEPT, Tries, TIDY_AFTER } from "../../console/sign-in/tries.ts";
import { Clock } from "../sync/run/fakes.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function sizeOf(kept: ReturnType<typeof inMemory>, partition: string): Promise<number> {
  let size = 0;
  for await (const page of kept.list(partition)) size += page.length;
  return size;
}

const by = (mail: string) => ({ mail, browser: undefined });

describe("addresses", () => {
  it("that are made up take the place of none that is locked, and are about ten thousand at most", async () => {
    const [kept, clock] = [inMemory(), new Clock()];
    const tries = new Tries(kept, clock.now);
    for (let index = 0; index < FREE; index += 1) await tries.begin(by("mia@partner.example"));
    for (let index = 0; index < MOST_KEPT + 3 * TIDY_AFTER; index += 1)
      await tries.begin(by(`p${index}@nobody.example`));

    expect(await sizeOf(kept, "console-tries")).toBeLessThanOrEqual(MOST_KEPT + TIDY_AFTER);
    expect((await tries.begin(by("mia@partner.example"))).locked).toBeInstanceOf(Date);
  });

  it("are forgotten after two days, those that were locked after 30, and those of a hundred tries never", async () => {
    const [kept, clock] = [inMemory(), new Clock()];
    const tries = new Tries(kept, clock.now);
    for (let index = 0; index < MOST; index += 1) {
      await tries.begin(by("hundred@partner.example"));
      clock.advance(DAY_MS + 1);
    }
    await tries.begin(by("once@partner.example"));
    for (let index = 0; index < FREE; index += 1) await tries.begin(by("locked@partner.example"));
    const sizes = [];
    for (const days of [0, 3, 28]) {
      clock.advance(days * DAY_MS);
      await tries.begin({ mail: "other@partner.example", browser: "unknown" });
      await tries.opened("other@partner.example");
      sizes.push(await sizeOf(kept, "console-tries"));
    }
    expect(sizes).toEqual([3, 2, 1]);
  });

  it("are known in a browser as long as somebody signs in from it every three months", async () => {
    const [kept, clock] = [inMemory(), new Clock()];
    const tries = new Tries(kept, clock.now);
    const own = { mail: "mia@partner.example", browser: "a-browser" };
    await tries.begin(own);
    await tries.succeeded(own);
    const isKnown = async () => {
      for (let index = 0; index < FREE; index += 1) await tries.begin(by(own.mail));
      return (await tries.begin(own)).locked === undefined;
    };
    clock.advance(KNOWN_MS - 1000);
    expect(await isKnown()).toBe(true);
    clock.advance(2000);
    expect(await isKnown()).toBe(false);
    expect(await sizeOf(kept, "console-known")).toBe(0);
  });
});
