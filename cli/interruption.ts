/**
 * Aborted by the first Ctrl-C or SIGTERM, so that a run ends before its next write and reports what it did. The second
 * one ends the process as usual.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
