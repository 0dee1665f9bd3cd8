import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalText, inFormat, type LongText } from "../../../../sync/kinds/plans/long-text.ts";

const html = (text: string): LongText => ({ text, format: "Html" });
const markdown = (text: string): LongText => ({ text, format: "Markdown" });
const ID = "2b3c4d5e-0000-4000-8000-00000000abcd";
const ATTACHMENT = `https://dev.azure.com/contoso/_apis/wit/attachments/${ID}`;

describe("readers see the same", () => {
  it.each<[what: string, one: LongText, other: LongText]>([
    ["blocks of any kind", html("<div>one</div><div>two</div>"), html("<p>one</p>\n<p>two</p>")],
    ["styles and classes", html('<p style="margin:0" class="x"><span style="color:red">one</span></p>'), html("one")],
    ["blanks that do not break", html("<p>one&nbsp;two&#160;three</p>"), html("one two three")],
    ["blanks that nobody sees", html("one\u200b two\ufeff"), html("one two")],
    ["empty lines", html("<div>one</div><div><br></div><div>two</div>"), html("<p>one</p><p>two</p>")],
    ["letters by name", html("<p>caf&eacute; &amp; &lt;b&gt;</p>"), html("café &#38; &#60;b>")],
    ["bold and strong", html("<b>one</b> <i>two</i>"), html("<strong>one</strong> <em>two</em>")],
    [
      "HTML and Markdown",
      html("<h2>Title</h2><ul><li>one</li><li>two</li></ul>"),
      markdown("## Title\n\n* one\n* two\n"),
    ],
    ["signs of Markdown that are text", html("<p>1. a_b *c* #d</p>"), markdown("1\\. a\\_b \\*c\\* #d")],
    ["a numbered list", html("<ol><li>one</li><li>two</li></ol>"), markdown("1. one\n2. two")],
    ["code", html("<pre><code>a = 1;\n</code></pre><p><code>x</code></p>"), markdown("```\na = 1;\n```\n\n`x`")],
    [
      "a table",
      html("<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"),
      markdown("| a | b |\n|---|---|\n| 1 | 2 |"),
    ],
    [
      "the styles of a table",
      html(
        '<div><table style="border:1px solid" border="1" cellpadding="5"><tr><th style="background:red">a</th><th>b</th></tr><tr><td style="padding:3px">1</td><td>2</td></tr></table></div>',
      ),
      markdown("| a | b |\n|---|---|\n| 1 | 2 |"),
    ],
    [
      "a list in a cell, and its lines",
      html("<table><tr><td>a<ul><li>1</li><li>2</li></ul></td><td>b</td></tr></table>"),
      markdown("|  |  |\n|---|---|\n| a<br>- 1<br>- 2 | b |"),
    ],
    [
      "a link",
      html('<a href="https://contoso.com/a_b?c=1&amp;d=2" target="_blank">here</a>'),
      markdown("[here](https://contoso.com/a_b?c=1&d=2)"),
    ],
    [
      "an address, linked or not",
      html("<p>see https://contoso.com/a_b.</p>"),
      html('<p>see <a href="https://contoso.com/a_b">https://contoso.com/a_b</a>.</p>'),
    ],
    ["lines that are broken", html("one<br>two<br/><br/>three"), html("<p>one<br />two</p><p>three</p>")],
    [
      "a picture whose address was rewritten",
      html(`<img src="${ATTACHMENT}?fileName=a.png" alt="x">`),
      html(
        `<img src="${ATTACHMENT.replace("contoso/", "contoso/Rollout/").toUpperCase().replace("HTTPS", "https")}" width="200">`,
      ),
    ],
    [
      "somebody who was renamed",
      html(`<a href="#" data-vss-mention="version:2.0,${ID}">@Ann Lee</a>`),
      html(`<a data-vss-mention="version:2.0,${ID}" href="mailto:x">@Ann Smith</a>`),
    ],
    [
      "somebody mentioned in either",
      html(`<p>Ask <a href="#" data-vss-mention="version:2.0,${ID}">@Ann</a></p>`),
      markdown(`Ask @<${ID.toUpperCase()}>`),
    ],
    ["nothing", html("<div><br></div>"), markdown("")],
  ])("%s", (_what, one, other) => {
    expect(canonicalText(other)).toBe(canonicalText(one));
  });
});

