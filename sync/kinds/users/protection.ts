/**
 * Who is never disabled: accounts that the settings name, and members of the groups that they name.
 *
 * Names are looked up in every run, and what they meant is remembered: an account that was deleted, or has another
 * address now, stays protected. Graph takes whoever is deleted out of all groups, at the very moment at which protection
 * is needed: so whoever is no longer a member is looked up, and stays protected when gone.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { type Call, type GraphClient, idsWithAddress, isGuid, usersById } from "../../connectors/graph/index.ts";
import { addressKey } from "../../state/address-key.ts";
import { commitAll, type State } from "../../state/session.ts";

export interface ProtectionRequest {
  readonly client: GraphClient;
  /** Ids, user principal names and mail addresses. */
  readonly names: readonly string[];
  /** Where the names are in the settings. */
  readonly setting: string;
  /** The protected groups, and who is a member, of those who are known; absent where there are none. */
  readonly groups?: {
    readonly ids: readonly string[];
    readonly members: ReadonlySet<string>;
    readonly know: (ids: readonly string[]) => Promise<void>;
  };
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** @returns `undefined` where the settings protect nobody */
export async function readProtected(request: ProtectionRequest): Promise<Protected | undefined> {
  const { names, groups, state, dryRun, signal } = request;
  const call: Call = { doing: "look up the protected accounts", needs: ["User.Read.All"], signal };
  const named = names.length > 0 ? await resolveProtected({ ...request, call }) : undefined;
  if (groups === undefined) {
    if (!dryRun) await forgetProtectedMembers(state);
    return named;
  }
  const { ids, members, know } = groups;
  const kept = await protectedMembers({ ...request, call, groups: ids, members, know });
  return { ids: new Set([...(named?.ids ?? []), ...kept]), notes: named?.notes ?? [] };
}

const NAMES = "users-protected";
const KEY = "names";

/** By what stands for a name in lower case: ids that it stood for when it was last found. Nobody's address is kept. */
const Remembered = z.record(z.string(), z.array(z.string()));

interface ProtectedRequest {
  readonly client: GraphClient;
  readonly call: Call;
  /** Ids, user principal names and mail addresses, in any letter case. */
  readonly names: readonly string[];
  /** Where they are in the settings. */
  readonly setting: string;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
}

export interface Protected {
  /** In lower case, as Graph writes ids. */
  readonly ids: ReadonlySet<string>;
  /** Names that mean nobody, by their place in the settings: they may be addresses, which no report keeps. */
  readonly notes: readonly string[];
}

async function resolveProtected(request: ProtectedRequest): Promise<Protected> {
  const { state, dryRun } = request;
  const names = request.names.map((name) => name.trim().toLowerCase());
  const addresses = names.filter((name) => !isGuid(name));
  const before = Remembered.safeParse(await state.get(NAMES, KEY)).data ?? {};
  const found = await idsWithAddress(request.client, addresses, request.call);
  const idsOf = (index: number) => (found[index] ?? []).map((id) => id.toLowerCase());
  const now = Object.fromEntries(
    addresses.map((name, index) => {
      const key = addressKey(name);
      return [key, idsOf(index).length > 0 ? idsOf(index) : (before[key] ?? [])];
    }),
  );
  if (!dryRun && JSON.stringify(now) !== JSON.stringify(before)) {
    await state.commit([{ partition: NAMES, key: KEY, value: now }]);
  }
  return {
    ids: new Set([...names.filter(isGuid), ...Object.values(now).flat()]),
    notes: names.flatMap((name, index) => {
      if (isGuid(name) || now[addressKey(name)]?.length) return [];
      return [
        `${request.setting}[${index}]: nobody in Entra has this address, so nobody is protected by it. Correct it, or write the account's id.`,
      ];
    }),
  };
}

const MEMBERS = "users-protected-members";

interface ProtectedMembersRequest {
  readonly client: GraphClient;
  readonly call: Call;
  /** Ids of the groups: what was remembered of others does not count. */
  readonly groups: readonly string[];
  /** Who is a member now. */
  readonly members: ReadonlySet<string>;
  readonly know: (ids: readonly string[]) => Promise<void>;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
}

/** Members, and those of earlier runs who have been deleted since. */
async function protectedMembers(request: ProtectedMembersRequest): Promise<ReadonlySet<string>> {
  const { client, call, members, state, dryRun } = request;
  const groups = [...request.groups].sort().join(" ");
  const before = new Map<string, boolean>();
  for await (const page of state.list(MEMBERS)) {
    for (const { key, value } of page) before.set(key, value === groups);
  }
  await request.know([...before.keys()]);
  const gone = [...before].flatMap(([id, isOurs]) => (isOurs && !members.has(id) ? [id] : []));
  const found = await usersById(client, gone, ["id"], call);
  const kept = new Set([...members, ...gone.filter((_, index) => found[index] === undefined)]);
  if (!dryRun) {
    await commitAll(state, [
      ...[...members]
        .filter((id) => before.get(id) !== true)
        .map((key) => ({ partition: MEMBERS, key, value: groups })),
      ...[...before.keys()].filter((id) => !kept.has(id)).map((key) => ({ partition: MEMBERS, key })),
    ]);
  }
  return kept;
}

/** Nobody is protected by a group any more: what was remembered goes with the setting. */
async function forgetProtectedMembers(state: State): Promise<void> {
  if ((await state.count(MEMBERS)) > 0) await state.clear(MEMBERS);
}
