/**
 * A real browser, where the machine has one: Debian's Chromium, driven by playwright-core. It reaches the stand-in's Entra
 * by its proxy, and the console directly.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Sandbox } from "../../sandbox/server.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Tests that need a browser; where there is none they are skipped, and it is told why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM !== undefined) return describe(name, tests);
  process.stderr.write(`${name}: no Chromium on this machine (apt-get install chromium): skipped\n`);
  describe.skip(name, tests);
}

/** Where screenshots are left for whoever looks at them. */
const SHOTS = join(import.meta.dirname, "..", "..", ".tenantwire", "screenshots");

export const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 800 } } as const;

/** @param sandbox whose hosts it reaches by their names; absent: nothing but this machine */
export async function startBrowser(sandbox?: Pick<Sandbox, "proxyUrl">): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    args: ["--no-sandbox", "--disable-gpu"],
    ...(sandbox && { proxy: { server: sandbox.proxyUrl, bypass: "localhost,127.0.0.1" } }),
  });
}

/** Somebody else at another machine: with cookies of their own. */
export function somebody(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: SIZES.desk, ignoreHTTPSErrors: true });
}

/**
 * Violations of the published rules, as axe finds them in what is drawn.
 *
 * @param rules only these; by default all
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  // In a world of its own: the console's policy lets no other script into its page.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId: contextId } = await session.send("Page.createIsolatedWorld", {
    frameId: frameTree.frame.id,
    worldName: "axe",
  });
  await session.send("Runtime.evaluate", { expression: source, contextId });
  const only = rules ? JSON.stringify({ runOnly: rules }) : "";
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(${only}).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html).join(" | "))))`,
    contextId,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  return JSON.parse(String(result.value)) as string[];
}

export async function screenshot(page: Page, name: string, size: keyof typeof SIZES): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.setViewportSize(SIZES[size]);
  await page.screenshot({ path: join(SHOTS, `${name}-${size}.png`), fullPage: true });
}

/** What is wider than the window: on a phone nobody scrolls to the side. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** A page on a desk and on a phone, in light and dark: everybody can use it, and nothing of it is beside the window. */
export async function looks(page: Page, name: string): Promise<void> {
  for (const size of ["desk", "phone"] as const) {
    await screenshot(page, name, size);
    expect([name, size, await violations(page)]).toEqual([name, size, []]);
    expect([name, size, await overflow(page)]).toEqual([name, size, 0]);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, `${name}-dark`, "desk");
  expect([name, "dark", await violations(page, ["color-contrast"])]).toEqual([name, "dark", []]);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(SIZES.desk);
}

/** What a button of that name copies, once it says that it did. */
export async function copied(page: Page, name: string): Promise<string> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const button = page.getByRole("button", { name, exact: true }).first();
  await button.click();
  await button.filter({ hasText: "Copied" }).waitFor();
  return page.evaluate("navigator.clipboard.readText()");
}
