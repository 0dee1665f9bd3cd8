/**
 * Names that look the same to a person and are not: letters composed in another way, other blanks, blanks at the ends. Pure.
 *
 * @packageDocumentation
 */

/** One form of all that look alike, whatever the case of their letters. */
export function alike(name: string): string {
  return name
    .normalize("NFC")
    .replaceAll(/[\s\u200b-\u200d\u2060\ufeff]+/gu, " ")
    .trim()
    .toLowerCase();
}

/** Which character differs first, as Unicode writes it. */
export function firstDifference(written: string, there: string): string {
  const [ours, theirs] = [[...written], [...there]];
  const at = theirs.findIndex((character, index) => character !== ours[index]);
  const place = at === -1 ? theirs.length : at;
  return `character ${place + 1} is ${codeOf(theirs[place])} there and ${codeOf(ours[place])} in the settings`;
}

function codeOf(character: string | undefined): string {
  if (character === undefined) return "the end";
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
