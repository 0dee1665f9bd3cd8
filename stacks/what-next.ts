import * as pulumi from "@pulumi/pulumi";
import type { NewHosts } from "../contract/hosts.ts";
import type { Settings } from "./settings.ts";
import { declaredRegistrations } from "./registrations.ts";

/**
 * What a person does after a deployment, in the order in which it is done. Pure.
 *
 * @param stack name of the stack
 * @param newHosts hosts that no key is sent to before an administrator has named them
 */
export function nextSteps(settings: Settings, stack: string, newHosts: NewHosts = []): string[] {
  const registrations = declaredRegistrations(settings);
  const command = (words: string) => `npx --no-install tenantwire ${words} -s ${stack}`;
  const isPasted = registrations.some(({ secret }) => secret?.delivery === "pasted");
  const hasForm = registrations.some(({ name }) => name !== "sync") || !!(settings.azureDevOps ?? settings.plans);
  return [
    ...(hasForm ? [`${command("settings-sheet")}: what to enter into the vendor's form`] : []),
    ...(isPasted ? [`${command("credentials ack <name>")}: once its secret is pasted there`] : []),
    ...[...new Set(newHosts.map((each) => (typeof each === "string" ? each : each.host)))].map(
      (host) => `${command("sync")} --allow-host ${host}: once, if you mean this new host; no key goes there before`,
    ),
    `${command("test")}: whether everything works`,
  ];
}

/** Tells it at the end of a deployment; a preview has no next steps of this kind. */
export function tellNextSteps(settings: Settings, stack: string, newHosts: NewHosts = []): void {
  if (pulumi.runtime.isDryRun()) return;
  void pulumi.log.info(["What next:", ...nextSteps(settings, stack, newHosts).map((step) => `  ${step}`)].join("\n"));
}
