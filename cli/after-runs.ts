/**
 * What follows runs, whoever started them: the commands, the scheduler and the console do the same.
 *
 * @packageDocumentation
 */
import { TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printableText } from "../contract/text/printable.ts";
import type { StateStore } from "../sync/index.ts";
import { noteSettings } from "../sync/run/settings-changes.ts";
import { StateFenced } from "../sync/state/session.ts";
import { tellAdministrators } from "./access-group.ts";
import { tellAlerts } from "./alerts.ts";
import { whoRuns } from "./who-runs.ts";

export interface Following {
  readonly store: StateStore;
  readonly now: () => Date;
}

/**
 * Notes whether the settings are others than before, tells channels what is new, and administrators who asks for access.
 * What is wrong with any of it fails nobody: it is told on standard error.
 */
export async function afterRuns(outputs: Outputs, following: Following): Promise<void> {
  await noteSettingsOf(outputs, following);
  await tellAlerts(outputs, following);
  await tellAdministrators(outputs, following);
}

async function noteSettingsOf(outputs: Outputs, { store, now }: Following): Promise<void> {
  try {
    await noteSettings(store, outputs, { now, by: whoRuns() });
  } catch (error) {
    if (!(error instanceof TenantwireError || error instanceof StateFenced)) throw error;
    process.stderr.write(
      `${printableText(`tenantwire: Whether the settings changed was not noted: ${error.message}`)}\n`,
    );
  }
}
