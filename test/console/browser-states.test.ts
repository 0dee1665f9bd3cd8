/** The console before anything ran, as who may less, and where something is wrong: in a real browser. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { ConnectionError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { Role } from "../../contract/access/rules.ts";
import { text } from "../../sandbox/directory/model.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { ConsoleBench, peopleOf, registered } from "./bench.ts";
import { describeInBrowser, looks, somebody, startBrowser } from "./browser.ts";

let sandbox: Sandbox;
let bench: ConsoleBench;
let browser: Browser;

async function signIn(index: number, role?: Role): Promise<Page> {
  const account = peopleOf(sandbox)[index];
  if (!account) throw new RangeError(`The tenant has no person ${index}.`);
  const identity = { tenant: sandbox.world.tenant.id, objectId: account.id, name: text(account, "displayName") };
  if (role) await bench.access.add(identity, role, { name: "a test" });
  const page = await (await somebody(browser)).newPage();
  await page.goto(bench.origin);
  await page.getByRole("link", { name: "Sign in with Microsoft" }).click();
  await page.getByLabel("Somebody else").fill(text(account, "userPrincipalName"));
  await page.getByRole("button", { name: "Next" }).click();
  await page.waitForURL((url) => url.host === new URL(bench.origin).host);
  return page;
}

describeInBrowser("a console that is new", () => {
  let page: Page;

  afterAll(async () => {
    await browser?.close();
    await bench?.close();
  });
  inOneTenant({ users: 10 }, (started) => (sandbox = started));
  beforeAll(async () => {
    const group = { administrators: [], selfService: true as const };
    const outputs = (deployed: Outputs) => (deployed.credentials.secrets = []);
    bench = await new ConsoleBench(sandbox, registered(sandbox), { group, outputs }).open();
    browser = await startBrowser(sandbox);
  }, 120_000);

  it("tells the first person so", async () => {
    page = await signIn(0);
    expect(await page.getByRole("status").textContent()).toContain("You are the first person of the tenant");
    await looks(page, "first-person");
  });

  it.each([
    ["", "Nothing waits for anybody."],
    ["runs", "No run is remembered here yet."],
    ["objects?q=nobody", "Nothing that is remembered is called like that."],
    ["rooms", "Nothing is connected yet: the first run does it."],
    ["plans", "Nothing is connected yet: the first run does it."],
    ["statistics", "No run is counted yet."],
    ["people", "Nobody waits for a decision."],
    ["registrations", "Nobody has looked yet at what is there."],
  ])("says at /%s that there is nothing yet, and what makes it", async (path, words) => {
    await page.goto(`${bench.origin}/${path}`);
    expect(await page.getByText(words).count()).toBeGreaterThan(0);
    await looks(page, `new-${path.replace(/\?.*/, "") || "overview"}`);
  });

  it("has no button for a Reader that a Reader may not press, and says so where one goes there all the same", async () => {
    const reader = await signIn(1, "Reader");
    expect(await reader.getByRole("button", { name: "See what would change" }).count()).toBeGreaterThan(0);
    for (const name of ["Run now", "Look at the tenant now"])
      expect(await reader.getByRole("button", { name }).count()).toBe(0);
    await looks(reader, "reader-overview");
    await reader.goto(`${bench.origin}/people`);
    expect(await reader.getByRole("heading", { level: 1 }).textContent()).toBe("Not allowed");
    await looks(reader, "not-allowed");
  });

  it("has a run for an Editor, and no people", async () => {
    const editor = await signIn(2, "Editor");
    expect(await editor.getByRole("button", { name: "Run now" }).count()).toBeGreaterThan(0);
    expect(await editor.getByRole("link", { name: "People" }).count()).toBe(0);
    await looks(editor, "editor-overview");
  });

  it("says what a run could not do, and that a page went wrong", async () => {
    bench.engine.source.onRead = () => {
      throw new ConnectionError("Graph does not answer.");
    };
    await page.goto(bench.origin);
    await page.getByRole("button", { name: "Run now" }).first().click();
    await page.getByText("Failure", { exact: true }).first().waitFor();
    await looks(page, "run-failed");
    bench.readState = () => Promise.reject(new Error("inner words"));
    await page.goto(`${bench.origin}/runs`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Something went wrong");
    await looks(page, "went-wrong");
    expect(await page.getByText("inner words").count()).toBe(0);
    expect(bench.defects).toHaveLength(1);
  });
});
