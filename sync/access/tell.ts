/**
 * Mail to the administrators about requests for access: each of them once, those who were named later too, and again as a
 * reminder. A mail that could not be sent is tried again the next time, and keeps no other waiting.
 *
 * @packageDocumentation
 */
import { type AccessRequest, stateOf, type Told, toTell } from "../../contract/access/requests.ts";
import { inConsole, PEOPLE_PAGE } from "../../contract/console-pages.ts";
import { StateLocked } from "../../contract/errors.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { printable } from "../../contract/text/printable.ts";
import { messageOf } from "../../contract/words.ts";
import type { Message } from "../alerts/messages.ts";
import { untilAborted } from "../connectors/http/client.ts";
import { fromJson, toJson } from "../model/json.ts";
import { type State, StateFenced, type StateStore } from "../state/session.ts";
import type { Access, PersonWithRole } from "./access.ts";
import { readHead } from "./audit.ts";
import { command } from "../../contract/this-stack.ts";

const TOLD = "access-told";
/** What comes from a directory could be a list to whoever sends it. */
const ONE_ADDRESS = /^[^\s,;:<>()"]+@[^\s,;:<>()"]+$/;

export function isOneAddress(mail: string): boolean {
  return ONE_ADDRESS.test(mail);
}

/** A lock of its own: nobody who decides waits for a mail server. */
const LOCK = "access-mail";

export interface Telling {
  readonly access: Access;
  readonly store: StateStore;
  readonly declared: DeclaredAccess;
  readonly now: () => Date;
  /** Mark of the stack. */
  readonly mark: string;
  /** Its address, without a slash at its end; undefined: there is none to link to. */
  readonly console?: string | undefined;
  readonly send: (to: readonly string[], message: Message) => Promise<void>;
  /** Aborted: no mail is waited for any more. */
  readonly signal?: AbortSignal;
  /** The mail address of an administrator who has not signed in yet. */
  readonly lookUp?: (objectId: string) => Promise<string | undefined>;
}

export interface RequestsTold {
  /** How many mails arrived. */
  readonly sent: number;
  /** What was wrong, a sentence each. */
  readonly troubles: readonly string[];
}

/** Ends what is over, and tells the administrators what they have to be told now. */
export async function tellRequests(telling: Telling): Promise<RequestsTold> {
  const { access, store, now } = telling;
  await access.endExpired();
  const open = (await access.requests()).filter((request) => stateOf(request, now()) === "open");
  if (open.length === 0) return { sent: 0, troubles: [] };
  const administrators = (await access.people()).filter(({ role }) => role === "Administrator");
  if ((await dueIn(await store.read(), open, administrators, telling)).length === 0) return { sent: 0, troubles: [] };
  let session;
  try {
    session = await store.lock(LOCK);
  } catch (error) {
    // Another process is at it, and tells the same.
    if (error instanceof StateLocked) return { sent: 0, troubles: [] };
    throw error;
  }
  try {
    const troubles = new Set<string>();
    let sent = 0;
    for (const { request, administrator } of await dueIn(session, open, administrators, telling)) {
      try {
        const to = await addressOf(administrator, telling);
        if (to === undefined) {
          troubles.add(`No mail address is known of the administrator ${administrator.name}.`);
          continue;
        }
        const sending = telling.send([to], await messageOfRequest(request, session, telling));
        await (telling.signal ? untilAborted(sending, telling.signal) : sending);
        const told = await toldOf(session, request);
        const value = toJson({ ...told, [administrator.key]: now().toISOString() });
        await session.commit([{ partition: TOLD, key: request.id, value }]);
        sent += 1;
      } catch (error) {
        if (telling.signal?.aborted || error instanceof StateFenced) throw error;
        troubles.add(messageOf(error));
      }
    }
    return { sent, troubles: [...troubles] };
  } finally {
    await session.release();
  }
}

interface Due {
  readonly request: AccessRequest;
  readonly administrator: PersonWithRole;
}

async function dueIn(
  state: Pick<State, "get">,
  open: readonly AccessRequest[],
  administrators: readonly PersonWithRole[],
  { now, declared }: Telling,
): Promise<readonly Due[]> {
  const due: Due[] = [];
  const keys = administrators.map(({ key }) => key);
  for (const request of open) {
    const told = toTell(request, await toldOf(state, request), keys, now(), declared.requests);
    due.push(
      ...administrators.filter(({ key }) => told.includes(key)).map((administrator) => ({ request, administrator })),
    );
  }
  return due;
}

async function toldOf(state: Pick<State, "get">, { id }: AccessRequest): Promise<Told> {
  const value = await state.get(TOLD, id);
  return value === undefined ? {} : fromJson<Told>(value);
}

async function addressOf({ mail, objectId }: PersonWithRole, { lookUp }: Telling): Promise<string | undefined> {
  const address = mail ?? (objectId === undefined ? undefined : await lookUp?.(objectId));
  return address !== undefined && isOneAddress(address) ? address : undefined;
}

/** The end of the audit trail goes along: who keeps the mail can see later that nothing before it was changed. */
async function messageOfRequest(
  { id, name, mail, why, expires }: AccessRequest,
  state: Pick<State, "get">,
  { declared, mark, console }: Telling,
): Promise<Message> {
  const { entry, hash } = await readHead(state);
  const short = id.slice(-8);
  const link = console && `${console}${PEOPLE_PAGE}`;
  return {
    key: `request ${id}`,
    kind: "request",
    state: "open",
    subject: `${mark}: somebody asks for access to ${printable(declared.name)}`,
    paragraphs: [
      `Who: ${printable(name)}${mail === undefined ? "" : ` <${printable(mail)}>`}`,
      `Why: ${printable(why)}`,
      `What to do: let them in (${command("access approve", short, "--role", "Reader")}), or not (${command("access deny", short)}). It ends by itself at ${expires}.`,
      ...(link === undefined ? [] : [inConsole(link)]),
      `The audit trail ends with entry ${entry}:${hash.slice(0, 16)} now.`,
    ],
    ...(link !== undefined && { link }),
  };
}
