/** What changes of each registration. Pure. @packageDocumentation */
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { hostOf } from "../../contract/redirect-uris.ts";
import type { Preview, ResourceState } from "../preview.ts";
import { nameOf, typeOf } from "../preview.ts";
import { ownersOf, type People } from "./people.ts";
import { askedBy, grantedBy } from "./permissions.ts";
import { type Change, difference, registrationOf, statesOf, textOf, textsOf, types } from "./resources.ts";
import { trustsOf } from "./trusts.ts";
import type { Difference, RegistrationChange } from "./types.ts";

/** A registration or another identity, and the changes of what belongs to it. */
export interface RegistrationGroup {
  readonly kind: RegistrationChange["kind"];
  /** In the stack: `sync`. */
  readonly name: string;
  /** In Entra, after the deployment; its name in the stack where the preview does not say it. */
  readonly displayName: string;
  readonly changes: readonly Change[];
}

/** By URN of the identity, or by object id of one that was made elsewhere; in the order of their names. */
export function registrationGroups(
  preview: Preview,
  changes: readonly Change[],
  last: Outputs | undefined,
): ReadonlyMap<string, RegistrationGroup> {
  const states = statesOf(preview);
  const groups = Map.groupBy(
    changes,
    ({ urn, type, newState, oldState }) =>
      registrationOf(urn, newState ?? oldState, states) ?? principalOf(type, newState ?? oldState),
  );
  const named = [...groups].flatMap(([key, own]): [string, RegistrationGroup][] =>
    key === undefined ? [] : [[key, { ...identityOf(key, states, last), changes: own }]],
  );
  return new Map(named.sort(([, one], [, other]) => (one.name < other.name ? -1 : 1)));
}

/** Object id of a principal that nothing in this stack makes, and that is granted something here. */
function principalOf(type: string, state: ResourceState | undefined): string | undefined {
  if (type === types.roleGrant) return textOf(state, "principalObjectId");
  return type === types.delegatedGrant ? textOf(state, "servicePrincipalObjectId") : undefined;
}

function identityOf(
  key: string,
  states: ReadonlyMap<string, ResourceState>,
  last: Outputs | undefined,
): Omit<RegistrationGroup, "changes"> {
  const state = states.get(key);
  if (typeOf(key) === types.managedIdentity) {
    const name = nameOf(key).replace(/-identity$/, "");
    return { kind: "managed identity", name, displayName: textOf(state, "resourceName") ?? name };
  }
  if (typeOf(key) === types.registration) {
    const name = registrationName(key);
    return { kind: "registration", name, displayName: textOf(state, "displayName") ?? name };
  }
  const known = last?.registrations.find(({ principalId }) => principalId === key);
  return { kind: "principal", name: known?.name ?? key, displayName: known?.displayName ?? key };
}

/** Children are named from the component's own name. */
export function registrationName(urn: string): string {
  return nameOf(urn).replace(/-registration-application$/, "");
}

export interface Known {
  readonly declared: readonly DeclaredRegistration[];
  readonly people: People;
  /** Who owned something of the stack before. */
  readonly owners: ReadonlySet<string>;
}

/** Undefined where nothing is told of it: a secret that is renewed is told elsewhere. */
export function registrationChange(
  { kind, name, displayName, changes }: RegistrationGroup,
  { declared, people, owners }: Known,
): RegistrationChange | undefined {
  const own = changes.find(({ type }) => type === types.registration || type === types.managedIdentity);
  const before = textOf(own?.oldState, "displayName");
  const mode = declared.find((registration) => registration.name === name)?.consent;
  const change: RegistrationChange = {
    kind,
    name,
    displayName,
    change: kindOf(own),
    ...(own?.newState && before !== undefined && before !== displayName && { renamedFrom: before }),
    ...audienceOf(own),
    ...(mode && { consentMode: mode }),
    permissions: askedBy(changes),
    consent: grantedBy(changes),
    redirectUris: setOf(changes, types.redirects, redirectsIn),
    newHosts: newHosts(changes),
    owners: ownersOf(changes, owners, people),
    trusts: trustsOf(changes),
  };
  return isEmpty(change) ? undefined : change;
}

function redirectsIn(state: ResourceState | undefined): string[] {
  return textsOf(state, "redirectUris");
}

/** Whoever has a new host gets what people signed in for. */
function newHosts(changes: readonly Change[]): string[] {
  const own = changes.filter(({ type }) => type === types.redirects);
  const hosts = (uris: readonly string[]) => uris.map((uri) => hostOf(uri) ?? uri);
  const before = hosts(own.flatMap(({ oldState }) => redirectsIn(oldState)));
  const after = hosts(own.flatMap(({ newState }) => redirectsIn(newState)));
  return [...new Set(after)].filter((host) => !before.includes(host)).sort();
}

function kindOf(own: Change | undefined): RegistrationChange["change"] {
  if (own?.oldState && own.newState) return own.op === "update" ? "changed" : "replaced";
  if (own) return own.newState ? "created" : "deleted";
  return "changed";
}

function audienceOf(own: Change | undefined): Pick<RegistrationChange, "audience"> {
  const before = textOf(own?.oldState, "signInAudience");
  const after = textOf(own?.newState, "signInAudience");
  if (after === undefined || before === after) return {};
  return { audience: { ...(before !== undefined && { before }), after } };
}

function setOf(
  changes: readonly Change[],
  type: string,
  list: (state: ResourceState | undefined) => string[],
): Difference<string> {
  const own = changes.filter((change) => change.type === type);
  return difference(
    own.flatMap(({ oldState }) => list(oldState)),
    own.flatMap(({ newState }) => list(newState)),
  );
}

function isEmpty(change: RegistrationChange): boolean {
  const lists = [change.permissions, change.consent, change.redirectUris, change.owners, change.trusts];
  return (
    change.change === "changed" &&
    change.renamedFrom === undefined &&
    change.audience === undefined &&
    lists.every(({ added, removed }) => added.length + removed.length === 0)
  );
}
