/**
 * What the groups and administrative units of the settings say about people. Pure.
 *
 * @packageDocumentation
 */
import { quoted } from "../../../contract/words.ts";
import { either } from "./mapping.ts";
import { type MemberGraph, reach } from "./members.ts";

export interface Named {
  readonly name: string;
  readonly id: string;
}

/** The groups and units of the settings; none of a kind says nothing about anybody. */
export interface Roots {
  readonly groups: readonly Named[];
  readonly units: readonly Named[];
  readonly excluded: readonly Named[];
  readonly protected: readonly Named[];
}

export interface Membership {
  /** Whether groups and units let somebody be in scope. */
  has(id: string): boolean;
  /** Why not, in words for the report. */
  whyNot(id: string): string | undefined;
  /** Members of the groups whose members are never disabled. */
  readonly protected: ReadonlySet<string>;
  /** Everybody whom any of this is about: for all others it is the same as for a stranger. */
  readonly concerned: ReadonlySet<string>;
}

export const everybody: Membership = {
  has: () => true,
  whyNot: () => undefined,
  protected: new Set(),
  concerned: new Set(),
};

/** By the graph as it is now: what becomes of it later does not show. */
export function membershipOf(graph: MemberGraph, roots: Roots): Membership {
  const usersOf = (named: readonly Named[]) =>
    reach(
      graph,
      named.map(({ id }) => id),
    ).users;
  const members = usersOf(roots.groups);
  const inUnits = usersOf(roots.units);
  const excluded = roots.excluded.map((group) => ({ name: group.name, users: usersOf([group]) }));

  function whyNot(id: string): string | undefined {
    if (roots.groups.length > 0 && !members.has(id)) return `not a member of ${either(namesOf(roots.groups))}`;
    if (roots.units.length > 0 && !inUnits.has(id)) return `not in administrative unit ${either(namesOf(roots.units))}`;
    const by = excluded.find(({ users }) => users.has(id));
    return by && `a member of ${quoted(by.name)}, which is excluded`;
  }
  return {
    has: (id) => whyNot(id) === undefined,
    whyNot,
    protected: usersOf(roots.protected),
    concerned: new Set([...members, ...inUnits, ...excluded.flatMap(({ users }) => [...users])]),
  };
}

function namesOf(named: readonly Named[]): string[] {
  return named.map(({ name }) => name);
}
