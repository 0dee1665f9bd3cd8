import { describe, expect, it } from "@jest/globals";
import { checkRedirectUris, hostOf } from "../../contract/redirect-uris.ts";

describe("checkRedirectUris", () => {
  it("takes https, and http on the own machine", () => {
    const uris = [
      ...["https://contoso.com/back", "http://localhost:8080/back", "http://127.0.0.1/back"],
      ...[
        "https://Contoso.com:443/Back?a=b%20c",
        "https://contoso.com",
        "https://xn--cntoso-wqf.com/",
        "https://[::1]/",
      ],
    ];

    expect(() => checkRedirectUris(uris)).not.toThrow();
  });

  it.each([
    [
      ["http://contoso.com"],
      'The redirect URI "http://contoso.com" must begin with https:// (http:// only on localhost).',
    ],
    [["contoso.com/back"], 'The redirect URI "contoso.com/back" must begin with https:// (http:// only on localhost).'],
    [["https://*.contoso.com"], 'The redirect URI "https://*.contoso.com" has a wildcard: write every address out.'],
    [
      ["https://contoso.com/#back"],
      'The redirect URI "https://contoso.com/#back" has a fragment, which no server ever sees: leave it out.',
    ],
    [["https://a.com", "https://a.com"], 'The redirect URI "https://a.com" is there twice.'],
    [
      ["https://contoso.com/a b"],
      'The redirect URI "https://contoso.com/a b" has a blank or a line break in it: take it away.',
    ],
    [
      [" https://contoso.com"],
      'The redirect URI " https://contoso.com" has a blank or a line break in it: take it away.',
    ],
    [
      ["https://contoso.com\n"],
      'The redirect URI "https://contoso.com\\n" has a blank or a line break in it: take it away.',
    ],
    [
      ["https://con\u200btoso.com/"],
      'The redirect URI "https://con\\u200btoso.com/" has the character U+200B in its host, which is contoso.com to a browser: write that, if you mean it.',
    ],
    [
      ["https://contoso.com/\u202eback"],
      'The redirect URI "https://contoso.com/\\u202eback" has the character U+202E, which may look like another one or like none: write it percent-encoded, if you mean it.',
    ],
    [
      ["https://c\u043entoso.com/"],
      'The redirect URI "https://c\u043entoso.com/" has the character U+043E in its host, which is xn--cntoso-wqf.com to a browser: write that, if you mean it.',
    ],
    [
      ["https://contoso.com\u2044.evil.example/"],
      'The redirect URI "https://contoso.com\u2044.evil.example/" has the character U+2044 in its host, which is contoso.xn--com-qt0a.evil.example to a browser: write that, if you mean it.',
    ],
    [
      ["https://contoso.com@evil.example/"],
      'The redirect URI "https://contoso.com@evil.example/" has a user\'s name before its host, which is evil.example: leave out what is before the @.',
    ],
    [["https:contoso.com/back"], 'The redirect URI "https:contoso.com/back" must have // and the host after https:.'],
    [["https:/contoso.com/back"], 'The redirect URI "https:/contoso.com/back" must have // and the host after https:.'],
    [
      ["https:///contoso.com/back"],
      'The redirect URI "https:///contoso.com/back" must have // and the host after https:.',
    ],
    [["https:\\\\contoso.com"], 'The redirect URI "https:\\\\\\\\contoso.com" must have // and the host after https:.'],
    [
      ["https://evil.example\\.contoso.com/"],
      'The redirect URI "https://evil.example\\\\.contoso.com/" has a backslash, and its host is evil.example to a browser: write /.',
    ],
    [
      ["https://%63ontoso.com/"],
      'The redirect URI "https://%63ontoso.com/" has the host contoso.com to a browser: write it so.',
    ],
    [
      ["https://2130706433/"],
      'The redirect URI "https://2130706433/" has the host 127.0.0.1 to a browser: write it so.',
    ],
    [
      ["https://contoso.com/a;b"],
      'The redirect URI "https://contoso.com/a;b" has the character ; in it, which Entra does not take.',
    ],
    [
      [`https://contoso.com/${"a".repeat(240)}`],
      `The redirect URI "https://contoso.com/${"a".repeat(40)}..." has 260 characters, and 256 is the most.`,
    ],
    [
      ["javascript:alert(1)//https://"],
      'The redirect URI "javascript:alert(1)//https://" must begin with https:// (http:// only on localhost).',
    ],
    [
      Array.from({ length: 257 }, (_, index) => `https://contoso.com/${index}`),
      "A registration takes at most 256 redirect URIs, not 257.",
    ],
  ])("refuses %j", (uris, text) => {
    expect(() => checkRedirectUris(uris)).toThrow(new Error(text));
  });
});

it.each([
  ["https://Contoso.com/back", "contoso.com"],
  ["https://c\u043entoso.com:8443/", "xn--cntoso-wqf.com:8443"],
  ["https://contoso.com@evil.example/", "evil.example"],
  ["no address", undefined],
])("the host of %j is %j", (address, host) => {
  expect(hostOf(address)).toBe(host);
});
