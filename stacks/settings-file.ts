/**
 * The stack's file as a person wrote it, where it is there: only to say in which line something is.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Path } from "../contract/path.ts";
import { place } from "../contract/settings-faults.ts";
import { type LineOf, settingsLines } from "../contract/settings-lines.ts";
import { decodeText } from "../contract/text/decode.ts";
import { yaml } from "../contract/text/yaml.ts";

export interface SettingsFile {
  /** From the folder of the project. */
  readonly file: string;
  readonly text: string;
}

/**
 * `Pulumi.<stack>.yaml`, looked for as the engine does: beside the nearest Pulumi.yaml, or in the folder that it
 * names.
 *
 * @param folder where to begin, upwards; by default the one that this runs in
 * @returns undefined where there is none, or it cannot be read
 */
export function settingsFile(stack: string, folder: string = process.cwd()): SettingsFile | undefined {
  try {
    const project = join(folder, "Pulumi.yaml");
    if (!existsSync(project)) return dirname(folder) === folder ? undefined : settingsFile(stack, dirname(folder));
    const { stackConfigDir } = yaml().parse(decodeText(readFileSync(project))) as { readonly stackConfigDir?: unknown };
    const place = typeof stackConfigDir === "string" ? stackConfigDir : ".";
    const file = join(place, `Pulumi.${stack}.yaml`);
    return { file, text: decodeText(readFileSync(join(folder, file))) };
  } catch {
    // It is an aid: what is wrong with the file the engine has said.
    return undefined;
  }
}

/** Where a setting is, for a message: its place, and the file and the line where they are known. */
export function whereIs(stack: string, folder?: string): (path: Path) => string {
  const at = atOf(stack, folder);
  return (path) => [place(path), at(path)].filter((part) => part !== undefined).join(", ");
}

/** File and line of a setting, where they are known: `stacks/Pulumi.contoso.yaml:12`. */
export function atOf(stack: string, folder?: string): (path: Path) => string | undefined {
  const found = settingsFile(stack, folder);
  return found === undefined ? () => undefined : atIn(found);
}

/** The same of a file that was read. */
export function atIn({ file, text }: SettingsFile): (path: Path) => string | undefined {
  const lineOf = settingsLines(text);
  return (path) => {
    const line = lineOf(path);
    return line === undefined ? undefined : `${file}:${line}`;
  };
}

/** The file of a stack, by its name or its full name, and the lines of the settings in it. */
export function settingsOf(stack: string): { readonly file: string; readonly lineOf: LineOf } | undefined {
  const found = settingsFile(stack.split("/").at(-1) ?? stack);
  return found && { file: found.file, lineOf: settingsLines(found.text) };
}

/** Lines of the settings in that file; knows none where there is no file. */
export function linesOf(stack: string, folder?: string): LineOf {
  const found = settingsFile(stack, folder);
  return found === undefined ? () => undefined : settingsLines(found.text);
}
