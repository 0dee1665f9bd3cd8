/**
 * What somebody changed by hand since the look before, at the cost of the changes: delta queries say which
 * registrations to read again, and what is remembered says what they were.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import type { Outputs, Registration } from "../../contract/outputs.ts";
import type { GraphClient } from "../../sync/connectors/graph/index.ts";
import { differencesOf } from "../live/compare.ts";
import { aspects, compareFacts, type Difference } from "../live/facts.ts";
import { liveFacts } from "../live/live-facts.ts";
import { RegistrationReader } from "../live/read.ts";
import { type Changes, changesSince, firstLinks, Links } from "./changes.ts";
import { readRelations } from "./relations.ts";
import { type Actor, actorsOf } from "./who.ts";

const Fact = z.strictObject({
  aspect: z.enum(aspects),
  on: z.enum(["application", "service principal"]),
  id: z.string(),
  label: z.string(),
  value: z.string().exactOptional(),
  takeAway: z.string().exactOptional(),
});

/** One registration, as it was seen last. */
const Seen = z.strictObject({
  name: z.string(),
  /** Absent where it was gone. */
  facts: z.array(Fact).exactOptional(),
  /** Whether its trusts could be read. */
  trusts: z.boolean(),
  relations: z.string(),
});
type Seen = z.infer<typeof Seen>;

/** What a look leaves for the next one. */
export const Memory = z.strictObject({
  links: Links,
  /** Of whom the links tell: with other registrations a new look begins. */
  ids: z.string(),
  /** Instant of the look. */
  at: z.string(),
  registrations: z.array(Seen),
  /** Object id of the service principal -> ids of its delegated grants. */
  grants: z.record(z.string(), z.array(z.string())),
});
export type Memory = z.infer<typeof Memory>;

/** What is told of one registration. */
export interface Drifted {
  readonly registration: string;
  /** Beside what is declared. */
  readonly differences: readonly Difference[];
  /** Beside the look before; empty at the first one. */
  readonly since: readonly Difference[];
  /** Who did something to it since then; `undefined` where that is not known. */
  readonly actors?: readonly Actor[] | undefined;
}

export interface Drift {
  /** Of the look before, ISO 8601; absent at the first one. */
  readonly before?: string;
  readonly at: string;
  /** Only registrations that are not as declared, or not as they were. */
  readonly drifted: readonly Drifted[];
}

export interface Looking {
  readonly client: GraphClient;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * @param remembered of the look before; `undefined`: everything is read
 * @returns what was found, and what to remember: only once it was told
 */
export async function look(
  outputs: Outputs,
  remembered: Memory | undefined,
  { client, now, signal }: Looking,
): Promise<{ readonly drift: Drift; readonly memory: Memory }> {
  const { registrations } = outputs;
  const ids = JSON.stringify(registrations.map(({ name, objectId, principalId }) => [name, objectId, principalId]));
  const before = remembered?.ids === ids ? remembered : undefined;
  const followed = before && (await changesSince(client, before.links, signal));
  const isNew = followed === undefined;
  const changes = followed ?? (await begin(client, registrations, signal));
  const relations = await readRelations(client, registrations, signal);
  const reader = new RegistrationReader(client);
  const grants = grantsAfter(isNew ? {} : (before?.grants ?? {}), changes, registrations);

  const seen: Seen[] = [];
  const drifted: Drifted[] = [];
  for (const registration of registrations) {
    const { name, objectId, principalId } = registration;
    const was = remembered?.registrations.find((each) => each.name === name);
    const isSame =
      !isNew &&
      was?.relations === relations.get(name) &&
      !changes.objects.has(objectId) &&
      !changes.objects.has(principalId) &&
      !grants.touched.has(principalId);
    const is = isSame && was ? was : await read(outputs, registration, relations.get(name) ?? "", reader, signal);
    seen.push(is);
    const differences = differencesOf(outputs, registration, is.facts ?? [], { trusts: is.trusts, now });
    const since = was?.facts ? compareFacts(was.facts, is.facts ?? []) : [];
    if (differences.length === 0 && since.length === 0) continue;
    const actors =
      since.length > 0 && remembered
        ? await actorsOf(client, [objectId, principalId], remembered.at, signal)
        : undefined;
    drifted.push({ registration: name, differences, since, ...(actors && { actors }) });
  }
  const at = now.toISOString();
  return {
    drift: { ...(remembered && { before: remembered.at }), at, drifted },
    memory: { links: changes.links, ids, at, registrations: seen, grants: grants.byPrincipal },
  };
}

async function begin(
  client: GraphClient,
  registrations: readonly Registration[],
  signal: AbortSignal,
): Promise<Changes> {
  const from = firstLinks({
    applications: registrations.map(({ objectId }) => objectId),
    principals: registrations.map(({ principalId }) => principalId),
  });
  const changes = await changesSince(client, from, signal);
  if (changes === undefined) throw new TypeError("Graph refused a look that has just begun as one that is too old.");
  return changes;
}

async function read(
  outputs: Outputs,
  registration: Registration,
  relations: string,
  reader: RegistrationReader,
  signal: AbortSignal,
): Promise<Seen> {
  const { name, objectId, principalId } = registration;
  const live = await reader.read({ objectId, principalId }, signal);
  if (live === undefined) return { name, trusts: true, relations };
  return { name, facts: liveFacts(outputs, registration, live), trusts: live.trusts !== undefined, relations };
}

/** A grant that is gone has nothing but its id: whose it was is remembered. */
function grantsAfter(
  before: Memory["grants"],
  { grants }: Changes,
  registrations: readonly Registration[],
): { readonly byPrincipal: Memory["grants"]; readonly touched: ReadonlySet<string> } {
  const own = new Set(registrations.map(({ principalId }) => principalId));
  const byPrincipal = new Map(Object.entries(before).map(([principal, ids]) => [principal, new Set(ids)]));
  const touched = new Set<string>();
  for (const { id, clientId } of grants) {
    const holder = clientId ?? [...byPrincipal].find(([, ids]) => ids.has(id))?.[0];
    if (holder === undefined || !own.has(holder)) continue;
    touched.add(holder);
    const ids = byPrincipal.get(holder) ?? new Set();
    byPrincipal.set(holder, ids);
    if (clientId === undefined) ids.delete(id);
    else ids.add(id);
  }
  return { byPrincipal: Object.fromEntries([...byPrincipal].map(([holder, ids]) => [holder, [...ids]])), touched };
}
