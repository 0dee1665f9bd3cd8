/**
 * Works on items in their order, and begins with the next ones before their turn.
 *
 * @param count how many are under way while the first of them is waited for
 * @throws what the first piece of work that failed threw, when its turn comes; what was begun behind it is waited for
 */
export async function* ahead<T, R>(
  items: Iterable<T>,
  count: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const iterator = items[Symbol.iterator]();
  const begun: Promise<R>[] = [];
  const begin = () => {
    const next = iterator.next();
    if (next.done === true) return;
    const doing = work(next.value);
    // Whose turn comes tells of it.
    doing.catch(() => undefined);
    begun.push(doing);
  };
  try {
    for (let started = 0; started < count; started += 1) begin();
    for (let doing = begun.shift(); doing; doing = begun.shift()) {
      const result = await doing;
      begin();
      yield result;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}
