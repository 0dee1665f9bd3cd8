/**
 * What a channel is told: of what is new, or other than it was told, and of what is over. Nothing is told twice. Pure.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { inConsole } from "../../contract/console-pages.ts";
import { inZone } from "../../contract/instants.ts";
import { shortened } from "../../contract/words.ts";
import { type Cause, type Causes, digestOf } from "./causes.ts";

/** What a channel was told of, by the causes' keys. */
export type Notified = Readonly<
  Record<string, { readonly title: string; readonly kind: string; readonly digest: string }>
>;

export interface Message {
  /** The same whenever this message is tried, so that who gets it twice can tell; absent: it is tried once. */
  readonly id?: string;
  /** Of the cause. */
  readonly key: string;
  readonly kind: string;
  readonly state: "open" | "over";
  readonly subject: string;
  /** Paragraphs. */
  readonly paragraphs: readonly string[];
  /** The page of the console, which a paragraph names. */
  readonly link?: string;
}

/** Of messages that are tried, by cause and state. `digest`: of what it says. */
export type Ids = Readonly<Record<string, { readonly id: string; readonly digest: string }>>;

/** Characters of what happened: of a drift it is a line a difference, and Teams takes no card of more than 28 KB. */
const MOST_SAID = 4_000;

/** How messages are written. */
export interface Writing {
  /** Of the stack; it begins every subject. */
  readonly mark: string;
  /** IANA name of the zone that their times are in. */
  readonly timeZone: string;
}

export function messagesFor(
  on: readonly string[],
  { open: causes, unknown }: Causes,
  notified: Notified,
  { mark, timeZone }: Writing,
): readonly Message[] {
  const said = (text: string) => inZone(text, timeZone);
  const wanted = causes.filter(({ kind }) => on.includes(kind));
  const keys = new Set(causes.map(({ key }) => key));
  const news = wanted.filter((cause) => notified[cause.key]?.digest !== digestOfCause(cause));
  const over = Object.entries(notified).filter(
    ([key, { kind }]) => !keys.has(key) && kind !== "success" && !unknown.some((begin) => key.startsWith(begin)),
  );
  return [
    ...news.map(({ key, kind, title, happened, means, todo, link }): Message => ({
      key,
      kind,
      state: "open",
      subject: `${mark}: ${title}`,
      paragraphs: [
        `What happened: ${said(shortened(happened, MOST_SAID))}`,
        `What it means: ${said(means)}`,
        `What to do: ${said(todo)}`,
        ...(link === undefined ? [] : [inConsole(link)]),
      ],
      ...(link !== undefined && { link }),
    })),
    ...over.map(([key, { kind, title }]): Message => ({
      key,
      kind,
      state: "over",
      subject: `${mark}: over: ${title}`,
      paragraphs: [`This is over: ${title}.`, "There is nothing to do."],
    })),
  ];
}

/** What the channel was told of when a message has arrived. */
export function notifiedAfter(notified: Notified, { key, state }: Message, { open: causes }: Causes): Notified {
  const { [key]: _before, ...rest } = notified;
  const cause = causes.find((each) => each.key === key);
  if (state === "over" || !cause) return rest;
  return { ...rest, [key]: { title: cause.title, kind: cause.kind, digest: digestOfCause(cause) } };
}

/** An id for each message: that of before where it says the same. Those of messages that are due no more are forgotten. */
export function idsFor(messages: readonly Message[], known: Ids): Ids {
  return Object.fromEntries(
    messages.map((message) => {
      const [key, digest] = [placeOf(message), digestOf(`${message.subject} ${message.paragraphs[0] ?? ""}`)];
      return [key, known[key]?.digest === digest ? known[key] : { id: randomUUID(), digest }];
    }),
  );
}

export function withId(message: Message, ids: Ids): Message {
  const id = ids[placeOf(message)]?.id;
  return { ...message, ...(id !== undefined && { id }) };
}

export function withoutId(ids: Ids, message: Message): Ids {
  const { [placeOf(message)]: _arrived, ...rest } = ids;
  return rest;
}

function placeOf({ state, key }: Message): string {
  return `${state} ${key}`;
}

/** What is over and of which nobody is told: a success that is none any more. */
export function withoutQuiet(notified: Notified, { open: causes }: Causes): Notified {
  const keys = new Set(causes.map(({ key }) => key));
  return Object.fromEntries(Object.entries(notified).filter(([key, { kind }]) => kind !== "success" || keys.has(key)));
}

function digestOfCause({ title, happened }: Cause): string {
  return digestOf(`${title} ${happened}`);
}
