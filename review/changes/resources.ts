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
  managedIdentity: "azure-native:managedidentity:UserAssignedIdentity",
  managedTrust: "azure-native:managedidentity:FederatedIdentityCredential",
  certificate: "azuread:index/applicationCertificate:ApplicationCertificate",
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

/** In the order of names: that of the engine differs from preview to preview. Components are none. */
export function changesOf(preview: Preview): Change[] {
  return everyChange(preview).filter(({ oldState, newState }) => (newState ?? oldState)?.custom);
}

/** What the engine counts: components and the stack itself too. */
export function everyChange({ steps }: Preview): Change[] {
  return steps
    .filter(({ op }) => !QUIET.includes(op))
    .map((step) => ({ ...step, ...asDeployed(step), type: typeOf(step.urn), name: nameOf(step.urn) }))
    .sort((one, other) => byName(one.name, other.name));
}

/**
 * What is there before the deployment is in the outputs: after a refresh that found a change by hand, the plugin's
 * bridge puts the inputs together by position, and they lack what was there (seen: azuread 6.9.1). Of other plugins the
 * inputs are right, and the outputs have values in another form.
 */
function asDeployed({ urn, oldState, newState }: Step): Pick<Step, "oldState"> {
  if (!oldState || !typeOf(urn).startsWith("azuread:")) return {};
  const names = new Set([...Object.keys(oldState.inputs), ...Object.keys(newState?.inputs ?? {})]);
  const there = Object.entries(oldState.outputs).filter(([name]) => names.has(name));
  return { oldState: { ...oldState, inputs: { ...oldState.inputs, ...Object.fromEntries(there) } } };
}

/** How many changes the engine tells of. */
export function countOf(preview: Preview): number {
  const { changeSummary } = preview;
  if (!changeSummary) return everyChange(preview).length;
  return Object.entries(changeSummary).reduce((sum, [op, number]) => (QUIET.includes(op) ? sum : sum + number), 0);
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

const IDENTITIES: readonly string[] = [types.registration, types.managedIdentity];

/**
 * URN of the registration or managed identity that a resource belongs to: its own, the one it is deleted with, or that
 * of the service principal that it is made for. Undefined: it belongs to none.
 */
export function registrationOf(
  urn: string,
  state: ResourceState | undefined,
  states: ReadonlyMap<string, ResourceState>,
): string | undefined {
  if (IDENTITIES.includes(typeOf(urn))) return urn;
  const near = [state?.deletedWith ?? "", ...Object.values(state?.propertyDependencies ?? {}).flat()];
  const direct = near.find((other) => IDENTITIES.includes(typeOf(other)));
  const principal = near.find((other) => typeOf(other) === types.principal);
  if (direct !== undefined || principal === undefined || principal === urn) return direct;
  return registrationOf(principal, states.get(principal), states);
}
