import { TenantwireError } from "../contract/errors.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printableText } from "../contract/text/printable.ts";
import type { StateStore } from "../sync/index.ts";
import { noteSettings } from "../sync/run/settings-changes.ts";
import { whoRuns } from "./who-runs.ts";

/** Notes in the time line of the runs that settings changed. What is wrong with the state fails nobody by this. */
export async function noteSettingsOf(outputs: Outputs, store: StateStore, now: () => Date): Promise<void> {
  try {
    await noteSettings(store, outputs, { now, by: whoRuns() });
  } catch (error) {
    if (!(error instanceof TenantwireError)) throw error;
    process.stderr.write(
      `${printableText(`tenantwire: Whether the settings changed was not noted: ${error.message}`)}\n`,
    );
  }
}
