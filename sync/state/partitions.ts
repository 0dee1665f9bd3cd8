/** Where in the state the things of one sync are kept. Names use no character that a table store refuses. */
export interface Partitions {
  /** {@link import("../model/types.ts").Link} by source id. */
  readonly links: string;
  /** The source id of each link, by target id; goes with the link. */
  readonly linked: string;
  /** How many links there are, and how many of them are active: one entity, which goes with every change of a link. */
  readonly counts: string;
  /** What the last run that ended well left: one entity. */
  readonly position: string;
  /** Which tenant, group or file each side is: `source` and `target`; and `samples` of the target. */
  readonly places: string;
  /** Intents of writes by source id, until they are settled. */
  readonly journal: string;
  /** Failures of single objects by source id. */
  readonly retries: string;
  /** Fields that refer to objects which the target does not have yet, by source id. */
  readonly references: string;
  /** Sets that a limit stopped, by hash. */
  readonly limits: string;
  /** The lines of one such set. */
  limited(hash: string): string;
  /** Reports by start and run id. */
  readonly runs: string;
  /** The run that is under way, or was never heard of again: one entity. */
  readonly begun: string;
  /** What the runs of each month came to. */
  readonly months: string;
  /** What each run did with single objects, by start, run id and page. */
  readonly changes: string;
}

/** @param side the one that is written; what is remembered of its writes is kept apart where both sides are */
export function partitionsOf(sync: string, side: "a" | "b" = "b"): Partitions {
  const own = side === "a" ? `${sync}-back` : sync;
  return {
    links: `${sync}-links`,
    linked: `${sync}-linked`,
    counts: `${sync}-counts`,
    position: `${sync}-position`,
    places: `${sync}-places`,
    journal: `${own}-journal`,
    retries: `${own}-retries`,
    references: `${own}-references`,
    limits: `${sync}-limits`,
    limited: (hash) => `${sync}-limited-${hash}`,
    runs: `${sync}-runs`,
    begun: `${sync}-begun`,
    months: `${sync}-months`,
    changes: `${sync}-changes`,
  };
}
