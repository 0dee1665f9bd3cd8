import { expect, test } from "@jest/globals";
import { decodeText, NotText } from "../../../contract/text/decode.ts";

const TEXT = '{"name":"Ærø 李"}\r\n';
const utf16 = (text: string) => Buffer.from(text, "utf16le");
const bytes: Readonly<Record<string, Buffer>> = {
  "UTF-8": Buffer.from(TEXT),
  "UTF-8 with a byte order mark": Buffer.from(`\ufeff${TEXT}`),
  "UTF-16, as Windows PowerShell writes it": utf16(`\ufeff${TEXT}`),
  "UTF-16 of the other byte order": utf16(`\ufeff${TEXT}`).swap16(),
  "UTF-16 without a mark": utf16(TEXT),
  "UTF-16 of the other byte order without a mark": utf16(TEXT).swap16(),
};

test.each(Object.keys(bytes))("%s is read", (name) => {
  expect(decodeText(bytes[name] as Buffer)).toBe(TEXT);
});

test("an empty file is an empty text", () => {
  expect(decodeText(Buffer.alloc(0))).toBe("");
  expect(decodeText(Buffer.from("\ufeff"))).toBe("");
});

test("what is neither is no text", () => {
  expect(() => decodeText(Buffer.from("Müller", "latin1"))).toThrow(NotText);
});
