/** What a library may still wait for when a command that was told to stop is over. */
const LEFT_MS = 300;

/** For how long people and channels are still told something by a process that was told to stop. */
const TELLING_MS = 500;

let isInterrupted = false;
const telling = new AbortController();

/** Aborted a moment after the first Ctrl-C or SIGTERM: whoever comes next tells what this process does not any more. */
export function tellingEnds(): AbortSignal {
  return telling.signal;
}

/**
 * Aborted by the first Ctrl-C or SIGTERM, so that a run ends before its next write and reports what it did. The second
 * one ends the process as usual.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      isInterrupted = true;
      controller.abort();
      setTimeout(() => telling.abort(), TELLING_MS).unref();
    });
  }
  return controller.signal;
}

/** Whether this process was told to stop, by Ctrl-C or SIGTERM. */
export function wasInterrupted(): boolean {
  return isInterrupted;
}

/**
 * Called when a command is over. Where it was told to stop, no library holds the process up that has not heard of it: the
 * client of a vault waits out a `Retry-After` of ten minutes.
 */
export function endWhereInterrupted(): void {
  if (isInterrupted) setTimeout(() => process.exit(), LEFT_MS).unref();
}
