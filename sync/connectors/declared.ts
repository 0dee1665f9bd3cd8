import type { TokenCredential } from "@azure/identity";
import { SettingsError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { Reach } from "../model/types.ts";
import { readSecret } from "./vault/index.ts";

/** What the outputs declare, where that was asked before. */
export function declaredAs<T>(integration: T | undefined): T {
  if (integration === undefined) throw new Error("A target was opened that the outputs do not declare.");
  return integration;
}

interface Keyed {
  readonly credential: TokenCredential;
  readonly reach: Reach;
  readonly target: string;
  readonly product: string;
  /** Where the key is sent. */
  readonly baseUrl: string;
  readonly vaultUri: string;
  readonly vaultSecret: string;
}

/** Reads the key of a product, but not before it is known that it may go to where the product is. */
export function keyFor({ credential, reach, vaultUri, vaultSecret, ...asked }: Keyed): () => Promise<string> {
  return async () => {
    await reach(asked);
    return readSecret(vaultUri, vaultSecret, credential);
  };
}

/** @throws SettingsError when there is no vault, where the product's key is kept */
export function vaultOf({ vault, mark }: Outputs, product: string): NonNullable<Outputs["vault"]> {
  if (vault !== undefined) return vault;
  throw new SettingsError(
    `The outputs of ${mark} have no vault, where ${product}'s key is kept: deploy the stack again (pulumi up).`,
  );
}
