/**
 * The Work Item Query Language, as far as flat queries go (documented: its grammar).
 *
 * @packageDocumentation
 */
import { AzureDevOpsError } from "./errors.ts";
import { fieldNamed } from "./fields.ts";
import type { Field } from "./fields.ts";

export type Operator =
  | "="
  | "<>"
  | ">"
  | ">="
  | "<"
  | "<="
  | "in"
  | "not in"
  | "under"
  | "not under"
  | "contains"
  | "not contains"
  | "contains words"
  | "not contains words"
  | "is empty"
  | "is not empty";

export type Literal =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "field"; readonly value: Field }
  | { readonly kind: "macro"; readonly name: "project" | "me" | "today"; readonly days: number };

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | {
      readonly kind: "compare";
      readonly field: Field;
      readonly operator: Operator;
      readonly values: readonly Literal[];
      /** As it was written, for errors. */
      readonly source: string;
    };

export interface Query {
  readonly columns: readonly Field[];
  readonly where: Condition | null;
  readonly orderBy: readonly { readonly field: Field; readonly descending: boolean }[];
  /** ISO 8601, as it was written. */
  readonly asOf: string | null;
}

/** Documented: characters of a query. */
const TEXT_LIMIT = 32_000;

/** Reported: words and codes of a query that cannot be understood; which code goes with what is assumed. */
export function badQuery(message: string): AzureDevOpsError {
  return new AzureDevOpsError(400, "WorkItemTrackingQueryException", message);
}

interface Token {
  readonly kind: "word" | "field" | "text" | "number" | "macro" | "sign";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const TOKEN =
  /\s+|\[([^\]]+)\]|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?)|(@\w+)|(<>|>=|<=|[=<>(),+*-])|([A-Za-z_][\w.]*)/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match)
      throw badQuery(
        `TF51006: The query statement is missing a closing quote or has an invalid character. The error is caused by «${text.slice(from, from + 20)}».`,
      );
    const [, field, single, double, number, macro, sign, word] = match;
    const to = TOKEN.lastIndex;
    const add = (kind: Token["kind"], value: string) => found.push({ kind, text: value, from, to });
    if (field !== undefined) add("field", field);
    else if (single !== undefined) add("text", single.replaceAll("''", "'"));
    else if (double !== undefined) add("text", double.replaceAll('""', '"'));
    else if (number !== undefined) add("number", number);
    else if (macro !== undefined) add("macro", macro.slice(1).toLowerCase());
    else if (sign !== undefined) add("sign", sign);
    else if (word !== undefined) add("word", word);
  }
  return found;
}

/**
 * @throws AzureDevOpsError in the service's words when it is no query, or names a field that does not exist; and in the
 * stand-in's own where it is a query that the stand-in does not have
 */
