import { distance } from "fastest-levenshtein";

/**
 * The names that were probably meant by one that does not exist: those that are fewest letters away, letter case
 * aside, and near enough to be a slip of the hand. Nearest first, at most three.
 */
export function nearest(name: string, known: Iterable<string>): string[] {
  const most = name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3));
  const wanted = name.toLowerCase();
  return (
    [...known]
      // The distance of a very long text takes very long, and its length says already that it is far.
      .filter(({ length }) => Math.abs(length - name.length) <= most)
      .map((candidate) => ({ candidate, letters: distance(wanted, candidate.toLowerCase()) }))
      .filter(({ letters }) => letters <= most)
      .sort((one, other) => one.letters - other.letters || one.candidate.localeCompare(other.candidate))
      .slice(0, 3)
      .map(({ candidate }) => candidate)
  );
}

/** `did you mean "a"?`, `did you mean "a", "b" or "c"?`, or undefined when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const names = nearest(name, known).map((candidate) => `"${candidate}"`);
  if (names.length === 0) return undefined;
  const last = names.pop();
  return `did you mean ${names.length > 0 ? `${names.join(", ")} or ${last}` : last}?`;
}
