/** How a credential stands, in one word, and what follows from it. @packageDocumentation */
export type CredentialCondition =
  /** Nothing to do, or nothing that the next deployments do not do by themselves. */
  | "fine"
  | "due soon"
  /** A given key whose last day nobody wrote down. */
  | "expiry not known"
  /** A new secret has to be entered into the vendor's form; the one that is there lives long enough. */
  | "waiting for acknowledgement"
  /** The same, and the one that is there ends within lateness + overlap days, or none is known to be there. */
  | "acknowledgement due"
  /** A slot says that it was made after today: the clock of who deployed was wrong. */
  | "made in the future"
  /** A deployment renews it. */
  | "due"
  /** It ends, and with it copies in use, before everybody has another one; or a given key ends within the days asked for. */
  | "expiring"
  | "expired";

export interface CredentialStatus {
  readonly name: string;
  readonly state: CredentialCondition;
  /** Of the current secret; undefined where there is none, or nobody knows when it was made. */
  readonly ageDays?: number;
  /** Until the current secret ends, 0 or less when it has; a given key still works on day 0. Undefined: it has no known end. */
  readonly daysLeft?: number;
  /** The first UTC day on which a deployment renews it; with a given key the day it expires. */
  readonly due?: string;
  /** One or two sentences: what to do, or when something will be to do. */
  readonly advice: string;
}
