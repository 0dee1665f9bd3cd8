/** Secrets: renewed by this deployment, and due soon without it. Pure. @packageDocumentation */
import { dayOf } from "../../contract/days.ts";
import { type Credential, credentialStatus } from "../../components/credentials/status.ts";
import type { Outputs, SecretCredential } from "../../contract/outputs.ts";
import type { BroughtKey } from "../../contract/registrations.ts";
import { credentialName } from "../../stacks/registrations.ts";
import { type DeclaredRegistration, rotationOf } from "../../contract/registrations.ts";
import type { ResourceState } from "../preview.ts";
import type { RegistrationGroup } from "./registrations.ts";
import { type Change, textOf, types } from "./resources.ts";
import type { DueCredential, OtherKey, SecretChange, VaultSecretChange } from "./types.ts";

/** @param last of the last deployment; what was current then is in use until this one */
export function secretChanges(
  groups: readonly RegistrationGroup[],
  declared: readonly DeclaredRegistration[],
  last: readonly SecretCredential[],
  today: string,
): SecretChange[] {
  return groups.flatMap(({ name, displayName, changes }) => {
    const registration = declared.find((each) => each.name === name);
    const delivery = registration?.secret?.delivery;
    return changes
      .filter(({ type }) => type === types.password || type === types.certificate)
      .map((change): SecretChange => {
        const kind = change.type === types.certificate ? "certificate" : "secret";
        const credential = last.find((each) => each.name === credentialName(name, kind));
        const current = credential?.state[credential.state.current];
        const state = change.newState ?? change.oldState;
        const made = change.newState ? today : keyOf(change.oldState);
        const ends = textOf(state, "endDate");
        return {
          kind,
          registration: name,
          displayName,
          change: kindOf(change, credential),
          ...(made !== undefined && { made }),
          ...(ends !== undefined && { ends }),
          toPaste: change.newState !== undefined && delivery === "pasted",
          endsCurrent: current !== undefined && keyOf(change.oldState) === current.key && dayOf(current.end) > today,
        };
      });
  });
}

function kindOf({ newState }: Change, credential: SecretCredential | undefined): SecretChange["change"] {
  if (!newState) return "revoked";
  return credential ? "renewed" : "first";
}

/** The UTC day that the slot's password was made on. Those made before renewals were counted carry it. */
function keyOf(state: ResourceState | undefined): string | undefined {
  const key = (state?.inputs["rotateWhenChanged"] as { key?: unknown } | undefined)?.key;
  if (typeof key === "string") return key;
  const start = textOf(state, "startDate") ?? state?.outputs?.["startDate"];
  return typeof start === "string" ? dayOf(start) : undefined;
}

/**
 * What a person may have to do with secrets that this deployment leaves as they are, by the settings as they are now.
 * A rotation can come between the review and the deployment.
 */
export function dueCredentials(
  { registrations, given }: { registrations: readonly DeclaredRegistration[]; given: readonly BroughtKey[] },
  last: Outputs["credentials"] | undefined,
  changed: readonly SecretChange[],
  today: string,
  withinDays: number,
): DueCredential[] {
  const renewed = changed.filter(({ change }) => change !== "revoked").map(({ registration }) => registration);
  const rotated = registrations.flatMap((registration): Credential[] => {
    const declaredAs = rotationOf(registration);
    if (!declaredAs) return [];
    const { part, rotation } = declaredAs;
    const known = last?.secrets.find((each) => each.name === credentialName(registration.name, part));
    if (!known || renewed.includes(registration.name)) return [];
    const { periodDays: period, overlapDays: overlap, latenessDays: lateness, delivery = "vault" } = rotation;
    const { acknowledged } = rotation;
    return [
      {
        kind: "rotated",
        name: known.name,
        delivery,
        policy: { period, overlap, lateness },
        acknowledged,
        state: known.state,
      },
    ];
  });
  const keys = given.map(({ name, product, expires }): Credential => ({ kind: "given", name, product, expires }));
  return [...rotated, ...keys].flatMap((credential) => {
    const { name, state, due, advice } = credentialStatus(credential, today, withinDays);
    // That nobody wrote an expiry down is the rules' business, and true of every deployment.
    if (state === "fine" || state === "expiry not known") return [];
    return [{ name, state, ...(due !== undefined && { due }), advice }];
  });
}

/** Secrets of the vault. A new version is a new value: the one before stays there. */
export function vaultSecretChanges(changes: readonly Change[]): VaultSecretChange[] {
  return changes
    .filter(({ type }) => type === types.vaultSecret)
    .filter((change) => change.op !== "update" || hasNewValue(change))
    .map(({ op, name, oldState, newState }) => ({
      name: op === "create" ? newName(newState, name) : (textOf(newState ?? oldState, "secretName") ?? name),
      change: vaultChanges[op] ?? "new version",
    }));
}

/** Keys that people brought along, and that will be others. */
export function otherKeys(given: readonly BroughtKey[], changes: readonly Change[]): OtherKey[] {
  const renewed = changes
    .filter((change) => change.type === types.vaultSecret && change.op === "update" && hasOtherValue(change))
    .map(({ oldState, newState, name }) => newName(newState ?? oldState, name));
  return given.flatMap(({ name, product, keyName }) => (renewed.includes(name) ? [{ name, product, keyName }] : []));
}

/** With a day on which it ends a secret gets a new version too. Of a plugin that does not tell, two secrets look alike. */
function hasOtherValue(change: Change): boolean {
  const { detailedDiff, oldState, newState } = change;
  if (!hasNewValue(change)) return false;
  if (detailedDiff) return Object.keys(detailedDiff).some((path) => /^properties($|\.value|\["value"\])/.test(path));
  return JSON.stringify(oldState?.inputs["properties"]) === JSON.stringify(newState?.inputs["properties"]);
}

/** A new one's name ends in eight digits that every preview makes anew: the deployment has others. */
function newName(state: ResourceState | undefined, name: string): string {
  return textOf(state, "secretName")?.replace(/-[0-9a-f]{8}$/, "") ?? name;
}

const vaultChanges: Readonly<Record<string, VaultSecretChange["change"]>> = {
  create: "created",
  delete: "deleted",
  replace: "replaced",
};

function hasNewValue({ diffReasons, detailedDiff }: Change): boolean {
  return [...(diffReasons ?? []), ...Object.keys(detailedDiff ?? {})].some((path) => path.startsWith("properties"));
}
