import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { SecretCredential as SecretCredentialOutput } from "../../contract/outputs.ts";
import { Component } from "../component.ts";
import { makeCertificate, slotOfCertificate } from "./certificate.ts";
import { slotInputs } from "./deployed-slots.ts";
import { checkPlan, keepNewest, type RotatedCredentialArgs, type Slot } from "./kept-credential.ts";
import type { SlotName } from "./next.ts";

/**
 * A certificate of a registration that is renewed as a secret is: two slots in turn, the key of the newest one in the
 * vault with its certificate. Entra gets the certificate alone.
 *
 * The program makes a key whenever it runs, and only a renewal uses it: what is there stays, in Entra and in the vault,
 * since the key that belongs to a certificate is told once. A renewal that an update before did not bring into the
 * vault is made anew: nobody has got its key. One that the vault holds is finished as it is.
 *
 * Least permission of the deployer: Application.ReadWrite.OwnedBy, and what `VaultSecret` needs.
 */
export class CertificateCredential extends Component {
  /** As `SecretCredential`. */
  readonly description: pulumi.Output<SecretCredentialOutput>;

  constructor(name: string, args: RotatedCredentialArgs, options?: pulumi.ComponentResourceOptions) {
    checkPlan(name, args.plan);
    super("CertificateCredential", name, options);

    const { renewed, begun, revoked } = args.plan;
    const makes = begun && revoked === undefined ? undefined : renewed;
    const slots = { a: this.#slot("a", makes, args), b: this.#slot("b", makes, args) };
    this.description = keepNewest(args, {
      parent: this,
      child: this.child("vault"),
      slots,
      stays: makes === undefined,
    });
    this.registerOutputs({ description: this.description });
  }

  /** @param makes the slot that gets a certificate now */
  #slot(name: SlotName, makes: SlotName | undefined, args: RotatedCredentialArgs): Slot | undefined {
    const inputs = slotInputs(args.plan, name);
    if (!inputs) return undefined;
    const { fresh } = args.plan;
    const made = pulumi.output(args.mark).apply((mark) =>
      makeCertificate({
        mark,
        slot: name,
        generation: inputs.generation,
        from: fresh.key,
        until: inputs.endDate,
      }),
    );
    const { applicationId, children } = args.registration;
    const certificate = children.add(
      (inTurn) =>
        new azuread.ApplicationCertificate(
          this.child(name),
          {
            applicationId,
            type: "AsymmetricX509Cert",
            encoding: "pem",
            value: made.apply((each) => each.certificate),
            endDate: inputs.endDate,
          },
          {
            parent: this,
            ignoreChanges: name === makes ? [] : ["value", "endDate", "startDate"],
            ...inTurn,
          },
        ),
    );
    return {
      // The plugin takes a certificate for a secret, and nothing in one is.
      recorded: pulumi
        .unsecret(pulumi.all([certificate.value, certificate.keyId]))
        .apply(([value, keyId]) => slotOfCertificate(value, keyId)),
      // Once Entra has it.
      value: pulumi.all([made, certificate.keyId]).apply(([{ bundle }]) => bundle),
    };
  }
}
