/**
 * Reads a filter expression: the part of Graph's `$filter` that administrators write about people, as a tree. What it
 * does not know it refuses, since a filter that is half understood takes people away. Pure.
 *
 * @packageDocumentation
 */
import { shown } from "../../../contract/may-show.ts";
import { didYouMean } from "../../../contract/nearest.ts";
import { userProperties, userProperty } from "../../../contract/user-properties.ts";

export type Literal = string | boolean | null;

export type Filter =
  | { readonly op: "and" | "or"; readonly parts: readonly Filter[] }
  | { readonly op: "not"; readonly part: Filter }
  | { readonly op: "eq" | "ne"; readonly property: string; readonly value: Literal }
  | { readonly op: "in"; readonly property: string; readonly values: readonly Literal[] }
  | { readonly op: TextFunction; readonly property: string; readonly value: string };

const textFunctions = ["startswith", "endswith", "contains"] as const;
type TextFunction = (typeof textFunctions)[number];

const comparisons = ["eq", "ne", "in"] as const;
const literals = ["true", "false", "null"];
/** How deep parentheses and `not` may go: far beyond what anybody writes, far below what the stack holds. */
const MAX_DEPTH = 100;
/** How Graph itself writes an extension attribute. */
const ATTRIBUTES = "onPremisesExtensionAttributes/";

/** The expression cannot be used. `message` says where (the first character is 1), what is there, what was expected. */
export class FilterError extends Error {
  override name = "FilterError";
}

/** @throws FilterError for whatever is not known, or cannot be compared */
export function parseFilter(text: string): Filter {
  const parser = new Parser(text);
  const filter = parser.either(0);
  parser.end();
  return filter;
}

interface Token {
  readonly kind: "name" | "text" | "mark" | "end";
  /** A text without its quotes. */
  readonly value: string;
  /** Of the first character, from 1. */
  readonly at: number;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  either(depth: number): Filter {
    return this.#joined("or", () => this.#joined("and", () => this.#part(depth)));
  }

  end(): void {
    const token = this.#peek();
    if (token.kind !== "end") throw unknown(token, ["and", "or"], "and, or, or the end");
  }

  #joined(op: "and" | "or", part: () => Filter): Filter {
    const first = part();
    const parts = [first];
    while (this.#takeIf("name", op)) parts.push(part());
    return parts.length === 1 ? first : { op, parts };
  }

  #part(depth: number): Filter {
    if (depth > MAX_DEPTH) throw at(this.#peek(), `more than ${MAX_DEPTH} levels of parentheses and "not"`);
    if (this.#takeIf("name", "not")) return { op: "not", part: this.#part(depth + 1) };
    if (this.#takeIf("mark", "(")) {
      const inner = this.either(depth + 1);
      this.#expect(")");
      return inner;
    }
    const token = this.#take();
    if (token.kind !== "name") throw unknown(token, [], "a property of an Entra user, a function or not");
    if (this.#takeIf("mark", "(")) return this.#function(token);
    return this.#comparison(propertyOf(token));
  }

  #function(token: Token): Filter {
    const op = textFunctions.find((name) => name === token.value);
    if (op === undefined) throw unknown(token, textFunctions, textFunctions.join(", "));
    const place = this.#peek();
    const property = propertyOf(this.#take());
    if (isBoolean(property)) throw at(place, `${property} is true or false, and has no text for ${op} to look at`);
    this.#expect(",");
    const value = this.#take();
    if (value.kind !== "text") throw unknown(value, [], "a text in single quotes");
    this.#expect(")");
    return { op, property, value: value.value };
  }

  #comparison(property: string): Filter {
    const token = this.#take();
    const op = comparisons.find((name) => token.kind === "name" && name === token.value);
    if (op === undefined) throw unknown(token, comparisons, "eq, ne or in");
    if (op !== "in") return { op, property, value: this.#literal(property) };
    this.#expect("(");
    const values = [this.#literal(property)];
    while (this.#takeIf("mark", ",")) values.push(this.#literal(property));
    this.#expect(")");
    return { op, property, values };
  }

  #literal(property: string): Literal {
    const token = this.#take();
    const value = literalOf(token);
    if (value === undefined) throw unknown(token, literals, "a text in single quotes, true, false or null");
    if (value === null) return value;
    if (value === "") throw at(token, `that ${property} has no value is written null, without quotes`);
    // Such a comparison would be false for everybody.
    if (isBoolean(property) === (typeof value === "boolean")) return value;
    throw at(
      token,
      `${property} is compared with ${isBoolean(property) ? "true or false, without quotes" : "a text in single quotes"}`,
    );
  }

  #expect(mark: string): void {
    if (!this.#takeIf("mark", mark)) throw unknown(this.#peek(), [], `"${mark}"`);
  }

  #takeIf(kind: Token["kind"], value: string): boolean {
    const token = this.#peek();
    if (token.kind !== kind || token.value !== value) return false;
    this.#next += 1;
    return true;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next += 1;
    return token;
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new TypeError("A filter was read beyond its end.");
    return token;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|(?<name>[A-Za-z_][\w/]*)|'(?<text>(?:[^']|'')*)'|(?<mark>[(),])/uy;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) throw strange(text, start);
    const { name, text: quoted, mark } = found.groups ?? {};
    if (name !== undefined) tokens.push({ kind: "name", value: name, at: start + 1 });
    else if (quoted !== undefined) tokens.push({ kind: "text", value: quoted.replaceAll("''", "'"), at: start + 1 });
    else if (mark !== undefined) tokens.push({ kind: "mark", value: mark, at: start + 1 });
  }
  tokens.push({ kind: "end", value: "", at: text.length + 1 });
  return tokens;
}

function strange(text: string, start: number): FilterError {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const place = { at: start + 1 };
  if (character === "'") return at(place, "the text in single quotes does not end");
  if (character === '"') return at(place, "texts stand in single quotes");
  if (/[=!<>&|]/.test(character))
    return at(place, `${JSON.stringify(character)} is not known; write eq, ne, and, or, not`);
  return at(place, `${JSON.stringify(character)} is not known`);
}

function propertyOf(token: Token): string {
  const name = token.value.startsWith(ATTRIBUTES) ? token.value.slice(ATTRIBUTES.length) : token.value;
  const property = token.kind === "name" ? userProperty(name) : undefined;
  if (property?.relation) throw at(token, `"${name}" is another person, and no value that a filter can look at`);
  if (property) return name;
  const known = [...userProperties].flatMap(([each, { relation }]) => (relation ? [] : [each]));
  throw unknown(token, known, "a property of an Entra user");
}

function isBoolean(property: string): boolean {
  return userProperty(property)?.type === "boolean";
}

function literalOf({ kind, value }: Token): Literal | undefined {
  if (kind === "text") return value;
  if (kind !== "name" || !literals.includes(value)) return undefined;
  return value === "null" ? null : value === "true";
}

function unknown(token: Token, known: Iterable<string>, expected: string): FilterError {
  if (token.kind === "end") return at(token, `it ends where ${expected} was expected`);
  const hint = token.kind === "name" ? didYouMean(token.value, known) : undefined;
  const found =
    token.kind === "name"
      ? shown(token.value, [...known].join(" "))
      : token.kind === "text"
        ? "a text"
        : JSON.stringify(token.value);
  return at(token, hint === undefined ? `expected ${expected}, found ${found}` : `${found} is not known; ${hint}`);
}

function at({ at: position }: { readonly at: number }, words: string): FilterError {
  return new FilterError(`at character ${position}: ${words}`);
}
