import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type {
  CredentialSlot,
  CredentialState,
  SecretCredential as SecretCredentialOutput,
} from "../../contract/outputs.ts";
import type { AppRegistration } from "../app-registration/index.ts";
import { Component } from "../component.ts";
import { Fault } from "../../contract/fault.ts";
import { type Vault, VaultSecret } from "../vault/index.ts";
import type { SlotName } from "./next.ts";

export interface SecretCredentialArgs {
  readonly registration: AppRegistration;
  /** Mark of the stack, kept in the passwords' names. */
  readonly mark: pulumi.Input<string>;
  /** What should be true after the deployment, by `next`. Plain: it says which resources there are. */
  readonly state: CredentialState;
  /** Where the current secret is kept; a renewal is a new version of the same vault secret. */
  readonly vault: Vault;
  /** Name of the credential in the stack's outputs; the vault secret's begins with it. */
  readonly credential: string;
  /** Told in the outputs, for those who watch it: by what it is renewed, how it gets to whom. */
  readonly told: Pick<SecretCredentialOutput, "delivery" | "acknowledged" | "policy" | "usedBy">;
}

/**
 * A password of a registration that is renewed without anybody noticing: two slots in turn, the current one in the
 * vault. Slots that `next` does not know yet are not made.
 *
 * Least permission of the deployer: Application.ReadWrite.OwnedBy, and what `VaultSecret` needs.
 */
export class SecretCredential extends Component {
  /**
   * As the stack's outputs tell it, and `next` reads it at the following deployment. All of it comes out of resources
   * and waits for the vault: a renewal that failed is not recorded, and is tried again.
   */
  readonly description: pulumi.Output<SecretCredentialOutput>;

  constructor(name: string, args: SecretCredentialArgs, options?: pulumi.ComponentResourceOptions) {
    const { current } = args.state;
    if (!args.state[current]) throw new Fault(`${name}: slot ${current} is said to be current, but there is none.`);
    super("SecretCredential", name, options, ["tenantwire:credentials:SecretCredential"]);

    const a = this.#slot("a", args);
    const b = this.#slot("b", args);
    const newest = (current === "a" ? a : b) as Slot;
    const secret = new VaultSecret(
      this.child("vault"),
      {
        vault: args.vault,
        mark: args.mark,
        namePrefix: args.credential,
        value: newest.password.value,
      },
      { parent: this },
    );

    this.description = pulumi
      .all([args.registration.clientId, a?.recorded, b?.recorded, secret.secretName])
      .apply(([clientId, slotA, slotB, vaultSecret]): SecretCredentialOutput => ({
        ...args.told,
        name: args.credential,
        clientId,
        vaultSecret,
        state: { current, ...(slotA && { a: slotA }), ...(slotB && { b: slotB }) },
      }));
    this.registerOutputs({ description: this.description });
  }

  #slot(name: SlotName, args: SecretCredentialArgs): Slot | undefined {
    const wanted = args.state[name];
    if (!wanted) return undefined;
    const password = args.registration.chain.add(
      (chained) =>
        new azuread.ApplicationPassword(
          this.child(name),
          {
            applicationId: args.registration.applicationId,
            displayName: pulumi.interpolate`${args.mark} ${name}`,
            rotateWhenChanged: { key: wanted.key },
            endDate: wanted.end,
          },
          // Any change of these makes another password, and one of both slots at once would be an outage: the key
          // alone decides. What is new in them comes in with the next renewal.
          { parent: this, ignoreChanges: ["endDate", "displayName"], ...chained },
        ),
    );
    const recorded = pulumi
      .all([password.rotateWhenChanged, password.endDate])
      .apply(([rotateWhenChanged, end]) => ({ key: rotateWhenChanged?.["key"] ?? wanted.key, end }));
    return { password, recorded };
  }
}

interface Slot {
  readonly password: azuread.ApplicationPassword;
  /** Key and end as they really are. */
  readonly recorded: pulumi.Output<CredentialSlot>;
}
