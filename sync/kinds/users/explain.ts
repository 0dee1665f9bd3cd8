/**
 * Why somebody is or is not in the target: found in Entra, in scope by which way, matched to what, and what the next
 * run would do. Reads only.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../../../contract/errors.ts";
import { explainedFields, type ExplainedField, explainObject, type ObjectExplanation } from "../../run/explain.ts";
import { linkOf, linksNamed } from "../../run/history.ts";
import type { SyncDefinition } from "../../run/definition.ts";
import type { State } from "../../state/session.ts";
import type { References } from "../../model/types.ts";
import type { GraphUser } from "../../connectors/graph/index.ts";
import { type Named, wayTo } from "./members.ts";
import type { ScopeRead } from "./scope.ts";
import { severalUsers, type UsersSource } from "./source.ts";

export interface UserExplanation extends ObjectExplanation {
  readonly version: 1;
  /** Absent where Entra does not have the user (any more). */
  readonly entra?: {
    readonly userPrincipalName: string | null;
    readonly mail: string | null;
    readonly accountEnabled: boolean | null;
  };
  readonly scope: {
    readonly inScope: boolean;
    /** Why not; absent for somebody in scope. */
    readonly reason?: string;
    /** Neither groups nor administrative units are named in the settings. */
    readonly everybody: boolean;
    /**
     * For each group of the settings that the user is in: the shortest way to the user, that group first, then each
     * group inside the one before.
     */
    readonly paths: readonly (readonly Named[])[];
    /** The administrative units of the settings that the user is in. */
    readonly units: readonly Named[];
  };
  readonly fields: readonly UserField[];
}

interface UserField extends ExplainedField {
  /** Whom the field refers to; absent where it refers to nobody. */
  readonly refersTo?: {
    readonly id: string;
    /** By the link of that one; absent where the target does not have him, and the field has to wait. */
    readonly label?: string;
  };
}

interface ExplainUserOptions {
  readonly definition: SyncDefinition & { readonly source: UsersSource };
  /** Field of the target -> property of the Entra user. */
  readonly properties: Readonly<Record<string, string>>;
  readonly state: State;
  /** Mail address, user principal name or object id. */
  readonly asked: string;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
}

/** Nobody is meant: neither in Entra nor among those who were synced to this target. */
export class UnknownPerson extends TenantwireError {
  override name = "UnknownPerson";
}

/**
 * @throws UnknownPerson when nobody is meant
 * @throws TenantwireError when more than one is meant
 * @throws ScopeError when it cannot be known who is in scope: the next run would stop with the same words
 */
export async function explainUser(options: ExplainUserOptions): Promise<UserExplanation> {
  const { definition, state, signal, properties, now } = options;
  const { source } = definition;
  const user = await findUser(options);
  const prepared = await source.prepare(state, signal);
  const [object] = await source.fetch([user.id], signal);
  if (!object) throw new TypeError("The source did not tell of an object that it was asked for.");

  const explained = await explainObject({
    definition,
    state,
    object,
    signal,
    ...(prepared.protected && { protected: prepared.protected }),
    ...(now && { now }),
  });
  // Out of scope, a source does not map: there are no fields.
  const inScope = user.found !== undefined && object.fields !== undefined;
  return {
    version: 1,
    ...(user.found && { entra: accountOf(user.found) }),
    scope: {
      inScope,
      ...(!inScope && object.why !== undefined && { reason: object.why }),
      everybody: isEverybody(prepared.scope),
      paths: prepared.scope ? await waysTo(source, prepared.scope, user.id, signal) : [],
      units: prepared.scope ? unitsOf(prepared.scope, user.id) : [],
    },
    fields: await withReferences(options, explainedFields(properties, explained), object.references),
    ...explained,
  };
}

/**
 * Whom the words stand for: in Entra, or else among those who were synced, by what they were called then and by the id
 * in the target. Such a one may still be in Entra, under another address.
 */
async function findUser(options: ExplainUserOptions): Promise<{ readonly id: string; readonly found?: GraphUser }> {
  const { definition, state, asked, signal } = options;
  const users = await definition.source.lookUp(asked, signal);
  if (users.length > 0) {
    const found = only(users, asked);
    return { id: found.id, found };
  }
  const links = await linksNamed(state, definition.sync, asked);
  const { id } = only(
    links.map((link) => ({ id: link.a.id })),
    asked,
  );
  const [found] = await definition.source.lookUp(id, signal);
  return { id, ...(found && { found }) };
}

function only<T extends { readonly id: string }>(users: readonly T[], asked: string): T {
  const [user, another] = users;
  if (user === undefined) {
    throw new UnknownPerson(
      `Nobody in Entra has the mail address, user principal name or object id ${asked}, and nobody who was synced had it.`,
    );
  }
  if (another === undefined) return user;
  throw severalUsers(users, asked);
}

function accountOf(user: GraphUser): NonNullable<UserExplanation["entra"]> {
  const text = (property: string) => (typeof user[property] === "string" ? user[property] : null);
  const { accountEnabled } = user;
  return {
    userPrincipalName: text("userPrincipalName"),
    mail: text("mail"),
    accountEnabled: typeof accountEnabled === "boolean" ? accountEnabled : null,
  };
}

function isEverybody(scope: ScopeRead | undefined): boolean {
  return scope === undefined || scope.cursor.groups.length + scope.cursor.units.length === 0;
}

async function waysTo(
  source: UsersSource,
  { graph, cursor }: ScopeRead,
  user: string,
  signal: AbortSignal,
): Promise<Named[][]> {
  const ways = cursor.groups.map(({ id }) => wayTo(graph, id, user)).filter((way) => way !== undefined);
  const ids = [...new Set(ways.flat())];
  const names = new Map((await source.groupNames(ids, signal)).map((name, index) => [ids[index], name]));
  return ways.map((way) => way.map((id) => ({ id, name: names.get(id) ?? id })));
}

function unitsOf({ graph, cursor }: ScopeRead, user: string): Named[] {
  return cursor.units.filter(({ id }) => wayTo(graph, id, user) !== undefined).map(({ id, name }) => ({ id, name }));
}

async function withReferences(
  { definition, state }: ExplainUserOptions,
  fields: readonly ExplainedField[],
  references: References = {},
): Promise<UserField[]> {
  const found: UserField[] = [];
  for (const each of fields) {
    const id = references[each.field]?.id;
    const link = id === undefined ? undefined : await linkOf(state, definition.sync, id);
    found.push({ ...each, ...(id !== undefined && { refersTo: { id, ...(link && { label: link.label }) } }) });
  }
  return found;
}
