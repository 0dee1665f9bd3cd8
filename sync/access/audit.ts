/**
 * The audit trail: what was decided about people and plans, by whom and when. It only grows. Each entry holds the hash of
 * the one before, and the number and the hash of the last one are kept beside them, in the same commit: a kill at any
 * point leaves a whole trail, and an entry that is changed, taken out or cut off is noticed. Who can write the whole state
 * can write a whole other trail; whoever has kept the number and the hash of an entry notices that too.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { shortened } from "../../contract/words.ts";
import { sortedEntries } from "../model/fields.ts";
import { toJson } from "../model/json.ts";
import { type Edit, readObject, type State } from "../state/session.ts";

const ENTRIES = "access-audit";
const HEAD = "access-audit-head";
const KEY = "head";
/** Keys are in the order of the entries: more digits than anybody will need. */
const DIGITS = 12;
/** What a trail begins with. */
const NOTHING = "0".repeat(64);
/** Texts of others are cut: an entry is one small entity of the state. */
const MAX_TEXT = 1_000;

const Entry = z.object({
  /** From 1 on, without a gap. */
  entry: z.int(),
  /** Instant. */
  at: z.iso.datetime(),
  /** What was done, in the same words each time: `role changed`. */
  action: z.string(),
  /** Who did it, for people. */
  by: z.string(),
  /** Key of that person, where it was one of the group. */
  person: z.string().optional(),
  /** What it was done to: key of a person, id of a request, hash of a plan, name of a sync. */
  subject: z.string().optional(),
  /** Further values by their names. */
  details: z.record(z.string(), z.string()).optional(),
  /** Hash of the entry before. */
  previous: z.string(),
  /** SHA-256 of everything else, in hexadecimal digits. */
  hash: z.string(),
});

export type AuditEntry = Readonly<z.infer<typeof Entry>>;

export type AuditDraft = Omit<AuditEntry, "entry" | "at" | "previous" | "hash">;

/** What somebody put in the place of an entry can be anything: undefined where it is none. */
function entryIn(value: unknown): AuditEntry | undefined {
  return Entry.safeParse(value).data;
}

/** The last entry. */
interface AuditHead {
  readonly entry: number;
  readonly hash: string;
}

export async function readHead(state: Pick<State, "get">): Promise<AuditHead> {
  return (await readObject<AuditHead>(state, HEAD, KEY)) ?? { entry: 0, hash: NOTHING };
}

/** The changes that add entries to the trail. They belong into one commit with what they tell of. */
export async function entriesFor(
  state: Pick<State, "get">,
  drafts: readonly AuditDraft[],
  now: Date,
): Promise<readonly Edit[]> {
  let head = await readHead(state);
  const edits: Edit[] = [];
  for (const draft of drafts) {
    const entry = entryAfter(head, draft, now);
    head = { entry: entry.entry, hash: entry.hash };
    edits.push({ partition: ENTRIES, key: keyOf(entry.entry), value: toJson(entry) });
  }
  return drafts.length === 0 ? [] : [...edits, { partition: HEAD, key: KEY, value: toJson(head) }];
}

/** Oldest first; without what is no entry, which is missing then. */
export async function* readTrail(state: Pick<State, "list">): AsyncGenerator<AuditEntry, void, void> {
  for await (const page of state.list(ENTRIES)) {
    for (const { value } of page) {
      const entry = entryIn(value);
      if (entry) yield entry;
    }
  }
}

/** The last so many entries, newest first. Asks for these alone. */
export async function newestEntries(state: Pick<State, "get">, count: number): Promise<readonly AuditEntry[]> {
  return (await readTrailPage(state, { count })).entries;
}

export interface TrailPage extends Verified {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** Number that the next page is before; absent: there are no older ones. */
  readonly before?: number;
}

/**
 * A part of the trail, checked: each entry is as it was written, and the one that the next one names. Asks for these
 * alone, so that a page costs the same however long the trail is.
 *
 * @param before number of an entry; by default the newest ones
 */
