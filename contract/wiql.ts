/** Conditions of WIQL that people write. Pure. @packageDocumentation */

/**
 * What is wrong with a condition that stands in brackets behind others: what would be more than one, or would end the
 * brackets, and with them what else is asked of an item.
 *
 * @returns a clause; undefined: nothing
 */
export function conditionFault(query: string): string | undefined {
  // In one pass, as it is read there: a quotation mark within the other kind, or within a name, begins nothing.
  const bare = query.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]]*\]/g, "[]");
  if (/['"]/.test(bare)) return "not a condition; a quotation mark in it is never closed";
  let open = 0;
  for (const sign of bare) {
    open += sign === "(" ? 1 : sign === ")" ? -1 : 0;
    if (open < 0) break;
  }
  if (open !== 0) return "not a condition; its brackets do not match";
  const word = /\b(select|from|where|order\s+by|asof|mode)\b/i.exec(bare)?.[1];
  if (word === undefined) return undefined;
  return `not a condition; leave out ${word.toUpperCase()} and what belongs to it, and write what comes behind WHERE`;
}
