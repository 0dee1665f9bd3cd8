/** What `tenantwire explain user` and `room` have in common: one explanation for each target. @packageDocumentation */
import { printableJson } from "../contract/text/printable.ts";
import type { Outputs } from "../contract/outputs.ts";
import { worldClock } from "../components/clock.ts";
import type { State } from "../sync/index.ts";
import type { Reach } from "../sync/model/types.ts";
import { wantsColor } from "./color.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { openState } from "./state.ts";
import { type Kind, targetsOf } from "./sync-kind.ts";

export interface ExplainOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/** What an explanation is made with. */
export interface Explaining {
  readonly outputs: Outputs;
  readonly state: State;
  readonly reach: Reach;
  /** `undefined` where none is declared. */
  readonly target: string | undefined;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

export interface Explanations<T> {
  readonly explain: (explaining: Explaining) => Promise<T>;
  /** Whether an error says that nobody and nothing is meant: what is gone is known only where it was synced to. */
  readonly isUnknown: (error: unknown) => error is Error;
  readonly render: (explained: T, look: { readonly color: boolean; readonly now: Date }) => string;
}

/** @throws what `isUnknown`, where it is known to no target */
export async function explainEach<T>(
  kind: Kind,
  options: ExplainOptions,
  { explain, isUnknown, render }: Explanations<T>,
): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(kind, outputs, options);
  const now = await worldClock();
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  const explained: T[] = [];
  let unknown: Error | undefined;
  try {
    const state = await store.read();
    const reach = reachOf(outputs, options, async () => state);
    for (const target of targets) {
      try {
        explained.push(await explain({ outputs, state, reach, target, signal, now }));
      } catch (error) {
        if (!isUnknown(error)) throw error;
        unknown = error;
      }
    }
  } finally {
    await store.close();
  }
  if (explained.length === 0 && unknown) throw unknown;
  const look = { color: wantsColor(), now: now() };
  process.stdout.write(
    options.json
      ? `${printableJson(targets.length > 1 ? explained : explained[0])}\n`
      : explained.map((each) => render(each, look)).join("\n"),
  );
}
