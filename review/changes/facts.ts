/** What settings do not know of registrations and a review can: grants, and how tokens are handed out. Pure. @packageDocumentation */
import type { Registration } from "../../contract/outputs.ts";
import { permissionNames } from "../../contract/permissions/published.ts";
import type { PermissionNames } from "../../contract/permissions/resolve.ts";
import type { DeclaredRegistration, KnownRegistration } from "../../contract/registrations.ts";
import { type Preview, type Step, typeOf } from "../preview.ts";
import { registrationName } from "./registrations.ts";
import { registrationOf, statesOf, textOf, textsOf, types } from "./resources.ts";

/** A registration as it is in the tenant. */
export interface LiveFacts {
  /** By name; permissions of another API than Microsoft Graph with that API's name in front. */
  readonly granted: PermissionNames;
  /** Tokens in addresses of browsers, of either kind. */
  readonly implicitGrant: boolean;
}

/** Name of a registration -> what the tenant has of it. Undefined: nobody asked the tenant. */
export type Live = ReadonlyMap<string, LiveFacts> | undefined;

/**
 * As it will be after the deployment: what the deployment itself takes away is not there any more.
 *
 * @param last registrations as the last deployment told them
 */
export function withFacts(
  registrations: readonly DeclaredRegistration[],
  live: Live,
  preview: Preview,
  last: readonly Registration[],
): KnownRegistration[] {
  return registrations.map((registration) => {
    const { name } = registration;
    const found = live?.get(name);
    if (found === undefined) return registration;
    const own = stepsOf(name, preview);
    const gone = [...own.flatMap(takenAway), ...handedBack(last.find((each) => each.name === name))];
    const left = (names: readonly string[]) => names.filter((each) => !gone.includes(each));
    return {
      ...registration,
      granted: { application: left(found.granted.application), delegated: left(found.granted.delegated) },
      implicitGrant: found.implicitGrant && !own.some(switchesOff),
    };
  });
}

function stepsOf(name: string, preview: Preview): Step[] {
  const states = statesOf(preview);
  return preview.steps.filter(({ urn, newState, oldState }) => {
    const registration = registrationOf(urn, newState ?? oldState, states);
    return registration !== undefined && registrationName(registration) === name;
  });
}

/** Names of permissions whose grant goes with the step. */
function takenAway({ urn, oldState, newState }: Step): string[] {
  if (typeOf(urn) === types.roleGrant) {
    const id = newState ? undefined : textOf(oldState, "appRoleId");
    return id === undefined ? [] : [permissionNames.application[id] ?? id];
  }
  if (typeOf(urn) !== types.delegatedGrant) return [];
  const kept = textsOf(newState, "claimValues");
  return textsOf(oldState, "claimValues").filter((scope) => !kept.includes(scope));
}

/** What the project of the grants gave: it takes back what is not declared any more. */
function handedBack(last: Registration | undefined): readonly string[] {
  return last?.consent.mode === "apart" ? [...last.permissions.application, ...last.permissions.delegated] : [];
}

const IMPLICIT = /^implicit(AccessToken|IdToken)IssuanceEnabled$/;

/** What a refresh brought into the state and no program declares is taken out by the provider. */
function switchesOff({ urn, diffReasons, detailedDiff }: Step): boolean {
  if (typeOf(urn) !== types.registration) return false;
  return [...(diffReasons ?? []), ...Object.keys(detailedDiff ?? {})].some((property) => IMPLICIT.test(property));
}
