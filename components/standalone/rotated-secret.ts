import { randomBytes } from "node:crypto";
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { mark } from "./look-ups.ts";
import { today } from "../today.ts";
import { checkPeriod, generationsOn, SLOTS } from "./generations.ts";

/** A client secret, and the vault that keeps it. */
export interface RotatedSecretArgs {
  /** `applicationId` of an `AppRegistration`: `/applications/<object id>`. */
  applicationId: pulumi.Input<string>;
  /** The vault: `vaultName` of a `SecretVault`, or the name of one that exists. */
  vaultName: pulumi.Input<string>;
  /** The vault's resource group: `resourceGroupName` of a `SecretVault`. */
  resourceGroupName: pulumi.Input<string>;
  /** What the name of the vault's secret begins with; eight characters of its own follow. Default: the component's name. */
  secretName?: string;
  /**
   * Whole days that a secret is the current one, from 7 to 365. Default: 60. A copy keeps working for as long again, so
   * deploy at least once in that time. Another number renews both secrets at once: copies in use end.
   */
  periodDays?: number;
  /** The UTC day, `2026-03-31`, that decides what is due. Default: today, in a stand-in tenant by its clock. */
  today?: string;
}

/**
 * A client secret that is renewed by deploying, in two slots in turn: the newest is in the vault, and the one before
 * works on while copies of it are in use. Which slot is current follows from the day alone, so that a deployment that
 * is repeated, or that failed half way, is the same renewal. No secret lives longer than two periods and 30 days.
 *
 * Least permission of the deployer: Application.ReadWrite.OwnedBy. Least right, on the vault: Contributor.
 */
export class RotatedSecret extends pulumi.ComponentResource {
  /** Name of the vault's secret; readers take its newest version. */
  public readonly secretName: pulumi.Output<string>;
  /** When the current secret ends. */
  public readonly endDate: pulumi.Output<string>;

  /** @throws SettingsError when periodDays or today cannot be understood */
  public constructor(name: string, args: RotatedSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    const { applicationId, vaultName, resourceGroupName, secretName = name, periodDays = 60 } = args;
    checkPeriod(periodDays);
    const slots = pulumi.output(
      args.today === undefined
        ? today().then((day) => generationsOn(day, periodDays))
        : generationsOn(args.today, periodDays),
    );
    super("tenantwire:index:RotatedSecret", name, args, opts);

    const passwords: azuread.ApplicationPassword[] = [];
    for (const [index, slot] of SLOTS.entries()) {
      passwords.push(
        new azuread.ApplicationPassword(
          `${name}-${slot}`,
          {
            applicationId,
            displayName: `${mark()} ${slot}`,
            rotateWhenChanged: { generation: slots.apply((each) => String(each[index]?.generation)) },
            endDate: slots.apply((each) => each[index]?.end ?? ""),
          },
          // Any other change would make another password. Entra takes one change of an application at a time.
          { parent: this, ignoreChanges: ["endDate", "displayName"], dependsOn: [...passwords] },
        ),
      );
    }
    const ofCurrent = (part: (password: azuread.ApplicationPassword) => pulumi.Output<string>) =>
      pulumi
        .all([slots, pulumi.all(passwords.map(part))])
        .apply(([each, values]) => values[each.findIndex(({ current }) => current)] ?? "");
    const secret = new keyvault.Secret(
      `${name}-vault`,
      {
        vaultName,
        resourceGroupName,
        // A deleted secret keeps its name from others for up to 90 days.
        secretName: `${secretName}-${randomBytes(4).toString("hex")}`,
        tags: { tenantwire: mark() },
        properties: { value: ofCurrent(({ value }) => value) },
      },
      { parent: this, ignoreChanges: ["secretName"] },
    );
    this.secretName = secret.name;
    this.endDate = ofCurrent(({ endDate }) => endDate);
    this.registerOutputs({ secretName: this.secretName, endDate: this.endDate });
  }
}
