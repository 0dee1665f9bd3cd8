/**
 * What the names of groups and administrative units in the settings stand for. They are case sensitive and need not be
 * unique in Entra; whatever leaves a doubt is an error, since a wrong group would look like everybody leaving.
 *
 * @packageDocumentation
 */
import { ScopeError } from "../../../contract/errors.ts";
import { didYouMean } from "../../../contract/nearest.ts";
import { alike, firstDifference } from "../../../contract/text/alike.ts";
import { counted, listed, quoted } from "../../../contract/words.ts";
import {
  type Call,
  type Collection,
  type GraphClient,
  type Group,
  groupsById,
  groupsNamed,
  isGuid,
  someGroups,
} from "../../connectors/graph/index.ts";
import type { Named } from "./members.ts";

/** What a name stands for. */
interface Kind {
  /** Begins a sentence. */
  readonly word: string;
  readonly collection: Collection;
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
  const group = { word: "Group", collection: "group" as const, decides: "who is in scope" };
  return {
    group: { ...group, setting: `${users}.groups` },
    unit: {
      word: "Administrative unit",
      collection: "administrative unit",
      setting: `${users}.administrativeUnits`,
      decides: "who is in scope",
    },
    excluded: { ...group, setting: `${users}.excludedGroups` },
    protected: { ...group, setting: `${users}.protectedGroups`, decides: "who is protected" },
  };
}

/**
 * Finds the groups or units of the settings.
 *
 * @param remembered ids of the last run by name
 * @throws ScopeError when a name does not mean exactly one, or another one than before
 */
export async function resolveNames(
  client: GraphClient,
  names: readonly string[],
  remembered: ReadonlyMap<string, string>,
  call: Call,
  kind: Kind,
): Promise<Named[]> {
  const found = await groupsNamed(client, kind.collection, names, call);
  const resolved: Named[] = [];
  for (const [index, name] of names.entries()) {
    const hits = found[index] ?? [];
    // An id is what nobody else has.
    const group = isGuid(name) ? hits[0] : chooseGroup(name, hits, remembered.get(name), kind);
    if (group === undefined) throw await explainMissing(client, name, remembered.get(name), call, kind);
    if (group.visibility === "HiddenMembership") throw hiddenMembers(name, kind);
    resolved.push({ name, id: group.id });
  }
  return resolved;
}

async function explainMissing(
  client: GraphClient,
  name: string,
  remembered: string | undefined,
  call: Call,
  kind: Kind,
): Promise<ScopeError> {
  const others = await someGroups(client, kind.collection, call);
  if (remembered === undefined) return missingGroup({ name, others }, kind);
  const [now] = await groupsById(client, kind.collection, [remembered], call);
  return missingGroup({ name, others, remembered, ...(now && { now }) }, kind);
}

/** Documented: such members are shown to whom a further permission was granted. For others it looks empty. */
function hiddenMembers(name: string, { word, setting, decides }: Kind): ScopeError {
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
  remembered: string | undefined,
  { word, decides }: Kind,
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

export function missingGroup({ name, others, remembered, now }: Missing, { word, setting }: Kind): ScopeError {
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
  const looksSame = others.find((group) => alike(group.displayName) === alike(name));
  if (looksSame !== undefined) {
    return new ScopeError(
      `${word} ${quoted(name)} is written ${quoted(looksSame.displayName)} in Entra, which looks the same: ${firstDifference(name, looksSame.displayName)}. ` +
        `Copy the name from Entra into ${setting}, or write its id (${looksSame.id}), and deploy (pulumi up).`,
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