export function parseQuery(text: string): Query {
  if (text.length > TEXT_LIMIT) throw badQuery(`TF51011: The query is longer than ${TEXT_LIMIT} characters.`);
  return new Parser(text, tokens(text)).query();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, all: readonly Token[]) {
    this.#text = text;
    this.#tokens = all;
  }

  query(): Query {
    this.#expect("select");
    const columns = this.#takes("*") ? [] : this.#list(() => this.#field());
    this.#expect("from");
    const source = this.#next()?.text.toLowerCase();
    if (source === "workitemlinks") throw notHere("queries of links");
    if (source !== "workitems") throw this.#unexpected(this.#at - 1);
    const where = this.#takes("where") ? this.#or() : null;
    const orderBy = this.#takes("order") ? this.#orderBy() : [];
    const asOf = this.#takes("asof") ? this.#asOf() : null;
    if (this.#takes("mode")) throw notHere("modes of flat queries");
    if (this.#at < this.#tokens.length) throw this.#unexpected(this.#at);
    return { columns, where, orderBy, asOf };
  }

  #orderBy(): Query["orderBy"] {
    this.#expect("by");
    return this.#list(() => {
      const field = this.#field();
      const descending = this.#takes("desc");
      if (!descending) this.#takes("asc");
      return { field, descending };
    });
  }

  #asOf(): string {
    const token = this.#next();
    if (token?.kind !== "text" || Number.isNaN(Date.parse(token.text))) throw this.#unexpected(this.#at - 1);
    return token.text;
  }

  #or(): Condition {
    const parts = [this.#and()];
    while (this.#takes("or")) parts.push(this.#and());
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: "or", parts };
  }

  #and(): Condition {
    const parts = [this.#unit()];
    while (this.#takes("and")) parts.push(this.#unit());
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: "and", parts };
  }

  #unit(): Condition {
    if (this.#takes("not")) return { kind: "not", part: this.#unit() };
    if (this.#takes("(")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    const start = this.#at;
    const field = this.#field();
    const operator = this.#operator();
    const values = this.#values(operator);
    const [from, to] = [this.#tokens[start]?.from ?? 0, this.#tokens[this.#at - 1]?.to ?? 0];
    return { kind: "compare", field, operator, values, source: this.#text.slice(from, to) };
  }

  #operator(): Operator {
    if (this.#takes("is")) {
      const not = this.#takes("not");
      this.#expect("empty");
      return not ? "is not empty" : "is empty";
    }
    if (this.#takes("ever") || this.#takes("was")) throw notHere("EVER");
    const not = this.#takes("not");
    for (const operator of ["in", "under", "contains"] as const) {
      if (!this.#takes(operator)) continue;
      if (operator === "in" && this.#takes("group")) throw notHere("IN GROUP");
      const words = operator === "contains" && this.#takes("words") ? (" words" as const) : "";
      return `${not ? "not " : ""}${operator}${words}` as Operator;
    }
    const token = this.#next();
    const known = (["=", "<>", ">", ">=", "<", "<="] as const).find((each) => each === token?.text);
    if (not || !known) throw this.#unexpected(this.#at - 1);
    return known;
  }

  #values(operator: Operator): Literal[] {
    if (operator === "is empty" || operator === "is not empty") return [];
    if (operator !== "in" && operator !== "not in") return [this.#literal()];
    this.#expect("(");
    const values = this.#list(() => this.#literal());
    this.#expect(")");
    return values;
  }

  #literal(): Literal {
    const token = this.#next();
    switch (token?.kind) {
      case "text":
        return { kind: "text", value: token.text };
      case "number":
        return { kind: "number", value: Number(token.text) };
      case "field":
        return { kind: "field", value: known(token.text) };
      case "macro":
        return this.#macro(token.text);
      default:
        throw this.#unexpected(this.#at - 1);
    }
  }

  #macro(name: string): Literal {
    if (name !== "project" && name !== "me" && name !== "today") throw notHere(`the macro @${name}`);
    const minus = this.#tokens[this.#at];
    // "- 7" are two signs, "-7" is one number.
    if (name === "today" && minus?.kind === "number" && minus.text.startsWith("-")) {
      this.#at += 1;
      return { kind: "macro", name, days: Number(minus.text) };
    }
    const sign = name !== "today" ? 0 : this.#takes("-") ? -1 : this.#takes("+") ? 1 : 0;
    if (sign === 0) return { kind: "macro", name, days: 0 };
    const days = this.#next();
    if (days?.kind !== "number") throw this.#unexpected(this.#at - 1);
    return { kind: "macro", name, days: sign * Number(days.text) };
  }

  #field(): Field {
    const token = this.#next();
    if (token?.kind !== "field" && token?.kind !== "word") throw this.#unexpected(this.#at - 1);
    return known(token.text);
  }

  #list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.#takes(",")) items.push(read());
    return items;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #takes(word: string): boolean {
    const token = this.#tokens[this.#at];
    const isWord = token?.kind === "word" || token?.kind === "sign";
    if (!isWord || token.text.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #expect(word: string): void {
    if (!this.#takes(word)) throw this.#unexpected(this.#at, word);
  }

  #unexpected(at: number, expected?: string): AzureDevOpsError {
    const token = this.#tokens[at];
    const found = token ? this.#text.slice(token.from, token.to) : "the end of the query";
    const hint = expected === undefined ? "" : ` Expecting ${expected.toUpperCase()}.`;
    return badQuery(`TF51004: The query statement has an error.${hint} The error is caused by «${found}».`);
  }
}

function known(name: string): Field {
  const field = fieldNamed(name);
  if (field) return field;
  throw badQuery(`TF51005: The query references a field that does not exist. The error is caused by «[${name}]».`);
}

function notHere(what: string): AzureDevOpsError {
  return new AzureDevOpsError(501, "NotImplementedException", `The stand-in tenant does not have ${what}.`);
}
