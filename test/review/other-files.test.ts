/** What a pull request changes beside the settings: however much of it there is, nothing of it is hidden. */
import { beforeAll, expect, it } from "@jest/globals";
import { mockPulumi } from "../components/deploy.ts";
import { pageOf, renderHtml, renderMarkdown } from "../../cli/review-page/index.ts";
import { reviewPreview } from "../../review/index.ts";
import type { Preview } from "../../review/preview.ts";
import { company } from "./company.ts";
import { previewBetween, ran, TODAY } from "./pull-requests.ts";

let preview: Preview;

beforeAll(async () => {
  await mockPulumi();
  preview = await previewBetween(await ran(company(), undefined), company());
}, 30_000);

function page(otherFiles: readonly string[]) {
  return pageOf(reviewPreview(preview, { stack: "contoso", today: TODAY, withinDays: 14, otherFiles }));
}

/** In the order in which git and GitHub tell them. */
const many = (count: number, others: readonly string[]) =>
  [...Array.from({ length: count }, (_, index) => `!notes/${String(index).padStart(4, "0")}.md`), ...others].toSorted();

it("what decides about approvals, and what runs, is named before the rest", () => {
  const names = many(40, [".npmrc", "package-lock.json", "docs/CODEOWNERS", ".github/workflows/deploy.yml"]);
  const [first] = page(names).sections[0]?.blocks ?? [];

  expect(JSON.stringify(first)).toContain(
    "The pull request changes 44 other files, which are not on this page: read them: " +
      "`.github/workflows/deploy.yml`, `docs/CODEOWNERS`, `.npmrc`, `package-lock.json`, `!notes/0000.md`, ",
  );
});

it("all of them are listed, in the comment as long as it has room, and always in the HTML page", () => {
  const few = many(30, [".github/workflows/deploy.yml"]);
  const markdown = renderMarkdown(page(few));
  for (const name of few) expect(markdown).toContain(`\`${name}\``);

  const names = many(2990, ["z/last.ts"]);
  const cut = renderMarkdown(page(names));
  expect(cut).toMatch(/Too long for a comment: .*Other files of the pull request/);
  expect(cut).toContain("`z/last.ts`");
  const html = renderHtml(page(names));
  for (const name of names) expect(html).toContain(`<code>${name}</code>`);
});

it("a name is no markup", () => {
  const names = many(30, ["a|b`<img src=x onerror=alert(1)>`\u202e", "**x** @somebody https://evil.example"]);

  expect(renderHtml(page(names))).not.toContain("<img");
  const beside = renderMarkdown(page(names)).replace(/`[^`]*`/g, "");
  expect(beside).not.toMatch(/img|@somebody|evil\.example|\u202e/);
});
