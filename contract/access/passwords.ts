/**
 * Which passwords an account of the console may have: NIST SP 800-63B-4, 3.1.1.2 (2025). One that is the only factor has
 * 15 characters or more, there are no rules of composition, it is never changed for its age, and what others would guess
 * is refused. Pure.
 *
 * @packageDocumentation
 */

/** Characters: code points. */
export const SHORTEST = 15;
/** Far more than the 64 that have to be taken; what is longer was pasted by mistake. */
export const LONGEST = 256;
/** So many characters have to be nobody's name, no row of keys and no repetition. */
const OWN = 8;

/** What others know of whoever sets a password. */
export interface Known {
  readonly name: string;
  readonly mail?: string | undefined;
  /** Names of the group and of the product. */
  readonly places: readonly string[];
}

const COMMON = [
  "password",
  "passwort",
  "passphrase",
  "letmein",
  "welcome",
  "willkommen",
  "iloveyou",
  "secret",
  "admin",
];
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "0123456789",
  "qwertyuiop",
  "qwertzuiop",
  "asdfghjkl",
  "zxcvbnm",
  "yxcvbnm",
];

/** As it is compared, however a keyboard made it (recommended: NFKC). */
export function normalized(password: string): string {
  return password.normalize("NFKC");
}

/** Why somebody may not have it, in a sentence; undefined: it is good. */
export function whyNotPassword(password: string, known: Known): string | undefined {
  const length = [...normalized(password)].length;
  if (length < SHORTEST)
    return `It has ${length} characters, and takes ${SHORTEST} or more: several words are easy to keep in mind.`;
  if (length > LONGEST) return `It has ${length} characters, and ${LONGEST} are the most.`;
  if (ownCharacters(password, known) >= OWN) return undefined;
  return "Others would guess it: it is made of names, of words that many take, of keys in a row or of repetitions. Take several words that have nothing to do with you.";
}

/** How many characters are left without what everybody would try. */
function ownCharacters(password: string, { name, mail = "", places }: Known): number {
  const words = [name, mail, ...places].flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const guessed = [...COMMON, ...words]
    .filter((word) => word.length >= 3)
    .sort((one, other) => other.length - one.length);
  let left = normalized(password).toLowerCase();
  for (const word of guessed) left = left.replaceAll(word, "");
  return unrepeated(withoutRows(left)).replaceAll(/[\s\p{P}]/gu, "").length;
}

/** Of neighbours in a row, forwards or backwards, three or more count as one. */
function withoutRows(text: string): string {
  let left = "";
  for (let at = 0; at < text.length;) {
    let end = at + 1;
    while (end < text.length && isInRow(text.slice(at, end + 1))) end += 1;
    left += end - at >= 3 ? text[at] : text.slice(at, end);
    at = end;
  }
  return left;
}

function isInRow(part: string): boolean {
  const turned = [...part].reverse().join("");
  return ROWS.some((row) => row.includes(part) || row.includes(turned));
}

/** What is said again right after is left out: of `abcabcabc` it is `abc`. */
function unrepeated(text: string): string {
  return text.replaceAll(/(.+?)\1+/gu, "$1");
}
