import type * as pulumi from "@pulumi/pulumi";
import type { OnesOutputs } from "../../contract/outputs.ts";
import { KeyedProduct, type Vault } from "../vault/index.ts";

export interface OnesArgs {
  /** Root of the customer's server without a path, `https://ones.contoso.com`. */
  readonly baseUrl: string;
  readonly key: {
    /** What the token is called, for messages. */
    readonly name: string;
    /** The token of the external API. */
    readonly value: pulumi.Input<string>;
  };
  /** Passed on to the sync: who is in scope, what is mapped, the groups of new users. */
  readonly users?: OnesOutputs["users"];
  /** Passed on to the sync of rooms: which are in scope, what is mapped. */
  readonly rooms?: OnesOutputs["rooms"];
  /** Passed on to the sync: what of the server's API is otherwise than assumed. */
  readonly routes?: unknown;
  readonly vault: Vault;
  /** Mark of the stack. */
  readonly mark: pulumi.Input<string>;
}

/** What the sync of Entra users to ONES needs beside the sync identity: the token of its external API, in the vault. */
export class Ones extends KeyedProduct<OnesOutputs> {
  constructor(name: string, args: OnesArgs, options?: pulumi.ComponentResourceOptions) {
    const { baseUrl, key, users, rooms, routes, vault, mark } = args;
    const describe = (keyVaultSecret: string): OnesOutputs => ({
      baseUrl,
      keyName: key.name,
      keyVaultSecret,
      ...(users && { users }),
      ...(rooms && { rooms }),
      ...(routes !== undefined && { routes }),
    });
    super("ones:Ones", name, { secretName: "ones-key", key: key.value, vault, mark, describe }, options);
  }
}
