/** What a preview knows of registrations that settings do not: grants, and how tokens are handed out. Pure. @packageDocumentation */
import type { DeclaredRegistration, JudgedRegistration } from "../../contract/registrations.ts";
import { permissionNames } from "../../contract/permissions/published.ts";
import type { Preview, ResourceState } from "../preview.ts";
import { registrationName } from "./registrations.ts";
import { registrationOf, statesOf, textOf, textsOf, types } from "./resources.ts";
import { typeOf } from "../preview.ts";

/** As it will be: what is in the stack's state alone, or put there by hand under its eyes, is in it. */
export function withFacts(registrations: readonly DeclaredRegistration[], preview: Preview): JudgedRegistration[] {
  const states = statesOf(preview);
  const own = new Map<string, ResourceState[]>();
  const flags = new Map<string, boolean>();
  for (const { urn, newState, oldState } of preview.steps) {
    const registration = registrationOf(urn, newState ?? oldState, states);
    if (registration === undefined || !newState) continue;
    const name = registrationName(registration);
    if (typeOf(urn) === types.registration) flags.set(name, handsOut({ ...oldState?.outputs, ...newState.inputs }));
    if (GRANTS.includes(typeOf(urn))) own.set(name, [...(own.get(name) ?? []), newState]);
  }
  return registrations.map((registration) => {
    const { name } = registration;
    const grants = own.get(name);
    const implicitGrant = flags.get(name);
    return {
      ...registration,
      ...(grants && { granted: grantedBy(grants) }),
      ...(implicitGrant !== undefined && { implicitGrant }),
    };
  });
}

const GRANTS: readonly string[] = [types.roleGrant, types.delegatedGrant];

/** Tokens in addresses of browsers, of both kinds. */
function handsOut(values: Readonly<Record<string, unknown>>): boolean {
  return ["implicitAccessTokenIssuanceEnabled", "implicitIdTokenIssuanceEnabled"].some((name) => values[name] === true);
}

function grantedBy(grants: readonly ResourceState[]): NonNullable<JudgedRegistration["granted"]> {
  return {
    application: grants.flatMap((state) => {
      const id = textOf(state, "appRoleId");
      return id === undefined ? [] : [permissionNames.application[id] ?? id];
    }),
    delegated: grants.flatMap((state) => textsOf(state, "claimValues")),
  };
}
