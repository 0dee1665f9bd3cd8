/**
 * `tenantwire drift`: what somebody changed by hand in the registrations of a stack since it was looked at before, and
 * what is not as declared. Changes nothing in the tenant; remembers where it stands beside the syncs.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import type { Outputs } from "../contract/outputs.ts";
import { type Drift, look, Memory } from "../doctor/drift/index.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { worldClock } from "../stacks/clock.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";
import type { State } from "../sync/index.ts";
import { toJson } from "../sync/model/json.ts";
import { tellDifference } from "../doctor/live/words.ts";
import { tellAlerts } from "./alerts.ts";
import { wantsColor } from "./color.ts";
import { asWhoIsSignedIn } from "./directory.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs, type OutputsSource, whereOf } from "./outputs.ts";
import { openState } from "./state.ts";
import { renderDrift } from "./terminal/drift.ts";

export interface DriftOptions extends OutputsSource {
  readonly state?: string;
  /** Reads everything, whatever is remembered. */
  readonly full?: boolean;
  readonly json?: boolean;
}

/** Its own place in the state: no sync reads or writes it. */
const PARTITION = "drift";
const KEY = "place";

export async function drift(options: DriftOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  if (outputs.registrations.length === 0) {
    throw new SettingsError(`${outputs.mark} has made no registration: there is nothing to look at.`);
  }
  const credential = deployerCredential(outputs.tenant, process.env, "read registrations");
  let requests = 0;
  const client = createGraphClient({ credential, cloud: outputs.tenant.cloud, onRequest: () => requests++ });
  const store = openState(options.state, outputs);
  try {
    const now = await worldClock();
    let driftFound: readonly DriftFound[] = [];
    const state = await store.lock(PARTITION);
    try {
      const remembered = options.full ? undefined : await rememberedIn(state);
      const found = await look(outputs, remembered, { client, now: now(), signal: interruption() });
      tell(found.drift, outputs, requests, options);
      driftFound = differencesIn(found.drift, outputs);
      // What was not told would never be told.
      await remember(state, found.memory);
    } finally {
      await state.release();
    }
    await tellAlerts(outputs, { store, now, where: whereOf(options), drift: driftFound });
  } catch (error) {
    throw asWhoIsSignedIn(error);
  } finally {
    await store.close();
  }
}

interface DriftFound {
  readonly registration: string;
  readonly differences: readonly string[];
}

/** What is not as declared, in words. */
function differencesIn({ drifted }: Drift, { registrations, mark }: Outputs): readonly DriftFound[] {
  return drifted.flatMap(({ registration: name, differences }) => {
    const registration = registrations.find((each) => each.name === name);
    if (!registration || differences.length === 0) return [];
    return [
      { registration: name, differences: differences.flatMap((each) => tellDifference(each, registration, mark)) },
    ];
  });
}

/** An entity each registration, since what a state holds of one is small. */
async function remember(state: State, { registrations, ...place }: Memory): Promise<void> {
  const names = registrations.map(({ name }) => name);
  await state.commit([
    { partition: PARTITION, key: KEY, value: toJson({ ...place, registrations: names }) },
    ...registrations.map((each) => ({ partition: PARTITION, key: keyOf(each.name), value: toJson(each) })),
  ]);
}

/** What another version remembered is as good as nothing. */
async function rememberedIn(state: State): Promise<Memory | undefined> {
  const place = Place.safeParse(await state.get(PARTITION, KEY)).data;
  if (place === undefined) return undefined;
  const registrations = await Promise.all(place.registrations.map((name) => state.get(PARTITION, keyOf(name))));
  return Memory.safeParse({ ...place, registrations }).data;
}

const Place = z.looseObject({ registrations: z.array(z.string()) });

function keyOf(registration: string): string {
  return `registration ${registration}`;
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
