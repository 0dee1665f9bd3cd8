import type * as pulumi from "@pulumi/pulumi";
import type { OnePlanOutputs } from "../../contract/outputs.ts";
import { KeyedProduct, type Vault } from "../vault/index.ts";

export interface OnePlanArgs {
  /** Root of OnePlan without a path, `https://my.oneplan.ai`. */
  readonly baseUrl: string;
  readonly key: {
    /** Name of the authentication key. */
    readonly name: string;
    /** The authentication key. */
    readonly value: pulumi.Input<string>;
  };
  /** Passed on to the sync: who is in scope, and what is mapped. */
  readonly users: OnePlanOutputs["users"];
  readonly vault: Vault;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
}

/**
 * What the sync of Entra users to OnePlan needs beside the sync identity: OnePlan's authentication key, in the vault.
 */
export class OnePlan extends KeyedProduct<OnePlanOutputs> {
  constructor(name: string, args: OnePlanArgs, options?: pulumi.ComponentResourceOptions) {
    const { baseUrl, key, users, vault, mark } = args;
    const describe = (keyVaultSecret: string) => ({ baseUrl, keyName: key.name, keyVaultSecret, users });
    super("oneplan:OnePlan", name, { secretName: "oneplan-key", key: key.value, vault, mark, describe }, options);
  }
}
