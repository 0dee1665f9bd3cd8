import * as pulumi from "@pulumi/pulumi";
import { channelProduct, type NewHosts } from "../contract/hosts.ts";
import type { Settings } from "./settings.ts";
import { printable } from "../contract/text/printable.ts";
import { commandFor } from "../contract/this-stack.ts";
import { listed } from "../contract/words.ts";
import { SYNC } from "./registration-names.ts";
import { credentialName, declaredRegistrations } from "./registrations.ts";
import { vendorConsents } from "./vendors.ts";

/**
 * What a person does after a deployment, in the order in which it is done. Pure.
 *
 * @param stack name of the stack
 * @param newHosts hosts that no key is sent to before an administrator has named them
 */
export function nextSteps(settings: Settings, stack: string, newHosts: NewHosts = []): string[] {
  const registrations = declaredRegistrations(settings);
  const own = (name: string, ...words: readonly string[]) => commandFor({ stack }, name, ...words);
  const pasted = registrations.filter(({ secret }) => secret?.delivery === "pasted");
  const inExchange = registrations.some(({ exchangeScope }) => exchangeScope !== undefined);
  const hasForm =
    registrations.some(({ name, readBySyncs }) => name !== SYNC && !readBySyncs) ||
    !!(settings.azureDevOps ?? settings.plans);
  const consents = [
    ...registrations.filter(({ consent }) => consent === "link").map(({ displayName }) => displayName),
    ...(hasForm ? vendorConsents(settings).map(({ product }) => product) : []),
  ];
  const further = [
    ...(hasForm ? ["what to enter into the vendor's form"] : []),
    ...(consents.length > 0
      ? [`where an administrator consents, once, to ${listed([...new Set(consents)].map(printable))}`]
      : []),
    ...(inExchange ? ["what an Exchange administrator runs once"] : []),
  ];
  const channels = Object.keys(settings.alerts?.channels ?? {}).map(channelProduct);
  const isOfChannel = (each: NewHosts[number]) => typeof each !== "string" && channels.includes(each.product);
  const ofChannels = names(newHosts.filter(isOfChannel));
  const ofProducts = names(newHosts.filter((each) => !isOfChannel(each)));
  return [
    ...(further.length > 0 ? [`${own("settings-sheet")}: ${further.join("; ")}`] : []),
    ...pasted.map(
      ({ name }) => `${own("credentials ack", credentialName(name, "secret"))}: once that secret is pasted there`,
    ),
    ...ofProducts.flatMap((host) => [
      `${own("sync", "--allow-host", host, "--dry-run")}: what would go to this new host; nothing is written, and no key went there before`,
      `${own("sync", "--allow-host", host)}: once, if you mean it; it writes`,
    ]),
    ...ofChannels.map(
      (host) =>
        `${own("alerts test", "--allow-host", host)}: once, if you mean it; no secret of an alert channel went to this new host before`,
    ),
    ...(settings.syncIdentity !== undefined && ofProducts.length === 0
      ? [`${own("sync", "--dry-run")}: what a sync would do; nothing is written`]
      : []),
    ...(settings.access?.selfService
      ? [`${own("serve")}: sign in to its console before anybody else does, who would be the administrator then`]
      : []),
    `${own("test")}: whether everything works`,
  ];
}

function names(hosts: NewHosts): string[] {
  return [...new Set(hosts.map((each) => (typeof each === "string" ? each : each.host)))];
}

/** Tells it at the end of a deployment; a preview has no next steps of this kind. */
export function tellNextSteps(settings: Settings, stack: string, newHosts: NewHosts = []): void {
  if (pulumi.runtime.isDryRun()) return;
  void pulumi.log.info(["What next:", ...nextSteps(settings, stack, newHosts).map((step) => `  ${step}`)].join("\n"));
}
