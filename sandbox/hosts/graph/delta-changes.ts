import type { Change, MemberKind, TrackedKind } from "../../directory/model.ts";

/** What happened to one object in a stretch of the log; an object with many member changes takes several of them. */
export interface ObjectChange {
  readonly id: string;
  /** Carries the object's own properties; further ones of the same object carry members only. */
  readonly first: boolean;
  /** It was created or came back: everything about it is new. */
  readonly whole: boolean;
  readonly properties: ReadonlySet<string>;
  /** Members that came or went, by what is true at the end of the stretch. */
  readonly members: ReadonlyMap<string, { readonly present: boolean; readonly kind: MemberKind }>;
}

/**
 * The changes of one kind between two positions of the log, one object after another in the order in which each was
 * touched first. The same stretch always gives the same list: links of further pages count in it.
 */
export function changesSince(
  log: readonly Change[],
  kind: TrackedKind,
  from: number,
  to: number,
  membersPerItem: number,
): ObjectChange[] {
  const touched = new Map<string, { whole: boolean; properties: Set<string>; members: Map<string, Member> }>();
  for (const change of log.slice(from, to)) {
    if (change.kind !== kind) continue;
    let entry = touched.get(change.id);
    if (!entry) touched.set(change.id, (entry = { whole: false, properties: new Set(), members: new Map() }));
    switch (change.op) {
      case "create":
      case "restore":
        entry.whole = true;
        break;
      case "update":
        for (const property of change.properties) entry.properties.add(property);
        break;
      case "addMember":
      case "removeMember":
        entry.members.set(change.member, { present: change.op === "addMember", kind: change.memberKind });
        break;
      case "remove":
      case "purge":
        break;
    }
  }
  return [...touched].flatMap(([id, { whole, properties, members }]) =>
    chunks([...members], membersPerItem).map((chunk, index) => ({
      id,
      first: index === 0,
      whole: whole && index === 0,
      properties,
      members: new Map(chunk),
    })),
  );
}

interface Member {
  readonly present: boolean;
  readonly kind: MemberKind;
}

/** At least one chunk, which may be empty. */
function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let at = 0; at === 0 || at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}
