import { SettingsError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";

/** What the outputs declare, where that was asked before. */
export function declaredAs<T>(integration: T | undefined): T {
  if (integration === undefined) throw new Error("A target was opened that the outputs do not declare.");
  return integration;
}

/** @throws SettingsError when there is no vault, where the product's key is kept */
export function vaultOf({ vault, mark }: Outputs, product: string): NonNullable<Outputs["vault"]> {
  if (vault !== undefined) return vault;
  throw new SettingsError(
    `The outputs of ${mark} have no vault, where ${product}'s key is kept: deploy the stack again (pulumi up).`,
  );
}
