/**
 * What `tenantwire sync`, `rooms`, `explain` and `runs` ask of one kind of sync.
 *
 * @packageDocumentation
 */
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import type { ReadOnce } from "../sync/connectors/graph/index.ts";
import type { Reach } from "../sync/model/types.ts";
import { type Definition, SettingsError } from "../sync/index.ts";

/** A sync to one target, ready to run. */
export interface ReadySync {
  readonly definition: Definition;
  /** Requests sent so far. */
  readonly requests: Readonly<Record<string, number>>;
}

export interface Preparing {
  readonly full?: boolean;
  readonly dryRun?: boolean;
  readonly reach: Reach;
  /** The clock of the world. */
  readonly now: () => Date;
}

export interface Kind {
  /** As in `tenantwire sync users`, and in messages. */
  readonly name: string;
  /** Where it reads, for a person who waits: "Entra". */
  readonly from: string;
  /** What `--target` takes. */
  targets(outputs: Outputs): readonly string[];
  declared(outputs: Outputs): readonly string[];
  /**
   * The name under which the state remembers the sync to one of its targets.
   *
   * @throws SettingsError where that is not declared
   */
  remembered(outputs: Outputs, target: string | undefined): string;
  /** Whose key is sent to a target, as a new host of it is told of. */
  keyOf(target: string): string;
  /** Loads what preparing it takes: the libraries of a kind are no other's. */
  load(): Promise<unknown>;
  /**
   * Only what is prepared is loaded.
   *
   * @param target `undefined` where none is declared
   * @param reads what several syncs of one command read, once for all of them
   * @throws SettingsError when outputs or settings are not enough; nothing outside is asked
   */
  prepare(outputs: Outputs, target: string | undefined, options: Preparing, reads?: ReadOnce): Promise<ReadySync>;
}

/**
 * The targets that are meant: the one that is asked for, or all that are declared.
 *
 * @returns one `undefined` where there is none: the sync itself says what is missing
 * @throws SettingsError for a name that is none
 */
export function targetsOf(
  kind: Kind,
  outputs: Outputs,
  { target }: { readonly target?: string },
): readonly (string | undefined)[] {
  const targets = kind.targets(outputs);
  const asked = targets.find((name) => name === target);
  if (target !== undefined && asked === undefined) {
    if (targets.length === 0) throw new SettingsError(`The outputs of ${outputs.mark} declare no ${kind.name}.`);
    throw new SettingsError(`--target takes one of ${targets.join(", ")}, not ${given(target)}.`);
  }
  if (asked !== undefined) return [asked];
  const declared = kind.declared(outputs);
  return declared.length > 0 ? declared : [undefined];
}
