/** Who tries, and what there is to try it with. */
import { purposes } from "../../components/pipeline-identity/index.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { BootstrapOutputs, Bootstrapped } from "../e2e/bootstrapped.ts";

/** Registrations that sign in with a secret of a vault. */
export const registered = ["vendor", "console", "mail"] as const;

/** In the order of the columns of docs/trust.md. */
export const identities = [...purposes, "sync", ...registered, "vendorReaders"] as const;
export type Identity = (typeof identities)[number];
export type Registered = (typeof registered)[number];

export function isRegistered(identity: Identity): identity is Registered {
  return registered.some((each) => each === identity);
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Trust {
  readonly made: Bootstrapped;
  readonly bootstrap: BootstrapOutputs;
  readonly outputs: Outputs;
  /** Something that each key of the states has encrypted. */
  readonly encrypted: Readonly<Record<"stacks" | "grants", string>>;
  /** An access token of an identity; a person's is for nothing but vaults and Azure. */
  token(identity: Identity, resource: string): Promise<string>;
  /** What an identity signs in with, as parameters of the token endpoint. */
  proof(identity: Exclude<Identity, "vendorReaders">): Promise<Record<string, string>>;
  /** Asks for a token of Graph's as `clientId`. */
  signIn(clientId: string, proof: Readonly<Record<string, string>>, resource?: string): Promise<Answer>;
  /** With the identity's own token for the resource that the address belongs to. */
  call(identity: Identity, method: string, url: string, body?: object | string): Promise<Answer>;
  close(): Promise<void>;
}
