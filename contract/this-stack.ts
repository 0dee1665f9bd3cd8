/**
 * The stack that this process works for, as messages name it: the commands that they tell somebody to run are whole, so
 * that who copies one runs it, and a setting is told with the line that it stands in. A process works for one stack.
 *
 * @packageDocumentation
 */
import { type SettingsFault, tell } from "./settings-faults.ts";
import type { LineOf } from "./settings-lines.ts";
import { printable } from "./text/printable.ts";

/** What a command is told of the stack that it is for. */
export interface WhichStack {
  readonly stack?: string | undefined;
  /** File with its outputs. */
  readonly outputs?: string | undefined;
  /** Where its syncs remember what they did, where somebody said so. */
  readonly state?: string | undefined;
}

export interface ThisStack extends WhichStack {
  /** The file with its settings as it is now, from the folder of the project; undefined where there is none. */
  readonly settings?: () => { readonly file: string; readonly lineOf: LineOf } | undefined;
}

let current: ThisStack = {};

/** Said once, before anything is told. Without it `<stack>` is filled in by who copies a command. */
export function workFor(stack: ThisStack): void {
  current = stack;
}

/** A line for each fault in settings that came here through the outputs. */
export function tellSettings(faults: readonly SettingsFault[]): string[] {
  const found = current.settings?.();
  return tell(faults, found?.file, found?.lineOf);
}

/** A place in a command that is filled in by who copies it. */
export interface ToFillIn {
  readonly fill: string;
}

/** `<id>` */
export function fill(what: string): ToFillIn {
  return { fill: what };
}

/** Commands that take no stack. */
const OF_NO_STACK = ["completion", "init", "sandbox"];
/** Commands that take a stack and nothing in its place: they need the engine. */
const OF_STACK_ALONE = [
  ...["adopt", "grants", "orphans", "review", "upgrade-check"],
  ...["credentials ack", "credentials adopt", "credentials retire"],
];
/** Commands that read or write what the syncs remember. */
const WITH_STATE = [
  ...["access", "alerts", "audit", "drift", "explain", "plans", "rooms", "run", "runs", "serve", "sync", "test"],
];

/**
 * A command of tenantwire for the stack of this process, as somebody types it: fetched from nowhere, with its stack, and
 * each word one word for a shell.
 *
 * @param name of the command, with those above it: `plans connect`
 * @param words its arguments, then its options, each as it is meant
 */
export function command(name: string, ...words: readonly (string | ToFillIn)[]): string {
  return commandFor(current, name, ...words);
}

/** The same for a stack that is not, or not yet, the one of this process. */
export function commandFor(which: WhichStack, name: string, ...words: readonly (string | ToFillIn)[]): string {
  const option = words.findIndex((word) => typeof word === "string" && word.startsWith("-"));
  const args = option < 0 ? words : words.slice(0, option);
  const all = [...args, ...optionsOf(which, name), ...words.slice(args.length)];
  return ["npx --no-install tenantwire", name, ...all.map(typed)].join(" ");
}

/**
 * The engine's command that stores a secret of a stack.
 *
 * @param name of its key in the configuration
 */
export function storing(name: string | ToFillIn, { stack }: WhichStack = current): string {
  return `pulumi config set --secret ${typed(name)} --stack ${typed(stack ?? fill("stack"))}`;
}

function optionsOf({ stack, outputs, state }: WhichStack, name: string): readonly (string | ToFillIn)[] {
  const isOneOf = (names: readonly string[]) => names.some((each) => name === each || name.startsWith(`${each} `));
  if (isOneOf(OF_NO_STACK)) return [];
  const fromFile = stack === undefined && outputs !== undefined && !isOneOf(OF_STACK_ALONE);
  return [
    ...(fromFile ? ["--outputs", outputs] : ["-s", stack ?? fill("stack")]),
    ...(state !== undefined && isOneOf(WITH_STATE) ? ["--state", state] : []),
  ];
}

/** As all shells take it; what has a character that one of them acts on, as a POSIX shell does. */
function typed(word: string | ToFillIn): string {
  if (typeof word !== "string") return `<${word.fill}>`;
  return quotedWord(printable(word));
}

function quotedWord(word: string): string {
  // PowerShell makes two arguments of `a,b`.
  if (/^[\w@%+=:./-]+$/.test(word)) return word;
  return /^[\w@+=:,./ -]+$/.test(word) ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
