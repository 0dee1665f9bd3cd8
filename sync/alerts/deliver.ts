/**
 * Tells the channels, and remembers what each of them was told. A channel that fails is tried again later, and fails
 * nobody else.
 *
 * @packageDocumentation
 */
import { StateError } from "../../contract/errors.ts";
import { messageOf, withoutNames } from "../../contract/words.ts";
import { untilAborted } from "../connectors/http/client.ts";
import { toJson } from "../model/json.ts";
import { type Edit, holding, ifFree, readObject, type State, StateFenced, type StateStore } from "../state/session.ts";
import type { Causes } from "./causes.ts";
import {
  idsFor,
  type Ids,
  type Message,
  messagesFor,
  withId,
  withoutId,
  type Notified,
  notifiedAfter,
  withoutQuiet,
  type Writing,
} from "./messages.ts";

const PARTITION = "alerts";
const LOCK = "alerts";
const MINUTE_MS = 60 * 1000;
/** After the first failure in a row of a channel, the second, and so on; then as the last. */
const RETRIES_MS = [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * 60 * MINUTE_MS, 6 * 60 * MINUTE_MS] as const;
/** A slow channel is told so long in one turn; whoever tells has other things to do. The rest is told in the next one. */
const TURN_MS = 2 * MINUTE_MS;

export interface Channel {
  readonly name: string;
  readonly on: readonly string[];
  /** Where its secret is sent. */
  readonly hosts: readonly string[];
  /**
   * @returns whom of several it did not reach, as a sentence that names nobody but whom the settings name
   * @throws whatever is wrong with the channel
   */
  send(message: Message): Promise<string | void>;
}

/** What is wrong with a channel. Instants. */
interface ChannelTrouble {
  readonly since: string;
  readonly attempts: number;
  /** Not tried again before. */
  readonly next: string;
  /** What is remembered of it names nobody. */
  readonly message: string;
  /** Of the cause whose message was not taken. */
  readonly key?: string;
}

interface Remembered {
  readonly notified: Notified;
  /** Where its secret was sent by the last message that arrived. */
  readonly hosts?: readonly string[];
  readonly trouble?: ChannelTrouble;
  /** Whom the last message that arrived did not reach. */
  readonly unreached?: string;
  /** Of messages that have not arrived, as far as is known: each is tried again as the same one. */
  readonly ids?: Ids;
}

/** As it is stored, by the name that states have it by. */
type Stored = Omit<Remembered, "notified"> & { readonly told: Notified };

export interface Delivery {
  readonly channel: string;
  /** How many messages arrived. */
  readonly sent: number;
  /** Whom the last of them did not reach: sent again, it would come to the others once more. */
  readonly unreached?: string;
  readonly trouble?: ChannelTrouble;
}

interface DeliverOptions {
  readonly store: StateStore;
  readonly causes: Causes;
  readonly writing: Writing;
  readonly now: () => Date;
  /** Aborted: no message is waited for any more, and none counts as tried. */
  readonly signal?: AbortSignal;
}

/** @returns nothing where another process is at it, which tells the same; else each channel that was told, or should have been */
export async function deliver(channels: readonly Channel[], options: DeliverOptions): Promise<readonly Delivery[]> {
  // Without anything new nobody's lock is asked for.
  const known = await options.store.read();
  const due: Channel[] = [];
  for (const channel of channels) if (await isDue(channel, known, options)) due.push(channel);
  if (due.length === 0) return [];
  const delivered = await ifFree(options.store.lock(LOCK), async (session) => {
    const deliveries: Delivery[] = [];
    for (const channel of due) deliveries.push(await tell(channel, session, options));
    return deliveries;
  });
  return delivered ?? [];
}

/** What was remembered of a channel. */
export async function readChannel(state: Pick<State, "get">, name: string): Promise<Remembered> {
  const { told: notified = {}, ...rest } = (await readObject<Stored>(state, PARTITION, name)) ?? {};
  return { notified, ...rest };
}

function channelEdit(key: string, { notified, ...rest }: Remembered): Edit {
  return { partition: PARTITION, key, value: toJson({ told: notified, ...rest } satisfies Stored) };
}

/**
 * After a message arrived outside of the turn: its secret may go there from now on, and what waits is due.
 *
 * @param unreached as {@link Channel.send} returned it
 * @throws StateLocked while another process tells
 */
export async function arrived({ name, hosts }: Channel, store: StateStore, unreached?: string): Promise<void> {
  await holding(store.lock(LOCK), async (session) => {
    const { notified, ids = {} } = await readChannel(session, name);
    await session.commit([channelEdit(name, { notified, hosts, ids, ...(unreached && { unreached }) })]);
  });
}

async function isDue({ name, on }: Channel, state: State, { causes, writing, now }: DeliverOptions): Promise<boolean> {
  const { notified, trouble } = await readChannel(state, name);
  if (trouble && isTooEarly(trouble, now())) return false;
  if (messagesFor(on, causes, notified, writing).length > 0) return true;
  return trouble !== undefined || Object.keys(withoutQuiet(notified, causes)).length < Object.keys(notified).length;
}

/** What waits for longer than any channel does was written by a clock that was ahead. */
function isTooEarly({ next }: ChannelTrouble, now: Date): boolean {
  const wait = Date.parse(next) - now.getTime();
  return wait > 0 && wait <= Math.max(...RETRIES_MS);
}

async function tell(
  channel: Channel,
  state: State,
  { causes, writing, now, signal }: DeliverOptions,
): Promise<Delivery> {
  const { name, on } = channel;
  const { notified: before, trouble, ...known } = await readChannel(state, name);
  let notified = withoutQuiet(before, causes);
  let hosts = known.hosts ?? [];
  let ids = known.ids ?? {};
  let { unreached } = known;
  let sent = 0;
  let key: string | undefined;
  const began = now().getTime();
  const keep = (rest: Pick<Remembered, "trouble"> = {}) =>
    state.commit([channelEdit(name, { notified, hosts, ids, ...(unreached && { unreached }), ...rest })]);
  const delivered = (): Delivery => ({ channel: name, sent, ...(sent > 0 && unreached && { unreached }) });
  try {
    // What a channel does not take keeps none of the others waiting.
    const messages = messagesFor(on, causes, notified, writing).toSorted(
      (one, other) => Number(one.key === trouble?.key) - Number(other.key === trouble?.key),
    );
    // Before the first try: what ends with the process may have arrived.
    ids = idsFor(messages, ids);
    await keep(trouble && { trouble });
    for (const message of messages) {
      if (Math.abs(now().getTime() - began) > TURN_MS) break;
      ({ key } = message);
      signal?.throwIfAborted();
      unreached = (await untilAborted(channel.send(withId(message, ids)), signal)) ?? undefined;
      sent += 1;
      hosts = channel.hosts;
      notified = notifiedAfter(notified, message, causes);
      ids = withoutId(ids, message);
      await keep();
    }
    await keep();
    return delivered();
  } catch (error) {
    if (signal?.aborted || error instanceof StateError || error instanceof StateFenced) throw error;
    const attempts = (trouble?.attempts ?? 0) + 1;
    const wait = RETRIES_MS[Math.min(attempts, RETRIES_MS.length) - 1] ?? MINUTE_MS;
    const failed: ChannelTrouble = {
      since: trouble?.since ?? now().toISOString(),
      attempts,
      next: new Date(now().getTime() + wait).toISOString(),
      message: messageOf(error),
      ...(key !== undefined && { key }),
    };
    const kept = { ...failed, message: withoutNames(failed.message) };
    await keep({ trouble: kept });
    return { ...delivered(), trouble: failed };
  }
}
