import { isDue, matches } from "./rule.ts";
import type { FaultAction, FaultRequest, FaultRule } from "./rule.ts";

/** A rule that is switched on, and how many requests it has matched so far. */
export interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly seen: number;
}

/** What happens to one request: waits, then at most one other action. */
export interface FaultOutcome {
  readonly delayMs: number;
  readonly action?: Exclude<FaultAction, { delayMs: number }>;
}

export interface Faults {
  list(): readonly ActiveFault[];
  /** @returns the id to remove it by */
  add(rule: FaultRule): number;
  /** @returns whether there was such a rule */
  remove(id: number): boolean;
  clear(): void;
  /**
   * Decides about a request and counts it. Rules are asked in the order they were added; delays add up, the first
   * other action ends it, and the rules after that one do not count the request.
   */
  decide(request: FaultRequest): FaultOutcome;
}

export function createFaults(): Faults {
  const active: { id: number; rule: FaultRule; seen: number }[] = [];
  let lastId = 0;
  return {
    list: () => active.map((fault) => ({ ...fault })),
    add(rule) {
      lastId += 1;
      active.push({ id: lastId, rule, seen: 0 });
      return lastId;
    },
    remove(id) {
      const index = active.findIndex((fault) => fault.id === id);
      if (index < 0) return false;
      active.splice(index, 1);
      return true;
    },
    clear() {
      active.length = 0;
    },
    decide(request) {
      let delayMs = 0;
      for (const fault of active) {
        if (!matches(fault.rule, request)) continue;
        const due = isDue(fault.rule, fault.seen);
        fault.seen += 1;
        if (!due) continue;
        const action = fault.rule.then;
        if (!("delayMs" in action)) return { delayMs, action };
        delayMs += action.delayMs;
      }
      return { delayMs };
    },
  };
}
