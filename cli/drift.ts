/**
 * `tenantwire drift`: what somebody changed by hand in the registrations of a stack since it was looked at before, and
 * what is not as declared. Changes nothing in the tenant; remembers where it stands beside the syncs.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { SettingsError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import type { Outputs } from "../contract/outputs.ts";
import { type Drift, look } from "../doctor/drift/index.ts";
import { DRIFT, remember, remembered } from "../doctor/drift/memory.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { worldClock } from "../components/clock.ts";
import { holding, type StateStore } from "../sync/state/session.ts";
import { createArmClient } from "../sync/connectors/arm/index.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";
import { revokedIn, tellDifference } from "../doctor/live/words.ts";
import { tellAlerts } from "./alerts.ts";
import { wantsColor } from "./color.ts";
import { asWhoIsSignedIn } from "./directory.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { openState } from "./state.ts";
import { renderDrift } from "./terminal/drift.ts";

export interface DriftOptions extends OutputsSource {
  readonly state?: string;
  /** Reads everything, whatever is remembered. */
  readonly full?: boolean;
  readonly json?: boolean;
}

export async function drift(options: DriftOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  if (outputs.registrations.length === 0) {
    throw new SettingsError(`${outputs.mark} has made no registration: there is nothing to look at.`);
  }
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  try {
    const now = await worldClock();
    await lookAgain(outputs, store, {
      now,
      signal,
      full: options.full ?? false,
      found: (drift, requests) => tell(drift, outputs, requests, options),
    });
  } finally {
    await store.close();
  }
}

interface Looking {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Reads everything, whatever is remembered. */
  readonly full: boolean;
  /** Told before it is remembered: what was not told would never be. */
  readonly found?: (drift: Drift, requests: number) => void;
}

/** Looks at every registration as whoever is signed in, remembers where it stands, and alerts. */
export async function lookAgain(outputs: Outputs, store: StateStore, looking: Looking): Promise<void> {
  const { now, signal, full, found } = looking;
  const credential = deployerCredential(outputs.tenant, process.env, "read registrations");
  let requests = 0;
  const client = createGraphClient({ credential, cloud: outputs.tenant.cloud, onRequest: () => requests++ });
  const arm = createArmClient(credential, outputs.tenant.cloud);
  try {
    const drift = await holding(store.lock(DRIFT), async (state) => {
      const seen = await look(outputs, full ? undefined : await remembered(state), {
        ...{ client, arm, now: now(), signal },
      });
      found?.(seen.drift, requests);
      await remember(state, seen.memory);
      return differencesIn(seen.drift, outputs);
    });
    await tellAlerts(outputs, { store, now, drift });
  } catch (error) {
    throw asWhoIsSignedIn(error);
  }
}

interface DriftFound {
  readonly registration: string;
  readonly differences: readonly string[];
  readonly revoked: readonly string[];
}

/** What is not as declared, in words. */
function differencesIn({ drifted }: Drift, { registrations, mark }: Outputs): readonly DriftFound[] {
  return drifted.flatMap(({ registration: name, differences }) => {
    const registration = registrations.find((each) => each.name === name);
    if (!registration || differences.length === 0) return [];
    return [
      {
        registration: name,
        differences: differences.flatMap((each) => tellDifference(each, registration, mark)),
        revoked: revokedIn(differences),
      },
    ];
  });
}

function tell(found: Drift, outputs: Outputs, requests: number, { json }: DriftOptions): void {
  process.stdout.write(
    json
      ? `${printableJson({ version: 1, mark: outputs.mark, tenant: outputs.tenant.id, requests, ...found })}\n`
      : renderDrift(found, outputs, { color: wantsColor() }),
  );
  const isDrifted = found.drifted.some(({ differences }) => differences.length > 0);
  process.exitCode = isDrifted ? ExitCode.successWithExceptions : ExitCode.success;
}
