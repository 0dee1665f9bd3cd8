/**
 * Which groups and administrative units the names in the settings mean. Names are case sensitive and need not be unique in Entra; whatever
 * leaves a doubt is an error, since a wrong group would look like everybody leaving. Pure.
 *
 * @packageDocumentation
 */
import { didYouMean } from "../../../contract/nearest.ts";
import { ScopeError } from "../../../contract/errors.ts";
import { counted, listed, quoted } from "../../../contract/words.ts";

/** What a name stands for. */
export interface Kind {
  /** Begins a sentence. */
  readonly word: string;
  /** Under `/v1.0`. */
  readonly path: string;
  /** Where the names are written, in the stack's settings file. */
  readonly setting: string;
  /** What is not known while it is in doubt. */
  readonly decides: string;
}

export interface Kinds {
  readonly group: Kind;
  readonly unit: Kind;
  readonly excluded: Kind;
  readonly protected: Kind;
}

/** @param users where the users of a target are in the settings, `tenantwire:ones.users` */
export function kindsOf(users: string): Kinds {
  const group = { word: "Group", path: "/groups", decides: "who is in scope" };
  return {
    group: { ...group, setting: `${users}.groups` },
    unit: {
      word: "Administrative unit",
      path: "/directory/administrativeUnits",
      setting: `${users}.administrativeUnits`,
      decides: "who is in scope",
    },
    excluded: { ...group, setting: `${users}.excludedGroups` },
    protected: { ...group, setting: `${users}.protectedGroups`, decides: "who is protected" },
  };
}

export const { group: groupKind, unit: unitKind } = kindsOf("tenantwire:oneplan.users");

export interface Group {
  readonly id: string;
  readonly displayName: string;
  /** `HiddenMembership`: whoever lacks a further permission sees nobody in it (documented: Member.Read.Hidden). */
  readonly visibility?: string | null;
}

/** Whether what stands in the settings is an id, which is the better name: nobody renames it. */
export function isGuid(name: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name);
}

/** Documented: such members are shown to whom a further permission was granted. For others it looks empty. */
export function hiddenMembers(name: string, { word, setting, decides }: Kind): ScopeError {
  return new ScopeError(
    `The members of ${word.toLowerCase()} ${quoted(name)} are hidden, so it is not known ${decides}. ` +
      `Make its membership public in Entra, or name another one in ${setting} and deploy (pulumi up).`,
  );
}

/**
 * The group of exactly that name, or `undefined` when there is none.
 *
 * @param found what the directory gave for the name; it may compare more loosely than we do
 * @param remembered id that the name stood for in the last run, if any
 * @throws ScopeError when there are several, or another one than before
 */
export function chooseGroup(
  name: string,
  found: readonly Group[],
  remembered?: string,
  { word, decides }: Kind = groupKind,
): Group | undefined {
  const exact = found.filter((group) => group.displayName === name);
  const [group] = exact;
  if (exact.length > 1) {
    const ids = listed(exact.map(({ id }) => id).sort());
    throw new ScopeError(
      `${word} ${quoted(name)} exists ${exact.length === 2 ? "twice" : counted(exact.length, "time")} in Entra (ids ${ids}), ` +
        `so it is not known ${decides}. Rename all but one of them.`,
    );
  }
  if (group !== undefined && remembered !== undefined && group.id !== remembered) {
    throw new ScopeError(
      `${word} ${quoted(name)} is not the one of the last sync: it was deleted and made anew, or renamed and its name given to another ` +
        `(id ${remembered} then, ${group.id} now). If the new one is meant, sync once with --full.`,
    );
  }
  return group;
}

/** What is known when no group has exactly that name. */
export interface Missing {
  readonly name: string;
  /** Groups of the tenant, for the nearest names; not necessarily all. */
  readonly others: readonly Group[];
  /** Id that the name stood for in the last run, if any. */
  readonly remembered?: string;
  /** The group of that id as it is now; absent when it is gone too. */
  readonly now?: Group;
}

export function missingGroup(
  { name, others, remembered, now }: Missing,
  { word, setting }: Kind = groupKind,
): ScopeError {
  if (now !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} (id ${now.id}) is now called ${quoted(now.displayName)}. Write the new name into ${setting} and deploy (pulumi up), or rename it back.`,
    );
  }
  const otherCase = others.find((group) => group.displayName.toLowerCase() === name.toLowerCase());
  if (otherCase !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} is written ${quoted(otherCase.displayName)} in Entra, and ${word.toLowerCase()} names are case sensitive. ` +
        `Correct ${setting} and deploy (pulumi up).`,
    );
  }
  const alike = others.find((group) => normal(group.displayName) === normal(name));
  if (alike !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} is written ${quoted(alike.displayName)} in Entra, which looks the same: ${firstDifference(name, alike.displayName)}. ` +
        `Copy the name from Entra into ${setting}, or write its id (${alike.id}), and deploy (pulumi up).`,
    );
  }
  if (remembered !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} (id ${remembered}) was deleted in Entra since the last sync. Restore it, or name another one in ${setting} and deploy (pulumi up).`,
    );
  }
  const hint = didYouMean(
    name,
    others.map((group) => group.displayName),
  );
  return new ScopeError(
    `${word} ${quoted(name)} does not exist in Entra${hint === undefined ? "." : `; ${hint}`} Correct ${setting} and deploy (pulumi up).`,
  );
}

/** Without what nobody sees: composition of letters, kinds and numbers of blanks. */
function normal(name: string): string {
  return name
    .normalize("NFC")
    .replaceAll(/[\s\u200b-\u200d\u2060\ufeff]+/gu, " ")
    .trim()
    .toLowerCase();
}

/** Which character differs first, as Unicode writes it. */
function firstDifference(written: string, there: string): string {
  const [ours, theirs] = [[...written], [...there]];
  const at = theirs.findIndex((character, index) => character !== ours[index]);
  const place = at === -1 ? theirs.length : at;
  return `character ${place + 1} is ${codeOf(theirs[place])} there and ${codeOf(ours[place])} in the settings`;
}

function codeOf(character: string | undefined): string {
  if (character === undefined) return "the end";
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
