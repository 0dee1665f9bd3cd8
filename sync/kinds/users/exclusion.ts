/**
 * Who is never in scope, by what the settings call them. An address is looked up in every run, and what it meant is
 * remembered: somebody who has another one since is excluded still.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { type Call, type GraphClient, idsWithAddress, isGuid } from "../../connectors/graph/index.ts";
import { addressKey } from "../../state/address-key.ts";
import { commitAll, type State } from "../../state/session.ts";
import type { ScopeRules } from "./scope-rules.ts";

export interface ExclusionRequest {
  readonly client: GraphClient;
  /** Ids, user principal names and mail addresses, in any letter case. */
  readonly names: readonly string[];
  /** Where they are in the settings. */
  readonly setting: string;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface Excluded {
  /** Whom the addresses mean, or meant while somebody had them. */
  readonly ids: ReadonlySet<string>;
  /** Addresses that mean nobody, by their place in the settings: no report keeps an address. */
  readonly notes: readonly string[];
}

/** By what stands for an address: ids that it stood for when it was last found. Nobody's address is kept. */
const EXCLUDED = "users-excluded";
const Remembered = z.array(z.string());

export async function readExcluded(request: ExclusionRequest): Promise<Excluded> {
  const { client, setting, state, dryRun, signal } = request;
  const before = new Map<string, readonly string[]>();
  for await (const page of state.list(EXCLUDED)) {
    for (const { key, value } of page) before.set(key, Remembered.safeParse(value).data ?? []);
  }
  const names = request.names.map((name) => name.trim().toLowerCase());
  const addresses = [...new Set(names.filter((name) => !isGuid(name)))];
  const call: Call = { doing: "look up the excluded accounts", needs: ["User.Read.All"], signal };
  const found = await idsWithAddress(client, addresses, call);
  const now = new Map<string, readonly string[]>();
  for (const [index, address] of addresses.entries()) {
    const [key, ids] = [addressKey(address), found[index] ?? []];
    now.set(key, ids.length > 0 ? ids : (before.get(key) ?? []));
  }
  if (!dryRun) {
    const changed = [...now].filter(([key, ids]) => ids.join() !== (before.get(key) ?? []).join());
    await commitAll(state, [
      ...changed.map(([key, value]) => ({ partition: EXCLUDED, key, value: [...value] })),
      ...[...before.keys()].filter((key) => !now.has(key)).map((key) => ({ partition: EXCLUDED, key })),
    ]);
  }
  return {
    ids: new Set([...now.values()].flat()),
    notes: names.flatMap((name, index) => {
      if (isGuid(name) || now.get(addressKey(name))?.length) return [];
      return [
        `${setting}[${index}]: nobody in Entra has this address, so nobody is excluded by it. Correct it, or write the account's id.`,
      ];
    }),
  };
}

/** The same rules, and nobody of these. */
export function excluding(rules: ScopeRules, { ids }: Excluded, setting: string): ScopeRules {
  return {
    ...rules,
    whyNot: (user) => (ids.has(user.id) ? `excluded by ${setting}` : rules.whyNot(user)),
  };
}
