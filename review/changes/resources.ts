/** Reading of single resources and of what belongs together. Pure. @packageDocumentation */
import { nameOf, type Preview, type ResourceState, type Step, typeOf, UNKNOWN } from "../preview.ts";
import type { Difference } from "./types.ts";

/** Types by the names of their providers. */
export const types = {
  registration: "azuread:index/applicationRegistration:ApplicationRegistration",
  principal: "azuread:index/servicePrincipal:ServicePrincipal",
  owner: "azuread:index/applicationOwner:ApplicationOwner",
  access: "azuread:index/applicationApiAccess:ApplicationApiAccess",
  redirects: "azuread:index/applicationRedirectUris:ApplicationRedirectUris",
  trust: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  password: "azuread:index/applicationPassword:ApplicationPassword",
  roleGrant: "azuread:index/appRoleAssignment:AppRoleAssignment",
  delegatedGrant: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  vaultSecret: "azure-native:keyvault:Secret",
  roleAssignment: "azure-native:authorization:RoleAssignment",
} as const;

/** A step that changes something outside: not the components, and not what is only read. */
export interface Change extends Step {
  readonly type: string;
  readonly name: string;
}

const byName = new Intl.Collator("en", { numeric: true }).compare;

const QUIET = ["same", "read", "refresh"];

/** In the order of names: that of the engine differs from preview to preview. */
export function changesOf({ steps }: Preview): Change[] {
  return steps
    .filter(({ op, oldState, newState }) => !QUIET.includes(op) && (newState ?? oldState)?.custom)
    .map((step) => ({ ...step, type: typeOf(step.urn), name: nameOf(step.urn) }))
    .sort((one, other) => byName(one.name, other.name));
}

/**
 * Names of the properties that change, without their values. The provider says them; where it does not, inputs are
 * compared. Names with two underscores in front are the provider's own book-keeping.
 */
export function propertiesOf({ diffReasons, replaceReasons, detailedDiff, oldState, newState }: Step): string[] {
  if (!oldState || !newState) return [];
  const said = [...(diffReasons ?? []), ...(replaceReasons ?? []), ...Object.keys(detailedDiff ?? {})];
  const keys = [...Object.keys(oldState.inputs), ...Object.keys(newState.inputs)];
  const differing = keys.filter((key) => !same(oldState.inputs[key], newState.inputs[key]));
  const names = (said.length > 0 ? said : differing).map((path) => path.split(/[.[]/)[0] ?? path);
  return [...new Set(names)].filter((name) => name !== "" && !name.startsWith("__")).sort();
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An input that is a text and known before the deployment. */
export function textOf(state: ResourceState | undefined, property: string): string | undefined {
  const value = state?.inputs[property];
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

/** An input that is a list of texts; what is not known yet is left out. */
export function textsOf(state: ResourceState | undefined, property: string): string[] {
  const value = state?.inputs[property];
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.filter((item) => typeof item === "string" && item !== UNKNOWN) as string[];
}

/** What is in one list and not in the other. Order means nothing: providers keep these as sets. */
export function difference(before: readonly string[], after: readonly string[]): Difference<string> {
  return {
    added: after.filter((item) => !before.includes(item)),
    removed: before.filter((item) => !after.includes(item)),
  };
}

/** Every resource that the preview knows, by URN. */
export function statesOf({ steps }: Preview): ReadonlyMap<string, ResourceState> {
  return new Map(
    steps.flatMap(({ urn, oldState, newState }) => {
      const state = newState ?? oldState;
      return state ? [[urn, state]] : [];
    }),
  );
}

/**
 * URN of the registration that a resource belongs to: its own, the one it is deleted with, or that of the service
 * principal that it is made for. Undefined: it belongs to none.
 */
export function registrationOf(
  urn: string,
  state: ResourceState | undefined,
  states: ReadonlyMap<string, ResourceState>,
): string | undefined {
  if (typeOf(urn) === types.registration) return urn;
  const near = [state?.deletedWith ?? "", ...Object.values(state?.propertyDependencies ?? {}).flat()];
  const direct = near.find((other) => typeOf(other) === types.registration);
  const principal = near.find((other) => typeOf(other) === types.principal);
  if (direct !== undefined || principal === undefined || principal === urn) return direct;
  return registrationOf(principal, states.get(principal), states);
}
