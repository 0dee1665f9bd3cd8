/**
 * What the service knows of a resource type and of a function, whichever package they are of.
 *
 * @packageDocumentation
 */
import type { PropertyChange } from "./diff.ts";
import type { Properties } from "./json.ts";
import type { Session } from "./session.ts";

export interface CheckRequest {
  /** The resource's name in the program. */
  readonly name: string;
  /** The last inputs; empty for a new resource and for one that is replaced. */
  readonly olds: Properties;
  readonly news: Properties;
  /** Names made from it are the same in the preview and in the update. */
  readonly randomSeed: Uint8Array;
}

export interface Checked {
  readonly inputs: Properties;
  /** What is wrong, as sentences. */
  readonly failures: readonly string[];
}

/** A resource as the engine's state has it. */
export interface Recorded {
  readonly id: string;
  readonly inputs: Properties;
  /** The last outputs. Empty in an import. */
  readonly state: Properties;
}

export interface Difference {
  readonly changes: readonly PropertyChange[];
  readonly deleteBeforeReplace: boolean;
  /** The changes are between inputs, not between inputs and state. */
  readonly ofInputs: boolean;
}

export interface Resource {
  readonly token: string;
  /** Top-level outputs that are always secret. */
  readonly secretOutputs: readonly string[];
  check(session: Session, request: CheckRequest): Promise<Checked>;
  diff(old: Recorded, news: Properties, ignored: readonly string[]): Difference;
  /** The outputs as far as they are known before a deployment. Without `old`: of a creation. */
  preview(news: Properties, old?: Recorded): Properties;
  create(session: Session, inputs: Properties): Promise<{ id: string; state: Properties }>;
  /** What is there now, or nothing when it is gone. */
  read(session: Session, old: Recorded): Promise<Recorded | undefined>;
  update(session: Session, old: Recorded, news: Properties, ignored: readonly string[]): Promise<Properties>;
  delete(session: Session, old: Recorded): Promise<void>;
}

export interface InvokableFunction {
  readonly token: string;
  invoke(session: Session, args: Properties): Promise<Properties>;
}

/** The object was made and then something went wrong: the engine keeps it, and the next update repairs it. */
export class PartlyCreated extends Error {
  override name = "PartlyCreated";
  readonly id: string;

  constructor(id: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
  }
}
