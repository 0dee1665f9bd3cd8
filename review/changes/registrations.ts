/** What changes of each registration. Pure. @packageDocumentation */
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import type { Preview, ResourceState } from "../preview.ts";
import { nameOf } from "../preview.ts";
import { askedBy, grantedBy } from "./permissions.ts";
import { type Change, difference, registrationOf, statesOf, textOf, textsOf, types } from "./resources.ts";
import type { Difference, RegistrationChange, Trust } from "./types.ts";

/** A registration, and the changes of what belongs to it. */
export interface RegistrationGroup {
  /** In the stack: `sync`. */
  readonly name: string;
  /** In Entra, after the deployment; its name in the stack where the preview does not say it. */
  readonly displayName: string;
  readonly changes: readonly Change[];
}

/** By URN of the registration, in the order of their names. */
export function registrationGroups(
  preview: Preview,
  changes: readonly Change[],
): ReadonlyMap<string, RegistrationGroup> {
  const states = statesOf(preview);
  const groups = Map.groupBy(changes, ({ urn, newState, oldState }) =>
    registrationOf(urn, newState ?? oldState, states),
  );
  const named = [...groups].flatMap(([urn, own]): [string, RegistrationGroup][] => {
    if (urn === undefined) return [];
    const name = registrationName(urn);
    return [[urn, { name, displayName: textOf(states.get(urn), "displayName") ?? name, changes: own }]];
  });
  return new Map(named.sort(([, one], [, other]) => (one.name < other.name ? -1 : 1)));
}

/** Children are named from the component's own name. */
export function registrationName(urn: string): string {
  return nameOf(urn).replace(/-registration-application$/, "");
}

/** Undefined where nothing is told of it: a secret that is renewed is told elsewhere. */
export function registrationChange(
  { name, displayName, changes }: RegistrationGroup,
  declared: readonly DeclaredRegistration[],
): RegistrationChange | undefined {
  const own = changes.find(({ type }) => type === types.registration);
  const before = textOf(own?.oldState, "displayName");
  const mode = declared.find((registration) => registration.name === name)?.consent;
  const change: RegistrationChange = {
    name,
    displayName,
    change: kindOf(own),
    ...(own?.newState && before !== undefined && before !== displayName && { renamedFrom: before }),
    ...audienceOf(own),
    ...(mode && { consentMode: mode }),
    permissions: askedBy(changes),
    consent: grantedBy(changes),
    redirectUris: setOf(changes, types.redirects, (state) => textsOf(state, "redirectUris")),
    owners: ownersOf(changes),
    trusts: trustsOf(changes),
  };
  return isEmpty(change) ? undefined : change;
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

function ownersOf(changes: readonly Change[]): Difference<string> {
  const ofApplication = setOf(changes, types.owner, (state) => {
    const id = textOf(state, "ownerObjectId");
    return id === undefined ? [] : [id];
  });
  const ofPrincipal = setOf(changes, types.principal, (state) => textsOf(state, "owners"));
  const both = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])].sort();
  return {
    added: both(ofApplication.added, ofPrincipal.added),
    removed: both(ofApplication.removed, ofPrincipal.removed),
  };
}

function trustsOf(changes: readonly Change[]): Difference<Trust> {
  const { added, removed } = setOf(changes, types.trust, (state) => {
    if (!state) return [];
    const name = textOf(state, "displayName") ?? "";
    return [JSON.stringify([name, textOf(state, "issuer") ?? "", textOf(state, "subject") ?? ""])];
  });
  return { added: added.map(trustIn), removed: removed.map(trustIn) };
}

function trustIn(json: string): Trust {
  const [name, issuer, subject] = JSON.parse(json) as [string, string, string];
  return { name, issuer, subject };
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
