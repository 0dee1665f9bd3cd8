/**
 * Which secret or certificate of an application signed in last, and when: what the report of credentials' sign-ins is
 * made of. Documented: appCredentialSignInActivity (beta, global cloud only).
 *
 * @packageDocumentation
 */
import type { World } from "../world.ts";
import { graphTime } from "./time.ts";

export interface CredentialSignIn {
  readonly appId: string;
  readonly keyId: string;
  readonly kind: "clientSecret" | "certificate";
  readonly lastSignInDateTime: string;
}

type SignIns = Record<string, CredentialSignIn>;

export function credentialSignIns(world: World): SignIns {
  return world.section<SignIns>("credentialSignIns", () => ({}));
}

/** In the report at once; how late Entra is nobody says. */
export function noteSignIn(world: World, signIn: Omit<CredentialSignIn, "lastSignInDateTime">): void {
  credentialSignIns(world)[signIn.keyId] = { ...signIn, lastSignInDateTime: graphTime(world.now()) };
}
