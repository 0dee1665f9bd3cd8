/** The credentials that a stack's outputs tell of, each with who uses it and how it stands. Pure. @packageDocumentation */
import { dayOf } from "../../contract/days.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { type Credential, credentialStatus, type CredentialStatus } from "./status.ts";

export interface ListedCredential extends CredentialStatus {
  readonly kind: string;
  readonly usedBy: string;
}

/** How the kind of a credential ends that nobody renews. */
export const BY_HAND = "made by hand";

/** Every credential that the outputs tell of, as it stands on a day. */
export function credentialsOf({ credentials }: Outputs, day: string, within: number): ListedCredential[] {
  const { secrets, federated, given, adopted = [] } = credentials;
  const all: (readonly [Credential, string, string])[] = [
    ...secrets.map(
      (each) => [{ ...each, kind: "rotated" }, each.kind ?? `secret, ${each.delivery}`, each.usedBy] as const,
    ),
    ...given.map((each) => [{ ...each, kind: "given" }, "given by a person", each.product] as const),
    ...adopted.map(
      ({ keyId, kind, end, note }) =>
        [{ kind: "adopted", name: keyId, ends: dayOf(end), note }, `${kind}, ${BY_HAND}`, note] as const,
    ),
    ...federated.map((each) => [{ ...each, kind: "federated" }, "trust", each.issuer] as const),
  ];
  return all.map(([credential, kind, usedBy]) => ({ ...credentialStatus(credential, day, within), kind, usedBy }));
}
