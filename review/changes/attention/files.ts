/** What a pull request changes beside the settings under review. Pure. @packageDocumentation */
import { listed } from "../../../contract/words.ts";
import type { Attention } from "../types.ts";
import { quoted } from "../words.ts";
import { danger } from "./level.ts";

/** So many are named at once; the page lists them all. */
export const FILES_NAMED = 20;

/** What decides who approves and what runs, then what is run and with what, then the rest: a long list hides none of it. */
const REACH = [
  /^(\.github|\.azuredevops|pipelines)\/|(^|\/)(CODEOWNERS|azure-pipelines[^/]*)$/i,
  /^(stacks|grants|bootstrap)\/|(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|\.npmrc|Pulumi[^/]*\.ya?ml)$|\.[cm]?[jt]s$/i,
];

/** The furthest reaching first, and otherwise as they are given. */
export function byReach(files: readonly string[]): string[] {
  const rank = (file: string) => {
    const found = REACH.findIndex((reach) => reach.test(file));
    return found === -1 ? REACH.length : found;
  };
  return files.toSorted((one, other) => rank(one) - rank(other));
}

/** What comes with them runs once it is merged, or decides who has to approve. */
export function filesAttention(files: readonly string[]): Attention[] {
  if (files.length === 0) return [];
  const [what, effect] =
    files.length === 1
      ? ["1 other file", "is not on this page: read it"]
      : [`${files.length} other files`, "are not on this page: read them"];
  const more = files.length > FILES_NAMED ? [`${files.length - FILES_NAMED} more`] : [];
  const named = byReach(files).slice(0, FILES_NAMED).map(quoted);
  return [danger(`The pull request changes ${what}, which ${effect}: ${listed([...named, ...more])}.`)];
}
