/**
 * `tenantwire explain user`: why somebody is or is not in the target. Reads only, and takes no lock.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import { worldClock } from "../stacks/clock.ts";
import type { Outputs } from "../contract/outputs.ts";
import type { State } from "../sync/index.ts";
import type { Reach } from "../sync/model/types.ts";
import { explainUser as explain, UnknownPerson, type UserExplanation } from "../sync/kinds/users/explain.ts";
import { renderExplanation } from "./terminal/explain-user.ts";
import { usersSync } from "../sync/kinds/users/index.ts";
import { wantsColor } from "./color.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { type OutputsSource, loadOutputs } from "./outputs.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { definitionOf, users } from "./sync-users.ts";

export interface ExplainOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/** An explanation for each target that is declared. */
export async function explainUser(asked: string, options: ExplainOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(users, outputs, options);
  const now = await worldClock();
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  const explained: Explained[] = [];
  let unknown: UnknownPerson | undefined;
  try {
    const state = await store.read();
    const reach = reachOf(outputs, options, async () => state);
    for (const target of targets) {
      try {
        explained.push(await explainFor(target, { outputs, state, asked, signal, reach, now }));
      } catch (error) {
        // Who was deleted is known only where he was synced to.
        if (!(error instanceof UnknownPerson)) throw error;
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
      : explained.map((each) => renderExplanation(each, { ...look, targetName: each.target })).join("\n"),
  );
}

type Explained = UserExplanation & { readonly target: string };

interface Question {
  readonly outputs: Outputs;
  readonly state: State;
  readonly asked: string;
  readonly signal: AbortSignal;
  readonly reach: Reach;
  readonly now: () => Date;
}

async function explainFor(target: string | undefined, { outputs, reach, ...question }: Question): Promise<Explained> {
  const sync = usersSync({ outputs, environment: process.env, acceptReplacedGroups: false, reach, target });
  const { properties } = sync;
  return { target: sync.target.name, ...(await explain({ ...question, definition: definitionOf(sync), properties })) };
}
