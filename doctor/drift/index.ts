/**
 * What somebody changed by hand since the look before, at the cost of the changes: delta queries say which
 * registrations to read again, and what is remembered says what they were.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import type { Outputs, Registration } from "../../contract/outputs.ts";
import { CredentialError, PermissionError } from "../../contract/errors.ts";
import { listed } from "../../contract/words.ts";
import type { ArmClient } from "../../sync/connectors/arm/index.ts";
import type { GraphClient } from "../../sync/connectors/graph/index.ts";
import { differencesOf } from "../live/compare.ts";
import { liveRoleFacts, NO_VAULT_ID, noReader, vaultGroups } from "../live/azure-roles.ts";
import { type Aspect, aspects, compareFacts, type Difference, type Fact } from "../live/facts.ts";
import { liveFacts } from "../live/live-facts.ts";
import { READ_TRUSTS, RegistrationReader } from "../connectors/registrations.ts";
import { type Changes, changesSince, firstLinks, Links } from "../connectors/changes.ts";
import { readRelations } from "../connectors/relations.ts";
import { type Actor, actorsOf } from "../connectors/audits.ts";

const SeenFact = z.strictObject({
  aspect: z.enum(aspects),
  on: z.enum(["application", "service principal"]),
  id: z.string(),
  label: z.string(),
  value: z.string().exactOptional(),
  takeAway: z.string().exactOptional(),
});

/** Counts the ways in which registrations were told as facts. */
const FACTS = 2;

/** One registration, as it was seen last. */
const Seen = z.strictObject({
  name: z.string(),
  /** Absent where it was gone. */
  facts: z.array(SeenFact).exactOptional(),
  /** What could not be read. */
  unread: z.array(z.enum(aspects)),
  relations: z.string(),
});
type Seen = z.infer<typeof Seen>;

/** What a look leaves for the next one. */
export const Memory = z.strictObject({
  /** Which facts are told of a registration: what was seen with others begins anew. */
  facts: z.literal(FACTS),
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
  /** What was not looked at, and why: a sentence each. Left out where all was. */
  readonly unseen?: readonly string[];
}

export interface Looking {
  readonly client: GraphClient;
  readonly arm: ArmClient;
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
  { client, arm, now, signal }: Looking,
): Promise<{ readonly drift: Drift; readonly memory: Memory }> {
  const { registrations } = outputs;
  const ids = JSON.stringify(registrations.map(({ name, objectId, principalId }) => [name, objectId, principalId]));
  const before = remembered?.ids === ids ? remembered : undefined;
  const followed = before && (await changesSince(client, before.links, signal));
  const isNew = followed === undefined;
  const changes = followed ?? (await begin(client, registrations, signal));
  const relations = await readRelations(client, registrations, signal);
  const azure = await azureRoles(outputs, arm, signal);
  const reader = new RegistrationReader(client);
  const grants = grantsAfter(isNew ? {} : (before?.grants ?? {}), changes, registrations);

  const seen: Seen[] = [];
  const drifted: Drifted[] = [];
  for (const registration of registrations) {
    const { name, objectId, principalId } = registration;
    const was = remembered?.registrations.find((each) => each.name === name);
    const related = JSON.stringify([relations.get(name), azure.facts?.get(name)?.map(({ id }) => id) ?? null]);
    const isSame =
      !isNew &&
      was?.relations === related &&
      !changes.objects.has(objectId) &&
      !changes.objects.has(principalId) &&
      !grants.touched.has(principalId);
    const is =
      isSame && was
        ? was
        : await read(outputs, registration, { related, azure: azure.facts?.get(name) }, reader, signal);
    seen.push(is);
    const differences = differencesOf(outputs, registration, is.facts ?? [], { unread: is.unread, now });
    const since = sinceThen(was, is);
    if (differences.length === 0 && since.length === 0) continue;
    const actors =
      since.length > 0 && remembered
        ? await actorsOf(client, [objectId, principalId], remembered.at, signal)
        : undefined;
    drifted.push({ registration: name, differences, since, ...(actors && { actors }) });
  }
  const at = now.toISOString();
  const unseen = [...unseenTrusts(seen), ...(azure.unseen === undefined ? [] : [azure.unseen])];
  return {
    drift: { ...(remembered && { before: remembered.at }), at, drifted, ...(unseen.length > 0 && { unseen }) },
    memory: { facts: FACTS, links: changes.links, ids, at, registrations: seen, grants: grants.byPrincipal },
  };
}

async function begin(
  client: GraphClient,
  registrations: readonly Registration[],
  signal: AbortSignal,
): Promise<Changes> {
  const from = firstLinks(client.host, {
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
  { related: relations, azure }: { readonly related: string; readonly azure: readonly Fact[] | undefined },
  reader: RegistrationReader,
  signal: AbortSignal,
): Promise<Seen> {
  const { name, objectId, principalId } = registration;
  const live = await reader.read({ objectId, principalId }, signal);
  const unread: Aspect[] = [
    ...(azure === undefined ? (["Azure role"] as const) : []),
    ...(live !== undefined && live.trusts === undefined ? (["trust"] as const) : []),
  ];
  if (live === undefined) return { name, unread, relations };
  return { name, facts: [...liveFacts(outputs, registration, live), ...(azure ?? [])], unread, relations };
}

/** What became of what was seen both times; what one of the two could not read is not new. */
function sinceThen(was: Seen | undefined, is: Seen): Difference[] {
  if (!was?.facts) return [];
  const isSeen = ({ aspect }: Fact) => !was.unread.includes(aspect) && !is.unread.includes(aspect);
  return compareFacts(was.facts.filter(isSeen), (is.facts ?? []).filter(isSeen));
}

/** By name of the registration; `facts` is undefined where they are not looked at, `unseen` says why that is a gap. */
async function azureRoles(
  outputs: Outputs,
  arm: ArmClient,
  signal: AbortSignal,
): Promise<{ readonly facts?: ReadonlyMap<string, readonly Fact[]>; readonly unseen?: string }> {
  const { vault, vendorVault, registrations } = outputs;
  if (!vault && !vendorVault) return {};
  if (vaultGroups(outputs).length === 0) {
    return { unseen: `Roles of Azure were not looked at: ${NO_VAULT_ID}` };
  }
  const facts = new Map<string, readonly Fact[]>();
  try {
    for (const registration of registrations) {
      facts.set(registration.name, await liveRoleFacts(outputs, registration, arm, signal));
    }
    return { facts };
  } catch (error) {
    if (!(error instanceof PermissionError || error instanceof CredentialError)) throw error;
    return { unseen: `Roles of Azure were not looked at: ${noReader(outputs)}` };
  }
}

function unseenTrusts(seen: readonly Seen[]): string[] {
  const names = seen.filter(({ unread }) => unread.includes("trust")).map(({ name }) => name);
  return names.length === 0
    ? []
    : [`Outside identities that may sign in were not looked at, of ${listed(names)}: that needs ${READ_TRUSTS}.`];
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