describe("readers see a difference", () => {
  it.each<[what: string, one: LongText, other: LongText]>([
    ["a word", html("<p>one</p>"), html("<p>two</p>")],
    ["a letter's case", html("One"), html("one")],
    ["emphasis", html("<p>one</p>"), html("<p><b>one</b></p>")],
    ["a heading", html("<p>one</p>"), html("<h1>one</h1>")],
    ["a list and lines", html("<ul><li>one</li></ul>"), html("<p>- one</p>")],
    ["where a link leads", html('<a href="https://a.com/">x</a>'), html('<a href="https://b.com/">x</a>')],
    ["another picture", html(`<img src="${ATTACHMENT}">`), html(`<img src="${ATTACHMENT.replace("abcd", "abce")}">`)],
    ["somebody else", markdown(`@<${ID}>`), markdown(`@<${ID.replace("abcd", "abce")}>`)],
    ["Markdown that is text in HTML", html("**one**"), markdown("**one**")],
    ["some of about so many, and what is struck out", html("~5 to ~7"), html("<s>5 to </s>7")],
    ["what is struck out, and the signs of it", html("<s>one</s>"), html("~~one~~")],
  ])("%s", (_what, one, other) => {
    expect(canonicalText(one)).not.toBe(canonicalText(other));
  });
});

describe("a field's format is kept", () => {
  it("a text that has it stays as it is, to the letter", () => {
    const untidy = '<div class="x">one</div>\n<p>two&nbsp;</p>';

    expect(inFormat(html(untidy), "Html")).toBe(untidy);
    expect(inFormat(markdown("* one\n* two"), "Markdown")).toBe("* one\n* two");
  });

  it.each<[given: LongText, wanted: string]>([
    [
      html(`<h1>Title</h1><p>one <b>two</b> <img src="${ATTACHMENT}?fileName=a.png" alt="a"></p>`),
      `# Title\n\none **two** ![a](${ATTACHMENT}?fileName=a.png)`,
    ],
    [html(`<p><a href="#" data-vss-mention="version:2.0,${ID}">@Ann</a>: a*b</p>`), `@<${ID}>: a\\*b`],
    [markdown("# Title\n\n- one\n- two"), "<h1>Title</h1>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"],
    [markdown(`Ask @<${ID}>`), `<p>Ask <a href="#" data-vss-mention="version:2.0,${ID}">@${ID}</a></p>`],
  ])("%j", (given, wanted) => {
    expect(inFormat(given, given.format === "Html" ? "Markdown" : "Html")).toBe(wanted);
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onclick=alert(1)>b</b>",
    "<iframe src=x>",
    "[b](javascript:alert(1))",
    "![b](data:text/html,x)",
  ])("HTML in Markdown becomes text: %s", (text) => {
    expect(inFormat(markdown(text), "Html")).not.toMatch(/<(script|img|b|iframe|a)\b/);
  });
});

