/**
 * Mail to the administrators about requests for access: each of them once, those who were named later too, and again as a
 * reminder; of several that wait, in one mail. A mail that could not be sent is tried again the next time, and keeps no
 * other waiting.
 *
 * @packageDocumentation
 */
import { type AccessRequest, isFlooded, stateOf, type Mailed, toTell } from "../../contract/access/requests.ts";
import { inConsole, PEOPLE_PAGE } from "../../contract/console-pages.ts";
import { inZone } from "../../contract/instants.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { printable } from "../../contract/text/printable.ts";
import { counted, messageOf } from "../../contract/words.ts";
import type { Message } from "../alerts/messages.ts";
import { untilAborted } from "../connectors/http/client.ts";
import { toJson } from "../model/json.ts";
import {
  commitAll,
  type Edit,
  ifFree,
  readObject,
  type State,
  StateFenced,
  type StateStore,
} from "../state/session.ts";
import type { Access, PersonWithRole } from "./access.ts";
import { readHead } from "./audit.ts";
import { MAILED } from "./book.ts";
import { command, fill } from "../../contract/this-stack.ts";

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

interface RequestsNotified {
  /** How many mails arrived. */
  readonly sent: number;
  /** What was wrong, a sentence each. */
  readonly troubles: readonly string[];
}

const NOTHING: RequestsNotified = { sent: 0, troubles: [] };

/** Ends what is over, and tells the administrators what they have to be told now. */
export async function tellRequests(telling: Telling): Promise<RequestsNotified> {
  const { access, store, now } = telling;
  await access.endExpired();
  const open = (await access.requests()).filter((request) => stateOf(request, now()) === "open");
  if (open.length === 0) return NOTHING;
  const administrators = (await access.people()).filter(({ role }) => role === "Administrator");
  if ((await dueIn(await store.read(), open, administrators, telling)).length === 0) return NOTHING;
  // Where another process is at it, that one tells the same.
  const notified = await ifFree(store.lock(LOCK), async (session) => {
    const troubles = new Set<string>();
    let sent = 0;
    const began = now().getTime();
    for (const { administrator, requests } of await dueIn(session, open, administrators, telling)) {
      if (Math.abs(now().getTime() - began) > TURN_MS) break;
      try {
        const to = await addressOf(administrator, telling);
        if (to === undefined) {
          troubles.add(`No mail address is known of the administrator ${administrator.name}.`);
          continue;
        }
        const message = await messageAbout(requests, session, telling);
        await untilAborted(telling.send([to], message), telling.signal);
        const at = now().toISOString();
        const edits: Edit[] = [];
        for (const request of requests) {
          const value = toJson({ ...(await mailedOf(session, request)), [administrator.key]: at });
          edits.push({ partition: MAILED, key: request.id, value });
        }
        await commitAll(session, edits);
        sent += 1;
      } catch (error) {
        if (telling.signal?.aborted || error instanceof StateFenced) throw error;
        troubles.add(messageOf(error));
      }
    }
    return { sent, troubles: [...troubles] };
  });
  return notified ?? NOTHING;
}

/** A mail server that is slow holds up for so long whoever tells, who has other things to do; the rest is told the next time. */
const TURN_MS = 2 * 60 * 1000;

interface Due {
  readonly administrator: PersonWithRole;
  readonly requests: readonly [AccessRequest, ...AccessRequest[]];
}

async function dueIn(
  state: Pick<State, "get">,
  open: readonly AccessRequest[],
  administrators: readonly PersonWithRole[],
  { now, declared }: Telling,
): Promise<readonly Due[]> {
  const mailed = await Promise.all(open.map((request) => mailedOf(state, request)));
  return administrators.flatMap((administrator): readonly Due[] => {
    const { key } = administrator;
    if (isFlooded(key, mailed, now())) return [];
    const [first, ...more] = open.filter((request, index) => {
      return toTell(request, mailed[index] ?? {}, [key], now(), declared.requests).length > 0;
    });
    return first ? [{ administrator, requests: [first, ...more] }] : [];
  });
}

async function mailedOf(state: Pick<State, "get">, { id }: AccessRequest): Promise<Mailed> {
  return (await readObject<Mailed>(state, MAILED, id)) ?? {};
}

async function addressOf({ mail, objectId }: PersonWithRole, { lookUp }: Telling): Promise<string | undefined> {
  const address = mail ?? (objectId === undefined ? undefined : await lookUp?.(objectId));
  return address !== undefined && isOneAddress(address) ? address : undefined;
}

/** Of one mail; the page and the command list all of them. */
const MOST_LISTED = 20;

/** The end of the audit trail goes along: who keeps the mail can see later that nothing before it was changed. */
async function messageAbout(
  requests: Due["requests"],
  state: Pick<State, "get">,
  { declared, mark, console }: Telling,
): Promise<Message> {
  const { entry, hash } = await readHead(state);
  const link = console && `${console}${PEOPLE_PAGE}`;
  const [first, ...others] = requests;
  const who = others.length === 0 ? "somebody asks" : `${requests.length} people ask`;
  return {
    key: `request ${first.id}`,
    kind: "request",
    state: "open",
    subject: `${mark}: ${who} for access to ${printable(declared.name)}`,
    paragraphs: [
      ...(others.length === 0 ? aboutOne(first, declared) : aboutSeveral(requests, declared)),
      ...(link === undefined ? [] : [inConsole(link)]),
      `The audit trail ends with entry ${entry}:${hash.slice(0, 16)} now.`,
    ],
    ...(link !== undefined && { link }),
  };
}

function aboutOne(request: AccessRequest, { timeZone }: DeclaredAccess): readonly string[] {
  const short = shortOf(request);
  return [
    `Who: ${whoOf(request)}`,
    `Why: ${printable(request.why)}`,
    `What to do: let them in (${command("access approve", short, "--role", "Reader")}), or not (${command("access deny", short)}). It ends by itself at ${inZone(request.expires, timeZone)}.`,
  ];
}

function aboutSeveral(requests: readonly AccessRequest[], { timeZone }: DeclaredAccess): readonly string[] {
  const more = requests.length - MOST_LISTED;
  return [
    ...requests
      .slice(0, MOST_LISTED)
      .map(
        (request) =>
          `${shortOf(request)}: ${whoOf(request)}, until ${inZone(request.expires, timeZone)}. Why: ${printable(request.why)}`,
      ),
    ...(more > 0 ? [`And ${counted(more, "other")} (${command("access requests")}).`] : []),
    `What to do: let each of them in (${command("access approve", fill("id"), "--role", "Reader")}), or not (${command("access deny", fill("id"))}).`,
  ];
}

function whoOf({ name, mail }: AccessRequest): string {
  return `${printable(name)}${mail === undefined ? "" : ` <${printable(mail)}>`}`;
}

function shortOf({ id }: AccessRequest): string {
  return id.slice(-8);
}
