/**
 * Who the protected accounts are. Names are looked up in every run, and what they meant is remembered: an account that
 * was deleted, or has another address now, stays protected.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type Call, type GraphClient } from "../../connectors/graph/index.ts";
import { addressKey } from "../../state/address-key.ts";
import type { State } from "../../state/session.ts";

const PARTITION = "users-protected";
const KEY = "names";

/** By what stands for a name in lower case: ids that it stood for when it was last found. Nobody's address is kept. */
const Remembered = z.record(z.string(), z.array(z.string()));

export interface ProtectedRequest {
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

export async function resolveProtected(request: ProtectedRequest): Promise<Protected> {
  const { state, dryRun } = request;
  const names = request.names.map((name) => name.trim().toLowerCase());
  const addresses = names.filter((name) => !isId(name));
  const before = Remembered.safeParse(await state.get(PARTITION, KEY)).data ?? {};
  const found = await lookUp(request, addresses);
  const now = Object.fromEntries(
    addresses.map((name, index) => {
      const key = addressKey(name);
      return [key, found[index]?.length ? found[index] : (before[key] ?? [])];
    }),
  );
  if (!dryRun && JSON.stringify(now) !== JSON.stringify(before)) {
    await state.commit([{ partition: PARTITION, key: KEY, value: now }]);
  }
  return {
    ids: new Set([...names.filter(isId), ...Object.values(now).flat()]),
    notes: names.flatMap((name, index) => {
      if (isId(name) || now[addressKey(name)]?.length) return [];
      return [
        `${request.setting}[${index}]: nobody in Entra has this address, so nobody is protected by it. Correct it, or write the account's id.`,
      ];
    }),
  };
}

async function lookUp({ client, call }: ProtectedRequest, addresses: readonly string[]): Promise<string[][]> {
  const paths = addresses.map((address) => {
    const text = `'${address.replaceAll("'", "''")}'`;
    const filter = encodeURIComponent(`mail eq ${text} or userPrincipalName eq ${text}`);
    return `/users?$filter=${filter}&$select=id`;
  });
  const answers = (await batchGet(client, paths, call)) as { value?: readonly { id: string }[] }[];
  return answers.map((answer) => (answer.value ?? []).map(({ id }) => id.toLowerCase()));
}

function isId(name: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
}
