import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { dayOf } from "../../contract/days.ts";
import type { CredentialSlot, SecretCredential as SecretCredentialOutput } from "../../contract/outputs.ts";
import { Component } from "../component.ts";
import { slotInputs } from "./deployed-slots.ts";
import { checkPlan, keepNewest, type RotatedCredentialArgs, type Slot } from "./kept-credential.ts";
import type { SlotName } from "./next.ts";

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

  constructor(name: string, args: RotatedCredentialArgs, options?: pulumi.ComponentResourceOptions) {
    checkPlan(name, args.plan);
    super("SecretCredential", name, options, ["tenantwire:credentials:SecretCredential"]);

    const slots = { a: this.#slot("a", args), b: this.#slot("b", args) };
    this.description = keepNewest(args, { parent: this, child: this.child("vault"), slots, stays: false });
    this.registerOutputs({ description: this.description });
  }

  #slot(name: SlotName, args: RotatedCredentialArgs): Slot | undefined {
    const inputs = slotInputs(args.plan, name);
    if (!inputs) return undefined;
    const { rotateWhenChanged, endDate, stays } = inputs;
    const planned = args.plan.state[name]?.key ?? args.plan.fresh.key;
    const password = args.registration.children.add(
      (inTurn) =>
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
            ...inTurn,
          },
        ),
    );
    const recorded = pulumi
      .all([password.keyId, password.rotateWhenChanged, password.startDate, password.endDate])
      .apply(([keyId, rotation, start, end]) =>
        recordedSlot(keyId, rotation ?? {}, start ? dayOf(start) : planned, end),
      );
    return { recorded, value: password.value };
  }
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
  return { key: key ?? day, end, ...(counted > 0 && { generation: counted }), keyId };
}
