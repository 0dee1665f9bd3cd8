/**
 * Values in commands that people paste into PowerShell.
 *
 * @packageDocumentation
 */
import { printable } from "./text/printable.ts";

/** PowerShell takes each of these for its single quote (documented: about_Quoting_Rules, the language's specification). */
const QUOTES = /['\u2018\u2019\u201a\u201b]/g;

/**
 * A value as one argument: nothing in it is anything but text to PowerShell, and it stays in one line. What would act on
 * a terminal stands as its escape, so that a pasted command has no line break of somebody else's.
 */
export function powerShellQuoted(value: string): string {
  return `'${printable(value).replace(QUOTES, "$&$&")}'`;
}