export async function readTrailPage(
  state: Pick<State, "get">,
  { count, before = Number.POSITIVE_INFINITY }: { readonly count: number; readonly before?: number },
): Promise<TrailPage> {
  const head = await readHead(state);
  const faults: string[] = [];
  const entries: AuditEntry[] = [];
  const entryOf = async (entry: number) => entryIn(await state.get(ENTRIES, keyOf(entry)));
  if (before > head.entry && (await entryOf(head.entry + 1))) faults.push(NOT_THE_LAST);
  let entry = Math.max(0, Math.min(head.entry, before - 1));
  const next = entry < head.entry ? await entryOf(entry + 1) : undefined;
  if (entry < head.entry && !next) faults.push(missing(entry + 1, entry + 1));
  let expected = entry === head.entry ? head.hash : next?.previous;
  for (let looked = 0; entry > 0 && looked < count; looked += 1, entry -= 1) {
    const found = await entryOf(entry);
    if (!found) faults.push(missing(entry, entry));
    else {
      if (expected !== undefined && found.hash !== expected)
        faults.push(`entry ${entry} is not the one that was followed`);
      if (hashOf(found) !== found.hash) faults.push(`entry ${entry} was changed`);
      entries.push(found);
    }
    expected = found?.previous;
  }
  return { head, entries, faults, ...(entry > 0 && { before: entry + 1 }) };
}

const NOT_THE_LAST = "the last entry is not the one that was kept";

export interface Verified {
  readonly head: AuditHead;
  /** What is wrong with it, first things first. None: the trail is whole. */
  readonly faults: readonly string[];
}

/**
 * Reads the whole trail and checks every hash.
 *
 * @param kept number and hash of an entry as somebody wrote them down before
 */
export async function verifyTrail(state: Pick<State, "get" | "list">, kept?: AuditHead): Promise<Verified> {
  const faults: string[] = [];
  const head = await readHead(state);
  let last: AuditHead = { entry: 0, hash: NOTHING };
  let found: string | undefined;
  for await (const entry of readTrail(state)) {
    const { entry: number, previous, hash } = entry;
    if (number !== last.entry + 1) faults.push(missing(last.entry + 1, number - 1));
    else if (previous !== last.hash) faults.push(`entry ${number} does not follow the one before it`);
    if (hashOf(entry) !== hash) faults.push(`entry ${number} was changed`);
    if (number === kept?.entry) found = hash;
    last = { entry: number, hash };
  }
  if (last.entry < head.entry) faults.push(`${missing(last.entry + 1, head.entry)} at the end`);
  else if (last.entry > head.entry || last.hash !== head.hash) faults.push(NOT_THE_LAST);
  if (kept && found === undefined) faults.push(`there is no entry ${kept.entry}`);
  else if (kept && !found?.startsWith(kept.hash))
    faults.push(`entry ${kept.entry} is another one than was written down`);
  return { head, faults };
}

function missing(first: number, last: number): string {
  return first >= last ? `entry ${first} is missing` : `entries ${first} to ${last} are missing`;
}

function entryAfter({ entry, hash: previous }: AuditHead, draft: AuditDraft, now: Date): AuditEntry {
  const { action, by, person, subject, details } = draft;
  const body = {
    entry: entry + 1,
    at: now.toISOString(),
    action,
    by: shortened(by, MAX_TEXT),
    ...(person !== undefined && { person }),
    ...(subject !== undefined && { subject: shortened(subject, MAX_TEXT) }),
    ...(details && {
      details: Object.fromEntries(Object.entries(details).map(([name, text]) => [name, shortened(text, MAX_TEXT)])),
    }),
    previous,
  };
  return { ...body, hash: hashOf(body) };
}

/** Of the values in one order, whatever order a store gives them back in. */
function hashOf({ entry, at, action, by, person, subject, details = {}, previous }: Omit<AuditEntry, "hash">): string {
  const values = [entry, at, action, by, person ?? null, subject ?? null, sortedEntries(details), previous];
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}

function keyOf(entry: number): string {
  return String(entry).padStart(DIGITS, "0");
}
