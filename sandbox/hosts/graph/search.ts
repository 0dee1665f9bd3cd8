/**
 * `$search` and `$orderby` of users and groups. Documented: "Use the $search query parameter" and "$orderby".
 *
 * @packageDocumentation
 */
import type { DirectoryObject } from "../../directory/model.ts";
import { text } from "../../directory/model.ts";
import type { EntityType } from "./entities.ts";
import { malformed, unsupportedQuery } from "./errors.ts";

export type Test = (object: DirectoryObject) => boolean;

/** Documented: what can be searched for, by type. */
const searchable: Readonly<Record<string, readonly string[]>> = {
  user: ["displayName", "givenName", "mail", "mailNickname", "surname", "userPrincipalName"],
  group: ["description", "displayName", "mail", "mailNickname"],
  application: ["description", "displayName"],
  servicePrincipal: ["description", "displayName"],
  administrativeUnit: ["displayName"],
  directoryObject: ["displayName"],
};

/**
 * `"displayName:ann" AND ("mail:a" OR "mail:b")`: each clause in quotation marks, AND and OR in capitals. Display names
 * and descriptions are searched word by word, everything else from its beginning (documented).
 *
 * @throws GraphError 400
 */
export function parseSearch(written: string, { name }: EntityType): Test {
  const tokens = written.match(/"(?:[^"\\]|\\.)*"|\(|\)|\S+/g) ?? [];
  let at = 0;

  function either(): Test {
    let left = both();
    while (tokens[at] === "OR") {
      at++;
      const [one, other] = [left, both()];
      left = (object) => one(object) || other(object);
    }
    return left;
  }

  function both(): Test {
    let left = single();
    while (tokens[at] === "AND" || tokens[at]?.startsWith('"') || tokens[at] === "(") {
      if (tokens[at] === "AND") at++;
      const [one, other] = [left, single()];
      left = (object) => one(object) && other(object);
    }
    return left;
  }

  function single(): Test {
    const token = tokens[at++];
    if (token === "(") {
      const inner = either();
      if (tokens[at++] !== ")") throw invalid(written);
      return inner;
    }
    const [, property, wanted] = /^"(\w+):((?:[^"\\]|\\.)+)"$/s.exec(token ?? "") ?? [];
    if (property === undefined || wanted === undefined) throw invalid(written);
    const known = searchable[name]?.find((each) => each.toLowerCase() === property.toLowerCase());
    if (known === undefined) {
      throw unsupportedQuery(`Unrecognized query argument specified: '${property}' cannot be searched.`);
    }
    return contains(known, wanted.replace(/\\(.)/g, "$1"));
  }

  const test = either();
  if (at < tokens.length) throw invalid(written);
  return test;
}

function contains(property: string, wanted: string): Test {
  const isWordByWord = property === "displayName" || property === "description";
  const parts = isWordByWord ? words(wanted) : [wanted.toLowerCase()];
  return (object) => {
    const value = text(object, property);
    const candidates = isWordByWord ? words(value) : [value.toLowerCase()];
    return parts.every((part) => candidates.some((each) => each.startsWith(part)));
  };
}

/** Documented: split at blanks, at signs, and where letter case or digits begin. */
function words(value: string): string[] {
  return (value.match(/\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{L}+|\p{N}+/gu) ?? []).map((word) => word.toLowerCase());
}

function invalid(written: string) {
  return malformed(`Syntax error: the search '${written}' needs clauses like "displayName:ann", in quotation marks.`);
}

/** Documented: sorted by these; others are refused. */
const sortable: Readonly<Record<string, readonly string[]>> = {
  user: ["displayName", "userPrincipalName", "createdDateTime"],
  group: ["displayName", "createdDateTime"],
  application: ["displayName", "createdDateTime"],
  servicePrincipal: ["displayName"],
  administrativeUnit: ["displayName"],
  directoryObject: ["displayName"],
};

/** @throws GraphError 400 */
export function parseOrder(
  written: string,
  { name }: EntityType,
): (one: DirectoryObject, other: DirectoryObject) => number {
  const terms = written.split(",").map((term) => {
    const [, property = "", direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(term) ?? [];
    const known = sortable[name]?.find((each) => each.toLowerCase() === property.toLowerCase());
    if (known === undefined) throw unsupportedQuery("Sorting not supported for current query.");
    return { property: known, sign: direction?.toLowerCase() === "desc" ? -1 : 1 };
  });
  return (one, other) => {
    for (const { property, sign } of terms) {
      const difference = text(one, property).localeCompare(text(other, property), "en", { sensitivity: "base" });
      if (difference !== 0) return sign * difference;
    }
    return 0;
  };
}
