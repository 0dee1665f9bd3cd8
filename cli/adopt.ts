/**
 * `tenantwire adopt --from-app`: an application that is there already, as the settings that declare it.
 *
 * @packageDocumentation
 */
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { printable, printableText } from "../contract/text/printable.ts";
import { asSettings } from "../doctor/orphans/as-settings.ts";
import { DirectoryReader } from "../doctor/connectors/directory.ts";
import { GrantsReader } from "../doctor/connectors/grants.ts";
import { RegistrationReader } from "../doctor/connectors/registrations.ts";
import { declaredRegistrations } from "../stacks/registrations.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";
import { today } from "../components/today.ts";
import { declaredStack } from "./engine.ts";
import { interruption } from "./interruption.ts";
import { command } from "../contract/this-stack.ts";

export interface AdoptFromAppOptions {
  readonly stack?: string;
  /** Client id. */
  readonly fromApp: string;
  /** The registration of the settings that it becomes. */
  readonly as: string;
}

export async function adoptFromApp({ stack: asked, fromApp: clientId, as: name }: AdoptFromAppOptions): Promise<void> {
  const { settings, stack } = await declaredStack(asked);
  const all = declaredRegistrations(settings);
  const declared = all.find((each) => each.name === name);
  if (!declared) {
    throw new SettingsError(
      `The settings declare no registration "${printable(name)}": --as takes one of ${all.map((each) => each.name).join(", ")}. Declare it first, with what has to be said of it.`,
    );
  }
  const credential = deployerCredential(settings.tenant, process.env, "read an application");
  const client = createGraphClient({ credential, cloud: settings.tenant.cloud });
  const signal = interruption();
  const application = await new DirectoryReader(client, signal).application(clientId);
  if (application === undefined) {
    throw new TenantwireError(`The tenant has no registration with the client id ${printable(clientId)}.`);
  }
  const principal = await new GrantsReader(client).principalOf(clientId, signal);
  // A registration without a service principal is read all the same.
  const ids = { objectId: application.id, principalId: principal?.id ?? application.id };
  const live = await new RegistrationReader(client).read(ids, signal);
  if (live === undefined) throw new TenantwireError("The registration is gone.");
  process.stdout.write(printableText(asSettings(live, declared, await today())));
  process.stderr.write(
    `Write it into stacks/Pulumi.${stack.split("/").at(-1)}.yaml, then take the application in: ${command("orphans adopt", clientId, "--as", name, "--import", "adopt.json")}\n`,
  );
}
