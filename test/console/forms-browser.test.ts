/** Accounts of forms as people use them, in a real browser: given, set by the link, used; and whether everybody can. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { ConnectionError } from "../../contract/errors.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { ConsoleBench, registered } from "./bench.ts";
import { copied, describeInBrowser, looks, somebody, startBrowser } from "./browser.ts";

const OLGA = "olga@partner.example";
const MIA = "mia@partner.example";
const GOOD = "brown kettle under seven clouds";
const OTHER = "late trains carry quiet lanterns";

let sandbox: Sandbox;
let bench: ConsoleBench;
let browser: Browser;
let olga: Page;
let mia: Page;

async function signIn(page: Page, mail: string, password: string): Promise<void> {
  await page.goto(bench.origin);
  await page.getByRole("link", { name: "Sign in by mail address" }).click();
  await page.getByLabel("Mail address").fill(mail);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

describeInBrowser("an account of forms in a browser", () => {
  afterAll(async () => {
    await browser?.close();
    await bench?.close();
  });
  inOneTenant({ users: 10 }, (started) => (sandbox = started));
  beforeAll(async () => {
    const oneplanConfiguration = "33333333-3333-4333-8333-333333333333";
    const group = { administrators: [], allowed: ["office365" as const, "forms" as const], oneplanConfiguration };
    bench = new ConsoleBench(sandbox, registered(sandbox), { group });
    const member = { id: "olga", name: "Olga Petrova", mail: OLGA, standing: "owner" as const };
    bench.members.set("olga", member);
    bench.members.set("mia", { id: "mia", name: 'Mia <b onclick="x()">', mail: MIA, standing: "active" });
    bench.members.set("ian", { id: "ian", name: "Ian Inactive", mail: "ian@partner.example", standing: "inactive" });
    await bench.open();
    const { key } = await bench.access.add({ oneplanId: "olga", member }, "Reader", { name: "a test" });
    const { token } = await bench.accounts.offer(key, { name: "a test" });
    await bench.accounts.setByLink(token, GOOD);
    browser = await startBrowser(sandbox);
    [olga, mia] = [await (await somebody(browser)).newPage(), await (await somebody(browser)).newPage()];
  }, 120_000);

  it("lets nobody in by a wrong password, and says so", async () => {
    await signIn(olga, OLGA, OTHER);
    expect(await olga.getByRole("alert").textContent()).toBe("The mail address or the password is not right.");
    await looks(olga, "forms-wrong");
    await signIn(olga, OLGA, GOOD);
    expect(await olga.getByRole("heading", { level: 1 }).textContent()).toBe("Overview");
  });

  it("is given to somebody of OnePlan, who is added first", async () => {
    await olga.getByRole("link", { name: "People" }).click();
    await olga.getByRole("link", { name: "Add somebody of OnePlan" }).click();
    await looks(olga, "people-of-oneplan");
    await olga.getByRole("searchbox").fill("mia");
    await olga.getByRole("button", { name: "Search" }).click();
    expect(await olga.getByText("Ian Inactive").count()).toBe(0);
    await olga.getByRole("combobox", { name: /Role of Mia/ }).selectOption("Editor");
    await olga.getByRole("button", { name: /^Add Mia/ }).click();
    expect(await olga.getByRole("status").textContent()).toContain("is Editor now");
    await olga.getByRole("button", { name: /^Give Mia/ }).click();
    expect(await olga.getByRole("status").textContent()).toContain(`was mailed to Mia <b onclick="x()"> (${MIA})`);
    await looks(olga, "people-with-accounts");
  });

  it("is set by the link that was mailed, and signs in", async () => {
    await mia.goto(bench.mailed[0]?.link ?? "");
    await looks(mia, "forms-link");
    for (const name of ["New password", "The same again"]) await mia.getByLabel(name).fill("aaaaaaaaaaaaaaaaaaaaaa");
    await mia.getByRole("button", { name: "Set the password" }).click();
    expect(await mia.getByRole("alert").textContent()).toContain("Others would guess it");
    await looks(mia, "forms-link-refused");
    for (const name of ["New password", "The same again"]) await mia.getByLabel(name).fill(GOOD);
    await mia.getByRole("button", { name: "Set the password" }).click();
    expect(await mia.getByRole("status").textContent()).toContain("Your password is set");
    bench.engine.clock.advance(1000);
    await signIn(mia, MIA, GOOD);
    expect(await mia.getByRole("link", { name: /Editor/ }).count()).toBe(1);
  });

  it("has its password changed by who knows it, and is signed out then", async () => {
    await mia.goto(`${bench.origin}/account`);
    await looks(mia, "account-of-forms");
    await mia.getByRole("link", { name: "Change your password" }).click();
    await looks(mia, "forms-password");
    await mia.getByLabel("Password of now").fill(GOOD);
    for (const name of ["New password", "The same again"]) await mia.getByLabel(name).fill(OTHER);
    bench.engine.clock.advance(1000);
    await mia.getByRole("button", { name: /^Change it/ }).click();
    expect(new URL(mia.url()).pathname).toBe("/forms");
    bench.engine.clock.advance(1000);
    await signIn(mia, MIA, OTHER);
    expect(await mia.getByRole("heading", { level: 1 }).textContent()).toBe("Overview");
  });

  it("has a page for who forgot the password, which says the same to everybody", async () => {
    const page = await (await somebody(browser)).newPage();
    await page.goto(bench.origin);
    await looks(page, "sign-in-with-forms");
    await page.getByRole("link", { name: "Sign in by mail address" }).click();
    await page.getByRole("link", { name: "Password forgotten?" }).click();
    await looks(page, "forms-forgotten");
    await page.getByLabel("Mail address").fill("nobody@partner.example");
    await page.getByRole("button", { name: "Send the link" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Look into your mail");
    await looks(page, "forms-sent");
  });

  it("has a link that an administrator hands over where it cannot be mailed, shown once", async () => {
    bench.mailing = () => Promise.reject(new ConnectionError("No mail could be sent by smtp.contoso.com."));
    await olga.goto(`${bench.origin}/people`);
    await olga.getByRole("button", { name: /^New link for Mia/ }).click();
    expect(await olga.getByRole("textbox", { name: "Link" }).inputValue()).toContain("/forms/link/");
    expect(await olga.getByText("It could not be mailed: No mail could be sent by smtp.contoso.com.").count()).toBe(1);
    await looks(olga, "account-link");
    expect(await copied(olga, "Copy link")).toBe(await olga.getByRole("textbox", { name: "Link" }).inputValue());
  });
});
