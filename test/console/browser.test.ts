/** The console as people use it, in a real browser: what they do, what they see, and whether everybody can. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { text } from "../../sandbox/directory/model.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { Limits } from "../../sync/planner/limits.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { leaver, person } from "../sync/run/fakes.ts";
import { ConsoleBench, OTHERS, peopleOf, registered, SYNC } from "./bench.ts";
import {
  copied,
  describeInBrowser,
  looks,
  overflow,
  screenshot,
  SIZES,
  somebody,
  startBrowser,
  violations,
} from "./browser.ts";
import { plansLooked, rememberLook, roomsLooked } from "./looked.ts";

let sandbox: Sandbox;
let bench: ConsoleBench;
let browser: Browser;
let ada: BrowserContext;
let page: Page;

async function signIn(context: BrowserContext, index: number): Promise<Page> {
  const opened = await context.newPage();
  await opened.goto(bench.origin);
  await opened.getByRole("link", { name: "Sign in with Microsoft" }).click();
  const account = peopleOf(sandbox)[index];
  await opened.getByLabel("Somebody else").fill(account ? text(account, "userPrincipalName") : "");
  await opened.getByRole("button", { name: "Next" }).click();
  await opened.waitForURL((url) => url.host === new URL(bench.origin).host);
  return opened;
}

describeInBrowser("the console in a browser", () => {
  afterAll(async () => {
    await browser?.close();
    await bench?.close();
  });
  inOneTenant({ users: 40 }, (started) => (sandbox = started));
  beforeAll(async () => {
    bench = await new ConsoleBench(sandbox, registered(sandbox)).open();
    const { engine } = bench;
    const { source } = engine;
    for (let index = 0; index < 40; index += 1) source.put(person(`person-${index}`));
    // Nothing in it can be broken at a blank.
    source.put(person("long", { fields: { name: "W".repeat(150), mail: `${"x".repeat(100)}@example.com` } }));
    source.put(person("markup", { fields: { name: '<b onclick="x()">Bobby</b>', mail: "bobby@example.com" } }));
    for (const { sync } of [SYNC, ...OTHERS]) {
      const { id } = bench.work.add({ sync: { ...SYNC, sync }, what: "run", trigger: "schedule", by: "a schedule" });
      await bench.work.ended(id);
      engine.clock.advance(24 * 60 * 60 * 1000);
    }
    browser = await startBrowser(sandbox);
    ada = await somebody(browser);
    page = await signIn(ada, 0);
  }, 120_000);

  it("lets people in by Entra, and shows how everything stands", async () => {
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Overview");
    expect(await page.getByRole("heading", { name: "Entra users to OnePlan" }).count()).toBe(1);
    expect(await page.getByRole("link", { name: /Administrator/ }).count()).toBe(1);
  });

  it("takes a request of one person, which another one approves", async () => {
    const context = await somebody(browser);
    const eve = await signIn(context, 1);
    await eve.getByLabel("Why do you need it?").fill('I run <script>alert("rooms")</script>');
    await looks(eve, "no-access");
    await eve.getByRole("button", { name: "Ask for access" }).click();
    expect(await eve.getByRole("status").textContent()).toContain("written down");
    // Who asked is not asked again.
    expect(await eve.getByRole("button", { name: "Ask for access" }).count()).toBe(0);
    await looks(eve, "access-asked-for");

    await page.goto(`${bench.origin}/people`);
    expect(await page.getByText('I run <script>alert("rooms")</script>').count()).toBe(1);
    await looks(page, "people-with-request");
    await page.getByLabel("Role", { exact: true }).first().selectOption("Editor");
    await page.getByRole("button", { name: "Approve" }).click();
    expect(await page.getByRole("status").textContent()).toContain("is Editor now");

    await eve.goto(bench.origin);
    expect(await eve.getByRole("link", { name: /Editor/ }).count()).toBe(1);
    await context.close();
  });

  it("follows a run while it goes, phase by phase, and shows what it did", async () => {
    const { source } = bench.engine;
    source.put(person("new"));
    const gate = Promise.withResolvers<void>();
    const { read } = source;
    source.read = async function* (request) {
      const pages = read.call(source, request);
      // The first page is known to be read once the second is asked for.
      for (let index = 0; ; index += 1) {
        const next = await pages.next();
        if (index === 1) await gate.promise;
        if (next.done) return next.value;
        yield next.value;
      }
    };
    await page.goto(bench.origin);
    await page.getByRole("button", { name: "Run now" }).first().click();
    await page
      .getByText(/Reading the source: \d/)
      .first()
      .waitFor();
    await looks(page, "run-under-way");
    gate.resolve();
    source.read = read;
    await page.getByText("1 created").waitFor();
    expect(await page.locator("main").innerText()).toMatch(/1 sent, 1 confirmed/);
  });

  it("shows an object across all runs, and runs again what failed of one cause, or one object alone", async () => {
    const { source, target } = bench.engine;
    for (const id of ["person-20", "person-21", "person-22"])
      source.put(person(id, { fields: { name: `New ${id}`, mail: `${id}@example.com` } }));
    let calls = 0;
    target.throws = (call) =>
      call === "update" ? new Error((calls += 1) < 3 ? "The name is too long." : "It is locked.") : undefined;
    await page.setViewportSize(SIZES.desk);
    await page.goto(bench.origin);
    await page.getByRole("button", { name: "Run now" }).first().click();
    await page.getByText("3 failed").waitFor();
    await looks(page, "failures");
    target.throws = () => undefined;
    await page.setViewportSize(SIZES.desk);
    await page
      .getByRole("link", { name: /person-2/ })
      .first()
      .click();
    expect(await page.getByText(/time in a row since/).count()).toBe(1);
    expect(await page.getByRole("row").filter({ hasText: "create" }).count()).toBe(1);
    await looks(page, "object");
    await page.goBack();
    const cause = page.locator("details").filter({ hasText: "The name is too long." });
    await cause.getByRole("button", { name: "Run these again" }).click();
    await page.getByText("2 updated").waitFor();
    expect(await page.getByText("only 2 objects that were asked for").count()).toBe(1);

    await page.goto(`${bench.origin}/objects?q=person-2`);
    await looks(page, "objects-found");
    await page
      .getByRole("link", { name: /person-22/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Run this one now" }).click();
    await page.getByText("only 1 object that was asked for").waitFor();
  });

  it("approves exactly the plan that a limit stopped, with before and after", async () => {
    const { engine } = bench;
    engine.limits = Limits.parse({ disable: { count: 2, percent: 1 } });
    for (let index = 0; index < 9; index += 1) engine.source.put(leaver(`person-${index}`));
    engine.clock.advance(60_000);
    await page.setViewportSize(SIZES.desk);
    await page.goto(bench.origin);
    await page.getByRole("button", { name: "Run now" }).first().click();
    await page.getByRole("link", { name: "See what waits, and decide" }).click();
    await page.getByRole("heading", { name: "Entra users to OnePlan: a plan waits" }).waitFor();
    expect(await page.getByText("Name person-3").count()).toBe(1);
    await looks(page, "waiting");
    await page.getByRole("button", { name: "See before and after" }).click();
    await page.getByRole("button", { name: /Approve exactly this plan/ }).waitFor();
    await looks(page, "plan");
    await page.getByRole("button", { name: /Approve exactly this plan/ }).click();
    await page.getByText(/Its plan was exactly the one that was looked at/).waitFor();
    expect(await page.getByText("9 disabled").count()).toBeGreaterThan(0);
    expect([...engine.target.stored.values()].filter(({ active }) => !active)).toHaveLength(9);
  });

  it.each([
    ["overview", "/"],
    ["runs", "/runs"],
    ["objects", "/objects"],
    ["try", "/try"],
    ["rooms", "/rooms"],
    ["plans", "/plans"],
    ["statistics", "/statistics"],
    ["credentials", "/credentials"],
    ["registrations", "/registrations"],
    ["sheets", "/sheets"],
    ["people", "/people"],
    ["audit", "/audit"],
    ["account", "/account"],
    ["missing", "/nowhere"],
  ])("everybody can use %s, on a desk and on a phone", async (name, path) => {
    await page.goto(bench.origin + path);
    expect(await page.getByText(/^True at/).count()).toBe(1);
    await looks(page, name);
    expect(await page.locator("b").count()).toBe(0);
  });

  it("shows a run of the past", async () => {
    await page.goto(`${bench.origin}/runs`);
    const failed = page.getByRole("row").filter({ hasText: "3 failed" });
    await failed.getByRole("link").first().click();
    await page.waitForURL(/\/runs\/users\/oneplan\/./);
    expect(await page.getByText("The name is too long.").count()).toBeGreaterThan(0);
    await looks(page, "run");
  });

  it("tries other settings, and shows what would change", async () => {
    await page.goto(`${bench.origin}/try`);
    await page.getByRole("link", { name: "Entra users to OnePlan" }).click();
    const settings = page.getByRole("textbox", { name: /^Settings/ });
    await looks(page, "try-settings");
    const deployed = await settings.inputValue();
    await settings.fill("users:\n  nonsense: 1\n");
    await page.getByRole("button", { name: "See what would change" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("users.nonsense: is not tried here");
    await looks(page, "try-refused");
    await settings.fill(deployed);
    await page.getByRole("button", { name: "See what would change" }).click();
    await page.getByText("With the settings that were tried. Nothing was stored").waitFor();
    await looks(page, "tried");
  });

  it.each([
    ["rooms", "has no capacity: set it."],
    ["plans", "There is no type <b>Bug</b>: leave it out."],
  ])("shows what a look at %s found, and what mends it", async (name, mend) => {
    bench.checkingRooms = async () => roomsLooked;
    bench.checkingPlans = async () => [plansLooked];
    await page.goto(`${bench.origin}/${name}`);
    await page.getByRole("button", { name: "Look now" }).click();
    await page.getByRole("button", { name: "Look again" }).waitFor();
    for (const cause of await page.locator("main details > summary").all()) await cause.click();
    expect(await page.getByText(mend).isVisible()).toBe(true);
    await looks(page, `${name}-looked`);
    expect(await page.locator("b").count()).toBe(0);
  });

  it("shows what differs on the registrations once somebody looked", async () => {
    const { engine, outputs } = bench;
    bench.looking = () => rememberLook(engine.store, outputs, engine.clock.now());
    await page.goto(`${bench.origin}/registrations`);
    await page.getByRole("button", { name: "Look at the tenant now" }).click();
    expect(await page.getByText("not as declared", { exact: true }).count()).toBe(2);
    await looks(page, "registrations-looked");
    expect(await page.locator("b").count()).toBe(0);
  });

  it("copies what a vendor's form asks", async () => {
    await page.goto(`${bench.origin}/sheets`);
    const first = page.getByRole("button", { name: /^Copy / }).first();
    const name = (await first.getAttribute("aria-label")) ?? "";
    const value = await first.locator("xpath=..").locator("code").textContent();
    expect(await copied(page, name)).toBe(value);
  });

  it("is used by keyboard: the skip link first, and the menu of a phone", async () => {
    await page.setViewportSize(SIZES.phone);
    await page.goto(bench.origin);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.getByRole("button", { name: "Menu" }).press("Enter");
    expect([await violations(page), await overflow(page)]).toEqual([[], 0]);
    await screenshot(page, "menu", "phone");
    await page.getByRole("link", { name: "Audit trail" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Audit trail");
  });

  it("signs out in every browser", async () => {
    const other = await signIn(await somebody(browser), 0);
    await page.setViewportSize(SIZES.desk);
    await page.goto(`${bench.origin}/account`);
    await page.getByRole("button", { name: "Sign out in every browser" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Signed out");
    await looks(page, "signed-out");
    await page.goto(bench.origin);
    await looks(page, "sign-in");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Sign in");
    await other.goto(bench.origin);
    expect(await other.getByRole("heading", { level: 1 }).textContent()).toBe("Sign in");
  });
});
