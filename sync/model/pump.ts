/**
 * Works through items with bounded concurrency, without a promise per item.
 *
 * Ends early when one piece of work throws: no further item is begun, what is under way is waited for, and the first
 * error is thrown. So nothing runs on behind a run that has ended.
 */
export async function pump<T>(
  items: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];

  async function worker(): Promise<void> {
    while (failures.length === 0) {
      try {
        const next = await iterator.next();
        if (next.done === true) return;
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  await Promise.all(Array.from({ length: concurrency }, worker));
  if (failures.length === 0) return;
  await iterator.return?.();
  throw failures[0];
}