describe("a text that somebody nested without end, or filled a table with", () => {
  const times = (text: string, count: number) => text.repeat(count);
  it.each<[what: string, text: LongText]>([
    ["elements", html(`${times("<div>", 20_000)}last words`)],
    ["emphasis", html(`${times("<b>", 5_000)}last words`)],
    ["lists", html(`${times("<ul><li>", 5_000)}last words`)],
    ["tables", html(`${times("<table><tr><td>", 2_000)}last words`)],
    ["quotes in Markdown", markdown(`${times(">", 5_000)} last words`)],
    ["lists in Markdown", markdown(`${times("- ", 5_000)}last words`)],
    [
      "rows",
      html(`<table><tr><th>a</th><th>b</th></tr>${times("<tr><td>1</td><td>2</td></tr>", 800)}</table>last words`),
    ],
  ])("is read to its end, and soon: %s", (_what, text) => {
    const began = performance.now();
    const other = inFormat(text, text.format === "Html" ? "Markdown" : "Html");

    expect(canonicalText(text)).toContain("last words");
    expect(other).toContain("last words");
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it.each<[what: string, begins: string, ends: string]>([
    ["stars", "*a **b ", "b** a* "],
    ["lines", "_a __b ", "b__ a_ "],
    ["both, and struck out", "*a _b ~~c **d ", "d** c~~ b_ a* "],
  ])(
    "in emphasis within emphasis (%s) is text from where nobody reads it: it took seconds, or all of the stack",
    (_, begins, ends) => {
      const given = markdown(times(begins, 2000) + times(ends, 2000));
      const letters = (text: string) => text.replace(/<[^>]*>|[\\\s*_~]/g, "");

      const page = inFormat(given, "Html");

      expect(page.match(/<(?:em|strong|del)>/g)).toHaveLength(100);
      expect(letters(page)).toBe(letters(given.text));
      const form = canonicalText(given);
      expect(letters(form)).toBe(letters(given.text));
      expect(canonicalText(markdown(form))).toBe(form);
    },
  );

  it.each([
    [400, true],
    [20_000, false],
  ])("of %d signs without an end keeps what is emphasised behind them: %s", (count, isKept) => {
    const given = markdown(`${times("<b>*a ", count)}*last words*`);

    const page = inFormat(given, "Html");

    // Each sign costs a look through all that is behind it, until it is enough.
    expect(page.endsWith(isKept ? "<em>last words</em></p>" : "*last words*</p>")).toBe(true);
    const form = canonicalText(given);
    expect(canonicalText(markdown(form))).toBe(form);
    expect(canonicalText(html(page))).toBe(form);
  });

  it("is as deep as a reader sees, where that is not very deep", () => {
    expect(canonicalText(html(`${times("<blockquote>", 30)}<p>one</p>`))).toBe(`${times("> ", 30)}one`);
  });
});

describe("a text goes there and back", () => {
  const words = fc.array(
    fc.constantFrom(
      "one",
      "two",
      "a_b",
      "*c*",
      "#d",
      "1.",
      "-",
      "<e>",
      "&amp;",
      "`f`",
      "g|h",
      "~i~",
      "[j](k)",
      "!l",
      "\\m",
      "é",
      "+",
    ),
    { minLength: 1, maxLength: 6 },
  );
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const inline = words.chain((list) =>
    fc.constantFrom("", "b", "i", "code").map((tag) => {
      const text = escaped(list.join(" "));
      return tag === "" ? text : `<${tag}>${text}</${tag}>`;
    }),
  );
  const line = fc.array(inline, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" and "));
  const lists = fc
    .array(fc.tuple(fc.constantFrom("p", "div", "span"), line), { minLength: 1, maxLength: 3 })
    .map((items) => items.map(([tag, text]) => `<li><${tag}>${text}</${tag}></li>`).join(""));
  const block = fc.oneof(
    fc
      .tuple(line, lists, line)
      .map(([one, items, last]) => `<ol><li>${one}</li><li><ul>${items}</ul></li><li>${last}</li></ol>`),
    line.map((text) => `<p>${text}</p>`),
    line.map((text) => `<div>${text}</div>`),
    line.map((text) => `<h2>${text}</h2>`),
    fc
      .array(line, { minLength: 1, maxLength: 3 })
      .map((items) => `<ul>${items.map((each) => `<li>${each}</li>`).join("")}</ul>`),
    line.map((text) => `<blockquote><p>${text}</p></blockquote>`),
    fc
      .array(fc.tuple(line, line), { minLength: 1, maxLength: 3 })
      .map((rows) => `<table>${rows.map(([one, two]) => `<tr><td>${one}</td><td>${two}</td></tr>`).join("")}</table>`),
  );
  const page = fc.array(block, { maxLength: 5 }).map((blocks) => blocks.join(""));

  it("as Markdown it is the same text, and its one form is its own", () => {
    fc.assert(
      fc.property(page, (text) => {
        const asMarkdown = inFormat(html(text), "Markdown");
        expect(canonicalText(markdown(asMarkdown))).toBe(canonicalText(html(text)));
        expect(canonicalText(markdown(canonicalText(html(text))))).toBe(canonicalText(html(text)));
        expect(canonicalText(html(inFormat(markdown(asMarkdown), "Html")))).toBe(canonicalText(html(text)));
      }),
      { numRuns: 100 },
    );
  });

  const folder = join(
    process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../../../shared/contracts"),
    "azure-devops/work-items",
  );
  const test = existsSync(folder) ? it : it.skip;

  test(`every description of the published projects too${existsSync(folder) ? "" : ` [skipped: nothing at ${folder}]`}`, () => {
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap(
        (name) =>
          (JSON.parse(readFileSync(join(folder, name), "utf8")) as { items: { fields: Record<string, unknown> }[] })
            .items,
      )
      .map(({ fields }) => fields["System.Description"])
      .filter((text): text is string => typeof text === "string");

    const changed = texts.filter(
      (text) => canonicalText(markdown(inFormat(html(text), "Markdown"))) !== canonicalText(html(text)),
    );

    expect(texts.length).toBeGreaterThan(900);
    expect(changed).toEqual([]);
  });
});
