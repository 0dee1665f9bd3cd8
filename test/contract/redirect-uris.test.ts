import { describe, expect, it } from "@jest/globals";
import { checkRedirectUris } from "../../contract/redirect-uris.ts";

describe("checkRedirectUris", () => {
  it("takes https, and http on the own machine", () => {
    const uris = ["https://contoso.com/back", "http://localhost:8080/back", "http://127.0.0.1/back"];

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
      Array.from({ length: 257 }, (_, index) => `https://contoso.com/${index}`),
      "A registration takes at most 256 redirect URIs, not 257.",
    ],
  ])("refuses %j", (uris, text) => {
    expect(() => checkRedirectUris(uris)).toThrow(new Error(text));
  });
});
