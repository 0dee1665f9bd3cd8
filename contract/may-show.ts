/**
 * Whether a text that somebody wrote in the wrong place may be repeated in a message. It may be a secret that was pasted
 * there: shown is only what reads like words, names, addresses or days. Pure.
 *
 * @packageDocumentation
 */
import { printable } from "./text/printable.ts";
import { shortened } from "./words.ts";

const LONGEST = 60;

/** Letters with hardly a capital among them, or a few digits: no password generator makes texts of such parts only. */
const PART = /^(?:\p{Ll}*(?:\p{Lu}\p{Ll}*){0,3}|\p{Lu}{1,8}|\d{1,4})$/u;
const LONGEST_PART = 32;

export function mayShow(text: string): boolean {
  return text.length <= LONGEST && readsLikeWords(text);
}

/** A name that is a key in a file: short ones are shown as they are, since they say where something is. */
export function mayShowKey(key: string): boolean {
  return key.length < 16 || mayShow(key);
}

/** What somebody gave, in quotes, as far as it may be repeated. */
export function given(text: string): string {
  return mayShow(text)
    ? `"${text.replaceAll('"', "")}"`
    : "what was given, which is not repeated since it may be a secret";
}

/**
 * A message of a program that repeats what it was given in single quotes, without what may be a secret, and in one line
 * whatever was given. What it proposes instead stands in a line of its own.
 */
export function withoutPasted(message: string): string {
  const [, said = "", proposal = "", end = ""] = /^(.*?)(\n\(Did you mean [^\n]*\))?(\n*)$/s.exec(message) ?? [];
  const line = said
    .replaceAll(/'([^']*)'/g, (all, text: string) => (mayShow(text) ? all : "'...'"))
    .replace(/(Expected \d+ arguments? but got \d+): .*/s, "$1.");
  return printable(line) + proposal + end;
}

/**
 * A text as it is told: quoted, escaped, and cut where it is long; how long it is where it may be a secret.
 *
 * @param expected in words, where such a text is written: its words with a number are no secret, as `extensionAttribute16`
 */
export function shown(text: string, expected = ""): string {
  return readsLikeWords(text, expected.toLowerCase()) ? quotedText(text) : unshown(text);
}

export function unshown(text: string): string {
  return `a text of ${text.length} characters (not repeated here: it may be a secret)`;
}

export function quotedText(text: string): string {
  return JSON.stringify(printable(shortened(text, LONGEST)));
}

function readsLikeWords(text: string, expected = ""): boolean {
  return text.split(/[^\p{L}\p{N}]+/u).every((part) => {
    const [, word] = /^(\p{L}{3,})\d{1,4}$/u.exec(part) ?? [];
    if (word !== undefined && expected.includes(word.toLowerCase())) return true;
    return part.length <= LONGEST_PART && PART.test(part);
  });
}
