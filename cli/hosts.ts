/**
 * Where keys may be sent, for every command that sends one: what the outputs tell, what the syncs remember, and what
 * somebody says on the command line.
 *
 * @packageDocumentation
 */
import { given } from "../contract/may-show.ts";
import { NewHost, SettingsError } from "../contract/errors.ts";
import { channelProduct, whyNotHost, waitingOf } from "../contract/hosts.ts";
import type { Outputs } from "../contract/outputs.ts";
import { hostOf } from "../contract/redirect-uris.ts";
import { readChannel } from "../sync/alerts/deliver.ts";
import type { Reach } from "../sync/model/types.ts";
import { rememberedHosts } from "../sync/run/place.ts";
import type { State } from "../sync/state/session.ts";
import { kinds } from "./kinds.ts";

export interface HostOptions {
  /** Hosts that an administrator names: keys may go there from now on. */
  readonly allowHost?: readonly string[];
}

/**
 * @param state what the syncs remember; asked for each time that a key is about to be read
 * @throws SettingsError for an `--allow-host` that is no host
 */
export function reachOf(
  outputs: Outputs,
  { allowHost = [] }: HostOptions,
  state: () => Promise<Pick<State, "get">>,
): Reach {
  const allowed = allowHost.map(hostNamed);
  return async ({ target, product, baseUrl }) => {
    const host = hostOf(baseUrl) ?? baseUrl;
    const isChannel = channelsOf(outputs).some((name) => channelProduct(name) === target);
    const remembered = await hostsOf(outputs, target, await state());
    const whyNot = whyNotHost({
      host,
      product,
      waiting: waitingOf(outputs.newHosts ?? [], target, product),
      remembered,
      allowed,
      taking: isChannel ? "alerts test" : "sync",
    });
    if (whyNot !== undefined) throw new NewHost(whyNot);
  };
}

/** Of all syncs to one target, or of an alert channel. */
async function hostsOf(outputs: Outputs, target: string, state: Pick<State, "get">): Promise<string[]> {
  const syncs = kinds.flatMap((kind) =>
    kind
      .declared(outputs)
      .filter((name) => kind.keyOf(name) === target)
      .map((name) => kind.remembered(outputs, name)),
  );
  const hosts = await Promise.all([
    ...syncs.map((sync) => rememberedHosts(state, sync)),
    ...channelsOf(outputs)
      .filter((name) => channelProduct(name) === target)
      .map(async (name) => (await readChannel(state, name)).hosts ?? []),
  ]);
  return [...new Set(hosts.flat())];
}

function channelsOf({ integrations }: Outputs): string[] {
  return (integrations.alerts?.channels ?? []).map(({ name }) => name);
}

/** As it was told, without what an address has besides; a name with foreign letters is meant in punycode. */
function hostNamed(text: string): string {
  const isName = /^(?:[\p{L}\p{N}.-]+|\[[\da-f:.]+\])(?::\d+)?$/iu.test(text);
  const host = isName ? hostOf(`https://${text}`) : undefined;
  if (host !== undefined) return host;
  throw new SettingsError(`--allow-host takes the name of a host, such as ones.contoso.com, not ${given(text)}.`);
}
