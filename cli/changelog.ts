/**
 * What CHANGELOG.md says of the way from one version to another: the sections above that of `from`, up to that of `to`.
 * The newest is first, as in every changelog. Pure.
 *
 * @param changelog of the newer of the two
 * @param from version whose changes are known; one without a section is older than all that have one
 * @param to version whose changes are new; one without a section, such as a trial version, is newer than all
 * @returns Markdown; empty where nothing is written of it, or `to` is the older one
 */
export function changesBetween(changelog: string, from: string, to: string): string {
  const sections = changelog.split(/^(?=## )/m).slice(1);
  const place = (version: string) => sections.findIndex((section) => section.split(/\s+/, 2)[1] === version);
  const [first, last] = [Math.max(place(to), 0), place(from)];
  return sections
    .slice(first, last < 0 ? undefined : last)
    .join("")
    .trim();
}
