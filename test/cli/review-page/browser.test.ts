/** The page of a review as people read it, in a real browser: on a desk and on a phone, in light and dark, and on paper. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { pageOf, renderHtml } from "../../../cli/review-page/index.ts";
import { types } from "../../../review/changes/resources.ts";
import { type Review, reviewPreview } from "../../../review/index.ts";
import { mockPulumi } from "../../components/deploy.ts";
import { describeInBrowser, looks, screenshot, startBrowser } from "../../console/browser.ts";
import { company } from "../../review/company.ts";
import { registration, review, step } from "../../review/previews.ts";
import { previewBetween, TODAY } from "../../review/pull-requests.ts";

let browser: Browser;
let page: Page;

async function opened(contents: Review, isUnfolded = true): Promise<void> {
  await page.setContent(renderHtml(pageOf(contents)));
  if (isUnfolded) await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
}

describeInBrowser("the page of a review", () => {
  beforeAll(async () => {
    await mockPulumi();
    browser = await startBrowser();
    page = await browser.newPage();
  }, 60_000);
  afterAll(() => browser?.close());

  it("of the first deployment of a company is read by everybody, with nothing beside the window", async () => {
    const preview = await previewBetween(undefined, company());
    await opened(reviewPreview(preview, { stack: "contoso", today: TODAY, withinDays: 14 }));
    await looks(page, "review");
  });

  it("has names without a blank, and long ones, in the window all the same", async () => {
    const name = `<b>${"W".repeat(150)}</b>`;
    const contents = review(
      [
        registration("ones", name, { after: { displayName: name, signInAudience: name } }),
        step(types.redirects, name, { of: "ones", after: { redirectUris: [`https://${name}.example`] } }),
      ],
      {
        ruleFindings: {
          findings: [{ rule: name, level: "mandatory", place: name, text: name }],
          excused: [],
          relaxed: [],
        },
        notes: [name],
        stack: name,
      },
    );
    await opened(contents);
    await looks(page, "review-long-names");
    expect(await page.locator("b").count()).toBe(0);
  });

  it("has on paper what is folded on a screen", async () => {
    const preview = await previewBetween(undefined, company());
    await opened(reviewPreview(preview, { stack: "contoso", today: TODAY, withinDays: 14 }), false);
    const height = () => page.evaluate<number>("document.querySelector('details:not([open])').clientHeight");
    const folded = await height();
    await page.emulateMedia({ media: "print" });
    await screenshot(page, "review-on-paper", "desk");
    expect(await height()).toBeGreaterThan(2 * folded);
    await page.emulateMedia({ media: "screen" });
  });
});
