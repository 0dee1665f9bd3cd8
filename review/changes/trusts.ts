/** Outside identities that can sign in without a secret. Pure. @packageDocumentation */
import { breadthOf } from "../../contract/subjects.ts";
import type { ResourceState } from "../preview.ts";
import { type Change, textOf, textsOf, types } from "./resources.ts";
import type { Difference, Trust } from "./types.ts";

/** Type -> the property that has its name. */
const NAMES: Readonly<Record<string, string>> = {
  [types.trust]: "displayName",
  [types.managedTrust]: "federatedIdentityCredentialResourceName",
};

export function trustsOf(changes: readonly Change[]): Difference<Trust> {
  const own = changes.filter(({ type }) => type in NAMES);
  const before = own.flatMap(({ type, oldState }) => trustIn(type, oldState));
  const after = own.flatMap(({ type, newState }) => trustIn(type, newState));
  return { added: without(after, before), removed: without(before, after) };
}

/** Those that nobody was before: another name alone lets nobody in. */
export function newcomers({ added, removed }: Difference<Trust>): Trust[] {
  return added.filter((trust) => !removed.some((other) => identity(other) === identity(trust)));
}

function trustIn(type: string, state: ResourceState | undefined): Trust[] {
  if (!state) return [];
  const trust = {
    name: textOf(state, NAMES[type] ?? "") ?? "",
    issuer: textOf(state, "issuer") ?? "",
    subject: textOf(state, "subject") ?? "",
    audiences: textsOf(state, "audiences"),
  };
  const breadth = breadthOf(trust);
  return [{ ...trust, ...(breadth !== undefined && { breadth }) }];
}

function without(list: readonly Trust[], others: readonly Trust[]): Trust[] {
  const keys = others.map((each) => JSON.stringify(each));
  return list.filter((each) => !keys.includes(JSON.stringify(each)));
}

function identity({ issuer, subject, audiences }: Trust): string {
  return JSON.stringify([issuer, subject, [...audiences].sort()]);
}
