import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { types } from "../../../review/changes/resources.ts";
import { printableJson, printableText } from "../../../contract/text/printable.ts";
import { pageOf, renderHtml, renderMarkdown, renderText } from "../../../cli/review-page/index.ts";
import { access, declared, registration, review, roles, step } from "../../review/previews.ts";

const added = review(
  [
    registration("ones", "ONES"),
    access("ones", [roles["User.Read.All"]], [roles["User.Read.All"], roles["Calendars.ReadWrite"]]),
  ],
  { declared: { registrations: [declared("ones", { consent: "link" })], given: [], consents: [] } },
);

describe("text for a terminal", () => {
  it("of one added permission", () => {
    const text = renderText(pageOf(added));

    expect(text.split("\n\n")).toEqual([
      'Review of "contoso"',
      "! 1 registration changed, 1 permission added (tier 1); 1 change in all.",
      expect.stringMatching(
        /^Needs your eye\n {2}! "ONES" gets the application permission "Calendars\.ReadWrite" .*\n {2}! After the deployment somebody has to consent: "ONES"\./,
      ),
      'Registrations\n  "ONES" is changed ("ones" in the stack)',
      expect.stringMatching(/^ +what +tier +what it allows\n {2}\+ {2}added {2}application permission {2}"Calendars/),
      expect.stringMatching(/^Consent in a browser\n +who +what for +where\n +"ONES" {2}An administrator /),
      expect.stringMatching(/^Every change of the engine \(1\)\n +type +name +properties\n +update {2}"azuread:/),
      expect.stringMatching(/^The rules are those of the settings under review\./),
    ]);
    expect(text).not.toMatch(/[<>|*#`]/);
  });

  it("has no line that is somebody else's", () => {
    const name = "x\nfake\u2028fake\u001b[2J";
    const lines = renderText(pageOf(review([registration("ones", name)]))).split("\n");

    expect(lines.filter((line) => line.startsWith("fake") || line.includes("\u001b"))).toEqual([]);
  });
});

describe("Markdown", () => {
  it("of one added permission", () => {
    expect(renderMarkdown(pageOf(added))).toBe(`## Review of \`contoso\`

⚠️ **1 registration changed, 1 permission added (tier 1); 1 change in all.**

<details open>
<summary><b>Needs your eye</b></summary>

- ⚠️ \`ONES\` gets the application permission \`Calendars.ReadWrite\` (tier 1): it can alter and delete what people rely on; it writes; it reaches into mailboxes.
- ⚠️ After the deployment somebody has to consent: \`ONES\`. An administrator grants what it asks for.

</details>

<details open>
<summary><b>Registrations</b></summary>

#### \`ONES\` is changed (\`ones\` in the stack)

|  | what |  | tier | what it allows |
| --- | --- | --- | --- | --- |
| ➕ added | application permission | \`Calendars.ReadWrite\` (asked for; an administrator consents by a link) | tier 1 | Read the calendars of every mailbox and write into them. |

</details>

<details open>
<summary><b>Consent in a browser</b></summary>

| who | what for | where |
| --- | --- | --- |
| \`ONES\` | An administrator grants what it asks for. | the link is in the outputs after the deployment |

</details>

<details>
<summary><b>Every change of the engine (1)</b></summary>

|  | type | name | properties |
| --- | --- | --- | --- |
| update | \`azuread:index/applicationApiAccess:ApplicationApiAccess\` | \`ones-registration-access-graph\` | \`roleIds\` |

</details>

_The rules are those of the settings under review. True for 2026-03-31. Secrets that fall due within 14 days are told. What was changed by hand in the tenant is told by npx --no-install tenantwire drift -s contoso; of it only grants are judged here, where the directory is asked._
`);
  });

  it("takes names for names: no markup, no table cell, no mention", () => {
    const name = "`a` | **b** <img src=x> @everyone\nnext";
    const contents = review(
      [registration("ones", name, { after: { displayName: name, signInAudience: "AzureADMyOrg" } })],
      {
        ruleFindings: {
          findings: [{ rule: "r", level: "advisory", place: "tenantwire:x", text: name }],
          excused: [],
          relaxed: [],
        },
      },
    );

    const lines = renderMarkdown(pageOf(contents)).split("\n");

    expect(lines).toContain(
      "#### ➕ `'a' | **b** <img src=x> @everyone\\nnext` is created (`ones` in the stack)".replace("|", "\\|"),
    );
    expect(lines).toContain(
      "| ⚠️ advisory | r |  | `a` \\| \\*\\*b\\*\\* \\<img src=x\\> @&#8288;everyone\\\\nnext | `tenantwire:x` |",
    );
  });
});

/** What reaches a page from settings, directory and engine. */
const hostile = [
  "a | b",
  "a \\| b | c",
  "\\",
  "`code` ``more``",
  "line\nbreak\r\n| x | y |",
  "</details></td><script>alert(1)</script>",
  "[here](https://evil.example) ![x](https://evil.example/x.png)",
  "https://evil.example www.evil.example",
  "@everyone #1 !2 GH-3",
  "::error file=a::b",
  "\n::set-output name=a::b",
  "##vso[task.setvariable variable=x]y ##[error]",
  "\u202edrowssap\u200b\u0007\u001b[31m\u2028",
  "$(id) ${HOME} `id`",
];

describe.each(hostile)("the hostile name %j", (name) => {
  const trust = { displayName: name, issuer: name, subject: name, audiences: [name] };
  const contents = review(
    [
      registration("ones", name, { after: { displayName: name, signInAudience: name } }),
      step(types.redirects, name, { of: "ones", after: { redirectUris: [name] } }),
      step(types.owner, name, { of: "ones", after: { ownerObjectId: "1" } }),
      step(types.trust, name, { of: "ones", after: trust }),
      step("azure-native:keyvault:Vault", name, { before: { location: "x" }, after: { location: name } }),
    ],
    {
      stack: name,
      notes: [name],
      people: new Map([["1", { displayName: name, address: name, guest: true, disabled: true }]]),
      ruleFindings: {
        findings: [{ rule: name, level: "mandatory", place: name, text: name }],
        excused: [],
        relaxed: [],
      },
    },
  );
  const markdown = printableText(renderMarkdown(pageOf(contents)));
  const html = printableText(renderHtml(pageOf(contents)));

  it("acts on nothing that reads the page", () => {
    for (const text of [markdown, html, printableJson(contents)]) {
      expect(text).not.toMatch(/##(vso)?\[|^\s*::|(?!\n)\p{Cc}|[\u200b\u202e\u2028]/imu);
    }
    expect(html).not.toContain("<script");
  });

  it("breaks no table and no line of the comment", () => {
    for (const [table] of markdown.matchAll(/^\|.*\n(\|.*\n)+/gm)) {
      const [head = "", ...rows] = table.trim().split("\n");
      for (const row of rows) expect([row, cells(row)]).toEqual([row, cells(head)]);
    }
    // Outside of code nothing is a link, a mention or a tag.
    const plain = markdown.replace(/`[^`\n]*`/g, "");
    expect(plain).not.toMatch(/(?<!\\)\]\(|https?:\/\/|@\w|(?<!\\)<(?!\/?(details|summary|b)\b)/);
  });
});

/** As GitHub takes a row apart: a backslash takes the next mark with it, also within code. */
function cells(line: string): number {
  return line.replace(/\\[!-/:-@[-`{-~]/g, "").split("|").length;
}

/** As many findings as a company could have that everything is wrong with. */
function large(count: number) {
  const many = Array.from({ length: count }, (_, index) => ({
    ...{ rule: "single-tenant", level: "mandatory", registration: `registration-${index}`, place: "tenantwire:x" },
    text: `${"what is wrong, at length, ".repeat(4)}`,
  }));
  return {
    ...added,
    findings: many as typeof added.findings,
    attention: many.map(({ registration: name, text }) => ({ level: "danger" as const, text: `${name}: ${text}` })),
  };
}

describe("a review that is too long for a comment", () => {
  it.each([300, 3_000])(
    "of %i findings is cut between its parts, says what is left out, and is whole as HTML",
    (count) => {
      const contents = large(count);
      const comment = renderMarkdown(pageOf(contents));

      expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(60_000);
      expect(comment).toMatch(/Too long for a comment: .*Findings.*The whole review is the HTML page/);
      expect(comment.match(/<details/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
      // Whole rows alone, and the footnote below them.
      for (const table of comment.match(/^\|.*(\n\|.*)*/gm) ?? []) {
        const [head = "", ...rows] = table.split("\n");
        expect(rows.every((row) => cells(row) === cells(head))).toBe(true);
      }
      expect(comment.trim().endsWith("_")).toBe(true);
      const kept = comment.match(/registration-\d+/g)?.length ?? 0;
      const more = /(\d+) more: see the whole review/.exec(comment)?.[1];
      expect(kept + Number(more ?? 0)).toBe(count);
      const html = renderHtml(pageOf(contents));
      expect(html).toContain(`registration-${count - 1}`);
    },
  );
});

describe("HTML", () => {
  it("needs nothing from anywhere, and runs nothing", () => {
    const html = renderHtml(pageOf(added));

    expect(html).not.toMatch(/<(script|link|img|iframe|object)|\bsrc=|\bhref=|@import|url\(/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain("color-scheme: light dark");
    expect(html).toContain("@media print");
  });

  it("escapes every text, wherever it is from", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."<>&\"'`a|\n ".split("")), minLength: 3 }), (text) => {
        const inputs = { displayName: `<script>${text}`, signInAudience: text };
        const contents = review(
          [
            registration("ones", "", { after: inputs }),
            step(types.redirects, `<script>${text}`, { of: "ones", after: { redirectUris: [`<script>${text}`] } }),
          ],
          {
            stack: `<script>${text}`,
            ruleFindings: {
              findings: [{ rule: text, level: "mandatory", place: text, text: `<script>${text}` }],
              excused: [],
              relaxed: [],
            },
          },
        );

        const html = renderHtml(pageOf(contents));
        const body = html.slice(html.indexOf("<body>"));

        expect(html).not.toContain("<script");
        // Without the renderer's own tags there is no bracket left.
        expect(body.replace(/<\/?[a-z]+\d?(?: [a-z-]+(?:="[^"<>]*")?)*>/g, "")).not.toMatch(/[<>]/);
      }),
      { numRuns: 100 },
    );
  });
});

it("says the same in both", () => {
  const html = renderHtml(pageOf(added))
    .replace(/<style>[^]*<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

  for (const text of [
    "1 permission added",
    "it reaches into mailboxes",
    "asked for; an administrator consents by a link",
  ]) {
    expect(html).toContain(text);
  }
});
