import { notAuthorized } from "./errors.ts";
import type { Caller } from "./sign-in.ts";

/** What a token may do, by name (published; those of hooks are in the public list of scopes). */
export type Scope =
  | "vso.work"
  | "vso.work_write"
  | "vso.project"
  | "vso.project_manage"
  | "vso.graph"
  | "vso.hooks"
  | "vso.hooks_write"
  | "vso.memberentitlementmanagement"
  | "vso.memberentitlementmanagement_write";

/** Documented: who may write may read; assumed: the chains that are not told. */
const IMPLIED: Readonly<Record<Scope, readonly string[]>> = {
  "vso.work": ["vso.work_write", "vso.work_full"],
  "vso.work_write": ["vso.work_full"],
  "vso.project": ["vso.project_write", "vso.project_manage", "vso.work", "vso.work_write", "vso.work_full"],
  "vso.project_manage": [],
  "vso.graph": ["vso.graph_manage", "vso.identity", "vso.identity_manage"],
  "vso.hooks": ["vso.hooks_write"],
  "vso.hooks_write": [],
  "vso.memberentitlementmanagement": ["vso.memberentitlementmanagement_write"],
  "vso.memberentitlementmanagement_write": [],
};

/** @throws AzureDevOpsError (reported: 401, as for somebody who is no member) when the token's scopes do not reach */
export function checkScope({ id, scopes }: Caller, needed: Scope): void {
  if (scopes === undefined || scopes.includes("vso.full")) return;
  if (![needed, ...IMPLIED[needed]].some((scope) => scopes.includes(scope))) throw notAuthorized(id);
}
