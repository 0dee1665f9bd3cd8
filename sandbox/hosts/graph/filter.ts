/**
 * `$filter`: the part of OData's grammar that clients of this directory use. What is not understood is refused, never
 * ignored: a filter that filters nothing would hand out everybody.
 *
 * @packageDocumentation
 */
export type Literal = string | number | boolean | null;

export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly filter: Filter }
  | { readonly kind: "compare"; readonly path: string; readonly operator: Operator; readonly value: Literal }
  | { readonly kind: "in"; readonly path: string; readonly values: readonly Literal[] }
  | { readonly kind: "text"; readonly test: "startswith" | "endswith"; readonly path: string; readonly value: string }
  /** One item of the list at `path` passes; in `filter` the path of the item itself is empty. */
  | { readonly kind: "any"; readonly path: string; readonly filter: Filter };

export const operators = ["eq", "ne", "gt", "ge", "lt", "le"] as const;
export type Operator = (typeof operators)[number];

/** The text is no filter that is understood here; `message` says where. */
export class FilterError extends Error {
  override name = "FilterError";
}

/** Documented: "in" takes at most 15 values. */
const MAX_IN = 15;

interface Token {
  readonly kind: "word" | "text" | "punctuation" | "end";
  readonly value: string;
  readonly at: number;
}

/** @throws FilterError */
export function parseFilter(source: string): Filter {
  const tokens = tokenize(source);
  let position = 0;

  const peek = (): Token => tokens[position] as Token;
  const fail = (token: Token): never => {
    const what = token.kind === "end" ? "the end" : `'${token.value}'`;
    throw new FilterError(`Syntax error: ${what} at position ${token.at} in '${source}' is not expected there.`);
  };
  const accept = (value: string): boolean => {
    const token = peek();
    if (token.kind === "text" || token.value.toLowerCase() !== value) return false;
    position++;
    return true;
  };
  const expect = (value: string): void => {
    if (!accept(value)) fail(peek());
  };
  const word = (): string => {
    const token = peek();
    if (token.kind !== "word") fail(token);
    position++;
    return token.value;
  };

  /** `variable` is the name that stands for the item inside `any(...)`. */
  function either(variable?: string): Filter {
    let left = both(variable);
    while (accept("or")) left = { kind: "or", left, right: both(variable) };
    return left;
  }

  function both(variable?: string): Filter {
    let left = single(variable);
    while (accept("and")) left = { kind: "and", left, right: single(variable) };
    return left;
  }

  function single(variable?: string): Filter {
    if (accept("not")) return { kind: "not", filter: single(variable) };
    if (accept("(")) {
      const inner = either(variable);
      expect(")");
      return inner;
    }
    const start = peek();
    const name = word();
    const test = name.toLowerCase();
    if (test === "startswith" || test === "endswith") {
      expect("(");
      const path = pathOf(word(), variable, start);
      expect(",");
      const value = literal();
      if (typeof value !== "string") return fail(start);
      expect(")");
      // `startswith(x,'a') eq true` is the same thing, written by some clients.
      if (accept("eq")) expect("true");
      return { kind: "text", test, path, value };
    }
    if (test.endsWith("/any")) {
      const path = pathOf(name.slice(0, -"/any".length), variable, start);
      expect("(");
      const item = word();
      expect(":");
      const filter = either(item);
      expect(")");
      return { kind: "any", path, filter };
    }
    return comparison(pathOf(name, variable, start));
  }

  function comparison(path: string): Filter {
    const token = peek();
    const operator = word().toLowerCase();
    if (operator === "in") return { kind: "in", path, values: listOfLiterals(token) };
    if (!isOperator(operator)) return fail(token);
    return { kind: "compare", path, operator, value: literal() };
  }

  function listOfLiterals(start: Token): Literal[] {
    expect("(");
    const values = [literal()];
    while (accept(",")) values.push(literal());
    expect(")");
    if (values.length > MAX_IN) {
      throw new FilterError(
        `Too many child clauses specified in search filter expression: at most ${MAX_IN}, at position ${start.at}.`,
      );
    }
    return values;
  }

  function literal(): Literal {
    const token = peek();
    if (token.kind !== "text" && token.kind !== "word") return fail(token);
    position++;
    if (token.kind === "text") return token.value;
    if (token.value === "true" || token.value === "false") return token.value === "true";
    if (token.value === "null") return null;
    if (/^-?\d+(\.\d+)?$/.test(token.value)) return Number(token.value);
    if (GUID.test(token.value) || DATE.test(token.value)) return token.value;
    return fail(token);
  }

  function pathOf(name: string, variable: string | undefined, token: Token): string {
    if (variable === undefined) return name;
    if (name === variable) return "";
    if (name.startsWith(`${variable}/`)) return name.slice(variable.length + 1);
    return fail(token);
  }

  const filter = either();
  if (peek().kind !== "end") fail(peek());
  return filter;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/;

function isOperator(word: string): word is Operator {
  return (operators as readonly string[]).includes(word);
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:'((?:[^']|'')*)'|([(),])|(:)|([\w./@$+-]+(?::[\d:.Z+-]+)?))/y;
  let at = 0;
  while (source.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (!match) throw new FilterError(`Syntax error: character at position ${at} in '${source}' is not valid.`);
    const [whole, quoted, punctuation, colon, word] = match;
    const start = at + whole.length - whole.trimStart().length;
    if (quoted !== undefined) tokens.push({ kind: "text", value: quoted.replaceAll("''", "'"), at: start });
    else if (word !== undefined) tokens.push({ kind: "word", value: word, at: start });
    else tokens.push({ kind: "punctuation", value: punctuation ?? colon ?? "", at: start });
    at = pattern.lastIndex;
  }
  tokens.push({ kind: "end", value: "", at: source.length });
  return tokens;
}

