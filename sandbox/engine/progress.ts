/** Told one line each time something begins, goes on for long, or is passed over. */
export type EngineProgress = (message: string) => void;

const INTERVAL_MS = 5_000;

/**
 * Tells every few seconds how far `work` is, for as long as it runs. By the clock and not by what happens: one busy
 * second makes no hundred lines, and a silent minute (linking) still shows that it goes on.
 */
export async function reporting<T>(
  onProgress: EngineProgress,
  status: () => string,
  work: () => Promise<T>,
): Promise<T> {
  const seconds = stopwatch();
  const timer = setInterval(() => onProgress(`${status()}, ${seconds()} s`), INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Starts counting; the returned function tells the whole seconds since. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) / 1000);
}
