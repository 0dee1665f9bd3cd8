/** By whom and from what a review is. Pure. @packageDocumentation */
import type { Origin } from "../../review/index.ts";
import { quoted } from "../../review/changes/words.ts";

/** One line; empty where nothing is known. */
export function originWords({ source, commit, by, identity, run }: Origin): string {
  const parts: [string, string | undefined][] = [
    ["of", source],
    ["commit", commit],
    ["by", by],
    ["previewed as", identity],
    ["in", run],
  ];
  return parts.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${quoted(value)}`])).join(", ");
}