/** The properties that a filter looks at. */
export function pathsOf(filter: Filter): string[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return [...pathsOf(filter.left), ...pathsOf(filter.right)];
    case "not":
      return pathsOf(filter.filter);
    default:
      return [filter.path];
  }
}

/** Does Graph answer this only with `ConsistencyLevel: eventual` and `$count=true`? (documented: advanced queries) */
export function isAdvanced(filter: Filter): boolean {
  switch (filter.kind) {
    case "and":
    case "or":
      return isAdvanced(filter.left) || isAdvanced(filter.right);
    case "not":
      return true;
    case "any":
      return isAdvanced(filter.filter);
    case "compare":
      return filter.operator === "ne";
    case "text":
      return filter.test === "endswith";
    case "in":
      return false;
  }
}

/** Reads a property of an object, or an item of a list for the empty path. */
export type ReadPath = (object: unknown, path: string) => unknown;

/** Text is compared without regard to letter case (reported: Q&A measurement on displayName). */
export function matches(filter: Filter, object: unknown, read: ReadPath): boolean {
  switch (filter.kind) {
    case "and":
      return matches(filter.left, object, read) && matches(filter.right, object, read);
    case "or":
      return matches(filter.left, object, read) || matches(filter.right, object, read);
    case "not":
      return !matches(filter.filter, object, read);
    case "compare":
      return compare(read(object, filter.path), filter.operator, filter.value);
    case "in": {
      const value = read(object, filter.path);
      return filter.values.some((each) => compare(value, "eq", each));
    }
    case "text": {
      const value = read(object, filter.path);
      if (typeof value !== "string") return false;
      const [text, part] = [value.toLowerCase(), filter.value.toLowerCase()];
      return filter.test === "startswith" ? text.startsWith(part) : text.endsWith(part);
    }
    case "any": {
      const items = read(object, filter.path);
      return Array.isArray(items) && items.some((item) => matches(filter.filter, item, read));
    }
  }
}

function compare(actual: unknown, operator: Operator, wanted: Literal): boolean {
  const [one, other] = [comparable(actual), comparable(wanted)];
  if (operator === "eq") return one === other;
  if (operator === "ne") return one !== other;
  // Nothing is greater or less than null, nor than a value of another type.
  if (one === null || other === null || typeof one !== typeof other) return false;
  switch (operator) {
    case "gt":
      return one > other;
    case "ge":
      return one >= other;
    case "lt":
      return one < other;
    case "le":
      return one <= other;
  }
}

/** Instants are the same in whatever offset they are written. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/i;

function comparable(value: unknown): string | number | boolean | null {
  if (typeof value === "string") return INSTANT.test(value) ? Date.parse(value) : value.toLowerCase();
  if (typeof value === "number" || typeof value === "boolean") return value;
  return null;
}
