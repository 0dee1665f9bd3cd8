/**
 * People whom the settings name, by ids and by addresses. An address is looked up in every run, and whom it meant is
 * remembered: somebody who was deleted, or has another address since, is meant still.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { type GraphClient, idsWithAddress, isGuid } from "../../connectors/graph/index.ts";
import { addressKey } from "../../state/address-key.ts";
import { commitAll, entitiesIn, type State } from "../../state/session.ts";

interface NamesRequest {
  readonly client: GraphClient;
  /** What these people are by being named. */
  readonly as: "excluded" | "protected";
  /** Ids, user principal names and mail addresses, in any letter case. */
  readonly names: readonly string[];
  /** Where they are in the settings. */
  readonly setting: string;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface NamedPeople {
  /** Whom the names mean, or meant while somebody had the address; in lower case, as Graph writes ids. */
  readonly ids: ReadonlySet<string>;
  /** Addresses that mean nobody, by their place in the settings: no report keeps an address. */
  readonly notes: readonly string[];
}

const Ids = z.array(z.string());
/** As protected people were stored before: all of them in one entity. */
const ByKey = z.record(z.string(), Ids);

/** @returns `undefined` where the settings name nobody */
export async function readNamed(request: NamesRequest): Promise<NamedPeople | undefined> {
  const { client, as, setting, state, dryRun, signal } = request;
  const partition = `users-${as}`;
  const names = request.names.map((name) => name.trim().toLowerCase());
  if (names.length === 0) {
    // What was remembered goes with the setting.
    if (!dryRun && (await state.count(partition)) > 0) await state.clear(partition);
    return undefined;
  }
  /** By what stands for an address: ids that it stood for when it was last found. Nobody's address is kept. */
  const before = new Map<string, readonly string[]>();
  const stored = new Map<string, readonly string[] | undefined>();
  for (const { key, value } of await entitiesIn(state, partition)) {
    const ids = Ids.safeParse(value).data;
    stored.set(key, ids);
    for (const [each, its] of ids ? [[key, ids] as const] : Object.entries(ByKey.safeParse(value).data ?? {})) {
      before.set(each, its);
    }
  }
  const addresses = [...new Set(names.filter((name) => !isGuid(name)))];
  const call = { doing: `look up the ${as} accounts`, needs: ["User.Read.All"], signal };
  const found = await idsWithAddress(client, addresses, call);
  const now = new Map<string, readonly string[]>();
  for (const [index, address] of addresses.entries()) {
    const [key, ids] = [addressKey(address), (found[index] ?? []).map((id) => id.toLowerCase())];
    now.set(key, ids.length > 0 ? ids : (before.get(key) ?? []));
  }
  if (!dryRun) {
    await commitAll(state, [
      ...[...now]
        .filter(([key, ids]) => ids.join() !== (stored.get(key) ?? []).join())
        .map(([key, value]) => ({ partition, key, value: [...value] })),
      ...[...stored.keys()].filter((key) => !now.has(key)).map((key) => ({ partition, key })),
    ]);
  }
  return {
    ids: new Set([...names.filter(isGuid), ...[...now.values()].flat()]),
    notes: names.flatMap((name, index) => {
      if (isGuid(name) || now.get(addressKey(name))?.length) return [];
      return [
        `${setting}[${index}]: nobody in Entra has this address, so nobody is ${as} by it. Correct it, or write the account's id.`,
      ];
    }),
  };
}
