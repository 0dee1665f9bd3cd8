/**
 * Lines of a stack's YAML file, for messages: an aid, since what counts is what the engine hands over. Pure.
 *
 * @packageDocumentation
 */
import type { Node, ParsedNode } from "yaml";
import type { Path } from "./path.ts";
import { yaml } from "./text/yaml.ts";

/** Line of a setting, from 1; of what it is in where it is not there itself; undefined where nothing of it is. */
export type LineOf = (path: Path) => number | undefined;

/**
 * @param text of the file
 * @param namespace of the settings, without the colon
 */
export function settingsLines(text: string, namespace = "tenantwire"): LineOf {
  const { isAlias, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (node: unknown) => {
    const { range } = (node ?? {}) as Partial<Pick<Node, "range">>;
    return range ? lines.linePos(range[0]).line : undefined;
  };
  return (path) => {
    const [first, ...rest] = path;
    let here: unknown = document.contents;
    let line: number | undefined;
    for (const [index, step] of ["config", `${namespace}:${String(first)}`, ...rest].entries()) {
      const found = stepInto(isAlias(here) ? here.resolve(document) : here, step);
      if (!found) return index < 2 ? undefined : line;
      line = lineAt(found.at);
      here = found.value;
    }
    return line;
  };
}

/** What is wrong with the file as YAML, and in which line; undefined where nothing is. */
export function yamlFault(text: string): { readonly line: number; readonly text: string } | undefined {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const [error] = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors;
  return error && { line: lines.linePos(error.pos[0]).line, text: error.message };
}

/** The value under a name or a number, and what says where it is: the name, or the item itself. */
function stepInto(node: unknown, step: PropertyKey): { readonly at: unknown; readonly value: unknown } | undefined {
  const { isMap, isScalar, isSeq } = yaml();
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && keyText(key) === String(step));
    return pair && { at: pair.key, value: pair.value };
  }
  if (!isSeq(node) || typeof step !== "number") return undefined;
  const item = node.items[step];
  return item === undefined ? undefined : { at: item, value: item };
}

function keyText({ source, value }: { readonly source?: string | undefined; readonly value: unknown }): string {
  return source ?? String(value);
}
