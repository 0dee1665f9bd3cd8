/**
 * What a stack's outputs say of a registration, as facts. Pure.
 *
 * @packageDocumentation
 */
import type { CredentialSlot, Outputs, Registration, SecretCredential } from "../../contract/outputs.ts";
import { dayOf } from "../../contract/days.ts";
import { declaredRoleFacts } from "./azure-roles.ts";
import { DEPLOY } from "../connectors/commands.ts";
import type { Fact, Part } from "./facts.ts";
import { declaredProperties } from "./properties.ts";
import { command } from "../../contract/this-stack.ts";

/** One of the two passwords or certificates of a rotated credential. */
export interface DeclaredSlot extends CredentialSlot {
  readonly aspect: "secret" | "certificate";
  readonly slot: "a" | "b";
  readonly current: boolean;
}

/** The slots of the secrets and certificates of a registration. */
export function slotsOf({ credentials }: Outputs, { clientId }: Registration): DeclaredSlot[] {
  return credentials.secrets.filter((secret) => secret.clientId === clientId).flatMap(slots);
}

function slots({ kind, state }: SecretCredential): DeclaredSlot[] {
  const aspect = kind ?? "secret";
  return (["a", "b"] as const).flatMap((slot) => {
    const declared = state[slot];
    return declared === undefined ? [] : [{ ...declared, aspect, slot, current: state.current === slot }];
  });
}

/** They say who signs in and reach nothing; every consent page adds some of them (documented: OpenID Connect scopes). */
export const SIGN_IN: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** @param now what has expired and is not current any more may be cleaned up by anybody */
export function declaredFacts(outputs: Outputs, registration: Registration, now: Date): Fact[] {
  const { clientId, owners, redirectUris, permissions, consent } = registration;
  const trusts = outputs.credentials.federated.filter((trust) => trust.clientId === clientId);
  return [
    ...slotsOf(outputs, registration).map((slot) => slotFact(slot, now)),
    ...(outputs.credentials.adopted ?? [])
      .filter((each) => each.clientId === clientId)
      .map(({ kind, keyId, end, thumbprint, note }): Fact => ({
        ...{ aspect: kind, on: "application", id: keyId, label: `${note} (key id ${keyId})` },
        value: untilOf(end, thumbprint),
        letGo: command("credentials retire", keyId, "--unused"),
      })),
    ...parts.flatMap((on) => (owners ?? []).map((id) => ownerFact(on, id))),
    ...trusts.map((trust) => ({
      ...managed("trust", trust.name),
      value: trustValue(trust.issuer, trust.subject, [trust.audience]),
    })),
    ...redirectUris.map((uri) => managed("web redirect URI", uri)),
    ...declaredProperties({ outputs, registration }),
    ...kinds.flatMap((kind) => permissions[kind].map((name) => managed("requested permission", `${kind} ${name}`))),
    ...kinds.flatMap((kind) =>
      permissions[kind].map((name): Fact => ({
        ...managed("granted permission", `${kind} ${name}`, "service principal"),
        // Others than the deployment give it.
        ...(consent.mode !== "grant" && consent.mode !== "apart" && { optional: true }),
      })),
    ),
    ...declaredRoleFacts(outputs, registration),
    ...SIGN_IN.map((name): Fact => ({
      ...managed("granted permission", `delegated ${name}`, "service principal"),
      optional: true,
    })),
  ];
}

export const parts: readonly Part[] = ["application", "service principal"];
const kinds = ["application", "delegated"] as const;

function managed(aspect: Fact["aspect"], id: string, on: Part = "application"): Fact {
  return { aspect, on, id, label: id, putBack: DEPLOY };
}

function slotFact({ aspect, slot, key, end, current, thumbprint }: DeclaredSlot, now: Date): Fact {
  const over = !current && Date.parse(end) <= now.getTime();
  return {
    ...managed(aspect, slot),
    label: slotLabel(slot, key),
    value: untilOf(end, thumbprint),
    ...(over && { optional: true }),
    // Deployed again it would be another one, whose key the vault does not get: a renewal is what both get.
    ...(aspect === "certificate" &&
      current && { putBack: `write revokeBefore (today) into its settings, and ${DEPLOY}` }),
  };
}

/** What a slot is called for a person. */
export function slotLabel(slot: string, key: string): string {
  return `${slot} of this stack, made on ${key}`;
}

function ownerFact(on: Part, id: string): Fact {
  return managed("owner", id.toLowerCase(), on);
}

/** Until when a credential lives, for a person; of a certificate also which one it is. */
export function untilOf(end: string | null | undefined, thumbprint?: string): string {
  const until = end ? `until ${dayOf(end)}` : "without an end";
  return thumbprint === undefined ? until : `${until}, thumbprint ${thumbprint}`;
}

/** What an outside identity's tokens have to say. */
export function trustValue(issuer: string, subject: string, audiences: readonly string[]): string {
  return `issuer ${issuer}, subject ${subject}, audience ${audiences.join(" ")}`;
}
