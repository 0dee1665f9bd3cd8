import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { dayOf } from "../../contract/days.ts";
import type { CredentialSlot, SecretCredential as SecretCredentialOutput } from "../../contract/outputs.ts";
import type { AppRegistration } from "../app-registration/index.ts";
import { Component } from "../component.ts";
import { SettingsError } from "../../contract/errors.ts";
import { type Vault, VaultSecret } from "../vault/index.ts";
import { recordedState, slotInputs } from "./deployed-slots.ts";
import type { Next, SlotName } from "./next.ts";

export interface SecretCredentialArgs {
  readonly registration: AppRegistration;
  /** Mark of the stack, kept in the passwords' names. */
  readonly mark: pulumi.Input<string>;
  /** What the deployment does with the two slots. Plain: it says which resources there are. */
  readonly plan: Next;
  /** Where the current secret is kept; a renewal is a new version of the same vault secret. */
  readonly vault: Vault;
  /** Name of the credential in the stack's outputs; the vault secret's begins with it. */
  readonly credential: string;
  /** Told in the outputs, for those who watch it: by what it is renewed, how it gets to whom. */
  readonly told: Pick<SecretCredentialOutput, "delivery" | "acknowledged" | "policy" | "usedBy" | "vault">;
}

/**
 * A password of a registration that is renewed without anybody noticing: two slots in turn, the newest one in the
 * vault. Slots that `next` does not know yet are not made.
 *
 * An update may end anywhere, and leave the outputs of the one before. So a slot is replaced by another generation and
 * by nothing else, and one that is not renewed stays as it is, whatever the outputs say of it; which one the vault
 * gets, and what is told in the outputs, is read from what is there.
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
    const { plan } = args;
    const { current } = plan.state;
    if (!plan.state[current])
      throw new SettingsError(`${name}: slot ${current} is said to be current, but there is none.`);
    super("SecretCredential", name, options, ["tenantwire:credentials:SecretCredential"]);

    const a = this.#slot("a", args);
    const b = this.#slot("b", args);
    const slots = pulumi.all([a?.recorded, b?.recorded]).apply(([slotA, slotB]) => ({ a: slotA, b: slotB }));
    const newest = slots.apply((made) => recordedState(plan, made));
    const secret = new VaultSecret(
      this.child("vault"),
      {
        vault: args.vault,
        mark: args.mark,
        namePrefix: args.credential,
        value: pulumi
          .all([newest, a?.password.value, b?.password.value])
          .apply(([{ current: slot }, valueA, valueB]) => (slot === "a" ? valueA : valueB) ?? ""),
        generation: newest.apply((state) => state[state.current]?.generation),
      },
      { parent: this },
    );

    this.description = pulumi
      .all([args.registration.clientId, slots, secret.secretName, secret.generation])
      .apply(([clientId, made, vaultSecret, generation]): SecretCredentialOutput => ({
        ...args.told,
        name: args.credential,
        clientId,
        vaultSecret,
        state: recordedState(plan, made, generation),
      }));
    this.registerOutputs({ description: this.description });
  }

  #slot(name: SlotName, args: SecretCredentialArgs): Slot | undefined {
    const inputs = slotInputs(args.plan, name);
    if (!inputs) return undefined;
    const { rotateWhenChanged, endDate, stays } = inputs;
    const planned = args.plan.state[name]?.key ?? args.plan.fresh.key;
    const password = args.registration.chain.add(
      (chained) =>
        new azuread.ApplicationPassword(
          this.child(name),
          {
            applicationId: args.registration.applicationId,
            displayName: pulumi.interpolate`${args.mark} ${name}`,
            rotateWhenChanged,
            endDate,
          },
          // Any change of these makes another password, and one of both slots at once would be an outage: the
          // generation alone decides. What is new in them comes in with the next renewal.
          {
            parent: this,
            ignoreChanges: ["endDate", "displayName", ...(stays ? ["rotateWhenChanged"] : [])],
            ...chained,
          },
        ),
    );
    const recorded = pulumi
      .all([password.keyId, password.rotateWhenChanged, password.startDate, password.endDate])
      .apply(([keyId, rotation, start, end]) =>
        recordedSlot(keyId, rotation ?? {}, start ? dayOf(start) : planned, end),
      );
    return { password, recorded };
  }
}

interface Slot {
  readonly password: azuread.ApplicationPassword;
  /** As it really is; undefined: an update that leaves things out did not make it. */
  readonly recorded: pulumi.Output<CredentialSlot | undefined>;
}

/** Slots of stacks that were deployed before renewals were generations carry the day instead. */
function recordedSlot(
  keyId: string | undefined,
  { key, generation }: Readonly<Record<string, string>>,
  day: string,
  end: string,
): CredentialSlot | undefined {
  if (keyId === undefined) return undefined;
  const counted = Number(generation);
  return { key: key ?? day, end, ...(counted > 0 && { generation: counted }) };
}
