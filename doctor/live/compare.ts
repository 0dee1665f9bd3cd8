import type { Outputs, Registration } from "../../contract/outputs.ts";
import { declaredFacts } from "./declared-facts.ts";
import { type Aspect, compareFacts, type Difference, type Fact } from "./facts.ts";
import { liveFacts } from "./live-facts.ts";
import { EXISTS } from "./properties.ts";
import type { LiveRegistration } from "../connectors/registrations.ts";

/** What is there of a registration beside what is declared of it. What could not be read makes no difference. Pure. */
export function compareWithDeclared(
  outputs: Outputs,
  registration: Registration,
  live: LiveRegistration,
  now: Date,
): Difference[] {
  return differencesOf(outputs, registration, liveFacts(outputs, registration, live), {
    // Azure's are asked for elsewhere.
    unread: ["Azure role", ...(live.trusts === undefined ? (["trust"] as const) : [])],
    now,
  });
}

/** As {@link compareWithDeclared}, by facts that were kept. */
export function differencesOf(
  outputs: Outputs,
  registration: Registration,
  facts: readonly Fact[],
  { unread, now }: { readonly unread: readonly Aspect[]; readonly now: Date },
): Difference[] {
  const isThere = facts.some(({ id }) => id === EXISTS);
  const declared = declaredFacts(outputs, registration, now).filter(({ aspect, on, id }) => {
    if (unread.includes(aspect)) return false;
    // What belongs to a service principal that is gone went with it.
    return on === "application" || isThere || id === EXISTS;
  });
  return compareFacts(declared, facts);
}
