/** What the stack's registrations may do, and what is not as declared, as somebody saw it last. @packageDocumentation */
import { remembered } from "../../doctor/drift/memory.ts";
import { differencesOf } from "../../doctor/live/compare.ts";
import { revokedIn, tellDifference } from "../../doctor/live/words.ts";
import type { Outputs, Registration } from "../../contract/outputs.ts";
import type { State } from "../../sync/index.ts";

export interface SeenRegistration {
  readonly registration: Registration;
  /** Lines; undefined: nobody has looked yet. */
  readonly differences?: readonly string[];
  /** Permissions that were granted to it and are not any more. */
  readonly revoked?: readonly string[];
}

export interface Registrations {
  readonly registrations: readonly SeenRegistration[];
  /** Instant at which somebody looked. */
  readonly at?: string;
}

export async function registrationsOf(outputs: Outputs, state: Pick<State, "get">, now: Date): Promise<Registrations> {
  const memory = await remembered(state);
  const registrations = outputs.registrations.map((registration): SeenRegistration => {
    const seen = memory?.registrations.find(({ name }) => name === registration.name);
    if (!seen) return { registration };
    if (!seen.facts) return { registration, differences: ["It is gone: deploy again (pulumi up --refresh)."] };
    const differences = differencesOf(outputs, registration, seen.facts, { unread: seen.unread, now });
    return {
      registration,
      differences: differences.flatMap((each) => tellDifference(each, registration, outputs.mark)),
      revoked: revokedIn(differences),
    };
  });
  return { registrations, ...(memory && { at: memory.at }) };
}
