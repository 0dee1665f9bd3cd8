/**
 * What became of a write that was not answered with success.
 *
 * - `rejected`: the other side will not do this to this object, whoever asks and however often;
 * - `not begun`: nothing was done, and it may be asked for again as it is;
 * - `exists already`, `stale`: the object is another than it was taken for, and has to be looked at first;
 * - `unknown`: it may have been done.
 *
 * Only the last one leaves something to find out.
 */
export type Became = "rejected" | "not begun" | "exists already" | "stale" | "unknown";

const all: readonly unknown[] = ["rejected", "not begun", "exists already", "stale", "unknown"] satisfies Became[];

/** By what the error says of itself; what says nothing may have been done. */
export function becameOf(error: unknown): Became {
  const { became } = (error ?? {}) as { readonly became?: unknown };
  return all.includes(became) ? (became as Became) : "unknown";
}

/** An error of a write, which says what became of it: one that is not let in has done nothing. */
export function withBecame<T extends Error>(error: T, became: Became): T {
  return Object.assign(error, { became });
}
